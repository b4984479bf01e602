"""How often a page of entries reads the record: as often for fifty entries as for five."""

from __future__ import annotations

import pytest

from directory.profiles import ContactDetails, PlatformAccount
from directory.states import SubmissionStatus
from indexer.query.search import Hits, Search
from tests.factories import make_blockage, make_firm, make_profile, make_submission
from tests.journeys.entries import REVIEWER, Entries
from tests.journeys.stage import Stage
from tests.record.statements import counted_statements
from tests.record.steps import CLERK

MOST = 50

PAGES = {
    "terms": "nodes { name region { name parent { name } } forms { label } industry { label } platforms { accountName } }",
    "growth and figures": "nodes { growth { criteria { label } } metrics { value } provenance { field } }",
    "programmes": "nodes { supportProgrammes { name measures { label } } }",
    "reports": "nodes { blockages(first: 1) { totalCount nodes { reference } } }",
    "submissions": "nodes { submissions(first: 1) { totalCount nodes { status changes { field } firm { name } } } }",
    "reports and submissions": "nodes { blockages(first: 1) { nodes { title } } submissions(first: 1) { nodes { kind } } }",
    "contacts": "nodes { contact { phone } }",
    "counts and marks": "totalCount facets { values { label } } edges { score highlights { fragments } node { name } }",
}


async def populated(stage: Stage) -> None:
    """Fifty listed entries, each with a contact, a report and a submission."""
    async with stage.record.unit_of_work() as uow:
        for number in range(MOST):
            account = PlatformAccount(platform="douyin", account_name=f"微光{number}")
            profile = make_profile(
                name=f"微光直播{number}号", industry="6429", platforms=(account,), summary="直播。"
            )
            firm = make_firm(profile=profile)
            contact = await uow.contacts.put(firm.id, ContactDetails(phone="13812345678"))
            submission = make_submission(firm_id=firm.id, status=SubmissionStatus.APPROVED, profile=profile)
            await uow.firms.add(firm.model_copy(update={"contact": contact}), kind="firm:kept", **CLERK)
            await uow.blockages.add(make_blockage(firm_id=firm.id), kind="blockage:kept", **CLERK)
            await uow.submissions.add(submission, kind="submission:kept", **CLERK)
    await stage.index()


async def test_a_page_of_fifty_costs_as_many_reads_as_a_page_of_five(entries: Entries) -> None:
    """Whatever is selected: related entries come by one read a kind, and never more than a handful in all."""
    await populated(entries.stage)
    # Once a day the directory looks up the standing of whoever asks.
    await entries.stage.ask(REVIEWER, "{ __typename }")
    text = {"filter": {"text": "直播"}, "facets": ["REGION", "FORM"]}

    for what, fields in PAGES.items():
        costs = []
        for first in (5, MOST):
            with counted_statements() as statements:
                found = await entries.found(REVIEWER, fields, first=first, **text)
            assert len(found.get("nodes") or found["edges"]) == first, what
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 4, (what, costs)


@pytest.mark.parametrize("selected", ["nodes { name }", "totalCount", "facets { field }"])
async def test_what_is_not_selected_is_not_computed(
    entries: Entries, monkeypatch: pytest.MonkeyPatch, selected: str
) -> None:
    """The engine is asked for totals and facets only when the query selects them."""
    asked: list[Search] = []
    engine = entries.stage.engine
    search = engine.search

    async def noted(wanted: Search) -> Hits:
        asked.append(wanted)
        return await search(wanted)

    monkeypatch.setattr(engine, "search", noted)
    await entries.found(REVIEWER, selected, facets=["REGION"])

    (wanted,) = asked
    assert wanted.total == (selected == "totalCount")
    assert bool(wanted.facets) == (selected == "facets { field }")
