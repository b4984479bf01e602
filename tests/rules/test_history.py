"""An entry as it was on a day, folded from what the log says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.entities import Firm, dump
from directory.errors import Gone, NotFound
from directory.facts import Fact, LogEntry, differences
from directory.history import changes_between, state_as_of
from directory.privacy import personal_fields
from directory.states import EntityType, FirmStatus
from tests.factories import NOW, make_firm

FIRST = make_firm(version=1, status=FirmStatus.PENDING)
SECOND = FIRST.model_copy(
    update={"version": 2, "status": FirmStatus.LISTED, "listed_at": NOW, "former_names": ("微光",)}
)
THIRD = SECOND.model_copy(
    update={
        "version": 3,
        "profile": SECOND.profile.model_copy(update={"name": "大光"}),
        "former_names": ("微光", "杭州微光直播有限公司"),
    }
)
LIFE = (FIRST, SECOND, THIRD)


def entries(*states: Firm) -> list[LogEntry]:
    """What the log holds of these states, one a day."""
    kept = []
    for place, (before, after) in enumerate(zip((None, *states), states, strict=False)):
        changes = differences(dump(before) if before else None, dump(after), personal=personal_fields(after))
        at = NOW + timedelta(days=place)
        fact = Fact("firm:amended", EntityType.FIRM, after.id, after.version, "li", at, changes)
        kept.append(LogEntry(place + 1, "", fact))
    return kept


@pytest.mark.parametrize("days", [0, 1, 2])
def test_the_state_of_a_day_is_what_was_kept_then(days: int) -> None:
    """Replaying the log up to a day gives the entry as it was, field for field."""
    assert state_as_of(entries(*LIFE), NOW + timedelta(days=days, hours=1)) == LIFE[days]


def test_the_whole_log_gives_the_present_state() -> None:
    """Nothing is known that the log does not say."""
    assert state_as_of(entries(*LIFE)) == THIRD


def test_before_its_first_day_there_was_no_entry() -> None:
    """An entry is as old as its first fact."""
    assert state_as_of(entries(*LIFE), NOW - timedelta(seconds=1)) is None


def test_two_versions_differ_in_their_fields() -> None:
    """Both sides whole, also where a list only grew."""
    found = {change.field: (change.before, change.after) for change in changes_between(entries(*LIFE), 2, 3)}
    assert found == {
        "former_names": (["微光"], ["微光", "杭州微光直播有限公司"]),
        "profile.name": ("杭州微光直播有限公司", "大光"),
    }


def test_versions_differ_the_other_way_round_too() -> None:
    """From a later to an earlier version the sides change places."""
    forth, back = changes_between(entries(*LIFE), 1, 3), changes_between(entries(*LIFE), 3, 1)
    assert {(one.field, one.before, one.after) for one in forth if one.field == "status"} == {
        ("status", "PENDING", "LISTED")
    }
    assert [(one.field, one.after, one.before) for one in back] == [
        (one.field, one.before, one.after) for one in forth
    ]


def test_a_version_that_never_was_is_not_found() -> None:
    """Four versions are not three."""
    with pytest.raises(NotFound):
        changes_between(entries(*LIFE), 1, 4)


def test_an_erased_entry_has_no_history() -> None:
    """Once its values are erased, no day can be shown: half of an entry is not what it was."""
    first, *rest = entries(*LIFE)
    erased = tuple(replace(change, after=None, personal=True, erased=True) for change in first.fact.changes)
    with pytest.raises(Gone):
        state_as_of([replace(first, fact=replace(first.fact, changes=erased)), *rest])
