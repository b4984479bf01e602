"""Cursors: opaque, signed, bound to list and caller, good for a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.access import ANYONE, Caller, Role
from schema.cursors import Cursors, binding
from schema.errors import ApiError

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CURSORS = Cursors(b"s" * 32, lambda: NOW)
LIST = binding("firms", {"text": "直播"}, ANYONE)
ANALYST = Caller("li", frozenset({Role.ANALYST}))

keys = st.lists(
    st.none()
    | st.text(max_size=20)
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
).map(tuple)


def refusal(cursor: str, bound: bytes = LIST, cursors: Cursors = CURSORS) -> object:
    """The code with which a cursor is refused."""
    with pytest.raises(ApiError) as refused:
        cursors.open(bound, cursor)
    return (refused.value.extensions or {})["code"]


@given(keys)
def test_a_cursor_gives_its_place_back(key: tuple[Any, ...]) -> None:
    """Whatever the list is sorted by."""
    assert CURSORS.open(LIST, CURSORS.seal(LIST, key)) == key


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_cursor_is_refused(place: int, character: str) -> None:
    """Any character of it."""
    cursor = CURSORS.seal(LIST, ("直播", 3))
    changed = cursor[: place % len(cursor)] + character + cursor[place % len(cursor) + 1 :]

    if changed != cursor:
        assert refusal(changed) == "CURSOR_INVALID"


@pytest.mark.parametrize("cursor", ["", "=", "x", "游标", "A" * 3_000, "AAAA", "$$$$", "Zm9v" * 10])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    """Never a crash."""
    assert refusal(cursor) == "CURSOR_INVALID"


@pytest.mark.parametrize(
    "other",
    [
        binding("blockages", {"text": "直播"}, ANYONE),
        binding("firms", {"text": "外卖"}, ANYONE),
        binding("firms", {"text": "直播"}, ANALYST),
    ],
)
def test_a_cursor_of_another_list_is_refused(other: bytes) -> None:
    """Another list, another question, another caller."""
    assert refusal(CURSORS.seal(LIST, (1,)), other) == "CURSOR_INVALID"


def test_a_cursor_of_another_secret_is_refused() -> None:
    """Nobody else can make one."""
    assert refusal(Cursors(b"t" * 32, lambda: NOW).seal(LIST, (1,))) == "CURSOR_INVALID"


def test_a_cursor_is_good_for_a_day() -> None:
    """And is told to be old after it, not wrong."""
    cursor = CURSORS.seal(LIST, (1,))
    in_time = Cursors(b"s" * 32, lambda: NOW + timedelta(hours=24))
    too_late = Cursors(b"s" * 32, lambda: NOW + timedelta(hours=25))

    assert in_time.open(LIST, cursor) == (1,)
    assert refusal(cursor, cursors=too_late) == "CURSOR_EXPIRED"


def test_a_secret_has_a_length() -> None:
    """32 bytes at least."""
    with pytest.raises(ValueError, match="32"):
        Cursors(b"short", lambda: NOW)
