"""The yearly confirmation (年度更新): when it is due, when the entry lapses, and that search and page agree on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.confirmations import (
    confirmation_due,
    confirmed_too_long_ago,
    is_lapsed,
    suspended_by_clock,
)
from directory.errors import NotAllowedNow
from directory.states import FirmStatus
from tests.factories import make_firm
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import china

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def test_it_is_due_a_year_after_the_last_one() -> None:
    """On the same day, or the last of a shorter month."""
    assert confirmation_due(make_firm(confirmed_at=china("2025-03-02 10:00")), RULEBOOK) == date(2026, 3, 2)
    assert confirmation_due(make_firm(confirmed_at=china("2024-02-29 10:00")), RULEBOOK) == date(2025, 2, 28)


@pytest.mark.parametrize("status", [FirmStatus.SUSPENDED, FirmStatus.GRADUATED, FirmStatus.DELISTED])
def test_only_a_listed_entry_owes_one(status: FirmStatus) -> None:
    """Who does not stand in the list cannot lapse from it."""
    firm = make_firm(status=status, confirmed_at=china("2020-03-02 10:00"))
    assert confirmation_due(firm, RULEBOOK) is None
    assert not is_lapsed(firm, china("2026-03-02 10:00"), RULEBOOK)


def test_an_entry_lapses_after_fifteen_months() -> None:
    """At the end of the day, Shanghai time."""
    firm = make_firm(confirmed_at=china("2024-11-30 10:00"))
    assert not is_lapsed(firm, china("2026-02-28 23:59"), RULEBOOK)
    assert is_lapsed(firm, china("2026-03-01 00:00"), RULEBOOK)


def test_an_entry_is_not_suspended_before_the_grace_is_over() -> None:
    """Whoever asks."""
    firm = make_firm(confirmed_at=china("2024-09-02 10:00"))
    with pytest.raises(NotAllowedNow):
        suspended_by_clock(firm, china("2026-03-02 23:59"), RULEBOOK, "逾期")
    after = suspended_by_clock(firm, china("2026-03-03 00:00"), RULEBOOK, "逾期")
    assert (after.status, after.status_reason) == (FirmStatus.SUSPENDED, "逾期")


@given(confirmed_at=INSTANTS, passed=st.timedeltas(timedelta(), timedelta(days=700)))
def test_what_the_search_asks_for_is_what_the_entry_shows(confirmed_at: datetime, passed: timedelta) -> None:
    """The instant that the record and the index are asked with is the inverse of the rule, to the microsecond."""
    now = confirmed_at + passed
    found = confirmed_at <= confirmed_too_long_ago(now, RULEBOOK.limits.lapse_months)
    assert found == is_lapsed(make_firm(confirmed_at=confirmed_at), now, RULEBOOK)
