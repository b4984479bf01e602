"""Page sizes that are none, and cursors that were cut, forged, lent, carried elsewhere or kept too long."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from indexer.rebuild import Rebuilder
from indexer.route import Route
from tests.faults.house import House
from tests.journeys.entries import REVIEWER
from tests.journeys.stage import ANALYST, OTHER_OWNER, OWNER, PUBLIC, Person
from tests.rulebooks import REFERENCE

# Every list with pages, with a caller who may read it.
LISTS: dict[str, tuple[Person, str]] = {
    "firms": (
        PUBLIC,
        "query($first: Int, $after: String) { page: firms(first: $first, after: $after) { %s } }",
    ),
    "a search for firms": (
        PUBLIC,
        'query($first: Int, $after: String) { page: firms(filter: {text: "直播"}, first: $first, after: $after) { %s } }',
    ),
    "reports": (
        REVIEWER,
        "query($first: Int, $after: String) { page: blockages(first: $first, after: $after) { %s } }",
    ),
    "submissions": (
        REVIEWER,
        "query($first: Int, $after: String) { page: submissions(first: $first, after: $after) { %s } }",
    ),
    "changes": (
        ANALYST,
        "query($first: Int, $after: String) { page: changes(first: $first, after: $after) { %s } }",
    ),
}
FIELDS = "edges { cursor } pageInfo { endCursor hasNextPage }"
SIZES = [-1, 0, 101, 2**31 - 1]


def literal(query: str, size: str) -> str:
    """The query with its page size written out."""
    return query.replace("$first: Int, ", "").replace("first: $first", f"first: {size}")


@pytest.mark.parametrize("listed", LISTS)
@pytest.mark.parametrize("size", SIZES)
async def test_a_page_size_out_of_range_is_refused(unmoved: House, listed: str, size: int) -> None:
    """In a variable and written out; nothing is cut to size in silence."""
    who, query = LISTS[listed]

    answers = [
        await unmoved.ask(query % FIELDS, who, first=size),
        await unmoved.ask(literal(query, str(size)) % FIELDS, who),
    ]

    assert [answer.codes for answer in answers] == [["BAD_USER_INPUT"]] * 2


@pytest.mark.parametrize("size", [2**31, -(2**31) - 1, 2**63, 1.5, "10", True, [10], {"n": 10}])
async def test_a_page_size_that_is_no_number_is_refused(unmoved: House, size: Any) -> None:
    """Or none that fits GraphQL's whole numbers."""
    answer = await unmoved.ask(LISTS["firms"][1] % FIELDS, PUBLIC, first=size)

    assert answer.codes == ["BAD_USER_INPUT"]


async def test_no_page_size_is_the_usual_one(unmoved: House) -> None:
    """Null is as if it was left out."""
    answer = await unmoved.ask(LISTS["firms"][1] % FIELDS, PUBLIC, first=None)

    assert len(answer.data["page"]["edges"]) == 4


async def test_a_list_is_not_read_from_both_ends(unmoved: House) -> None:
    """There is no `last`: lists are read forwards, and the schema says so."""
    answer = await unmoved.ask("{ firms(first: 1, last: 1) { totalCount } }", PUBLIC)

    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.fixture
async def cursor(unmoved: House) -> str:
    """The cursor of the first of several firms that a search finds."""
    who, query = LISTS["a search for firms"]
    page = (await unmoved.ask(query % FIELDS, who, first=1)).data["page"]
    assert page["pageInfo"]["hasNextPage"]
    end: str = page["pageInfo"]["endCursor"]
    return end


async def after(
    house: House, cursor: str, listed: str = "a search for firms", who: Person = PUBLIC
) -> list[str]:
    """The codes of what asking for what follows the cursor leads to."""
    answer = await house.ask(LISTS[listed][1] % FIELDS, who, after=cursor)
    return answer.codes


async def test_a_cursor_leads_on(unmoved: House, cursor: str) -> None:
    """Or refusing the others would prove nothing."""
    assert await after(unmoved, cursor) == []


def flipped(cursor: str, place: int) -> str:
    """The cursor with one bit of one of its bytes turned."""
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place] ^= 1
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


FORGERIES: dict[str, Callable[[str], str]] = {
    "cut at the end": lambda cursor: cursor[:-4],
    "cut in the middle": lambda cursor: cursor[: len(cursor) // 2],
    "cut to its signature": lambda cursor: cursor[:22],
    "one letter more": lambda cursor: cursor + "A",
    "another signature": lambda cursor: flipped(cursor, 0),
    "another place": lambda cursor: flipped(cursor, -2),
    "another time": lambda cursor: flipped(cursor, 20),
    "with padding": lambda cursor: cursor + "==",
    "with a space": lambda cursor: cursor + " ",
    "nothing": lambda _: "",
    "made by hand": lambda _: base64.b64encode(b'[1,["x",[1,"a"]]]').decode(),
    "a number": lambda _: "20",
    "Chinese": lambda _: "直播",
    "a zero character": lambda cursor: cursor + "\0",
    "a megabyte": lambda cursor: cursor * 5_000,
    "a global id": lambda _: base64.b64encode(b"Firm:1").decode(),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("listed", ["a search for firms", "firms", "reports", "submissions"])
async def test_a_forged_cursor_is_refused(unmoved: House, cursor: str, forgery: str, listed: str) -> None:
    """Whatever was done to it."""
    assert await after(unmoved, FORGERIES[forgery](cursor), listed, LISTS[listed][0]) == ["CURSOR_INVALID"]


@pytest.mark.parametrize("position", ["", "-1", "1e3", "９", "9" * 30, "x", "0x10", " 1", "1\0"])
async def test_a_position_that_is_none_is_refused(unmoved: House, position: str) -> None:
    """The log is read by numbers."""
    assert await after(unmoved, position, "changes", ANALYST) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("who", [OWNER, OTHER_OWNER, ANALYST, REVIEWER])
async def test_another_callers_cursor_is_refused(unmoved: House, cursor: str, who: Person) -> None:
    """A cursor tells where its owner stood, in a list that only its owner sees so."""
    assert await after(unmoved, cursor, who=who) == ["CURSOR_INVALID"]


@pytest.mark.parametrize(("listed", "who"), [("firms", PUBLIC), ("reports", PUBLIC), ("submissions", PUBLIC)])
async def test_another_querys_cursor_is_refused(
    unmoved: House, cursor: str, listed: str, who: Person
) -> None:
    """Also where the same things are listed, asked for otherwise."""
    assert await after(unmoved, cursor, listed, who) == ["CURSOR_INVALID"]


@pytest.mark.parametrize(
    "asked",
    [
        'filter: {text: "手作"}',
        'filter: {text: "直播", regions: ["330100"]}',
        'filter: {text: "直播"}, orderBy: NAME',
        'filter: {text: "直播"}, direction: ASC',
    ],
)
async def test_a_changed_querys_cursor_is_refused(unmoved: House, cursor: str, asked: str) -> None:
    """Other words, other filters, another order."""
    query = f"query($after: String) {{ firms({asked}, after: $after) {{ totalCount }} }}"

    assert (await unmoved.ask(query, PUBLIC, after=cursor)).codes == ["CURSOR_INVALID"]


async def test_a_cursor_of_yesterday_has_expired(unmoved: House, cursor: str) -> None:
    """After 24 hours; one hour before it still leads on."""
    clock = unmoved.stage.clock
    sealed_at = clock.now
    try:
        clock.now = sealed_at + timedelta(hours=23)
        assert await after(unmoved, cursor) == []
        clock.now = sealed_at + timedelta(hours=25)
        assert await after(unmoved, cursor) == ["CURSOR_EXPIRED"]
    finally:
        clock.now = sealed_at


async def test_a_cursor_of_another_index_has_expired(unmoved: House, cursor: str) -> None:
    """After a rebuild a place in an order by relevance means nothing any more."""
    record = unmoved.stage.record
    rebuilder = Rebuilder(Route(record, unmoved.stage.engine, REFERENCE, record.dead_letters))
    await rebuilder.run(record.leases, "rebuild")

    assert await after(unmoved, cursor) == ["CURSOR_EXPIRED"]
