"""Texts in the cells of a spreadsheet: none is a formula, and each comes back as it was."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.spreadsheets import guarded, unguarded

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "\t", "\r", "\n"]
BEFORE = ["", " ", "   ", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u202d"]
BODIES = ["cmd|' /C calc'!A0", "SUM(1,2)", ""]
PAYLOADS = ["".join(parts) for parts in product(BEFORE, SIGNS, BODIES)]


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_a_formula_is_guarded(payload: str) -> None:
    """In any width, behind any space, behind what nobody sees."""
    assert guarded(payload) == f"'{payload}"


@pytest.mark.parametrize("text", ["", "微光直播", "a=b", "3-4", "(+86)", "'", "' a", "  微光"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """A sign inside a text is no formula."""
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@ \t\n＝\u200b微a0"), max_size=8) | st.text())
def test_every_text_comes_back(text: str) -> None:
    """Also one that looks guarded already."""
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet=st.sampled_from("'=+-@ \t\n＝\u200b微a0"), max_size=8) | st.text())
def test_a_cell_never_begins_with_a_sign(text: str) -> None:
    """Whatever the text was."""
    assert not guarded(text).lstrip(" \u3000\u200b").startswith(tuple(SIGNS))
