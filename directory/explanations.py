"""A limit in words (期限说明): how many working days it has, what was left out, what stood still, when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from directory.deadlines import explained
from directory.entities import Blockage, Deadline
from directory.messages.catalogue import sentence
from directory.rulebook import Rulebook
from directory.states import Language
from directory.workdays import Day, DayKind, local_date

_BETWEEN = {Language.ZH: "，", Language.EN: "; "}
_END = {Language.ZH: "。", Language.EN: "."}

Part = tuple[str, dict[str, Any]]


def in_words(blockage: Blockage, deadline: Deadline, rulebook: Rulebook, language: Language) -> str:
    """One sentence that says why the limit ends when it does."""
    parts = [sentence(key, language, said) for key, said in _parts(blockage, deadline, rulebook, language)]
    text = _BETWEEN[language].join(parts) + _END[language]
    return text[:1].upper() + text[1:]


def _parts(blockage: Blockage, deadline: Deadline, rulebook: Rulebook, language: Language) -> Iterator[Part]:
    days = explained(blockage, deadline, rulebook)
    yield "due.counted", {"started": local_date(deadline.started_at), "days": deadline.working_days}
    if made_up := [day for day in days.counted if day.kind is DayKind.MAKE_UP]:
        yield "due.make_up", {"days": len(made_up)}
    yield from _days_off(days.skipped, language)
    if days.paused:
        yield "due.paused", {"days": len(days.paused)}
    if deadline.extended_from is not None:
        yield "due.extended", {"until": _last_day(deadline.extended_from)}
    last = _last_day(deadline.due_at)
    yield "due.ends", {"until": last}
    if len(days.counted) != deadline.working_days and not deadline.provisional:
        yield "due.other_calendar", {}
    if deadline.provisional:
        yield "due.provisional", {"year": last.year}


def _days_off(skipped: tuple[Day, ...], language: Language) -> Iterator[Part]:
    weekends = [day for day in skipped if day.kind is DayKind.WEEKEND]
    if weekends:
        yield "due.weekends", {"days": len(weekends)}
    holidays = Counter(day.label.in_(language) for day in skipped if day.label is not None)
    for name, days in holidays.items():
        yield "due.holiday", {"name": name, "days": days}


def _last_day(due_at: datetime) -> date:
    return local_date(due_at - timedelta(microseconds=1))
