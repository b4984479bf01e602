"""
Text of entries and of searches: cleaning at the door, and the one analysis that index, search and highlighter share.

The analysis, exactly:

1. `fold`: character by character, NFKC, lower case, accents off Latin letters, traditional to simplified Chinese.
2. `runs`: the folded text is cut into runs, `[CJK]+` or letters and digits (`[0-9a-z]+` and other alphabets).
   Everything else separates.
3. A CJK run is indexed as single characters. A CJK run of a query is a phrase: its characters one after the other,
   inside one run of the text. So 直播 finds 网络直播间 and does not find 直，播.
4. A word matches itself or its stem: "directories" finds "directory".
5. The runs of a query are ANDed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer.english_stemmer import EnglishStemmer

from directory import characters as chars
from directory.errors import ErrorCode
from directory.refusals import RefusedValue, visible
from directory.states import Language

MAX_COMBINING_MARKS = 4
_LONGEST_STEMMED = 40


class TextFault(StrEnum):
    """Why a text is refused."""

    CONTROL = "control"
    SURROGATE = "surrogate"
    BIDI = "bidi"
    ZERO_WIDTH = "zero_width"
    COMBINING = "combining"
    NONCHARACTER = "noncharacter"
    PRIVATE_USE = "private_use"
    TOO_LONG = "too_long"


class InvalidText(RefusedValue):
    """A text with characters that nobody can see or check. Params: character, position (from 1), or max, length."""

    subject = "text"
    code = ErrorCode.INVALID_TEXT


def _one_of(*ranges: tuple[int, int], but: str = "") -> re.Pattern[str]:
    ahead = f"(?![{but}])" if but else ""
    return re.compile(f"{ahead}[{chars.pattern(*ranges)}]")


_FAULTS: tuple[tuple[TextFault, re.Pattern[str]], ...] = (
    (TextFault.SURROGATE, _one_of(*chars.SURROGATE_RANGES)),
    (TextFault.CONTROL, _one_of(*chars.CONTROL_RANGES, but=r"\t\n\r")),
    (TextFault.BIDI, _one_of(*chars.BIDI_RANGES)),
    (TextFault.NONCHARACTER, _one_of(*chars.NONCHARACTER_RANGES)),
    (TextFault.PRIVATE_USE, _one_of(*chars.PRIVATE_USE_RANGES)),
)
_ANY_FAULT = re.compile("|".join(found_by.pattern for _, found_by in _FAULTS))
# Nearly all texts are made of these alone, and none of them is a mark.
_UNMARKED = re.compile(f"[{chars.pattern(*chars.UNMARKED_RANGES)}]*")
# Nearly all lines too: words of ASCII and everyday ideographs between single spaces, which cleaning leaves as they are.
_PLAIN_LINE = re.compile("(?:[!-~\u4e00-\u9fff]+ )*[!-~\u4e00-\u9fff]+")
_JOINERS = [(joiner, joiner) for joiner in chars.JOINERS]
_INVISIBLE = _one_of(*chars.ZERO_WIDTH_RANGES, *_JOINERS)
_RESIDUE = _one_of(*chars.ZERO_WIDTH_RANGES)
_LINE_BREAK_INSIDE = re.compile(r"[\t\n\r\u2028\u2029]")
_VARIATION = _one_of(*chars.VARIATION_SELECTORS)
_SPACES = re.compile(r"\s+")
_SPACES_IN_LINE = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
_AROUND_LINE_BREAK = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_UNSEARCHABLE = _one_of(
    *chars.SURROGATE_RANGES, *chars.BIDI_RANGES, *chars.IGNORED_RANGES, *chars.NONCHARACTER_RANGES
)
_CONTROLS = _one_of(*chars.CONTROL_RANGES)


def clean_text(text: str, *, multiline: bool, max_length: int) -> str:
    """The text as it is stored: NFC, trimmed, spaces collapsed; "" when nothing is left.

    One line (names, codes): line breaks, tabs and zero-width characters are refused. Several lines: they keep
    their breaks, at most one empty line in a row, and emoji keep their joiners.
    `max_length` counts code points of the result.
    Raises: InvalidText, for the first fault of `TextFault` found.
    """
    if len(text) > 4 * max_length + 1000:
        raise InvalidText(TextFault.TOO_LONG, max=max_length, length=len(text))
    if len(text) <= max_length and _PLAIN_LINE.fullmatch(text):
        return text
    if _ANY_FAULT.search(text):
        for fault, found_by in _FAULTS:
            _refuse(fault, found_by.search(text))
    composed = unicodedata.normalize("NFC", (_RESIDUE if multiline else _VARIATION).sub("", text))
    _refuse_piled_marks(composed)
    cleaned = _clean_lines(composed) if multiline else _clean_line(composed)
    if len(cleaned) > max_length:
        raise InvalidText(TextFault.TOO_LONG, max=max_length, length=len(cleaned))
    return cleaned


def _refuse(fault: TextFault, found: re.Match[str] | None, trimmed: int = 0) -> None:
    """Raises: InvalidText, when a fault was found; `trimmed` characters stood before the text searched."""
    if found:
        raise InvalidText(fault, character=visible(found[0]), position=trimmed + found.start() + 1)


def _refuse_piled_marks(text: str) -> None:
    """Raises: InvalidText, when more marks are piled on one character than any orthography needs."""
    if _UNMARKED.fullmatch(text):
        return
    in_a_row = 0
    for position, character in enumerate(text, start=1):
        in_a_row = in_a_row + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if in_a_row > MAX_COMBINING_MARKS:
            raise InvalidText(TextFault.COMBINING, character=visible(character), position=position)


def _clean_line(text: str) -> str:
    line = text.strip()
    trimmed = len(text) - len(text.lstrip())
    _refuse(TextFault.CONTROL, _LINE_BREAK_INSIDE.search(line), trimmed)
    _refuse(TextFault.ZERO_WIDTH, _INVISIBLE.search(line), trimmed)
    return _SPACES.sub(" ", line)


def _clean_lines(text: str) -> str:
    lines = _SPACES_IN_LINE.sub(" ", _LINE_ENDS.sub("\n", text))
    lines = _AROUND_LINE_BREAK.sub("\n", lines)
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def search_text(text: str) -> str:
    """What a search box means by `text`: NFC on one line, invisible and broken characters dropped; never raises."""
    kept = _UNSEARCHABLE.sub("", _CONTROLS.sub(" ", text))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


class _FoldTable(dict[int, str]):
    """The folding of characters met so far; `str.translate` fills it as texts come by."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        folded = chars.folded_character(character)
        if len(folded) != 1:
            self.uneven.add(character)
        # Unassigned and private characters fold to themselves: keeping them would let a caller fill the table.
        if unicodedata.category(character) not in ("Cn", "Co", "Cs"):
            self[code_point] = folded
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """The text as searches compare it (see the module); idempotent. Give it NFC, as `clean_text` returns it."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the index in `text` it came from.

    The offsets have one element more than the folded text: the length of `text`. A span of the folded text maps
    back by `original_span`.
    """
    folded = fold(text)
    if text.isascii() or (len(folded) == len(text) and _TABLE.uneven.isdisjoint(text)):
        return folded, range(len(text) + 1)
    offsets = [index for index, character in enumerate(text) for _ in _TABLE[ord(character)]]
    return folded, [*offsets, len(text)]


def original_span(start: int, end: int, offsets: Sequence[int]) -> tuple[int, int]:
    """The span of the original text that folded to `start:end`, with the marks that vanished behind it.

    A character that folds to several counts whole, so the spans of two halves of it overlap.
    """
    return offsets[start], max(offsets[end], offsets[end - 1] + 1)


class RunKind(StrEnum):
    """What a run is made of."""

    CJK = "cjk"
    WORD = "word"


class Run(NamedTuple):
    """A folded run of a text and where it stands in the original: `original[start:end]`."""

    kind: RunKind
    text: str
    start: int
    end: int


_CJK_CLASS = chars.pattern(*chars.CJK_RANGES)
_RUN = re.compile(rf"([{_CJK_CLASS}]+)|(?:[0-9a-z]+|(?![{_CJK_CLASS}])[^\W_])+")
_ASCII_RUN = re.compile(r"[0-9a-z]+")


def runs(text: str) -> list[Run]:
    """The runs of the text in order, with their places in the original."""
    folded, offsets = fold_with_offsets(text)
    return [
        Run(
            RunKind.CJK if found[1] else RunKind.WORD,
            found[0],
            *original_span(found.start(), found.end(), offsets),
        )
        for found in _RUN.finditer(folded)
    ]


@lru_cache(maxsize=256)
def run_texts(text: str) -> tuple[tuple[RunKind, str], ...]:
    """The runs of the text in order without their places: what an index needs, at less cost than `runs`.

    Those of the last texts are kept: a document is read for its terms, its tokens and its spellings, one after the other.
    """
    folded = fold(text)
    if folded.isascii():
        return tuple((RunKind.WORD, part) for part in _ASCII_RUN.findall(folded))
    return tuple((RunKind.CJK if found[1] else RunKind.WORD, found[0]) for found in _RUN.finditer(folded))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The English stem of a folded word (Snowball); words of other alphabets or with digits are their own stem."""
    if not (word.isascii() and word.isalpha()) or len(word) > _LONGEST_STEMMED:
        return word
    # A stemmer keeps the word it works on: one for all threads would mix two words.
    stemmed: str = EnglishStemmer().stemWord(word)
    return stemmed


def detect_language(text: str) -> Language:
    """The language most of the text is in: Chinese unless English words outnumber its Chinese characters."""
    pieces = run_texts(text)
    words = sum(1 for kind, part in pieces if kind is RunKind.WORD and part.isalpha())
    characters = sum(len(part) for kind, part in pieces if kind is RunKind.CJK)
    return Language.EN if words > characters else Language.ZH
