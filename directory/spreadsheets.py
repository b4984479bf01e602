"""
Texts in the cells of a spreadsheet (电子表格): a program that opens the file must not take one for a formula.

A cell is guarded by an apostrophe before it, which `unguarded` takes away again. A text that already looks guarded gets
one more, so that every text comes back as it was.
"""

from __future__ import annotations

import re
import unicodedata

from directory.characters import BIDI_RANGES, JOINERS, ZERO_WIDTH_RANGES, pattern

GUARD = "'"
FORMULA_SIGNS = frozenset("=+-@")
# What NFKC does not make one of the signs, and a program may.
_SIGNS_OF_THEIR_OWN = frozenset("−\t\r\n")
_JOINERS = [(joiner, joiner) for joiner in JOINERS]
_UNSEEN = re.compile(f"(?:[^\\S\t\r\n]|[{pattern(*BIDI_RANGES, *ZERO_WIDTH_RANGES, *_JOINERS)}])*")


def guarded(text: str) -> str:
    """The text as a cell may hold it: never beginning, also behind spaces, with = + - @ in any width, TAB or a line end."""
    return GUARD + text if _is_formula(text.lstrip(GUARD)) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith(GUARD) and _is_formula(cell.lstrip(GUARD)) else cell


def _is_formula(text: str) -> bool:
    first = _UNSEEN.sub("", text, count=1)[:1]
    return first in _SIGNS_OF_THEIR_OWN or unicodedata.normalize("NFKC", first) in FORMULA_SIGNS
