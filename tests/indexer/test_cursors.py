"""Cursors: signed places in the order of one search, for one caller, for a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.cursors import LIFETIME, CursorExpired, CursorInvalid, Cursors, Scope

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CURSORS = Cursors(b"0123456789abcdef0123456789abcdef")
SCOPE = Scope(search={"text": "茶", "sort": "NAME"}, caller="firm-user", generation="g1")
KEYS = st.tuples(
    st.one_of(
        st.none(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
    ),
    st.text("0123456789abcdef", min_size=32, max_size=32),
)


@given(KEYS)
def test_a_cursor_leads_back_to_its_place(key: tuple[object, str]) -> None:
    """Numbers, names, missing values: unchanged."""
    assert CURSORS.read(CURSORS.issue(key, SCOPE, NOW), SCOPE, NOW) == key


@given(st.data())
def test_a_changed_cursor_is_none(data: st.DataObject) -> None:
    """Any character changed, added or dropped."""
    cursor = CURSORS.issue((7, "a" * 32), SCOPE, NOW)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from(["", "A", "b", "_", "=", "é", "\ud800", cursor[place] * 2]))
    changed = cursor[:place] + other + cursor[place + 1 :]
    if changed == cursor:
        return
    with pytest.raises(CursorInvalid):
        CURSORS.read(changed, SCOPE, NOW)


@pytest.mark.parametrize("text", ["", "0", "MTA=", "null", "x" * 5_000, "🍵", "a" * 64])
def test_what_was_never_a_cursor_is_refused(text: str) -> None:
    """Offsets, made-up texts, very long ones."""
    with pytest.raises(CursorInvalid):
        CURSORS.read(text, SCOPE, NOW)


@pytest.mark.parametrize(
    "scope",
    [
        replace(SCOPE, search={"text": "茶", "sort": "LISTED_AT"}),
        replace(SCOPE, search={"text": "茶叶", "sort": "NAME"}),
        replace(SCOPE, caller="another"),
        replace(SCOPE, caller=None),
    ],
)
def test_a_cursor_of_another_search_or_caller_is_refused(scope: Scope) -> None:
    """Its place means nothing there, and could tell what the caller may not know."""
    with pytest.raises(CursorInvalid):
        CURSORS.read(CURSORS.issue((7, "a"), SCOPE, NOW), scope, NOW)


def test_the_order_of_a_filters_fields_makes_no_other_search() -> None:
    """The same filter is the same search, however the client wrote it."""
    same = replace(SCOPE, search={"sort": "NAME", "text": "茶"})
    assert CURSORS.read(CURSORS.issue((7, "a"), SCOPE, NOW), same, NOW) == (7, "a")


def test_a_cursor_of_another_server_secret_is_refused() -> None:
    """Forged with another key."""
    other = Cursors(b"another secret of thirty-two byte")
    with pytest.raises(CursorInvalid):
        CURSORS.read(other.issue((7, "a"), SCOPE, NOW), SCOPE, NOW)


def test_a_cursor_lives_a_day() -> None:
    """To the second."""
    cursor = CURSORS.issue((7, "a"), SCOPE, NOW)
    assert CURSORS.read(cursor, SCOPE, NOW + LIFETIME) == (7, "a")
    with pytest.raises(CursorExpired):
        CURSORS.read(cursor, SCOPE, NOW + LIFETIME + timedelta(seconds=1))


def test_a_cursor_into_scores_of_another_generation_has_expired() -> None:
    """Scores of two indices cannot be compared; the walk has to start again."""
    cursor = CURSORS.issue((1.5, "a"), SCOPE, NOW)
    with pytest.raises(CursorExpired):
        CURSORS.read(cursor, replace(SCOPE, generation="g2"), NOW)


def test_a_short_secret_is_refused() -> None:
    """Before any cursor is signed with it."""
    with pytest.raises(ValueError, match="32 bytes"):
        Cursors(b"short")
