"""
Attacks by differences on the API itself: pairs of questions that differ by one predicate, with all their counts.

`ATTACKS=1000` makes more of them than every run needs.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from directory.disclosure import LEAST_SHOWN
from directory.entities import Blockage
from directory.standing import is_public
from directory.statistics import STILL_OPEN, Outcome, outcome_of
from tests.factories import make_firm
from tests.indexer.drawn_reports import CATEGORIES, FORMS, drawn_reports
from tests.journeys.stage import PUBLIC, Stage, staged_in
from tests.rules.differencing import MANY, Interval, Knowledge
from tests.schema.blockages.corpus import indexed

PAIRS = int(os.environ.get("ATTACKS", "300"))
REPORTS, LEAST = 350, 5
ASK = """query Ask($filter: BlockageFilter, $groupBy: [StatisticsDimension!]!) {
    blockageStatistics(filter: $filter, groupBy: $groupBy) { total { ...counts } rows { keys { value } ...counts } }
}
fragment counts on StatisticsRow { reported open closedUnresolved confirmed unanswered }"""
PARTS = ("open", "closedUnresolved", "confirmed", "unanswered")
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
GROUPS: Mapping[str, tuple[tuple[str, ...], Callable[[Blockage], str]]] = {
    "CATEGORY": (CATEGORIES, lambda each: each.category),
    "SEVERITY": (SEVERITIES, lambda each: each.severity.value),
    "REGION": (("330000", "440000", "110000"), lambda each: f"{each.region[:2]}0000"),
}
Names = list[object]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def attacked(tmp_path_factory: Any) -> AsyncIterator[tuple[Stage, list[Blockage]]]:
    """A directory of drawn reports, and those of them that the public may read."""
    async with staged_in(tmp_path_factory.mktemp("attacked")) as stage:
        firm = make_firm(owner="firm-user")
        reports = list(drawn_reports(firm.id, REPORTS, seed=3))
        await indexed(stage, firm, *reports)
        stage.at("2026-07-03 12:00")
        yield stage, [each for each in reports if is_public(each)]


def figure_of(report: Blockage) -> str | None:
    """Which part of the reports a report is; none for those left out."""
    outcome = outcome_of(report)
    if outcome in STILL_OPEN:
        return "open"
    words = {Outcome.CLOSED_UNRESOLVED: "closedUnresolved", Outcome.LEFT_OUT: None}
    return words.get(outcome, outcome.value)


def rounded(told: int) -> Interval:
    """What a told count can stand for."""
    return (told - 2, told + 2) if told else (0, LEAST_SHOWN - 1)


def unrounded(told: int) -> Interval:
    """What a count can stand for that is told as it is."""
    return told, told


class Attack:
    """One pair of questions: what was told, what is true, and what follows."""

    def __init__(self, by: str, possible: Callable[[int], Interval]) -> None:
        self.by = by
        self.possible = possible
        self.bounds: dict[object, Interval] = {}
        self.truth: dict[object, int] = {}
        self.sums: list[tuple[object, tuple[object, ...]]] = []
        self.told = 0

    def take(self, name: str, chosen: list[Blockage], answer: Mapping[str, Any] | None) -> None:
        """Takes in an answer, None for a refusal, beside the reports it was about."""
        values, value_of = GROUPS[self.by]
        rows = {row["keys"][0]["value"]: row for row in answer["rows"]} if answer else {}
        for value in (None, *values):
            those = [each for each in chosen if value is None or value_of(each) == value]
            told = (answer or {}).get("total") if value is None else rows.get(value)
            self._take_row((name, value), those, told, refused=answer is None)
        for figure in ("reported", *PARTS):
            self.sums.append(((name, None, figure), tuple((name, value, figure) for value in values)))

    def _take_row(
        self,
        row: tuple[str, str | None],
        those: list[Blockage],
        told: Mapping[str, int] | None,
        *,
        refused: bool,
    ) -> None:
        counted = [figure for each in those if (figure := figure_of(each))]
        self.truth |= {(*row, figure): counted.count(figure) for figure in PARTS}
        self.truth[(*row, "reported")] = len(counted)
        for figure in ("reported", *PARTS):
            small = (0, LEAST_SHOWN - 1) if refused or len(counted) < LEAST_SHOWN else (0, MANY)
            self.bounds[(*row, figure)] = self.possible(told[figure]) if told else small
        self.told += told is not None
        self.sums.append(((*row, "reported"), tuple((*row, figure) for figure in PARTS)))

    def recovered(self) -> Names:
        """The counts from one to four that follow, of both answers and of what lies between them."""
        for value in (None, *GROUPS[self.by][0]):
            self._compare(value)
        known = Knowledge(self.bounds, self.sums).tightened()
        return [
            name for name, count in self.truth.items() if 0 < count < LEAST and known[name] == (count, count)
        ]

    def _compare(self, value: str | None) -> None:
        for figure in ("reported", *PARTS):
            wide, narrow, gap = ((part, value, figure) for part in ("wide", "narrow", "gap"))
            self.truth[gap] = self.truth[wide] - self.truth[narrow]
            self.bounds[gap] = (0, MANY)
            self.sums.append((wide, (narrow, gap)))


def predicates(chance: Random) -> Mapping[str, tuple[Any, Callable[[Blockage], bool]]]:
    """Predicates of the API's filter, each with what it means of a report."""
    categories = chance.sample(CATEGORIES, 3)
    severities = chance.sample(SEVERITIES, chance.choice((1, 2, 3)))
    form = chance.choice(FORMS)
    return {
        "categories": (categories, lambda each: each.category in categories),
        "severities": (severities, lambda each: each.severity.value in severities),
        "forms": ([form], lambda each: form in each.forms),
        "supervised": (False, lambda each: not each.supervised),
        "regions": (["330000"], lambda each: each.region.startswith("33")),
    }


async def answered(stage: Stage, by: str, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The answer that the public gets; None for a refusal."""
    answer = await stage.answer(PUBLIC, ASK, filter=wanted, groupBy=[by])
    if answer.codes:
        assert answer.codes == ["LIMIT_EXCEEDED"]
        return None
    found: Mapping[str, Any] = answer.data["blockageStatistics"]
    return found


async def attacks(
    stage: Stage, reports: list[Blockage], pairs: int, possible: Callable[[int], Interval]
) -> tuple[Names, int]:
    """The small counts that so many attacks find, and how many rows they were told."""
    chance, told, found = Random(11), 0, Names()
    for _ in range(pairs):
        by, known = chance.choice(tuple(GROUPS)), predicates(chance)
        attack = Attack(by, possible)
        chosen, wanted = reports, dict[str, Any]()
        for name, predicate in zip(("wide", "narrow"), chance.sample(tuple(known), 2), strict=True):
            asked, holds = known[predicate]
            wanted = {**wanted, predicate: asked}
            chosen = [each for each in chosen if holds(each)]
            attack.take(name, chosen, await answered(stage, by, wanted))
        told += attack.told
        found += attack.recovered()
    return found, told


async def test_two_questions_that_differ_by_one_predicate_give_no_small_count_away(
    attacked: tuple[Stage, list[Blockage]],
) -> None:
    """Neither in a table nor between the two, with totals, tables and the parts of each count put together."""
    found, told = await attacks(*attacked, PAIRS, rounded)
    assert found == []
    assert told > PAIRS, "almost nothing was told: the attack proves nothing"


async def test_the_attack_finds_small_counts_where_nothing_is_rounded(
    attacked: tuple[Stage, list[Blockage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hiding small groups with their complements is not enough: the other counts tell."""
    for module in ("directory.statistics", "schema.statistics.tables"):
        monkeypatch.setattr(f"{module}.published", lambda count: count)
    found, _ = await attacks(*attacked, 20, unrounded)
    assert len(found) > 20
