"""Points that a report may belong to, shown while it is written and beside it, for each caller."""

from __future__ import annotations

from typing import Any

from directory.entities import BlockingPoint, Firm
from directory.states import Visibility
from tests.factories import make_firm, make_point
from tests.journeys.stage import PUBLIC, TRIAGE, Person, Stage
from tests.record.statements import counted_statements
from tests.record.steps import change, keep
from tests.schema.blockages.corpus import indexed, taken_up

SUGGESTED = "blockingPoint { reference } score reasons { code values } alikeReport { reference }"
WRITING = f"""query W($title: String!, $category: String, $clauses: [String!], $first: Int) {{
    suggestBlockingPoints(title: $title, category: $category, clauses: $clauses, first: $first) {{ {SUGGESTED} }} }}"""
FILED = f"""query F($r: String!) {{ blockage(reference: $r) {{
    suggestedBlockingPoints {{ reference }} suggestedBlockingPointsWithReasons {{ {SUGGESTED} }} }} }}"""
PAGE = "query P($first: Int!) { blockages(first: $first) { nodes { suggestedBlockingPoints(first: 1) { reference } } } }"
CLAUSE = "platform-fee-guide-2025#ban"
MANY = 12


async def filled(stage: Stage) -> tuple[Firm, BlockingPoint, BlockingPoint]:
    """A firm, a point on the cut of platforms told in both languages, and one on invoices."""
    firm = make_firm(owner="firm-user")
    cut = make_point(
        title_en="No ceiling on the commission of platforms",
        description_en="Platforms raise their commission alone; sellers cannot bargain.",
    )
    invoices = make_point(
        title="代开发票难",
        description="自由职业者代开发票须多次往返办税大厅。",
        category="invoice",
        clauses=("mcn-draft-2025#art2",),
    )
    await keep(stage.record, firm)
    await indexed(stage, cut, invoices)
    return firm, cut, invoices


async def writing(stage: Stage, who: Person = PUBLIC, **draft: Any) -> list[Any]:
    """What is shown beside the form."""
    found: list[Any] = (await stage.ask(who, WRITING, **draft))["suggestBlockingPoints"]
    return found


def points(found: list[Any]) -> list[str]:
    """The numbers of the suggested points, in order."""
    return [each["blockingPoint"]["reference"] for each in found]


async def test_a_point_is_suggested_while_someone_writes(stage: Stage) -> None:
    """A title is enough, in either language, and the reasons say why."""
    _, cut, invoices = await filled(stage)

    (found,) = await writing(stage, title="平台抽成太高没法议价", category="platform-fees", clauses=[CLAUSE])

    assert found["blockingPoint"]["reference"] == cut.reference
    words, clause, category = found["reasons"]
    assert words["code"] == "words"
    assert "抽成" in words["values"]
    assert (clause["values"], category["values"]) == ([CLAUSE], ["platform-fees"])
    assert found["alikeReport"] is None
    assert points(await writing(stage, title="Commission went up, we cannot bargain")) == [cut.reference]
    assert points(await writing(stage, title="代开发票跑了三趟大厅")) == [invoices.reference]
    assert await writing(stage, title="鲱鱼罐头气味扰民") == await writing(stage, title="的") == []


async def test_a_linked_report_speaks_for_its_point(stage: Stage) -> None:
    """The point's own words have nothing in common with the draft; the report's have."""
    firm, _, invoices = await filled(stage)
    linked = taken_up(
        firm,
        title="插画师给客户开票总被退回",
        description="编码选错，客户不付款。",
        blocking_point=invoices.id,
    )
    await indexed(stage, linked)

    (found,) = await writing(stage, title="插画师开票编码选错被退回")

    assert found["blockingPoint"]["reference"] == invoices.reference
    assert found["alikeReport"] == {"reference": linked.reference}


async def test_a_hidden_report_speaks_only_to_those_who_may_read_it(stage: Stage) -> None:
    """The public is shown what it would be without that report; an office in reach is shown the point."""
    firm, _, invoices = await filled(stage)
    hidden = taken_up(
        firm,
        title="插画师给客户开票总被退回",
        description="编码选错，客户不付款。",
        blocking_point=invoices.id,
        visibility=Visibility.AGENCIES_ONLY,
    )
    await indexed(stage, hidden)

    assert await writing(stage, title="插画师开票编码选错被退回") == []
    (found,) = await writing(stage, TRIAGE, title="插画师开票编码选错被退回")
    assert found["alikeReport"] == {"reference": hidden.reference}


async def test_a_filed_report_is_shown_points_beside_its_own(stage: Stage) -> None:
    """Before it is linked the point comes first; afterwards it is none of the suggestions."""
    firm, cut, _ = await filled(stage)
    report = taken_up(
        firm, title="平台抽成比例又涨了", description="商户无从议价。", category="platform-fees"
    )
    await keep(stage.record, report)
    await stage.index()

    shown = (await stage.ask(PUBLIC, FILED, r=report.reference))["blockage"]
    assert shown["suggestedBlockingPoints"] == [{"reference": cut.reference}]
    assert points(shown["suggestedBlockingPointsWithReasons"]) == [cut.reference]

    async with stage.record.reader() as reader:
        kept = (await reader.blockages([report.id]))[report.id]
    await change(stage.record, kept, blocking_point=cut.id)
    shown = (await stage.ask(PUBLIC, FILED, r=report.reference))["blockage"]
    assert shown["suggestedBlockingPoints"] == []


async def test_a_merged_point_is_suggested_as_the_one_it_lives_on_in(stage: Stage) -> None:
    """Also while the index does not know of the merge yet, and once only."""
    _, cut, invoices = await filled(stage)
    async with stage.record.reader() as reader:
        kept = (await reader.blocking_points([invoices.id]))[invoices.id]
    await change(stage.record, kept, merged_into=cut.id)

    assert points(await writing(stage, title="代开发票跑了三趟大厅，平台抽成也高")) == [cut.reference]


async def test_a_page_of_suggestions_takes_few_reads(stage: Stage) -> None:
    """As many statements for a long page as for a short one."""
    firm, *_ = await filled(stage)
    await indexed(stage, *(taken_up(firm, title=f"平台抽成第{n}次上调") for n in range(MANY)))
    costs = []
    for first in (2, MANY):
        with counted_statements() as statements:
            page = await stage.ask(PUBLIC, PAGE, first=first)
        assert all(node["suggestedBlockingPoints"] for node in page["blockages"]["nodes"])
        costs.append(len(statements))
    assert costs[0] == costs[1], costs
