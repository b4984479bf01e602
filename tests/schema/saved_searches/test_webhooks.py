"""Webhooks (推送): a real receiver on this machine gets each notice, signed, at least once, under one stable id."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from directory.access import Role
from newgrowth.delivery.posting import NotPosted, Poster
from newgrowth.delivery.webhooks import deliver_due
from newgrowth.matching import match_once
from tests.journeys.reports import Reports
from tests.journeys.stage import LEADER, OWNER, SUPERVISOR, Person
from tests.schema.serving import listening

SHOWN = "id url enabled failingSince deliveries { id webhookId state attempts status dueAt }"
PAYLOAD = f"{{ webhook {{ {SHOWN} }} secret errors {{ code path message }} }}"
WEBHOOKS = f"{{ viewer {{ webhooks {{ {SHOWN} }} notices {{ nodes {{ rule message(language: EN) }} }} }} }}"


@dataclass
class Receiver:
    """What arrived, and what is answered."""

    status: int = 204
    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Keeps what came."""
        self.got.append((dict(request.headers), await request.body()))
        return Response(status_code=self.status, headers={"Location": self.url} if self.status == 302 else {})

    @property
    def ids(self) -> list[str]:
        """The ids that came, in order."""
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A server that takes webhooks."""
    taking = Receiver()
    app = Starlette(routes=[Route("/hook", taking.take, methods=["POST"])])
    async with listening(app) as url:
        taking.url = f"{url}/hook"
        yield taking


@pytest.fixture
def private(reports: Reports) -> Reports:
    """A directory whose operator lets webhooks lead inside."""
    directory = reports.stage.directory
    directory.rulebook = replace(directory.rulebook, private_webhooks=True)
    return reports


async def asked(reports: Reports, who: Person, mutation: str, **given: Any) -> dict[str, Any]:
    """The payload of a command on webhooks."""
    kind = {"createWebhook": "CreateWebhookInput", "replayDelivery": "ReplayDeliveryInput"}.get(
        mutation, "WebhookInput"
    )
    query = f"mutation($input: {kind}!) {{ payload: {mutation}(input: $input) {PAYLOAD} }}"
    payload: dict[str, Any] = (await reports.stage.ask(who, query, input=given))["payload"]
    return payload


async def hooked(reports: Reports, receiver: Receiver, who: Person = OWNER) -> dict[str, Any]:
    """A webhook to the receiver, with its secret."""
    payload = await asked(reports, who, "createWebhook", url=receiver.url)
    assert payload["errors"] == []
    return {**payload["webhook"], "secret": payload["secret"]}


async def webhook(reports: Reports, who: Person = OWNER) -> dict[str, Any]:
    """The caller's only webhook as it stands."""
    (found,) = (await reports.stage.ask(who, WEBHOOKS))["viewer"]["webhooks"]
    shown: dict[str, Any] = found
    return shown


async def send(reports: Reports) -> int:
    """How many deliveries were due and tried."""
    return await deliver_due(reports.stage.served.services, Poster(private=True), lambda: 0.0)


def later(reports: Reports, **by: float) -> None:
    """Moves the clock."""
    reports.stage.clock.now += timedelta(**by)


async def test_a_step_is_delivered_once_signed_so_that_anyone_can_verify_it(
    private: Reports, receiver: Receiver
) -> None:
    """The signature is verified as the standard says, by the test's own hands; the secret is told once."""
    made = await hooked(private, receiver)
    report = await private.triaged()
    assert await send(private) == 1
    assert await send(private) == 0

    ((headers, body),) = receiver.got
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}".encode()
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    sent = json.loads(body)
    assert sent["type"] == "notice.step.triage_accept"
    assert report["reference"] in sent["data"]["messages"]["en"]
    shown = await webhook(private)
    assert [(each["state"], each["status"]) for each in shown["deliveries"]] == [("DELIVERED", 204)]
    assert made["secret"] not in json.dumps(shown)


async def test_a_match_of_a_saved_search_is_delivered_too(private: Reports, receiver: Receiver) -> None:
    """Whatever comes into the inbox as one's own."""
    await hooked(private, receiver, SUPERVISOR)
    save = "mutation($input: SaveSearchInput!) { saveSearch(input: $input) { errors { code } } }"
    await private.stage.ask(SUPERVISOR, save, input={"name": "全部", "filter": {}})
    await private.reported()
    await private.stage.index()
    assert await match_once(private.stage.served.services) == 1

    assert await send(private) == 1
    assert json.loads(receiver.got[0][1])["type"] == "notice.search.new"


async def test_what_is_not_taken_comes_again_under_the_same_id(private: Reports, receiver: Receiver) -> None:
    """After five seconds, not before; then it is taken and comes no more."""
    await hooked(private, receiver)
    await private.triaged()
    receiver.status = 500
    assert await send(private) == 1
    later(private, seconds=4)
    assert await send(private) == 0
    later(private, seconds=1)
    receiver.status = 200
    assert await send(private) == 1
    later(private, days=9)
    assert await send(private) == 0

    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert receiver.got[0][1] == receiver.got[1][1]


async def test_a_delivery_whose_worker_died_comes_again_under_the_same_id(
    private: Reports, receiver: Receiver
) -> None:
    """It was sent and not settled: the receiver knows the repeat by its id."""
    await hooked(private, receiver)
    await private.triaged()
    services, sent = private.stage.served.services, asyncio.Event()

    class Dying(Poster):
        """Sends, and never comes back."""

        async def post(self, *given: Any) -> int:
            await super().post(*given)
            sent.set()
            return int(await asyncio.Event().wait())

    work = asyncio.create_task(deliver_due(services, Dying(private=True)))
    await sent.wait()
    work.cancel()
    await asyncio.wait({work})

    assert await send(private) == 1
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


async def test_two_workers_count_an_attempt_once(private: Reports, receiver: Receiver) -> None:
    """Should both send, only one of them settles, and the id is one."""
    await hooked(private, receiver)
    await private.triaged()
    receiver.status = 500
    await asyncio.gather(send(private), send(private))

    assert [each["attempts"] for each in (await webhook(private))["deliveries"]] == [1]
    assert len(set(receiver.ids)) == 1


async def test_an_address_that_takes_nothing_for_days_is_disabled_and_its_owner_told(
    private: Reports, receiver: Receiver
) -> None:
    """Nothing more is tried until the owner enables it; then what waits is sent."""
    await hooked(private, receiver)
    await private.triaged()
    await private.triaged(title="平台佣金过高", description="平台佣金逐年上调，商家无力承担。")
    receiver.status = 503
    assert await send(private) == 2
    later(private, days=5)
    assert await send(private) == 2

    viewer = (await private.stage.ask(OWNER, WEBHOOKS))["viewer"]
    (shown,) = viewer["webhooks"]
    assert not shown["enabled"]
    told = [each["rule"] for each in viewer["notices"]["nodes"]]
    assert told.count("notice.webhook.disabled") == 1
    assert told[0] == "notice.webhook.disabled"
    assert "127.0.0.1" in viewer["notices"]["nodes"][0]["message"]
    later(private, days=1)
    assert await send(private) == 0

    receiver.status = 200
    enabled = await asked(private, OWNER, "enableWebhook", webhook=shown["id"])
    assert enabled["webhook"]["enabled"]
    assert await send(private) == 2
    assert (await webhook(private))["failingSince"] is None


async def test_a_test_is_sent_once_and_a_replay_keeps_its_id(private: Reports, receiver: Receiver) -> None:
    """A test that is not taken is not tried again; a delivery that was taken can be asked for anew."""
    made = await hooked(private, receiver)
    receiver.status = 500
    await asked(private, OWNER, "testWebhook", webhook=made["id"])
    assert await send(private) == 1
    assert json.loads(receiver.got[0][1])["type"] == "webhook.test"
    (tried,) = (await webhook(private))["deliveries"]
    assert (tried["state"], tried["attempts"], tried["status"]) == ("FAILED", 1, 500)

    receiver.status = 200
    for _ in range(2):
        await asked(private, OWNER, "replayDelivery", delivery=tried["id"])
        assert await send(private) == 1
    assert receiver.ids == [tried["webhookId"]] * 3


async def test_a_mistake_of_ours_costs_an_attempt_and_holds_up_nobody(
    private: Reports, receiver: Receiver
) -> None:
    """It is tried again later, like anything that was not taken."""
    await hooked(private, receiver)
    await private.triaged()

    class Mistaken(Poster):
        """Fails in a way that nobody thought of."""

        async def post(self, *given: Any) -> int:
            raise RuntimeError("unforeseen")

    assert await deliver_due(private.stage.served.services, Mistaken(), lambda: 0.0) == 1
    assert await send(private) == 0
    later(private, seconds=5)
    assert await send(private) == 1
    assert len(receiver.got) == 1


async def test_a_redirection_is_not_followed(private: Reports, receiver: Receiver) -> None:
    """It could lead anywhere."""
    await hooked(private, receiver)
    await private.triaged()
    receiver.status = 302
    await send(private)
    assert len(receiver.got) == 1
    assert (await webhook(private))["deliveries"][0]["status"] == 302


async def test_what_the_owner_may_no_longer_read_is_withheld(private: Reports, receiver: Receiver) -> None:
    """A match was put down; before it was sent, the owner had lost the role."""
    await hooked(private, receiver, LEADER)
    save = "mutation($input: SaveSearchInput!) { saveSearch(input: $input) { errors { code } } }"
    await private.stage.ask(LEADER, save, input={"name": "全部", "filter": {}})
    await private.assigned(visibility="AGENCIES_ONLY")
    await private.stage.index()
    assert await match_once(private.stage.served.services) == 1
    private.stage.tokens.pop(LEADER.subject)
    left = Person(LEADER.subject, Role.ANALYST)
    await private.stage.ask(left, "{ viewer { savedSearches { id } } }")

    await send(private)
    assert receiver.got == []
    assert [each["state"] for each in (await webhook(private, left))["deliveries"]] == ["WITHHELD"]


async def found_by_a_supervisors_search(private: Reports, receiver: Receiver) -> None:
    """A supervisor's webhook, and a search that finds every report."""
    await hooked(private, receiver, SUPERVISOR)
    save = "mutation($input: SaveSearchInput!) { saveSearch(input: $input) { errors { code } } }"
    await private.stage.ask(SUPERVISOR, save, input={"name": "全部", "filter": {}})


async def matched(private: Reports) -> int:
    """How many matches of what is reported now."""
    await private.reported()
    await private.stage.index()
    return await match_once(private.stage.served.services) or 0


async def test_whoever_uses_the_directory_goes_on_being_told(private: Reports, receiver: Receiver) -> None:
    """Whatever they come by for, also after a month and more."""
    await found_by_a_supervisors_search(private, receiver)
    for _ in range(3):
        later(private, days=20)
        await private.stage.ask(SUPERVISOR, "{ viewer { roles } }")
    assert await matched(private) == 1
    assert await send(private) == 1
    assert len(receiver.got) == 1


async def test_what_was_withheld_from_someone_away_comes_when_asked_for(
    private: Reports, receiver: Receiver
) -> None:
    """It stays in the inbox meanwhile; nothing is sent by itself that has grown old."""
    await found_by_a_supervisors_search(private, receiver)
    assert await matched(private) == 1
    later(private, days=31)
    await send(private)
    assert receiver.got == []

    (withheld,) = (await webhook(private, SUPERVISOR))["deliveries"]
    assert withheld["state"] == "WITHHELD"
    await asked(private, SUPERVISOR, "replayDelivery", delivery=withheld["id"])
    await send(private)
    assert receiver.ids == [withheld["webhookId"]]


async def test_a_webhook_is_its_owners_alone(private: Reports, receiver: Receiver) -> None:
    """Nobody else sees it, tests it, replays to it or deletes it; its owner's deletion ends what is on its way."""
    made = await hooked(private, receiver)
    await private.triaged()
    (waits,) = (await webhook(private))["deliveries"]
    for mutation in ("deleteWebhook", "enableWebhook", "testWebhook"):
        refused = await asked(private, LEADER, mutation, webhook=made["id"])
        assert [each["code"] for each in refused["errors"]] == ["NOT_FOUND"]
    refused = await asked(private, LEADER, "replayDelivery", delivery=waits["id"])
    assert [each["code"] for each in refused["errors"]] == ["NOT_FOUND"]
    assert (await private.stage.ask(LEADER, WEBHOOKS))["viewer"]["webhooks"] == []

    assert (await asked(private, OWNER, "deleteWebhook", webhook=made["id"]))["errors"] == []
    assert await send(private) == 0


async def test_an_address_inside_is_refused_when_it_is_set_up(reports: Reports) -> None:
    """Unless the operator allows it."""
    for url in ("http://hooks.example/", "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/"):
        (error,) = (await asked(reports, OWNER, "createWebhook", url=url))["errors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", "url"])


async def connected(*_: object, **__: object) -> None:
    """Nobody may come as far as this."""
    raise AssertionError("connected")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1"])
async def test_an_address_inside_in_any_spelling_is_not_connected_to(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no rule of form can know, the look-up tells."""
    monkeypatch.setattr(asyncio, "open_connection", connected)
    with pytest.raises(NotPosted, match="inside"):
        await Poster().post(f"https://{host}/", {}, b"")


@pytest.mark.parametrize(
    "leads_to", [["10.0.0.5"], ["1.1.1.1", "169.254.169.254"], ["fe80::1%eth0"], ["::1"]]
)
async def test_a_name_that_leads_inside_is_not_connected_to(
    leads_to: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one of whose addresses only some are inside."""

    async def looked_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, 443)) for address in leads_to]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", looked_up)
    monkeypatch.setattr(asyncio, "open_connection", connected)
    with pytest.raises(NotPosted, match="inside"):
        await Poster().post("https://hooks.example/", {}, b"")


async def test_a_name_that_is_none_is_not_delivered_to() -> None:
    """Well formed as an address and no name at all: one attempt fails, and no more than that."""
    for host in ("a" * 64 + ".example", "nothing.invalid", "a..example"):
        with pytest.raises(NotPosted):
            await Poster().post(f"https://{host}/", {}, b"")


async def test_a_receiver_that_says_nothing_is_given_up_in_time() -> None:
    """One that never answers, and one that never ends its first line."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await asyncio.sleep(60)

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 200 " + b"a" * 100_000)
        await writer.drain()

    for behaviour in (silent, endless):
        server = await asyncio.start_server(behaviour, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotPosted):
            await Poster(private=True, seconds=0.3).post(f"http://127.0.0.1:{port}/", {}, b"{}")
        server.close()
