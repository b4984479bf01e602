"""What is computed from an instant and the clock: both engines find at every boundary just what the entity itself shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from directory.confirmations import confirmed_too_long_ago, is_lapsed, suspended_by_clock
from directory.deadlines import handling_due_at, long_overdue, long_overdue_since, overdue
from directory.entities import Firm
from directory.errors import NotAllowedNow
from directory.overdue_levels import report_level
from directory.states import BlockageStatus, FirmStatus, OverdueLevel, Severity
from directory.workdays import end_of_day
from indexer.documents.blockage import blockage_document
from indexer.documents.firm import firm_document
from indexer.query.search import EVERYTHING, Document, Filter, Kind, Search, SearchEngine
from schema.blockages.filters import due_before, so_late
from schema.firms.lapses import heard_since, lapsed_before
from tests.contracts.engines.corpus import found
from tests.factories import make_blockage, make_firm
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import Life, china, life_in

SPLIT_SECOND = timedelta(microseconds=1)


def around(instants: set[datetime]) -> list[datetime]:
    """Each instant and the last one before it."""
    return sorted({each - step for each in instants for step in (timedelta(), SPLIT_SECOND)})


async def hits(engine: SearchEngine, kind: Kind, wanted: Filter) -> set[str]:
    """The ids that a filter finds."""
    return await found(engine, Search(kind, EVERYTHING, filters=((None, wanted),), first=100))


async def test_overdue_and_long_overdue_begin_with_the_same_instant_everywhere(engine: SearchEngine) -> None:
    """Reports of every severity and state, over a Spring Festival and a weekend."""
    lives = [
        *(
            Life(reported, severity)
            for severity in Severity
            for reported in ("2026-02-10 10:00", "2026-03-06 17:00")
        ),
        *(life_in(status) for status in BlockageStatus),
        life_in(BlockageStatus.IN_PROGRESS).ask().later(timedelta(days=3)).answer().extend(2),
        life_in(BlockageStatus.IN_PROGRESS).supervise(),
    ]
    for life in lives[: 2 * len(Severity)]:
        life.triage().assign().accept()
    reports = [life.report.model_copy(update={"id": make_blockage().id}) for life in lives]
    firm = make_firm()
    documents = [
        Document(Kind.BLOCKAGE, each.id, 1, blockage_document(each, firm, REFERENCE)) for each in reports
    ]
    assert await engine.put(documents) == []
    await engine.refresh()
    dues = {due for each in reports if (due := handling_due_at(each.deadlines)) is not None}
    long_after = {RULEBOOK.calendar.add_workdays(due - SPLIT_SECOND, 10).at for due in dues}

    soon = {end_of_day(RULEBOOK.calendar.latest_start(due, limit + 1)) for due in dues for limit in (2, 3)}

    for now in around(dues | long_after | soon):
        for level in OverdueLevel:
            found_so = await hits(engine, Kind.BLOCKAGE, so_late(level, now, RULEBOOK))
            shown_so = {each.id for each in reports if report_level(each, now, RULEBOOK) is level}
            assert found_so == shown_so, (now, level)
        late = await hits(engine, Kind.BLOCKAGE, due_before(now, wanted=True))
        assert late == {each.id for each in reports if overdue(each, now)}, now
        long_late = await hits(
            engine, Kind.BLOCKAGE, due_before(long_overdue_since(now, RULEBOOK), wanted=True)
        )
        assert long_late == {each.id for each in reports if long_overdue(each, now, RULEBOOK)}, now


async def test_entries_lapse_at_the_same_instant_everywhere(engine: SearchEngine) -> None:
    """Confirmed on the last days of long months, and at the last moment of a day."""
    confirmed = ["2024-11-29 10:00", "2024-11-30 23:59", "2024-12-01 00:00", "2025-05-31 12:00"]
    firms = [
        make_firm(status=status, confirmed_at=china(each))
        for each in confirmed
        for status in (FirmStatus.LISTED, FirmStatus.GRADUATED)
    ]
    documents = [
        Document(Kind.FIRM, each.id, 1, firm_document(each, REFERENCE, open_blockages=False))
        for each in firms
    ]
    assert await engine.put(documents) == []
    await engine.refresh()

    for now in around({china(f"2026-{day} 00:00") for day in ("02-28", "03-01", "03-02", "08-31", "09-01")}):
        latest = confirmed_too_long_ago(now, RULEBOOK.limits.lapse_months)
        lapsed = await hits(engine, Kind.FIRM, lapsed_before(latest, wanted=True))
        assert lapsed == {each.id for each in firms if is_lapsed(each, now, RULEBOOK)}, now
        rest = await hits(engine, Kind.FIRM, lapsed_before(latest, wanted=False))
        assert rest == {each.id for each in firms} - lapsed


async def test_entries_fall_silent_when_the_clock_may_suspend_them(engine: SearchEngine) -> None:
    """What owes yearly updates leaves the default search at that instant, suspended by then or not, and nothing else."""
    firms = [
        make_firm(status=status, confirmed_at=china(each) if each else None)
        for each in ("2024-08-30 10:00", "2024-08-31 23:59", "2024-09-01 00:00", None)
        for status in (FirmStatus.LISTED, FirmStatus.SUSPENDED, FirmStatus.GRADUATED)
    ]
    documents = [
        Document(Kind.FIRM, each.id, 1, firm_document(each, REFERENCE, open_blockages=False))
        for each in firms
    ]
    assert await engine.put(documents) == []
    await engine.refresh()

    for now in around({china(f"2026-{day} 00:00") for day in ("02-28", "03-01", "03-02")}):
        latest = confirmed_too_long_ago(now, RULEBOOK.limits.suspend_months)
        shown = await hits(engine, Kind.FIRM, heard_since(latest))
        assert shown == {each.id for each in firms if not silent(each, now)}, now


def silent(firm: Firm, now: datetime) -> bool:
    """Whether the clock may suspend the entry, or may have."""
    try:
        suspended_by_clock(firm.model_copy(update={"status": FirmStatus.LISTED}), now, RULEBOOK, "")
    except NotAllowedNow:
        return False
    return firm.status is not FirmStatus.GRADUATED
