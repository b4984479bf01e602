"""
Attacks by differences on the API itself, on each engine: pairs of questions that differ by one predicate, with tables of one
and of two dimensions and all their counts.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from directory.disclosure import LEAST_SHOWN
from directory.entities import Blockage
from directory.standing import is_public
from directory.statistics import STILL_OPEN, Outcome, outcome_of
from tests.contracts.engines.conftest import KINDS, running, url_for
from tests.factories import make_firm
from tests.indexer.drawn_reports import CATEGORIES, FORMS, drawn_reports
from tests.journeys.stage import PUBLIC, Stage, staged
from tests.measure import measure
from tests.record.fixtures import new_record
from tests.rules.differencing import MANY, Interval, Knowledge
from tests.schema.blockages.corpus import indexed

PAIRS = measure(30, 1_000)
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
TABLES = [(by,) for by in GROUPS] + list(combinations(GROUPS, 2))
Names = list[object]
Values = tuple[str | None, ...]
Answers = dict[str, Mapping[str, Any] | None]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=KINDS)
async def attacked(
    request: pytest.FixtureRequest, tmp_path_factory: Any
) -> AsyncIterator[tuple[Stage, list[Blockage]]]:
    """A directory of drawn reports, and those of them that the public may read."""
    place = tmp_path_factory.mktemp("attacked")
    async with (
        running(request.param, place, url_for(request.param, request)) as engine,
        staged(place, new_record(place), engine) as stage,
    ):
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
    """One pair of questions: what was told, what is true, and what follows.

    A count is named by its question, its place in the table (a value for each dimension, None for all of them together)
    and its figure. Of a table of two dimensions its margins are asked for too.
    """

    def __init__(self, by: tuple[str, ...], possible: Callable[[int], Interval]) -> None:
        self.by = by
        self.possible = possible
        self.bounds: dict[object, Interval] = {}
        self.truth: dict[object, int] = {}
        self.sums: list[tuple[object, tuple[object, ...]]] = []
        self.told = 0
        self.places: list[Values] = list(product(*((None, *GROUPS[each][0]) for each in by)))

    def take(self, name: str, chosen: list[Blockage], answers: Mapping[tuple[str, ...], Any]) -> None:
        """Takes in the answers by table, None for a refusal, beside the reports they were about."""
        whole = answers[self.by]
        rows: dict[Values, Mapping[str, int]] = {(None,) * len(self.by): whole["total"]} if whole else {}
        for asked, answer in answers.items():
            for row in answer["rows"] if answer else ():
                value_of = dict(zip(asked, (key["value"] for key in row["keys"]), strict=True))
                rows[tuple(value_of.get(each) for each in self.by)] = row
        for place in self.places:
            those = [each for each in chosen if self._stands_at(each, place)]
            self._take_row((name, place), those, rows.get(place), refused=whole is None)
        for figure in ("reported", *PARTS):
            self.sums += [
                ((name, place, figure), tuple((name, part, figure) for part in parts))
                for place in self.places
                for parts in self._parted(place)
            ]

    def _stands_at(self, report: Blockage, place: Values) -> bool:
        return all(
            value is None or GROUPS[by][1](report) == value for by, value in zip(self.by, place, strict=True)
        )

    def _parted(self, place: Values) -> Iterator[list[Values]]:
        """The ways in which a margin is the sum of what lies along one of the dimensions."""
        for along, value in enumerate(place):
            if value is None:
                yield [(*place[:along], each, *place[along + 1 :]) for each in GROUPS[self.by[along]][0]]

    def _take_row(
        self,
        row: tuple[str, Values],
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
        for place in self.places:
            self._compare(place)
        known = Knowledge(self.bounds, self.sums).tightened()
        return [
            name for name, count in self.truth.items() if 0 < count < LEAST and known[name] == (count, count)
        ]

    def _compare(self, place: Values) -> None:
        for figure in ("reported", *PARTS):
            wide, narrow, gap = ((part, place, figure) for part in ("wide", "narrow", "gap"))
            self.truth[gap] = self.truth[wide] - self.truth[narrow]
            self.bounds[gap] = (0, MANY)
            self.sums.append((wide, (narrow, gap)))


def predicates(chance: Random) -> Mapping[str, tuple[Any, Callable[[Blockage], bool]]]:
    """Predicates of the API's filter, each with what it means of a report."""
    categories = sorted(chance.sample(CATEGORIES, 3))
    severities = sorted(chance.sample(SEVERITIES, chance.choice((1, 2, 3))))
    form = chance.choice(FORMS)
    return {
        "categories": (categories, lambda each: each.category in categories),
        "severities": (severities, lambda each: each.severity.value in severities),
        "forms": ([form], lambda each: form in each.forms),
        "supervised": (False, lambda each: not each.supervised),
        "regions": (["330000"], lambda each: each.region.startswith("33")),
    }


async def answered(
    stage: Stage, by: tuple[str, ...], wanted: Mapping[str, Any], known: Answers
) -> Mapping[str, Any] | None:
    """The answer that the public gets; None for a refusal. `known` keeps what was asked before: it is told alike."""
    question = json.dumps([by, {name: wanted[name] for name in sorted(wanted)}])
    if question not in known:
        answer = await stage.answer(PUBLIC, ASK, filter=wanted, groupBy=list(by))
        assert answer.codes in ([], ["LIMIT_EXCEEDED"])
        known[question] = None if answer.codes else answer.data["blockageStatistics"]
    return known[question]


async def attacks(
    stage: Stage, reports: list[Blockage], pairs: int, possible: Callable[[int], Interval]
) -> tuple[Names, int]:
    """The small counts that so many attacks find, and how many rows they were told."""
    chance, told, found, known = Random(11), 0, Names(), Answers()
    for _ in range(pairs):
        by, meant = chance.choice(TABLES), predicates(chance)
        attack = Attack(by, possible)
        chosen, wanted, heard = reports, dict[str, Any](), list[Any]()
        for name, predicate in zip(("wide", "narrow"), chance.sample(tuple(meant), 2), strict=True):
            asked, holds = meant[predicate]
            wanted = {**wanted, predicate: asked}
            chosen = [each for each in chosen if holds(each)]
            tables = dict.fromkeys((by, *((each,) for each in by)))
            answers = {table: await answered(stage, table, wanted, known) for table in tables}
            heard.append((name, chosen, answers))
        said = json.dumps([by, list(wanted), wanted, [list(answers.values()) for *_, answers in heard]])
        if (possible, said) not in CARRIED_OUT:
            for each in heard:
                attack.take(*each)
            CARRIED_OUT[possible, said] = attack.recovered(), attack.told
        recovered, rows = CARRIED_OUT[possible, said]
        told += rows
        found += recovered
    return found, told


# What an attack finds follows from what it was told: on the other engine only what is told otherwise is worked out again.
CARRIED_OUT: dict[tuple[Callable[[int], Interval], str], tuple[Names, int]] = {}


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
