"""The follow-up of an entry through the API: its yearly confirmation, programmes for it, its growth over time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.entities import GrowthFinding
from directory.states import FirmStatus
from tests.factories import NOW, make_firm
from tests.journeys.stage import ANALYST, PUBLIC, Stage
from tests.record.steps import change, firm_at, keep, seal
from tests.rules.report_lives import china
from tests.transfer.exports import export

BADGE = "query($number: String) { firm(entryNumber: $number) { nextConfirmationDue lapsed } }"
SEARCH = "query($lapsed: Boolean) { firms(filter: { lapsed: $lapsed }) { nodes { entryNumber } } }"


@pytest.mark.parametrize(("instant", "lapsed"), [("2026-02-28 23:59", False), ("2026-03-01 00:00", True)])
async def test_the_search_and_the_entry_agree_on_lapsed_at_the_instant(
    stage: Stage, instant: str, lapsed: bool
) -> None:
    """Both are computed from the last confirmation and the clock."""
    firm = make_firm(confirmed_at=china("2024-11-30 10:00"))
    await keep(stage.record, firm)
    await stage.index()
    stage.at(instant)

    shown = (await stage.ask(PUBLIC, BADGE, number=firm.entry_number))["firm"]
    assert shown == {"nextConfirmationDue": "2025-11-30", "lapsed": lapsed}
    for asked in (True, False):
        found = (await stage.ask(PUBLIC, SEARCH, lapsed=asked))["firms"]["nodes"]
        assert found == ([{"entryNumber": firm.entry_number}] if asked is lapsed else [])


async def test_an_entry_tells_whether_it_may_report(stage: Stage) -> None:
    """By its standing and the clock: a graduated one may for twelve months more."""
    graduated = china("2025-03-02 10:00")
    firms = [
        make_firm(),
        make_firm(status=FirmStatus.GRADUATED, status_since=graduated, updated_at=graduated),
    ]
    await keep(stage.record, *firms)
    query = "query($number: String) { firm(entryNumber: $number) { mayReport } }"
    told = []
    for instant in ("2026-03-02 23:59", "2026-03-03 00:00"):
        stage.at(instant)
        answers = [await stage.ask(PUBLIC, query, number=firm.entry_number) for firm in firms]
        told.append([answer["firm"]["mayReport"] for answer in answers])

    assert told == [[True, True], [True, False]]


EVERY_STANDING = [status.name for status in FirmStatus]
FIRMS = """query($filter: FirmFilter) { firms(filter: $filter, facets: [LAPSED, STATUS]) { totalCount
    nodes { entryNumber } facets { field values { value count selected label } } } }"""


async def quiet_ones(stage: Stage) -> dict[str, str]:
    """Entry numbers: one confirmed in time, one lapsed, one silent past the grace, one suspended for that by the clock."""
    made = {
        "current": make_firm(confirmed_at=china("2026-02-01 10:00")),
        "lapsed": make_firm(confirmed_at=china("2024-11-30 10:00")),
        "silent": make_firm(confirmed_at=china("2024-08-31 10:00")),
        "suspended": make_firm(status=FirmStatus.SUSPENDED, confirmed_at=china("2024-08-01 10:00")),
    }
    await keep(stage.record, *made.values())
    await stage.index()
    stage.at("2026-03-01 00:00")
    return {name: firm.entry_number for name, firm in made.items()}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"current", "lapsed"}),
        ({"regions": ["330000"]}, {"current", "lapsed"}),
        ({"lapsed": True}, {"lapsed", "silent"}),
        ({"lapsed": False}, {"current", "suspended"}),
        ({"statuses": ["LISTED"]}, {"current", "lapsed", "silent"}),
        ({"statuses": ["SUSPENDED"]}, {"suspended"}),
    ],
)
async def test_a_search_leaves_out_who_is_silent_past_the_grace_unless_asked(
    stage: Stage, asked: dict[str, object], names: set[str]
) -> None:
    """By the yearly update, or by the standing, they are found; nothing is deleted."""
    numbers = await quiet_ones(stage)

    found = (await stage.ask(PUBLIC, FIRMS, filter=asked))["firms"]

    assert {one["entryNumber"] for one in found["nodes"]} == {numbers[name] for name in names}
    assert found["totalCount"] == len(names)


async def test_a_number_finds_an_entry_however_silent(stage: Stage) -> None:
    """Whoever has the number asks for this entry and no other."""
    numbers = await quiet_ones(stage)

    found = (await stage.ask(PUBLIC, FIRMS, filter={"text": numbers["silent"]}))["firms"]

    assert found["nodes"] == [{"entryNumber": numbers["silent"]}]


async def test_the_facet_counts_the_lapsed_also_where_they_are_left_out(stage: Stage) -> None:
    """It leaves its own selection out, as every facet does; other facets count what the search finds."""
    await quiet_ones(stage)

    lapses, statuses = (await stage.ask(PUBLIC, FIRMS, filter={}))["firms"]["facets"]
    chosen, _ = (await stage.ask(PUBLIC, FIRMS, filter={"lapsed": True}))["firms"]["facets"]

    assert [(one["value"], one["count"], one["selected"], one["label"]) for one in lapses["values"]] == [
        ("false", 2, False, "未逾期"),
        ("true", 2, False, "逾期未更新"),
    ]
    assert [(one["value"], one["count"]) for one in statuses["values"]] == [("LISTED", 2)]
    assert {one["value"]: one["selected"] for one in chosen["values"]} == {"false": False, "true": True}


async def test_the_facet_counts_what_is_found_where_that_is_asked(stage: Stage) -> None:
    """The lapsed among the entries that the search shows, and no others."""
    await quiet_ones(stage)
    query = """query($filter: FirmFilter) { firms(filter: $filter, facets: [LAPSED], facetMode: ALL_FILTERS) {
        totalCount facets { values { value count } } } }"""

    shown = (await stage.ask(PUBLIC, query, filter={}))["firms"]
    chosen = (await stage.ask(PUBLIC, query, filter={"lapsed": True}))["firms"]

    assert [shown["facets"][0]["values"], shown["totalCount"]] == [
        [{"value": "false", "count": 1}, {"value": "true", "count": 1}],
        2,
    ]
    assert chosen["facets"][0]["values"] == [{"value": "true", "count": chosen["totalCount"]}]


@pytest.mark.parametrize("asked", [{}, {"statuses": ["LISTED"]}, {"lapsed": True}, {"regions": ["330000"]}])
async def test_an_export_holds_the_silent_exactly_where_the_search_shows_them(
    stage: Stage, asked: dict[str, object]
) -> None:
    """Whoever takes away what they see gets what they saw."""
    await quiet_ones(stage)

    shown = (await stage.ask(ANALYST, FIRMS, filter=asked))["firms"]
    exported = await export(stage, ANALYST, "firms.ndjson", {"filter": asked})

    numbers = {one["entryNumber"] for one in shown["nodes"]}
    assert {row["entryNumber"] for row in exported.rows} == numbers
    assert shown["totalCount"] == len(numbers)


async def test_an_export_of_all_standings_leaves_no_entry_out(stage: Stage) -> None:
    """A copy of the whole directory begins so: the feed that goes on from it tells of nothing that time alone hides."""
    numbers = await quiet_ones(stage)

    exported = await export(stage, ANALYST, "firms.ndjson", {"filter": {"statuses": EVERY_STANDING}})

    assert {row["entryNumber"] for row in exported.rows} == set(numbers.values())


async def test_programmes_come_with_their_reasons(stage: Stage) -> None:
    """Which criterion is met, and which nobody can tell."""
    firm = make_firm()
    await keep(stage.record, firm)
    query = """query($number: String) { firm(entryNumber: $number) {
        programmeMatches { programme { code } findings { criterion wanted met } } } }"""

    matches = (await stage.ask(PUBLIC, query, number=firm.entry_number))["firm"]["programmeMatches"]

    found = {one["programme"]["code"]: one["findings"] for one in matches}
    assert found["startup-loan"] == [
        {
            "criterion": "TARGET",
            "wanted": ["individual-household", "small-micro-enterprise", "student-entrepreneur"],
            "met": None,
        }
    ]


async def test_every_growth_assessment_is_dated_and_kept(stage: Stage) -> None:
    """The present one and those before it, from the log."""
    first = GrowthFinding(ruleset="MEG-1", qualifies=False, assessed_at=NOW, criteria=())
    second = first.model_copy(update={"qualifies": True, "assessed_at": NOW + timedelta(days=365)})
    firm = make_firm(growth=first)
    await keep(stage.record, firm)
    await change(stage.record, await firm_at(stage.record, firm.id), growth=second)
    await change(stage.record, await firm_at(stage.record, firm.id), status_reason="核查")
    await seal(stage.record)
    query = "query($number: String) { firm(entryNumber: $number) { growthHistory { qualifies assessedAt } } }"

    history = (await stage.ask(PUBLIC, query, number=firm.entry_number))["firm"]["growthHistory"]

    assert [(one["qualifies"], one["assessedAt"][:10]) for one in history] == [
        (False, "2026-03-02"),
        (True, "2027-03-02"),
    ]
