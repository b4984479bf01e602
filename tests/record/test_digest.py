"""Canonical texts and digests: one text a value, one digest a text."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.record.digest import GENESIS, StoredEntry, commitment, sealed_digest
from directory.record.encoding import from_json, instant, instant_text, json_text
from tests.strategies import hostile_texts

ENTRY = StoredEntry(1, "2026-03-02T01:00:00.000000Z", "li", "firm:listed", "firm", "f1", 1, "{}")

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | hostile_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(hostile_texts, inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_any_value_reads_back_from_its_text(value: object) -> None:
    """Huge integers, lone surrogates and NUL included; every text can be stored as UTF-8 without NUL."""
    text = json_text(value)
    assert from_json(text) == value
    assert b"\0" not in text.encode()


@given(st.dictionaries(hostile_texts, st.integers(), min_size=2, max_size=6))
def test_the_order_of_keys_does_not_show(value: dict[str, int]) -> None:
    """Equal values have one text."""
    assert json_text(dict(reversed(value.items()))) == json_text(value)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_json_is_refused(value: float) -> None:
    """NaN would not read back in other programs."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(value)


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=zones)


@given(instants, instants)
def test_texts_of_instants_sort_as_instants_do(one: datetime, two: datetime) -> None:
    """Whatever the zone they were written in; the text gives the instant back."""
    assert (instant_text(one) < instant_text(two)) == (one < two)
    assert instant(instant_text(one)) == one


def test_an_instant_without_a_zone_is_refused() -> None:
    """Nobody could say when it was."""
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    "changed",
    [
        replace(ENTRY, id=2),
        replace(ENTRY, at="2026-03-02T01:00:00.000001Z"),
        replace(ENTRY, actor="lil"),
        replace(ENTRY, actor="lifirm", kind=":listed"),
        replace(ENTRY, kind="firm:delisted"),
        replace(ENTRY, entity_type="blockage"),
        replace(ENTRY, entity_id="f", entity_version=11),
        replace(ENTRY, entity_version=2),
        replace(ENTRY, payload="{ }"),
    ],
)
def test_every_column_is_covered(changed: StoredEntry) -> None:
    """Also what only moves a character from one column to the next."""
    assert sealed_digest(GENESIS, 1, 1, changed) != sealed_digest(GENESIS, 1, 1, ENTRY)


def test_position_epoch_and_what_came_before_are_covered() -> None:
    """The same entry elsewhere has another digest."""
    digests = {
        sealed_digest(before, position, epoch, ENTRY)
        for before in (GENESIS, "f" * 64)
        for position in (1, 11)
        for epoch in (1, 11)
    }
    assert len(digests) == 8


def test_the_digest_is_the_same_in_every_version() -> None:
    """A log sealed by an earlier version of the program must verify in this one."""
    assert (
        sealed_digest(GENESIS, 1, 1, ENTRY)
        == "c055304b9c7530a2ec37d04aaf32ac0fe288ee87f6f1c87d6df2c788dd04559e"
    )


def test_a_commitment_tells_nothing_without_its_salt() -> None:
    """One value under two salts looks like two values."""
    assert commitment("00" * 16, "王小明") != commitment("01" * 16, "王小明")
    assert commitment("00" * 16, "王小明") == commitment("00" * 16, "王小明")
