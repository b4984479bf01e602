"""
The yearly confirmation of an entry (年度更新): when it is due, when the entry lapses, when the clock suspends it.

An entry is confirmed when it is listed and by each approved yearly update. It is due again after 12 months, shows as
lapsed (逾期未更新) after 15, and is suspended after 18 until an update is approved, however late; nobody is sent away for
silence. Past the 18 a search that does not ask for such entries leaves them out. All of it is computed from the
last confirmation and the clock, never stored, so that a search and the entry's own page agree at every instant.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from directory.entities import Firm
from directory.errors import NotAllowedNow
from directory.firms import Action, moved
from directory.rulebook import Rulebook
from directory.states import FirmStatus
from directory.workdays import end_of_day, local_date


def confirmation_due(firm: Firm, rulebook: Rulebook) -> date | None:
    """The last day for the next yearly update; None for an entry that owes none."""
    return _months_after(firm, rulebook.limits.confirm_again_months)


def is_lapsed(firm: Firm, now: datetime, rulebook: Rulebook) -> bool:
    """True for a listed entry without a yearly update for too long."""
    last = _months_after(firm, rulebook.limits.lapse_months)
    return last is not None and now >= end_of_day(last)


def suspended_by_clock(firm: Firm, now: datetime, rulebook: Rulebook, reason: str) -> Firm:
    """The entry suspended for want of a yearly update. Raises: NotAllowedNow, while there is time for one."""
    last = _months_after(firm, rulebook.limits.suspend_months)
    if last is None or now < end_of_day(last):
        raise NotAllowedNow.at("firm", key="firm.confirmation_still_due")
    return moved(firm, Action.SUSPEND, now, status_reason=reason, suspended_unconfirmed=True)


def confirmed_too_long_ago(now: datetime, months: int) -> datetime:
    """The last instant of a confirmation after which more than `months` have passed at `now`: the inverse of the above."""
    today = local_date(now)
    day = today - timedelta(days=31 * months)
    while end_of_day(_plus_months(day + timedelta(days=1), months)) <= now:
        day += timedelta(days=1)
    return end_of_day(day) - timedelta(microseconds=1)


def _months_after(firm: Firm, months: int) -> date | None:
    if firm.status is not FirmStatus.LISTED or firm.merged_into is not None or firm.confirmed_at is None:
        return None
    return _plus_months(local_date(firm.confirmed_at), months)


def _plus_months(on: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short for it."""
    years, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + years, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))
