"""Terms that stand out, for each caller: counted over what the caller may read, rounded for the public."""

from __future__ import annotations

from typing import Any

from directory.states import Visibility
from tests.factories import make_firm
from tests.journeys.stage import ANALYST, PUBLIC, SUPERVISOR, Person, Stage
from tests.record.steps import keep
from tests.schema.blockages.corpus import indexed, taken_up

QUERY = """query T($filter: BlockageFilter!, $first: Int) { significantTerms(filter: $filter, first: $first) {
    term count backgroundCount score } }"""
FEES = {"categories": ["platform-fees"]}


async def filled(stage: Stage) -> None:
    """Twelve public reports on fees, three kept to agencies, twenty on other things."""
    firm = make_firm(owner="firm-user")
    await keep(stage.record, firm)
    fees: dict[str, Any] = {
        "category": "platform-fees",
        "title": "佣金又涨了",
        "description": "Commissions rise every month",
    }
    other: dict[str, Any] = {
        "category": "tax-classification",
        "title": "税率不清",
        "description": "窗口说法不一",
    }
    await indexed(
        stage,
        *(taken_up(firm, **fees) for _ in range(12)),
        *(taken_up(firm, **fees, visibility=Visibility.AGENCIES_ONLY) for _ in range(3)),
        *(taken_up(firm, **other) for _ in range(20)),
    )


async def terms(stage: Stage, who: Person, **filter: Any) -> list[tuple[str, int, int]]:
    """The terms with their counts."""
    found = (await stage.ask(who, QUERY, filter=filter))["significantTerms"]
    return [(each["term"], each["count"], each["backgroundCount"]) for each in found]


async def test_terms_are_counted_over_what_the_caller_may_read(stage: Stage) -> None:
    """Reports kept to agencies count for a supervisor, and for no analyst."""
    await filled(stage)

    assert ("佣金", 15, 15) in await terms(stage, SUPERVISOR, **FEES)
    assert ("佣金", 12, 12) in await terms(stage, ANALYST, **FEES)
    assert ("commission", 12, 12) in await terms(stage, ANALYST, **FEES)


async def test_the_public_is_told_rounded_counts(stage: Stage) -> None:
    """To the nearest five, with the score of those counts; a small selection is refused."""
    await filled(stage)

    assert ("佣金", 10, 10) in await terms(stage, PUBLIC, **FEES)
    answer = await stage.answer(PUBLIC, QUERY, filter={"categories": ["revenue-split"]})
    assert answer.codes == ["LIMIT_EXCEEDED"]


async def test_everything_has_no_terms_of_its_own(stage: Stage) -> None:
    """There is nothing to stand out from."""
    await filled(stage)

    assert await terms(stage, ANALYST) == []


async def test_first_bounds_the_list(stage: Stage) -> None:
    """The best one."""
    await filled(stage)

    found = (await stage.ask(ANALYST, QUERY, filter=FEES, first=1))["significantTerms"]

    assert len(found) == 1
    assert found[0]["score"] > 10
