"""How much a page of reports asks of the record: always the same, however long it is."""

from typing import Any

from structlog.testing import capture_logs

from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.reports import Reports, on
from tests.journeys.stage import LEADER, OWNER, PUBLIC, SUPERVISOR, Stage
from tests.record.statements import counted_statements
from tests.schema.blockages.corpus import indexed, taken_up

PAGE = """query Page($first: Int!) {
    blockages(first: $first) {
        nodes {
            reference
            agency { name }
            reportedBy { entryNumber name }
            clauses { code }
            deadlines { stage dueAt }
            openActions
        }
    }
}"""
OF_FIRMS = """query Ids($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Firm { blockages(first: 5) { nodes { reference reportedBy { name } } } } }
}"""


# Who signs in is known by an account: one read, however much is asked.
SIGNED_IN = 1


async def reads_of(stage: Stage, who: Any, query: str, **variables: Any) -> int:
    """How many reads the query takes, of whom the directory has met before: once a day it looks up their standing."""
    await stage.ask(who, "{ __typename }")
    with counted_statements() as statements:
        await stage.ask(who, query, **variables)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in statements)


async def filled(stage: Stage) -> list[str]:
    """Fifty reports of ten firms; the result is the firms' ids."""
    firms = [make_firm(owner="firm-user") for _ in range(10)]
    reports = [
        taken_up(firms[n % 10], agency="samr", clauses=("mcn-draft-2025#art2",), title=f"第{n}号诉求")
        for n in range(50)
    ]
    await indexed(stage, *firms, *reports)
    return [firm.id for firm in firms]


async def test_a_page_of_fifty_reads_as_often_as_a_page_of_two(stage: Stage) -> None:
    """Reports in one read, firms in one where who reported may be read; agencies, clauses and limits in none."""
    await filled(stage)

    for who, most in ((PUBLIC, 1), (OWNER, 2 + SIGNED_IN), (SUPERVISOR, 1 + SIGNED_IN)):
        few = await reads_of(stage, who, PAGE, first=2)
        many = await reads_of(stage, who, PAGE, first=50)
        assert few == many == most, who.subject


async def test_the_reports_of_ten_firms_come_with_one_read(stage: Stage) -> None:
    """One read for the firms, one for all of their reports."""
    ids = [global_id("Firm", firm_id) for firm_id in await filled(stage)]

    assert await reads_of(stage, SUPERVISOR, OF_FIRMS, ids=ids) == 2 + SIGNED_IN


async def test_what_is_not_selected_is_not_counted(stage: Stage) -> None:
    """No total, no facets, no marks: the engine is asked for hits only."""
    await filled(stage)
    asked: list[Any] = []
    search = stage.engine.search

    async def noting(wanted: Any) -> Any:
        asked.append(wanted)
        return await search(wanted)

    stage.engine.search = noting  # type: ignore[method-assign, assignment]
    await stage.ask(PUBLIC, "{ blockages(facets: [STATUS]) { nodes { reference } } }")
    await stage.ask(PUBLIC, "{ blockages(facets: [STATUS]) { totalCount facets { field } } }")

    assert [(one.total, len(one.facets)) for one in asked] == [(False, 0), (True, 1)]


async def test_without_its_index_the_directory_still_works(reports: Reports) -> None:
    """An engine that is down costs searches: reports are read by number, and commands are taken."""
    stage = reports.stage
    report = await reports.in_progress()
    await stage.index()
    await stage.engine.close()

    with capture_logs():
        searched = await stage.answer(PUBLIC, "{ blockages { totalCount } }")
    read = await reports.read(PUBLIC, report, "status")
    posted = await reports.does(LEADER, "postProgress", **on(report, note="已约谈"))

    assert searched.codes == ["SEARCH_UNAVAILABLE"]
    assert read == {"status": "IN_PROGRESS"}
    assert posted["version"] == report["version"] + 1
