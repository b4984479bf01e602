"""Figures through the API: who is told what, under which rows, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from directory.entities import Blockage, Firm
from directory.messages.statistics import DEFINITIONS
from directory.states import Visibility
from tests.factories import make_firm
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    LEAD,
    LEADER,
    OWNER,
    PUBLIC,
    SECOND_LEAD,
    SUPERVISOR,
    Person,
    Stage,
    staged_in,
)
from tests.rules.report_lives import china
from tests.schema.blockages.corpus import indexed, taken_up

FIGURES = (
    "reported open overdue closedUnresolved claimed confirmed contested unanswered leftOut medianDaysToResolution "
    "p90DaysToResolution onTimeRate confirmationRate reopenRate meanRating withheld(language: EN)"
)
STATISTICS = f"""query Statistics(
    $filter: BlockageFilter, $groupBy: [StatisticsDimension!]!, $first: Int, $regionLevel: RegionLevel
) {{
    blockageStatistics(filter: $filter, groupBy: $groupBy, first: $first, regionLevel: $regionLevel) {{
        total {{ {FIGURES} }}
        rows {{ keys {{ value label en: label(language: EN) }} {FIGURES} }}
        suppressed moreRows asOf definitions {{ field name sentence }}
    }}
}}"""

# By category: how many, in which region, in which month. Of revenue-split there are 12, of tax-classification 3.
PLAN = (
    ("revenue-split", 12, "330106", "2026-01-08 10:00", LEAD),
    ("platform-fees", 20, "330200", "2026-03-10 10:00", SECOND_LEAD),
    ("platform-fees", 9, "440300", "2026-05-12 10:00", None),
    ("tax-classification", 3, "330000", "2026-05-13 10:00", SECOND_LEAD),
)


# Whose rule it is, where that is known.
CAUSES = {"revenue-split": "platform"}


def planned(firm: Firm) -> list[Blockage]:
    """The reports of the plan, and two that are kept to agencies."""
    reports = [
        taken_up(
            firm, china(at), category=category, region=region, agency=agency, cause_level=CAUSES.get(category)
        )
        for category, count, region, at, agency in PLAN
        for _ in range(count)
    ]
    kept = [
        taken_up(
            firm, china("2026-01-08 10:00"), category="revenue-split", visibility=Visibility.AGENCIES_ONLY
        )
    ]
    return reports + kept


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A directory with the reports of the plan."""
    async with staged_in(tmp_path_factory.mktemp("statistics")) as stage:
        firm = make_firm(owner="firm-user")
        await indexed(stage, firm, *planned(firm))
        stage.at("2026-06-01 10:00")
        yield stage


async def told(stage: Stage, who: Person, *by: str, **asked: Any) -> dict[str, Any]:
    """The statistics as someone gets them."""
    answer = await stage.ask(who, STATISTICS, groupBy=list(by), **asked)
    statistics: dict[str, Any] = answer["blockageStatistics"]
    return statistics


def counts(statistics: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Keys and number of reports of each row, in order."""
    return [(*(key["value"] for key in row["keys"]), row["reported"]) for row in statistics["rows"]]


async def test_rows_come_with_the_most_reports_first(filled: Stage) -> None:
    """With labels in both languages, for an analyst exactly as they are."""
    found = await told(filled, ANALYST, "CATEGORY")

    assert counts(found) == [("platform-fees", 29), ("revenue-split", 12), ("tax-classification", 3)]
    assert found["total"]["reported"] == 44
    assert all(key["label"] != key["en"] for row in found["rows"] for key in row["keys"])
    assert (found["suppressed"], found["moreRows"]) == (0, 0)


async def test_everyone_is_told_only_of_reports_they_may_read(filled: Stage) -> None:
    """A report kept to agencies is in the figures of supervisors alone, not in those of analysts."""
    assert (await told(filled, ANALYST))["total"]["reported"] == 44
    assert (await told(filled, SUPERVISOR))["total"]["reported"] == 45


async def test_the_public_is_told_of_no_small_group(filled: Stage) -> None:
    """Three reports are hidden, twelve with them so that the total does not tell; the rest comes to the nearest five."""
    found = await told(filled, PUBLIC, "CATEGORY")

    assert counts(found) == [("platform-fees", 30)]
    assert found["total"]["reported"] == 45
    assert found["suppressed"] == 5


async def test_a_small_selection_is_refused_to_the_public(filled: Stage) -> None:
    """With the reason and the argument; a larger one is answered."""
    larger = await told(filled, PUBLIC, filter={"categories": ["revenue-split"]})
    answer = await filled.answer(
        PUBLIC, STATISTICS, groupBy=[], filter={"categories": ["tax-classification"]}
    )

    assert larger["total"]["reported"] == 10
    assert answer.codes == ["LIMIT_EXCEEDED"]
    assert answer.content["errors"][0]["extensions"]["argument"] == ["filter"]


async def test_an_empty_selection_is_refused_like_a_small_one(filled: Stage) -> None:
    """Or the refusal would tell that there is something."""
    small = await filled.answer(PUBLIC, STATISTICS, groupBy=[], filter={"categories": ["tax-classification"]})
    empty = await filled.answer(PUBLIC, STATISTICS, groupBy=[], filter={"categories": ["work-injury"]})
    assert small.content == empty.content


async def test_two_dimensions_make_a_table(filled: Stage) -> None:
    """Each row has a key in each dimension; what has no agency yet has a group of its own."""
    found = await told(filled, ANALYST, "CATEGORY", "AGENCY")

    assert counts(found) == [
        ("platform-fees", SECOND_LEAD, 20),
        ("revenue-split", LEAD, 12),
        ("platform-fees", "", 9),
        ("tax-classification", SECOND_LEAD, 3),
    ]
    assert found["rows"][2]["keys"][1]["label"] == "尚未转办"


async def test_what_is_not_known_of_a_cause_has_a_group_of_its_own(filled: Stage) -> None:
    """With the empty key and its own name, like whatever else is not stated."""
    found = await told(filled, ANALYST, "CAUSE_LEVEL", "PROCEDURE_STEP", filter={"regions": ["330106"]})

    assert counts(found) == [("platform", "", 12)]
    assert [key["label"] for key in found["rows"][0]["keys"]] == ["平台规则", "未注明"]


async def test_months_make_a_series_without_gaps(filled: Stage) -> None:
    """From the first month to the last, months without reports as zeros."""
    months = await told(filled, ANALYST, "REPORTED_MONTH")
    assert counts(months) == [
        ("2026-01", 12), ("2026-02", 0), ("2026-03", 20), ("2026-04", 0), ("2026-05", 12)
    ]  # fmt: skip
    assert counts(await told(filled, ANALYST, "REPORTED_YEAR")) == [("2026", 44)]


async def test_for_the_public_a_gap_and_a_hidden_month_look_alike(filled: Stage) -> None:
    """Months are there or not; none is shown as zero."""
    assert counts(await told(filled, PUBLIC, "REPORTED_MONTH")) == [
        ("2026-01", 10), ("2026-03", 20), ("2026-05", 10)
    ]  # fmt: skip


@pytest.mark.parametrize("level", ["PREFECTURE", "COUNTY"])
async def test_the_parts_of_a_region_add_up_to_it(filled: Stage, level: str) -> None:
    """What is known only as the province is a part of its own, under the province's code."""
    whole = counts(await told(filled, ANALYST, "REGION"))
    parts = counts(await told(filled, ANALYST, "REGION", regionLevel=level))

    assert dict(whole) == {"330000": 35, "440000": 9}
    assert ("330000", 3) in parts
    for region, count in whole:
        assert sum(n for code, n in parts if code[:2] == region[:2]) == count


async def test_agencies_with_few_reports_are_not_compared(filled: Stage) -> None:
    """Not even before an analyst: medians, rates and ratings are withheld, and it is said why."""
    found = await told(
        filled, ANALYST, "AGENCY", filter={"categories": ["tax-classification", "revenue-split"]}
    )
    large, small = found["rows"]

    assert large["withheld"] is None
    assert "Fewer than 10" in small["withheld"]
    assert small["onTimeRate"] is None


@pytest.mark.parametrize(
    ("asked", "code", "argument"),
    [
        ({"groupBy": ["AGENCY", "REGION", "FORM"]}, "INVALID", ["groupBy"]),
        ({"groupBy": ["AGENCY", "AGENCY"]}, "INVALID", ["groupBy", "1"]),
        ({"groupBy": [], "filter": {"forms": ["nothing"]}}, "INVALID", ["filter", "forms", "0"]),
        ({"groupBy": [], "first": 0}, "BAD_USER_INPUT", None),
        ({"groupBy": [], "first": 101}, "BAD_USER_INPUT", None),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    filled: Stage, asked: dict[str, Any], code: str, argument: list[str] | None
) -> None:
    """With the argument that is wrong."""
    answer = await filled.answer(ANALYST, STATISTICS, **asked)
    assert answer.codes == [code]
    assert answer.content["errors"][0]["extensions"].get("argument") == argument


async def test_no_more_rows_than_asked_for_come_and_the_rest_is_counted(filled: Stage) -> None:
    """The largest first; suppression looks at all of them."""
    found = await told(filled, ANALYST, "CATEGORY", first=1)
    assert counts(found) == [("platform-fees", 29)]
    assert found["moreRows"] == 2


async def test_figures_come_with_what_they_mean_and_stand_for(filled: Stage) -> None:
    """Each figure of a row has its definition; the position is that of the log."""
    found = await told(filled, ANALYST)
    assert {each["field"] for each in found["definitions"]} == set(DEFINITIONS)
    assert set(DEFINITIONS) == set(FIGURES.replace("withheld(language: EN)", "").split())
    assert int(found["asOf"]) > 0


@pytest.mark.parametrize(("who", "exact"), [(LEADER, True), (ASSISTANT, False), (OWNER, False)], ids=str)
async def test_officers_of_authorities_are_told_exact_figures(
    filled: Stage, who: Person, exact: bool
) -> None:
    """A platform or an association, which reports may be about, is told no more than the public, nor is a firm."""
    answer = await filled.answer(who, STATISTICS, groupBy=[], filter={"categories": ["tax-classification"]})
    assert answer.codes == ([] if exact else ["LIMIT_EXCEEDED"])
