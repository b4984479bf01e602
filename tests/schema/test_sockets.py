"""GraphQL over WebSocket (graphql-transport-ws): the door, the operations, the end of a token."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from directory.access import Role
from tests.factories import NOW, make_blockage, make_firm
from tests.schema.serving import Served, listening, serving, with_limits

PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE_SECONDS = 10


@asynccontextmanager
async def socket(served: Served, **given: Any) -> AsyncIterator[ClientConnection]:
    """A connection that has not introduced itself."""
    async with listening(served.app) as url:
        address = url.replace("http://", "ws://") + "/graphql"
        options = {"subprotocols": [PROTOCOL], "max_size": 1 << 22, "proxy": None, **given}
        async with connect(address, **options) as ws:
            yield ws


async def say(ws: ClientConnection, **message: Any) -> None:
    """Sends one message."""
    await ws.send(json.dumps(message))


async def hear(ws: ClientConnection) -> Any:
    """The next message."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return json.loads(await ws.recv())


async def introduced(ws: ClientConnection, token: str | None = None) -> None:
    """Introduces the caller, and waits until that is acknowledged."""
    await say(ws, type="connection_init", payload={"authorization": f"Bearer {token}"} if token else {})
    assert (await hear(ws))["type"] == "connection_ack"


async def subscribed(ws: ClientConnection, query: str, id: str = "1", **payload: Any) -> None:
    """Starts an operation."""
    await say(ws, type="subscribe", id=id, payload={"query": query, **payload})


async def closing_code(ws: ClientConnection) -> int:
    """The code with which the server ends the connection, whatever it says before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ws.wait_closed()
    assert ws.close_code is not None
    return ws.close_code


async def listed(served: Served) -> None:
    """One more entry in the record, sealed in the log, and the bell rung."""
    async with served.record.unit_of_work() as uow:
        await uow.firms.add(make_firm(), kind="firm:listed", actor="reviewer", at=NOW)
    await served.sealer.seal_once()
    served.services.doorbell.ring()


async def test_a_query_runs_over_a_socket(served: Served) -> None:
    """All operations, not only subscriptions."""
    async with socket(served) as ws:
        await introduced(ws)
        await subscribed(ws, "{ viewer { roles } }")

        assert (await hear(ws))["payload"]["data"] == {"viewer": {"roles": ["PUBLIC"]}}
        assert await hear(ws) == {"id": "1", "type": "complete"}


async def test_the_token_comes_with_the_introduction(served: Served) -> None:
    """Browsers cannot set headers on a WebSocket."""
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue(Role.FIRM, subject="zhang"))
        await subscribed(ws, "{ viewer { subject } }")

        assert (await hear(ws))["payload"]["data"] == {"viewer": {"subject": "zhang"}}


async def test_changes_arrive_as_they_are_sealed(served: Served) -> None:
    """First what was there since the position named, then each new one."""
    await listed(served)
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue(Role.ANALYST))
        await subscribed(ws, 'subscription { changed(after: "0") { position kind } }')
        first = await hear(ws)
        await listed(served)
        second = await hear(ws)

    positions = [message["payload"]["data"]["changed"]["position"] for message in (first, second)]
    assert positions == ["1", "2"]


async def test_changes_arrive_without_the_bell_too(served: Served) -> None:
    """Another process may have sealed them."""
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue(Role.ANALYST))
        await subscribed(ws, 'subscription { changed(after: "0") { kind } }')
        async with served.record.unit_of_work() as uow:
            await uow.firms.add(make_firm(), kind="firm:listed", actor="reviewer", at=NOW)
        await served.sealer.seal_once()

        assert (await hear(ws))["payload"]["data"] == {"changed": {"kind": "firm:listed"}}


async def positions_until_cut(
    address: str, token: str, after: str, most: int, served: Served
) -> AsyncIterator[str]:
    """What one connection is told after a position, while more happens, until it breaks without a word."""
    async with connect(address, subprotocols=[PROTOCOL], proxy=None) as ws:
        await introduced(ws, token)
        await subscribed(ws, f'subscription {{ changed(after: "{after}") {{ position }} }}')
        for _ in range(most):
            await listed(served)
            yield (await hear(ws))["payload"]["data"]["changed"]["position"]
        ws.transport.abort()


async def test_a_broken_connection_costs_no_change_and_repeats_none(served: Served) -> None:
    """Cut off again and again while entries are listed: from the last position seen it goes on."""
    token = served.tokens.issue(Role.ANALYST)
    seen: list[str] = []
    async with listening(served.app) as url:
        address = url.replace("http://", "ws://") + "/graphql"
        for most in (1, 3, 2, 4):
            await listed(served)
            after = seen[-1] if seen else "0"
            seen += [position async for position in positions_until_cut(address, token, after, most, served)]

    assert seen == [str(position) for position in range(1, 11)]


async def test_a_position_that_the_log_has_not_reached_starts_nothing(served: Served) -> None:
    """The subscriber is told to load anew, and does not wait for what it thinks it has."""
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue(Role.ANALYST))
        await subscribed(ws, 'subscription { changed(after: "5") { position } }')

        assert "POSITION_UNKNOWN" in json.dumps(await hear(ws))


async def test_a_report_is_followed_as_it_changes(served: Served) -> None:
    """First as it stands, then after each change, with the present state and not what was loaded before."""
    firm = make_firm(owner="zhang")
    async with served.record.unit_of_work() as uow:
        await uow.firms.add(firm, kind="firm:listed", actor="reviewer", at=NOW)
        report = await uow.blockages.add(
            make_blockage(firm_id=firm.id, reporter="zhang"), kind="blockage:reported", actor="zhang", at=NOW
        )
    await served.sealer.seal_once()
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue(Role.FIRM, subject="zhang"))
        await subscribed(
            ws,
            "subscription($r: String!) { blockageChanged(reference: $r) { title version reportedBy { name } } }",
            variables={"r": report.reference},
        )
        first = (await hear(ws))["payload"]["data"]["blockageChanged"]
        async with served.record.unit_of_work() as uow:
            renamed = firm.model_copy(
                update={"version": 1, "profile": firm.profile.model_copy(update={"name": "杭州新名有限公司"})}
            )
            await uow.firms.save(renamed, kind="firm:amended", actor="reviewer", at=NOW)
            changed = report.model_copy(update={"title": "抽成仍然过高"})
            await uow.blockages.save(changed, kind="blockage:amended", actor="zhang", at=NOW)
        await served.sealer.seal_once()
        served.services.doorbell.ring()
        second = (await hear(ws))["payload"]["data"]["blockageChanged"]

    assert (first["title"], first["version"]) == (report.title, 1)
    assert (second["title"], second["version"]) == ("抽成仍然过高", 2)
    assert second["reportedBy"] == {"name": "杭州新名有限公司"}


async def test_a_report_that_is_not_for_the_caller_cannot_be_followed(served: Served) -> None:
    """It is not found, like one that does not exist."""
    firm = make_firm()
    async with served.record.unit_of_work() as uow:
        await uow.firms.add(firm, kind="firm:listed", actor="reviewer", at=NOW)
        report = await uow.blockages.add(
            make_blockage(firm_id=firm.id), kind="blockage:reported", actor="x", at=NOW
        )
    async with socket(served) as ws:
        await introduced(ws)
        for number, reference in enumerate((report.reference, "nothing")):
            await subscribed(
                ws,
                f'subscription {{ blockageChanged(reference: "{reference}") {{ title }} }}',
                id=str(number),
            )
            assert "NOT_FOUND" in json.dumps(await hear(ws))
            await hear(ws)


async def test_an_error_of_one_operation_leaves_the_connection_open(served: Served) -> None:
    """What does not parse, is not valid, is too much or is not allowed is told, with a code."""
    async with socket(served) as ws:
        await introduced(ws)
        for number, (query, code) in enumerate(
            [
                ("{ viewer", "GRAPHQL_PARSE_FAILED"),
                ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
                ("{ " + "a: __typename " * 31 + "}", "QUERY_TOO_COMPLEX"),
                ("", "BAD_REQUEST"),
                ("query A { viewer { roles } } query B { viewer { roles } }", "BAD_REQUEST"),
            ]
        ):
            await subscribed(ws, query, id=str(number))
            message = await hear(ws)
            assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", code)
        await subscribed(ws, "subscription { changed { kind } }", id="x")
        assert "FORBIDDEN" in json.dumps(await hear(ws))
        await hear(ws)
        await subscribed(ws, "{ __typename }", id="last")
        assert (await hear(ws))["payload"]["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("payload", [None, "query", [], {"query": 1}, {"query": "{ a }", "variables": []}])
async def test_an_operation_of_the_wrong_shape_is_that_operations_error(
    served: Served, payload: object
) -> None:
    """The others go on."""
    async with socket(served) as ws:
        await introduced(ws)
        await say(ws, type="subscribe", id="1", payload=payload)

        assert (await hear(ws))["payload"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "frame",
    [
        "not JSON", "[]", "3", "null", '"x"', "{}", '{"type": 1}', '{"type": "unheard-of"}', '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 1, "payload": {}}', '{"type": "complete", "id": ""}', "[" * 5_000,
        '{"type": "ping", "n": NaN}', b"\x00\x01",
    ],
)  # fmt: skip
async def test_what_breaks_the_protocol_ends_the_connection(served: Served, frame: str | bytes) -> None:
    """4400, and no trace in the server."""
    async with socket(served) as ws:
        await introduced(ws)
        await ws.send(frame)

        assert await closing_code(ws) == 4400


async def test_a_large_frame_ends_the_connection(served: Served) -> None:
    """64 KiB are enough for any query that may run."""
    async with socket(served) as ws:
        await introduced(ws)
        await ws.send('{"type": "ping", "padding": "' + "x" * (64 << 10) + '"}')

        assert await closing_code(ws) == 1009


async def test_nothing_runs_before_the_introduction(served: Served) -> None:
    """4401."""
    async with socket(served) as ws:
        await subscribed(ws, "{ viewer { roles } }")

        assert await closing_code(ws) == 4401


async def test_a_caller_who_says_nothing_is_let_go(tmp_path: Path) -> None:
    """4408, after the time for an introduction."""
    async with serving(tmp_path, with_limits(connection_init_seconds=0.1)) as served, socket(served) as ws:
        assert await closing_code(ws) == 4408


async def test_a_caller_introduces_itself_once(served: Served) -> None:
    """4429: a connection does not change hands."""
    async with socket(served) as ws:
        await introduced(ws)
        await say(ws, type="connection_init", payload={})

        assert await closing_code(ws) == 4429


@pytest.mark.parametrize(
    "payload", [{"authorization": "Bearer forged"}, {"authorization": "Basic dTpw"}, {"Authorization": 3}]
)
async def test_a_bad_token_ends_the_connection(served: Served, payload: dict[str, Any]) -> None:
    """4403: never taken for the public."""
    async with socket(served) as ws:
        await say(ws, type="connection_init", payload=payload)

        assert await closing_code(ws) == 4403


async def test_an_expired_token_starts_nothing_new(served: Served) -> None:
    """It was good at the introduction; each operation asks again."""
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue())
        served.clock.ahead = timedelta(hours=2)
        await subscribed(ws, "{ viewer { roles } }")

        assert await closing_code(ws) == 4401


async def test_the_end_of_a_token_is_the_end_of_its_connection(served: Served) -> None:
    """Running subscriptions too: the server does not wait for the next message."""
    token = served.tokens.issue(exp=served.tokens.claims()["iat"] - 28)
    async with socket(served) as ws:
        await introduced(ws, token)
        await subscribed(ws, "subscription { changed { kind } }")

        assert await closing_code(ws) == 4401


async def test_a_connection_runs_a_few_operations_at_a_time(served: Served) -> None:
    """The sixth is refused; the others go on."""
    async with socket(served) as ws:
        await introduced(ws, served.tokens.issue())
        for number in range(6):
            await subscribed(ws, "subscription { changed { kind } }", id=str(number))

        message = await hear(ws)
        assert (message["id"], message["type"]) == ("5", "error")


async def test_a_caller_holds_a_few_connections(tmp_path: Path) -> None:
    """One more than allowed is let go, and its place is free again when another ends."""
    async with (
        serving(tmp_path, with_limits(connections_per_caller=2)) as served,
        listening(served.app) as url,
    ):
        address = url.replace("http://", "ws://") + "/graphql"

        def opened() -> connect:
            return connect(address, subprotocols=[PROTOCOL], proxy=None)

        async with opened() as first, opened() as second, opened() as third:
            await introduced(first)
            await introduced(second)
            await say(third, type="connection_init")
            assert await closing_code(third) == 4429
            await second.close()
            async with opened() as fourth:
                await introduced(fourth)


@pytest.mark.parametrize("protocol", ["graphql-ws", "chat"])
async def test_other_protocols_are_refused(served: Served, protocol: str) -> None:
    """The old protocol has a hole where authentication should be."""
    async with socket(served, subprotocols=[Subprotocol(protocol)]) as ws:
        assert await closing_code(ws) == 4406


async def test_pages_of_other_origins_are_refused(served: Served) -> None:
    """A browser names the page's origin in the handshake."""
    with pytest.raises(InvalidStatus) as refused:
        async with socket(served, origin=Origin("https://evil.example")):
            pass

    assert refused.value.response.status_code == 403


async def test_half_a_character_does_not_break_a_frame(served: Served) -> None:
    """The answer can be sent."""
    async with socket(served) as ws:
        await introduced(ws)
        await subscribed(
            ws,
            "query($v: String!) { terms(vocabulary: $v) { code } }",
            variables={"v": "\ud83d"},
        )

        assert "\ufffd" in json.dumps(await hear(ws), ensure_ascii=False)
