"""The search of entries: what it finds, in which order, how it counts, and what it never tells."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from itertools import product
from typing import Any

import pytest
import pytest_asyncio

from directory.access import Caller, Role
from directory.entities import Firm
from directory.visibility import may_see_firm
from indexer.query.search import Kind, Search
from schema.firms.sight import visible_firms
from tests.journeys.entries import REVIEWER, Entries
from tests.journeys.stage import (
    ANALYST,
    FAR_OFFICER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    Person,
    Stage,
    staged_in,
)
from tests.schema.firms.listing import FACETS, listed

GLIMMER, FISH, DEEP, PENDING, GONE = "微光直播", "小鱼手作", "深海数码", "未列直播", "移出直播"
NEWEST_FIRST = [DEEP, FISH, GLIMMER]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One directory for all: nothing here changes it."""
    async with staged_in(tmp_path_factory.mktemp("search")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firms(stage: Stage) -> dict[str, Firm]:
    """The small directory, by name."""
    return await listed(stage)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [DEEP, FISH, GLIMMER]),
        ({"text": "直播"}, {GLIMMER, DEEP}),
        ({"text": "微光好物"}, [GLIMMER]),
        ({"text": "glimmer"}, [GLIMMER]),
        ({"text": "直播 -设备"}, [GLIMMER]),
        ({"statuses": ["SUSPENDED"]}, [DEEP]),
        ({"statuses": ["PENDING"]}, []),
        ({"statuses": []}, NEWEST_FIRST),
        ({"entityKinds": ["FREELANCER", "INDIVIDUAL_BUSINESS"]}, [DEEP, FISH]),
        ({"forms": ["short-video"]}, [FISH]),
        ({"forms": ["micro-economy"]}, NEWEST_FIRST),
        ({"occupations": ["content-creator"]}, [FISH]),
        ({"industries": ["64"]}, [GLIMMER]),
        ({"industries": ["6421"]}, [GLIMMER]),
        ({"regions": ["330000"]}, [FISH, GLIMMER]),
        ({"regions": ["330106", "440000"]}, [DEEP, FISH]),
        ({"platforms": ["bilibili"]}, [FISH]),
        ({"sizeClasses": ["MICRO", "SMALL"]}, [FISH, GLIMMER]),
        ({"growthQualified": True}, [GLIMMER]),
        ({"growthQualified": False}, [FISH]),
        ({"followers": {"min": 1000, "max": 1000}}, [GLIMMER]),
        ({"followers": {"min": 1001}}, [FISH]),
        ({"followers": {"min": 2, "max": 1}}, []),
        ({"foundedOn": {"from": "2020-07-14", "to": "2020-07-14"}}, [GLIMMER]),
        ({"foundedOn": {"to": "2020-07-13"}}, []),
        ({"listedAt": {"from": "2026-02-01", "to": "2026-02-01"}}, [GLIMMER]),
        ({"listedAt": {"to": "2026-01-31"}}, []),
        ({"hasOpenBlockages": True}, []),
        ({"hasOpenBlockages": False}, NEWEST_FIRST),
        ({"regions": ["330000"], "sizeClasses": ["MICRO"], "text": "手作"}, [FISH]),
    ],
)
async def test_each_filter_finds_what_it_says(
    entries: Entries, firms: dict[str, Firm], asked: dict[str, Any], expected: list[str] | set[str]
) -> None:
    """As the public, latest listed first where no text ranks."""
    names = await entries.names(PUBLIC, filter=asked)

    assert (set(names) if isinstance(expected, set) else names) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"min": "88000.50", "max": "88000.50"}, [GLIMMER]),
        ({"min": "88000.501"}, []),
        ({"max": "9000.009"}, [DEEP]),
        ({"min": "0", "max": "999999999999999999"}, [DEEP, GLIMMER]),
    ],
)
async def test_turnover_is_exact_to_the_fen(
    entries: Entries, firms: dict[str, Firm], asked: dict[str, str], expected: list[str]
) -> None:
    """For those who may read exact figures."""
    assert await entries.names(ANALYST, filter={"monthlyTurnoverCny": asked}) == expected


@pytest.mark.parametrize("who", [PUBLIC, OWNER, OPERATOR])
async def test_nobody_finds_out_a_figure_by_filter_or_order(
    entries: Entries, firms: dict[str, Firm], who: Person
) -> None:
    """Who may not read exact figures can neither narrow nor sort by them."""
    query = "query F($f: FirmFilter, $o: FirmSort) { firms(filter: $f, orderBy: $o) { totalCount } }"

    by_filter = await entries.stage.answer(who, query, f={"monthlyTurnoverCny": {"min": "1"}})
    by_order = await entries.stage.answer(who, query, o="MONTHLY_TURNOVER")

    assert by_filter.codes == by_order.codes == ["FIELD_NOT_ALLOWED"]


@pytest.mark.parametrize(
    ("order", "descending"),
    [
        ("NAME", [FISH, GLIMMER, DEEP]),
        ("LISTED_AT", NEWEST_FIRST),
        ("UPDATED_AT", NEWEST_FIRST),
        ("FOLLOWERS", [FISH, GLIMMER, DEEP]),
        ("MONTHLY_TURNOVER", [GLIMMER, DEEP, FISH]),
        ("RELEVANCE", NEWEST_FIRST),
    ],
)
async def test_each_sort_orders_both_ways_with_the_unknown_last(
    entries: Entries, firms: dict[str, Firm], order: str, descending: list[str]
) -> None:
    """深海 has no followers and 小鱼 no turnover: they are last either way."""
    unknown = {"FOLLOWERS": [DEEP], "MONTHLY_TURNOVER": [FISH]}.get(order, [])
    known = [name for name in descending if name not in unknown]

    assert await entries.names(ANALYST, orderBy=order, direction="DESC") == descending
    assert await entries.names(ANALYST, orderBy=order, direction="ASC") == known[::-1] + unknown


async def test_the_order_by_relevance_puts_the_name_before_the_summary(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """Scores fall along the list; in any other order there is none."""
    found = await entries.found(PUBLIC, "edges { score node { name } }", filter={"text": "直播"})
    sorted_by_name = await entries.found(PUBLIC, "edges { score }", filter={"text": "直播"}, orderBy="NAME")

    assert [edge["node"]["name"] for edge in found["edges"]] == [GLIMMER, DEEP]
    assert found["edges"][0]["score"] > found["edges"][1]["score"]
    assert {edge["score"] for edge in sorted_by_name["edges"]} == {None}


async def test_matches_are_marked_in_the_fields_where_they_are(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """Former, brand and account names tell by their field why an entry was found."""
    fields = "edges { highlights { field fragments } }"

    (edge,) = (await entries.found(PUBLIC, fields, filter={"text": "微光好物"}))["edges"]

    assert edge["highlights"] == [{"field": "otherNames", "fragments": ["<em>微光好物</em>"]}]


async def test_a_number_or_code_in_any_spacing_finds_that_entry_alone(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """Typed as people type it."""
    firm = firms[GLIMMER]
    number, code = firm.entry_number, firm.profile.uscc or ""

    for typed in (number, number.lower().replace("-", " "), f" {code[:6]} {code[6:]} ", code.lower()):
        assert await entries.names(PUBLIC, filter={"text": typed}) == [GLIMMER]


async def test_a_search_that_is_too_long_is_told_so(entries: Entries) -> None:
    """The only text that is an error."""
    query = "query F($t: String) { firms(filter: {text: $t}) { totalCount } }"

    for text in ("长" * 1001, "a b " * 100):
        assert (await entries.stage.answer(PUBLIC, query, t=text)).codes == ["QUERY_TOO_LONG"]
    for text in ('"((((', "*", "AND OR (", "\u200b", "_id:1", "/.{10000}/", "NOT"):
        assert (await entries.stage.answer(PUBLIC, query, t=text)).codes == []


async def test_unknown_codes_are_told_all_at_once_with_their_places(entries: Entries) -> None:
    """A typing mistake is no empty result."""
    query = "query F($f: FirmFilter) { firms(filter: $f) { totalCount } }"
    wrong = {
        "forms": ["live-commerce", "nonsense"],
        "occupations": ["x"],
        "industries": ["00"],
        "regions": ["999999"],
        "provinces": ["330000", "330100"],
        "platforms": ["y" * 1000],
    }

    answer = await entries.stage.answer(PUBLIC, query, f=wrong)

    places = [".".join(error["extensions"]["argument"]) for error in answer.content["errors"]]
    assert places == [
        "filter.forms.1",
        "filter.occupations.0",
        "filter.industries.0",
        "filter.regions.0",
        "filter.provinces.1",
        "filter.platforms.0",
    ]
    assert set(answer.codes) == {"INVALID"}
    assert all(set(error["extensions"]["messages"]) == {"zh", "en"} for error in answer.content["errors"])


@pytest.mark.parametrize("who", [PUBLIC, OWNER, REVIEWER, FAR_OFFICER, SUPERVISOR])
async def test_facets_count_what_a_count_by_hand_counts(
    entries: Entries, firms: dict[str, Firm], who: Person
) -> None:
    """Each leaves its own selection out, and counts only what the caller may see."""
    narrowed = {"regions": ["330000"], "sizeClasses": ["MICRO"], "statuses": ["LISTED"]}
    fields = "facets { field values { value count selected } otherCount }"
    facets = (await entries.found(who, fields, filter=narrowed, facets=FACETS))["facets"]
    caller = Caller(
        None if who is PUBLIC else who.subject,
        frozenset({who.role}),
        who.claims.get("agency"),
        who.claims.get("region"),
    )
    seen = [firm for firm in firms.values() if may_see_firm(caller, firm)]

    def fits(firm: Firm, leave_out: str) -> bool:
        return (
            (leave_out in ("REGION", "PROVINCE") or firm.profile.region.startswith("33"))
            and (leave_out == "SIZE_CLASS" or firm.size_class == "MICRO")
            and (leave_out == "STATUS" or firm.status == "LISTED")
        )

    by_hand: dict[str, Callable[[Firm], list[str]]] = {
        "STATUS": lambda firm: [firm.status.value],
        "REGION": lambda firm: [firm.profile.region],
        "PROVINCE": lambda firm: [f"{firm.profile.region[:2]}0000"],
        "SIZE_CLASS": lambda firm: [firm.size_class.value] if firm.size_class else [],
        "FORM": lambda firm: list(firm.profile.forms),
        "ENTITY_KIND": lambda firm: [firm.profile.entity_kind.value],
    }
    shown = {facet["field"]: {one["value"]: one["count"] for one in facet["values"]} for facet in facets}

    assert [facet["field"] for facet in facets] == FACETS
    for name, values in by_hand.items():
        counted: dict[str, int] = {}
        for firm in seen:
            if fits(firm, name):
                counted.update({value: counted.get(value, 0) + 1 for value in values(firm)})
        assert {value: count for value, count in shown[name].items() if count} == counted, name


async def test_inside_a_selected_province_its_cities_are_marked(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """The province itself is borne by no entry and is not shown with a count of nought."""
    fields = "facets { values { value label(language: EN) selected count } otherCount }"

    (facet,) = (await entries.found(PUBLIC, fields, filter={"regions": ["330000"]}, facets=["REGION"]))[
        "facets"
    ]

    marked = {value["value"]: value["selected"] for value in facet["values"]}
    assert marked == {"330100": True, "330106": True, "440300": False}
    assert all(not value["label"].isdecimal() for value in facet["values"])


async def test_the_cities_of_chosen_provinces_are_counted_beside_all_provinces(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """One of the cities chosen too: the provinces count as if neither was, the cities as if no city was."""
    fields = "totalCount facets { values { value selected count } }"
    asked = {"provinces": ["330000"], "regions": ["330106"]}

    found = await entries.found(PUBLIC, fields, filter=asked, facets=["PROVINCE", "REGION"])

    provinces, cities = (
        {one["value"]: (one["count"], one["selected"]) for one in facet["values"]}
        for facet in found["facets"]
    )
    assert found["totalCount"] == 1
    assert provinces == {"330000": (2, True), "440000": (1, False)}
    assert cities == {"330100": (1, False), "330106": (1, True)}


async def test_the_walk_meets_each_entry_once_though_others_come_between(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """Cursors carry the place itself; the total is exact on every page."""
    fields = "totalCount nodes { name } pageInfo { endCursor hasNextPage hasPreviousPage }"
    met: list[str] = []
    after, more = None, True
    while more:
        page = await entries.found(PUBLIC, fields, first=1, after=after, orderBy="FOLLOWERS")
        met += [node["name"] for node in page["nodes"]]
        assert page["totalCount"] == 3
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert met == [FISH, GLIMMER, DEEP]


async def test_a_cursor_opens_only_the_list_it_was_given_for(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """Another question, another caller, a cut one."""
    query = """query F($a: String, $f: FirmFilter, $o: FirmSort) {
        firms(first: 1, after: $a, filter: $f, orderBy: $o) { pageInfo { endCursor } } }"""
    cursor = (await entries.stage.ask(PUBLIC, query))["firms"]["pageInfo"]["endCursor"]

    other_filter = await entries.stage.answer(PUBLIC, query, a=cursor, f={"text": "直播"})
    other_order = await entries.stage.answer(PUBLIC, query, a=cursor, o="NAME")
    other_caller = await entries.stage.answer(ANALYST, query, a=cursor)
    cut = await entries.stage.answer(PUBLIC, query, a=cursor[:-2])
    same = await entries.stage.answer(PUBLIC, query, a=cursor)

    for refused in (other_filter, other_order, other_caller, cut):
        assert refused.codes == ["CURSOR_INVALID"]
    assert same.codes == []


@pytest.mark.parametrize("asked", ["0", "101", "-1", "2147483647"])
async def test_a_page_has_one_to_a_hundred_entries(entries: Entries, asked: str) -> None:
    """Anything else is told, not trimmed."""
    answer = await entries.stage.answer(PUBLIC, f"{{ firms(first: {asked}) {{ totalCount }} }}")

    assert answer.codes == ["BAD_USER_INPUT"]


async def test_a_firm_and_its_reviewer_find_what_is_not_public(
    entries: Entries, firms: dict[str, Firm]
) -> None:
    """Pending and delisted entries are found by those who may see them, and by nobody else."""
    seen = {
        who.subject: set(await entries.names(who)) - set(NEWEST_FIRST)
        for who in (PUBLIC, OWNER, OTHER_OWNER, ANALYST, OPERATOR, REVIEWER, FAR_OFFICER, SUPERVISOR)
    }

    assert seen == {
        "nobody": set(),
        "firm-user": {PENDING, GONE},
        "other-firm": set(),
        "analyst": set(),
        "operator": set(),
        "reviewer": {PENDING},
        "far-officer": {GONE},
        "supervisor": {PENDING, GONE},
    }


async def test_the_search_sees_exactly_what_the_rules_let_see(stage: Stage, firms: dict[str, Firm]) -> None:
    """For every role, with and without a reach: the index's form of the rule and the rule agree."""
    reaches = (None, "330000", "330100", "330106", "440300")
    for role, reach in product(set(Role) - {Role.CLOCK}, reaches):
        caller = Caller("firm-user", frozenset({role}), agency="ndrc", region=reach)
        hits = await stage.engine.search(Search(Kind.FIRM, visible_firms(caller), first=100))
        assert {hit.id for hit in hits.hits} == {
            firm.id for firm in firms.values() if may_see_firm(caller, firm)
        }, (role, reach)


async def test_open_reports_tell_on_nobody(entries: Entries, firms: dict[str, Firm]) -> None:
    """微光's report is public, 小鱼's is for agencies only: the filter names the reporter of neither, but to itself."""
    asked = {"hasOpenBlockages": True}
    assert set(await entries.names(SUPERVISOR, filter=asked)) == set()
    assert set(await entries.names(OWNER, filter=asked)) == {FISH}
    assert set(await entries.names(ANALYST, filter=asked)) == set()
    assert set(await entries.names(OTHER_OWNER, filter={"hasOpenBlockages": False})) == {FISH, DEEP, GLIMMER}
