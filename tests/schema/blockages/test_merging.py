"""Reports of an entry that was merged into another."""

from directory.access import Caller, Role
from directory.commands import MergeFirms
from schema.node import global_id, parse_global_id
from tests.factories import make_firm
from tests.journeys.reports import Reports
from tests.journeys.stage import ANALYST, OTHER_OWNER, OWNER, PUBLIC, SUPERVISOR
from tests.record.steps import keep

COUNT = (
    "query Count($filter: BlockageFilter) { blockages(filter: $filter) { totalCount nodes { reference } } }"
)
BY_FIRM = "query F($id: ID!) { node(id: $id) { ... on Firm { id blockages { nodes { reference } } } } }"


async def test_the_reports_of_a_merged_entry_belong_to_the_one_it_lives_on_in(reports: Reports) -> None:
    """To its owner, under its name, by either id; the former owner sees what any firm sees, in lists as alone."""
    stage = reports.stage
    survivor = make_firm(owner="other-firm")
    await keep(stage.record, survivor)
    report = await reports.in_progress(visibility="AGENCIES_ONLY")
    merged = parse_global_id(reports.firm)
    assert merged is not None
    command = MergeFirms(source=merged[1], into=survivor.id, reason="同一主体重复登记")
    reviewer = Caller("reviewer", frozenset({Role.AGENCY}), agency="local-amr@330100", region="330100")
    assert (await stage.directory.handle(command, reviewer)).problems == ()
    await stage.index()

    survivors = {"id": global_id("Firm", survivor.id)}
    assert await reports.read(OTHER_OWNER, report, "reportedBy { id }") == {"reportedBy": survivors}
    assert await reports.read(OWNER, report, "id") is None
    for firm in (reports.firm, survivors["id"]):
        listed = (await stage.ask(OTHER_OWNER, BY_FIRM, id=firm))["node"]
        assert listed == {**survivors, "blockages": {"nodes": [{"reference": report["reference"]}]}}
        by_firm = (await stage.ask(OTHER_OWNER, COUNT, filter={"reportedBy": firm}))["blockages"]
        assert by_firm["totalCount"] == 1
    totals = {
        who.subject: (await stage.ask(who, COUNT, filter={}))["blockages"]["totalCount"]
        for who in (OWNER, OTHER_OWNER)
    }
    assert totals == {"firm-user": 0, "other-firm": 1}


async def test_a_merge_does_not_tell_whose_the_reports_are(reports: Reports) -> None:
    """Neither in the feed, where its entries would stand beside the merge's, nor by the time of a change."""
    stage = reports.stage
    survivor = make_firm(owner="other-firm")
    await keep(stage.record, survivor)
    report = await reports.in_progress()
    before = await reports.read(PUBLIC, report, "updatedAt")
    merged = parse_global_id(reports.firm)
    assert merged is not None
    stage.at("2026-03-04 10:00")
    command = MergeFirms(source=merged[1], into=survivor.id, reason="同一主体重复登记")
    reviewer = Caller("reviewer", frozenset({Role.AGENCY}), agency="local-amr@330100", region="330100")
    assert (await stage.directory.handle(command, reviewer)).problems == ()
    await stage.index()

    for who in (SUPERVISOR, ANALYST):
        feed = (await stage.ask(who, "{ changes { nodes { kind at } } }"))["changes"]["nodes"]
        since = [change["kind"] for change in feed if change["at"] > before["updatedAt"]]
        assert since != []
        assert not any(kind.startswith("blockage:") for kind in since), since
    assert await reports.read(PUBLIC, report, "updatedAt") == before
