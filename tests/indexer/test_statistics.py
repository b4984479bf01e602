"""
Figures out of an index against figures worked out from the reports themselves, by the definitions and nothing else.

`DRAWN_REPORTS=50000` tries them on more reports than every run needs.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
import pytest_asyncio

from directory.entities import Blockage
from directory.statistics import figures
from directory.workdays import SHANGHAI
from indexer.documents import fields
from indexer.documents.blockage import blockage_document
from indexer.query.blockage_groups import Key, groups, tallies_wanted
from indexer.query.search import EVERYTHING, AnyOf, Between, Document, Filter, Is, Kind, Search, SearchEngine
from tests.contracts.engines.conftest import KINDS, running, url_for
from tests.factories import make_firm
from tests.indexer.drawn_reports import NOW, drawn_reports
from tests.rulebooks import REFERENCE

COUNT = int(os.environ.get("DRAWN_REPORTS", "3000"))
CHUNK = 2_000
FIRM = make_firm()
REPORTS = list(drawn_reports(FIRM.id, COUNT))
OPEN = {"REPORTED", "TRIAGED", "ASSIGNED", "IN_PROGRESS", "INFORMATION_NEEDED", "RESOLUTION_PROPOSED"}
NOT_COUNTED = {"REJECTED", "DUPLICATE", "WITHDRAWN"}
SPRING = int(datetime(2026, 1, 1, tzinfo=SHANGHAI).timestamp())

Values = Sequence[Any]
Dimension = tuple[str, Callable[[Any], Any], Callable[[Blockage], Values]]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=KINDS)
async def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An engine that holds the drawn reports."""
    place = tmp_path_factory.mktemp("counted")
    async with running(request.param, place, url_for(request.param, request)) as engine:
        for start in range(0, COUNT, CHUNK):
            documents = [
                Document(Kind.BLOCKAGE, each.id, 1, blockage_document(each, FIRM, REFERENCE))
                for each in REPORTS[start : start + CHUNK]
            ]
            assert await engine.put(documents) == []
        await engine.refresh()
        yield engine


@cache
def working_days(start: Any, end: Any) -> int:
    """Working days after the first day up to the last, counted one by one."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(REFERENCE.calendar.is_workday(day) for day in days)


def days(since: datetime, until: datetime) -> int:
    """Working days between two instants in Shanghai."""
    return working_days(since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date())


def estimated(finished: Sequence[int], unfinished: Sequence[int], part: Fraction) -> int | None:
    """The first day by which the part is resolved, by the product of the definition."""
    left = Fraction(1)
    for day in range(max([*finished, *unfinished], default=0) + 1):
        there = sum(n >= day for n in finished) + sum(n >= day for n in unfinished)
        if there:
            left *= 1 - Fraction(finished.count(day), there)
        if 1 - left >= part:
            return day
    return None


def by_hand(reports: Iterable[Blockage]) -> dict[str, Any]:
    """The figures of these reports, as their definitions say them."""
    reports = list(reports)
    told = [each for each in reports if each.status not in NOT_COUNTED]
    resolved = [each for each in told if each.status == "RESOLVED"]
    unresolved = [each for each in told if each.status != "RESOLVED"]
    closed = [each for each in told if each.status == "CLOSED_UNRESOLVED"]
    confirmed = [each for each in resolved if each.resolutions[-1].confirmed_by_reporter]
    contested = [
        each
        for each in told
        if each.status in OPEN - {"RESOLUTION_PROPOSED"}
        and each.resolutions
        and each.resolutions[-1].state == "CONTESTED"
    ]
    ratings = [each.resolutions[-1].rating for each in confirmed if each.resolutions[-1].rating]
    finished = [days(each.reported_at, each.closed_at) for each in resolved if each.closed_at]
    unfinished = [days(each.reported_at, NOW) for each in unresolved]
    late = [each for each in told if missed(each) or each in closed]
    on_time = [each for each in resolved if not missed(each)]
    ever = [each for each in told if each.status == "RESOLVED" or each.reopens]
    unanswered = len(resolved) - len(confirmed)
    return {
        "reported": len(told),
        "open": sum(each.status in OPEN for each in told),
        "overdue": sum(
            any(
                limit.met_at is None and not limit.void and limit.stage != "confirm" and limit.due_at <= NOW
                for limit in each.deadlines
            )
            for each in told
        ),
        "closed_unresolved": len(closed),
        "claimed": sum(each.status == "RESOLUTION_PROPOSED" for each in told),
        "confirmed": len(confirmed),
        "contested": len(contested),
        "unanswered": unanswered,
        "left_out": len(reports) - len(told),
        "median_days": estimated(finished, unfinished, Fraction(1, 2)),
        "p90_days": estimated(finished, unfinished, Fraction(9, 10)),
        "on_time_rate": rate(len(on_time), len(on_time) + len(late)),
        "confirmation_rate": rate(len(confirmed), len(confirmed) + len(contested) + unanswered),
        "reopen_rate": rate(sum(each.reopens > 0 for each in ever), len(ever)),
        "mean_rating": sum(ratings) / len(ratings) if ratings else None,
    }


def missed(report: Blockage) -> bool:
    """Whether a limit for a resolution was met too late, or runs and has passed."""
    return any(
        limit.stage == "resolve" and not limit.void and (limit.met_at or NOW) >= limit.due_at
        for limit in report.deadlines
    )


def rate(part: int, whole: int) -> float | None:
    """A share, or nothing to divide."""
    return part / whole if whole else None


def plain(field: str, values: Callable[[Blockage], Values]) -> Dimension:
    """A dimension whose values are its groups."""
    return field, lambda value: value, values


CATEGORY = plain(fields.CATEGORY, lambda each: [each.category])
SEVERITY = plain(fields.SEVERITY, lambda each: [each.severity.value])
FORM = plain(fields.FORMS, lambda each: each.forms or [None])
AGENCY = plain(fields.AGENCY, lambda each: [each.agency])
MONTH = plain(fields.REPORTED_MONTH, lambda each: [f"{each.reported_at.astimezone(SHANGHAI):%Y-%m}"])
PROVINCE: Dimension = (fields.REGION, lambda code: code[:2], lambda each: [each.region[:2]])


def grouped(reports: Iterable[Blockage], by: Sequence[Dimension]) -> Mapping[Key, list[Blockage]]:
    """The reports by group, those with several values once in each."""
    found: dict[Key, list[Blockage]] = defaultdict(list)
    for report in reports:
        keys: list[Key] = [()]
        for _, _, values in by:
            keys = [(*key, value) for key in keys for value in values(report)]
        for key in keys:
            found[key].append(report)
    return found


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (EVERYTHING, lambda each: True),
        (Between(fields.REPORTED_AT, at_least=SPRING), lambda each: each.reported_at.timestamp() >= SPRING),
        (AnyOf(fields.CATEGORY, ("work-injury",)), lambda each: each.category == "work-injury"),
        (Is(fields.SUPERVISED, True), lambda each: each.supervised),
    ],
    ids=["all", "spring", "category", "supervised"],
)
@pytest.mark.parametrize(
    "by",
    [(), (CATEGORY,), (FORM, SEVERITY), (AGENCY, MONTH), (PROVINCE,), (PROVINCE, FORM)],
    ids=["total", "category", "form x severity", "agency x month", "province", "province x form"],
)
async def test_the_index_gives_the_figures_of_the_record(
    counted: SearchEngine, by: tuple[Dimension, ...], wanted: Filter, holds: Callable[[Blockage], bool]
) -> None:
    """Every figure of every group, for any filter, on each engine."""
    search = Search(Kind.BLOCKAGE, EVERYTHING, filters=((None, wanted),))
    asked = tallies_wanted(tuple(field for field, _, _ in by), NOW)

    def fold(key: Key) -> Key:
        return tuple(each[1](part) for each, part in zip(by, key, strict=True))

    tallied = await counted.tally(search, asked)
    found = groups(tallied.counts, fold, REFERENCE.calendar, NOW)

    expected = {key: by_hand(those) for key, those in grouped(filter(holds, REPORTS), by).items()}
    assert {key: told(group) for key, group in found.items()} == expected


def told(group: Any) -> dict[str, Any]:
    """The exact figures of a group, by name."""
    exact = figures(group, exact=True)
    return {name: getattr(exact, name) for name in exact.__slots__ if name != "withheld"}
