"""
Figures out of an index against figures worked out from the reports themselves, by the definitions and nothing else.

On drawn reports, in full 50,000, put straight into each engine, and on fewer that go the whole way: kept in the record of
each kind, sealed, followed, indexed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from directory.entities import Blockage
from directory.record.open import SqlRecord
from directory.statistics import figures
from directory.workdays import SHANGHAI
from indexer.documents import fields
from indexer.documents.blockage import counted_fields
from indexer.engines.embedded import EmbeddedEngine
from indexer.follow import Follower
from indexer.query.blockage_groups import Key, groups, tallies_wanted
from indexer.query.search import EVERYTHING, AnyOf, Between, Document, Filter, Is, Kind, Search, SearchEngine
from indexer.route import Route
from tests.contracts.engines.conftest import KINDS, running, url_for
from tests.factories import make_firm
from tests.indexer.drawn_reports import NOW, drawn_reports
from tests.measure import measure
from tests.record.steps import keep, seal
from tests.rulebooks import REFERENCE

COUNT, ON_RECORD = measure(6_000, 50_000), 600
CHUNK = 5_000
FIRM = make_firm(owner="firm-user")
OPEN = {"REPORTED", "TRIAGED", "ASSIGNED", "IN_PROGRESS", "INFORMATION_NEEDED", "RESOLUTION_PROPOSED"}
NOT_COUNTED = {"REJECTED", "DUPLICATE", "WITHDRAWN"}
SPRING = int(datetime(2026, 1, 1, tzinfo=SHANGHAI).timestamp())

Values = Sequence[Any]
Dimension = tuple[str, Callable[[Any], Any], Callable[[Blockage], Values]]


@cache
def drawn() -> Sequence[Blockage]:
    """All reports that are drawn, once for all engines."""
    return list(drawn_reports(FIRM.id, COUNT))


@cache
def documents() -> Sequence[Document]:
    """Their documents, with all that statistics ask for."""
    return [Document(Kind.BLOCKAGE, each.id, 1, counted_fields(each, REFERENCE)) for each in drawn()]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=KINDS)
async def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An engine that holds the drawn reports."""
    place = tmp_path_factory.mktemp("counted")
    async with running(request.param, place, url_for(request.param, request)) as engine:
        for start in range(0, COUNT, CHUNK):
            assert await engine.put(documents()[start : start + CHUNK]) == []
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


def estimated(finished: Counter[int], unfinished: Counter[int], part: Fraction) -> int | None:
    """The first day by which the part is resolved, by the product of the definition."""
    left, there = Fraction(1), finished.total() + unfinished.total()
    for day in range(max([*finished, *unfinished], default=0) + 1):
        if finished[day]:
            left *= 1 - Fraction(finished[day], there)
        if 1 - left >= part:
            return day
        there -= finished[day] + unfinished[day]
    return None


def told_of(report: Blockage) -> Mapping[str, Any]:
    """What the definitions say of one report: 1 under each count that it is in, and its days and rating."""
    if report.status in NOT_COUNTED:
        return {"left_out": 1}
    last = report.resolutions[-1] if report.resolutions else None
    resolved, closed = report.status == "RESOLVED", report.status == "CLOSED_UNRESOLVED"
    confirmed = resolved and last is not None and last.confirmed_by_reporter
    contested = (
        report.status in OPEN - {"RESOLUTION_PROPOSED"} and last is not None and last.state == "CONTESTED"
    )
    late = missed(report)
    return {
        "reported": 1,
        "open": report.status in OPEN,
        "overdue": any(
            limit.met_at is None and not limit.void and limit.stage != "confirm" and limit.due_at <= NOW
            for limit in report.deadlines
        ),
        "closed_unresolved": closed,
        "claimed": report.status == "RESOLUTION_PROPOSED",
        "confirmed": confirmed,
        "contested": contested,
        "unanswered": resolved and not confirmed,
        "on time": resolved and not late,
        "late": late or closed,
        "ever": resolved or report.reopens > 0,
        "reopened": report.reopens > 0,
        "finished": days(report.reported_at, report.closed_at) if resolved and report.closed_at else None,
        "unfinished": None if resolved else days(report.reported_at, NOW),
        "rating": last.rating if confirmed and last else None,
    }


SPANS = ("finished", "unfinished", "rating")


def by_hand(reports: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of these reports, as their definitions say them."""
    count: Counter[str] = Counter()
    spans: Mapping[str, Counter[int]] = {name: Counter() for name in SPANS}
    for told in reports:
        for name, value in told.items():
            if name not in spans:
                count[name] += value
            elif value is not None:
                spans[name][value] += 1
    finished, unfinished, ratings = (spans[name] for name in SPANS)
    told_ratings = sum(rating * number for rating, number in ratings.items())
    return {
        **{name: count[name] for name in COUNTS},
        "median_days": estimated(finished, unfinished, Fraction(1, 2)),
        "p90_days": estimated(finished, unfinished, Fraction(9, 10)),
        "on_time_rate": rate(count["on time"], count["on time"] + count["late"]),
        "confirmation_rate": rate(
            count["confirmed"], count["confirmed"] + count["contested"] + count["unanswered"]
        ),
        "reopen_rate": rate(count["reopened"], count["ever"]),
        "mean_rating": told_ratings / ratings.total() if ratings else None,
    }


COUNTS = (
    "reported",
    "open",
    "overdue",
    "closed_unresolved",
    "claimed",
    "confirmed",
    "contested",
    "unanswered",
    "left_out",
)


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
CAUSE = plain(fields.CAUSE_LEVEL, lambda each: [each.cause_level or "unknown"])
FORM = plain(fields.FORMS, lambda each: each.forms or [None])
AGENCY = plain(fields.AGENCY, lambda each: [each.agency])
MONTH = plain(fields.REPORTED_MONTH, lambda each: [f"{each.reported_at.astimezone(SHANGHAI):%Y-%m}"])
PROVINCE: Dimension = (fields.REGION, lambda code: code[:2], lambda each: [each.region[:2]])


def grouped(reports: Iterable[Blockage], by: Sequence[Dimension]) -> Mapping[Key, list[Mapping[str, Any]]]:
    """What is told of the reports by group, those with several values once in each."""
    found: dict[Key, list[Mapping[str, Any]]] = defaultdict(list)
    for report in reports:
        keys: list[Key] = [()]
        for _, _, values in by:
            keys = [(*key, value) for key in keys for value in values(report)]
        told = told_once(report)
        for key in keys:
            found[key].append(told)
    return found


TOLD: dict[str, Mapping[str, Any]] = {}


def told_once(report: Blockage) -> Mapping[str, Any]:
    """The same as `told_of`, worked out once a report."""
    if report.id not in TOLD:
        TOLD[report.id] = told_of(report)
    return TOLD[report.id]


WANTED: Mapping[str, tuple[Filter, Callable[[Blockage], bool]]] = {
    "all": (EVERYTHING, lambda each: True),
    "spring": (
        Between(fields.REPORTED_AT, at_least=SPRING),
        lambda each: each.reported_at.timestamp() >= SPRING,
    ),
    "category": (AnyOf(fields.CATEGORY, ("work-injury",)), lambda each: each.category == "work-injury"),
    "supervised": (Is(fields.SUPERVISED, True), lambda each: each.supervised),
}
BY: Mapping[str, tuple[Dimension, ...]] = {
    "total": (),
    "category": (CATEGORY,),
    "form x severity": (FORM, SEVERITY),
    "agency x month": (AGENCY, MONTH),
    "province": (PROVINCE,),
    "cause": (CAUSE,),
    "province x form": (PROVINCE, FORM),
}


@cache
def expected(by: str, wanted: str) -> Mapping[Key, dict[str, Any]]:
    """The figures of every group by hand, once for all engines."""
    _, holds = WANTED[wanted]
    return {key: by_hand(those) for key, those in grouped(filter(holds, drawn()), BY[by]).items()}


async def indexed(engine: SearchEngine, by: str, wanted: str) -> Mapping[Key, dict[str, Any]]:
    """The figures of every group by an index."""
    search = Search(Kind.BLOCKAGE, EVERYTHING, filters=((None, WANTED[wanted][0]),))
    dimensions = BY[by]

    def fold(key: Key) -> Key:
        return tuple(each[1](part) for each, part in zip(dimensions, key, strict=True))

    tallied = await engine.tally(search, tallies_wanted(tuple(field for field, _, _ in dimensions), NOW))
    found = groups(tallied.counts, fold, REFERENCE.calendar, NOW)
    return {key: told(group) for key, group in found.items()}


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("by", BY)
async def test_the_index_gives_the_figures_of_the_reports(
    counted: SearchEngine, by: str, wanted: str
) -> None:
    """Every figure of every group, for any filter, on each engine, of 50,000 reports."""
    assert await indexed(counted, by, wanted) == expected(by, wanted)


async def test_the_index_gives_the_figures_of_the_record(record: SqlRecord, tmp_path: Path) -> None:
    """Of reports that went the whole way: kept, sealed, followed and indexed, on each kind of database."""
    firm = make_firm(owner="firm-user")
    reports = list(drawn_reports(firm.id, ON_RECORD, seed=7))
    await keep(record, firm, *reports)
    await seal(record)
    engine = EmbeddedEngine(tmp_path / "index.db")
    await engine.open()
    try:
        await Follower(Route(record, engine, REFERENCE, record.dead_letters)).catch_up(1)
        await engine.refresh()
        for by in BY:
            by_record = {key: by_hand(those) for key, those in grouped(reports, BY[by]).items()}
            assert await indexed(engine, by, "all") == by_record
    finally:
        await engine.close()


def told(group: Any) -> dict[str, Any]:
    """The exact figures of a group, by name."""
    exact = figures(group, exact=True)
    return {name: getattr(exact, name) for name in exact.__slots__ if name != "withheld"}
