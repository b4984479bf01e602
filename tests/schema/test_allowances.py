"""What one caller may take: buckets that fill evenly, places among the operations under way, and time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from directory.access import ANYONE, Caller, Role
from directory.ports import Reader, Record, UnitOfWork
from schema.allowances import Allowances, Buckets, Places, Purpose, Rate, payer
from schema.app import make_app
from schema.errors import ApiError
from schema.node import global_id
from schema.services import ApiSettings
from tests.conditions import eventually
from tests.factories import make_firm
from tests.schema.serving import Served, listening, serving, with_limits
from tests.schema.test_sockets import PROTOCOL, closing_code, hear, introduced, say, subscribed

QUERY = json.dumps({"query": "{ viewer { roles } }"})
JSON = {"content-type": "application/json"}
OBJECTION = """mutation {
    raiseObjection(input: { submission: "none", reason: "地区不符。" }) { errors { code } } }"""


@dataclass
class Ticking:
    """A clock that stands until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def rated(**rates: int) -> ApiSettings:
    """Settings with these rates an hour; a bucket does not fill again while a test runs."""
    return ApiSettings(rates={Purpose[name.upper()]: Rate(most, 3600) for name, most in rates.items()})


def test_a_bucket_is_full_at_first_and_fills_again() -> None:
    """Sixty a minute are one a second."""
    clock = Ticking()
    buckets = Buckets(Rate(60, 60), clock)

    assert buckets.draw("a", 60) == 0
    assert buckets.draw("a", 5) == 5
    clock.now = 5
    assert buckets.draw("a", 5) == 0
    assert buckets.draw("b", 60) == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 100)), max_size=40))
def test_nobody_gets_more_than_the_bucket_and_what_flows_in(draws: list[tuple[int, float]]) -> None:
    """However the draws are spread over time; and who waits as long as told gets what was asked for."""
    clock = Ticking()
    buckets = Buckets(Rate(40, 80), clock)
    got = 0
    for amount, later in draws:
        clock.now += later
        wait = buckets.draw("a", amount)
        if wait and amount <= 40:
            clock.now += wait
            assert buckets.draw("a", amount) == 0
        got += amount if not wait or amount <= 40 else 0
        assert got <= 40 + clock.now * 0.5 + 1e-3


def test_only_so_many_callers_are_remembered() -> None:
    """Whoever invents callers fills no memory; the one unheard of for longest is forgotten."""
    buckets = Buckets(Rate(10, 3600), Ticking(), remembered=100)
    for number in range(1_000):
        buckets.draw("steady", 0)
        buckets.draw(str(number), 10)

    assert len(buckets) == 100
    assert buckets.left("999") == 0
    assert buckets.left("0") == 10


@pytest.mark.parametrize(
    ("caller", "address", "who"),
    [
        (ANYONE, "192.0.2.7", "address:192.0.2.7"),
        (ANYONE, "::ffff:192.0.2.7", "address:192.0.2.7"),
        (ANYONE, "2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        (ANYONE, "x" * 5_000, "address:" + "x" * 64),
        (Caller("zhang", frozenset({Role.FIRM})), "192.0.2.7", "subject:zhang"),
    ],
)
def test_a_caller_is_a_subject_or_an_address(caller: Caller, address: str, who: str) -> None:
    """One machine has as many IPv6 addresses as it likes, all of one network."""
    assert payer(caller, address) == who


def test_places_are_free_again_after_their_use() -> None:
    """Also when the operation failed; one caller cannot take them all."""
    places = Places(3, 2)
    with places.taken_by("a"), places.taken_by("a"):
        with pytest.raises(ApiError) as own, places.taken_by("a"):
            pass
        with places.taken_by("b"), pytest.raises(ApiError) as full, places.taken_by("c"):
            pass
    with pytest.raises(ZeroDivisionError), places.taken_by("a"):
        _ = 1 // 0
    with places.taken_by("a"), places.taken_by("a"):
        pass

    assert [(error.value.extensions or {})["code"] for error in (own, full)] == ["RATE_LIMITED", "BUSY"]


async def test_the_cost_of_operations_is_drawn(tmp_path: Path) -> None:
    """Each answer tells what is left; beyond it comes 429, with the time to wait in three places."""
    async with serving(tmp_path, rated(cost=33)) as served:
        first = await served.ask("{ policies { clauses { code } } }")
        second = await served.ask("{ viewer { roles } }")
        refused = await served.ask("{ policies { clauses { code } } }")

    assert first.content["extensions"] == {"cost": 30, "costLimit": 1000, "costLeft": 3}
    assert second.content["extensions"]["costLeft"] == 2
    assert second.headers["ratelimit-policy"] == '"cost";q=33;w=3600'
    assert second.headers["ratelimit"].startswith('"cost";r=2;t=')
    assert (refused.status, refused.codes) == (429, ["RATE_LIMITED"])
    assert "data" not in refused.content
    error = refused.content["errors"][0]["extensions"]
    assert int(refused.headers["retry-after"]) == error["retryAfter"] > 2_900
    assert str(error["retryAfter"]) in error["messages"]["zh"]


async def test_refused_queries_are_not_free(tmp_path: Path) -> None:
    """They were read and weighed all the same."""
    async with serving(tmp_path, rated(cost=3)) as served:
        statuses = [(await served.ask("{ nothing")).status for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


async def test_callers_with_tokens_have_buckets_of_their_own(tmp_path: Path) -> None:
    """Behind one address, two subjects and the public do not feel each other."""
    async with serving(tmp_path, rated(cost=1)) as served:
        tokens = [None, served.tokens.issue(subject="a"), served.tokens.issue(subject="b")]
        statuses = [
            [(await served.ask("{ __typename }", token=each)).status for each in tokens] for _ in "12"
        ]

    assert statuses == [[200] * 3, [429] * 3]


async def test_sending_in_has_a_smaller_bucket(tmp_path: Path) -> None:
    """Objections, each counted also within one request; reading goes on."""
    async with serving(tmp_path, rated(creations=3)) as served:
        one = OBJECTION.replace("mutation {", "mutation { a: ").strip()
        twice = one[:-1] + one.removeprefix("mutation {").replace("a:", "b:")
        statuses = [(await served.ask(text)).status for text in (one, twice, one)]
        reading = await served.ask("{ viewer { roles } }")

    assert statuses == [200, 200, 429]
    assert reading.status == 200


@pytest.mark.parametrize(
    "mutation",
    [
        'createWebhook(input: {url: "x"})',
        'testWebhook(input: {webhook: "x"})',
        'replayDelivery(input: {delivery: "x"})',
    ],
)
async def test_having_an_address_called_draws_from_the_same_bucket(tmp_path: Path, mutation: str) -> None:
    """Nobody makes this server call at an address as often as it pleases."""
    async with serving(tmp_path, rated(creations=1)) as served:
        token = served.tokens.issue(Role.FIRM)
        text = f"mutation {{ {mutation} {{ errors {{ code }} }} }}"
        statuses = [(await served.ask(text, token=token)).status for _ in "12"]

    assert statuses == [200, 429]


async def test_exports_have_a_smaller_bucket(tmp_path: Path) -> None:
    """The next one is refused with the time to wait."""
    async with serving(tmp_path, rated(exports=2)) as served:
        token = served.tokens.issue(Role.ANALYST)
        headers = {**JSON, "authorization": f"Bearer {token}"}
        answers = [await served.send("{}", path="/export/firms.csv", headers=headers) for _ in "123"]

    assert [each.status for each in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_bad_tokens_are_counted_by_address(tmp_path: Path) -> None:
    """Whoever tries many is told to wait; the good token of a neighbour is taken all the same."""
    async with serving(tmp_path, rated(failed_sign_ins=2)) as served:
        bad = [(await served.ask("{ __typename }", token="forged")) for _ in range(3)]
        good = await served.ask("{ viewer { subject } }", token=served.tokens.issue(subject="li"))

    assert [each.status for each in bad] == [401, 401, 429]
    assert int(bad[-1].headers["retry-after"]) > 0
    assert good.data == {"viewer": {"subject": "li"}}


async def test_bad_tokens_over_sockets_count_too(tmp_path: Path) -> None:
    """4403 twice, then 4429."""
    async with serving(tmp_path, rated(failed_sign_ins=2)) as served, listening(served.app) as url:
        codes = []
        for _ in range(3):
            async with connect(
                url.replace("http", "ws", 1) + "/graphql", subprotocols=[PROTOCOL], proxy=None
            ) as ws:
                await say(ws, type="connection_init", payload={"authorization": "Bearer forged"})
                codes.append(await closing_code(ws))

    assert codes == [4403, 4403, 4429]


async def test_operations_over_a_socket_draw_from_the_same_bucket(tmp_path: Path) -> None:
    """Another way in is not another bucket."""
    async with serving(tmp_path, rated(cost=3)) as served, listening(served.app) as url:
        token = served.tokens.issue(Role.FIRM, subject="zhang")
        await served.ask("{ __typename }", token=token)
        async with connect(
            url.replace("http", "ws", 1) + "/graphql", subprotocols=[PROTOCOL], proxy=None
        ) as ws:
            await introduced(ws, token)
            heard = []
            for query in ("{ __typename }", "subscription { changed { kind } }", "{ __typename }"):
                await subscribed(ws, query, id=query)
                heard.append(await hear(ws))
                if heard[-1]["type"] == "next":
                    await hear(ws)
        over_http = await served.ask("{ __typename }", token=token)

    assert heard[0]["payload"]["extensions"]["costLeft"] == 1
    assert heard[-1]["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert over_http.status == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "shared"),
    [
        ((), ["192.0.2.1", "192.0.2.2"], True),
        (("203.0.113.0/24",), ["192.0.2.1", "192.0.2.2"], True),
        (("127.0.0.0/8",), ["192.0.2.1", "192.0.2.2"], False),
        (("127.0.0.1",), ["192.0.2.1", "192.0.2.1"], True),
        (("127.0.0.1",), ["198.51.100.1, 192.0.2.1", "198.51.100.2, 192.0.2.1"], True),
    ],
)
async def test_only_listed_proxies_say_for_whom_they_ask(
    tmp_path: Path, proxies: tuple[str, ...], forwarded: list[str], shared: bool
) -> None:
    """Anyone can write X-Forwarded-For; of a listed proxy's, what it added itself counts, from the right."""
    settings = replace(rated(cost=1), trusted_proxies=proxies)
    async with serving(tmp_path, settings) as served:
        statuses = [
            (await served.send(QUERY, headers={**JSON, "x-forwarded-for": each})).status for each in forwarded
        ]

    assert statuses == [200, 429 if shared else 200]


async def test_a_proxy_says_that_the_caller_came_by_tls(tmp_path: Path) -> None:
    """Then browsers are told to come by nothing else; a stranger's word for it counts for nothing."""
    headers = {**JSON, "x-forwarded-proto": "https"}
    async with serving(tmp_path, ApiSettings(trusted_proxies=("127.0.0.1",))) as served:
        trusted = await served.send(QUERY, headers=headers)
        app = make_app(replace(served.services, settings=ApiSettings()))
        stranger = await replace(served, app=app).send(QUERY, headers=headers)

    assert "max-age" in trusted.headers["strict-transport-security"]
    assert "strict-transport-security" not in stranger.headers


@dataclass
class HangingRecord:
    """A record whose reads never end by themselves, as behind a lost network; it counts those begun and ended."""

    record: Record
    begun: int = 0
    ended: int = 0
    free: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        """Hangs until it is let go or ended."""
        self.begun += 1
        try:
            await self.free.wait()
            async with self.record.reader() as reader:
                yield reader
        finally:
            self.ended += 1

    def unit_of_work(self) -> Any:
        """The real one."""
        work: UnitOfWork = self.record.unit_of_work()  # type: ignore[assignment]
        return work


def hanging(served: Served) -> tuple[Served, HangingRecord]:
    """The same API over a record that hangs."""
    record = HangingRecord(served.record)
    hanging: Any = record
    services = replace(served.services, record=hanging)
    return replace(served, app=make_app(services), services=services), record


async def test_an_operation_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    """The caller is told, and what was read for it is read no further, by loaders neither."""
    query = "query($id: ID!) { node(id: $id) { id } changes { nodes { kind } } }"
    async with serving(tmp_path, with_limits(operation_seconds=0.2)) as served:
        token = served.tokens.issue(Role.ANALYST)
        # As what the caller is known is looked up once a day, and so not by what follows.
        await served.ask("{ __typename }", token=token)
        hangs, record = hanging(served)
        late = await hangs.ask(query, {"id": global_id("Firm", make_firm().id)}, token=token)
        await eventually(lambda: record.ended == record.begun)

    assert record.begun == 2
    assert (late.status, late.codes, late.headers["retry-after"]) == (503, ["TIMEOUT"], "1")
    assert "data" not in late.content


async def test_a_caller_holds_a_few_places_and_the_server_has_so_many(tmp_path: Path) -> None:
    """One more of one's own is 429, one more of anybody's 503: nobody queues; all is well when they are done."""
    limits = with_limits(operations_at_once=3, operations_at_once_per_caller=2)
    async with serving(tmp_path, limits) as served:
        busy, record = hanging(served)
        tokens = [served.tokens.issue(Role.ANALYST, subject=name) for name in "abc"]
        query = "{ changes { nodes { kind } } }"
        under_way = [asyncio.create_task(busy.ask(query, token=tokens[n])) for n in (0, 0, 1)]
        await eventually(lambda: record.begun == 3)
        own = await busy.ask(query, token=tokens[0])
        full = await busy.ask(query, token=tokens[2])
        record.free.set()
        done = [(await each).status for each in under_way]
        after = await busy.ask(query, token=tokens[0])

    assert (own.status, own.codes) == (429, ["RATE_LIMITED"])
    assert (full.status, full.codes, full.headers["retry-after"]) == (503, ["BUSY"], "1")
    assert (done, after.status) == ([200, 200, 200], 200)


async def test_a_flood_of_operations_ends_the_connection(served: Served) -> None:
    """Ten thousand subscriptions at once: five run, some are refused, then 4429 and nothing left running."""
    async with (
        listening(served.app) as url,
        connect(url.replace("http", "ws", 1) + "/graphql", subprotocols=[PROTOCOL], proxy=None) as ws,
    ):
        await introduced(ws, served.tokens.issue())
        flood = asyncio.create_task(_flood(ws))
        refused = []
        with suppress(ConnectionClosedError):
            while True:
                refused.append(await hear(ws))
        await asyncio.gather(flood, return_exceptions=True)

    assert ws.close_code == 4429
    assert {each["payload"][0]["extensions"]["code"] for each in refused} == {"RATE_LIMITED"}
    assert 0 < len(refused) < 100


async def _flood(ws: Any) -> None:
    for number in range(10_000):
        await subscribed(ws, "subscription { changed { kind } }", id=str(number))


def test_rates_that_are_not_set_limit_nothing() -> None:
    """Neither draws nor headers."""
    allowance = Allowances({}, Places(1, 1)).of(ANYONE, "192.0.2.1")
    allowance.draw(Purpose.COST, 10**9)

    assert (allowance.left(Purpose.COST), allowance.headers(Purpose.COST)) == (None, {})
