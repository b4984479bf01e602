"""Classes of characters (Unicode) that text rules speak of, and the folding of a single character."""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

# Ideographs with extensions, compatibility forms, 〇 and 々; kana, bopomofo and Hangul are written without
# spaces between words too and are cut the same way.
CJK_RANGES: tuple[tuple[int, int], ...] = (
    (0x1100, 0x11FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3041, 0x3096),
    (0x3099, 0x309A),
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),
    (0x30FC, 0x30FF),
    (0x3105, 0x312F),
    (0x3131, 0x318E),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFD),
)

# Invisible on the page: they would make two equal-looking names differ.
JOINERS = (0x200C, 0x200D)
VARIATION_SELECTORS: tuple[tuple[int, int], ...] = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
ZERO_WIDTH_RANGES: tuple[tuple[int, int], ...] = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200B),
    (0x2060, 0x2064),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0x1D173, 0x1D17A),
)

# Marks, embeddings, overrides and isolates that reorder what stands around them, U+202A-E and U+2066-9 among them.
BIDI_RANGES: tuple[tuple[int, int], ...] = (
    (0x061C, 0x061C),
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2066, 0x206F),
)
CONTROL_RANGES: tuple[tuple[int, int], ...] = (
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)
SURROGATE_RANGES: tuple[tuple[int, int], ...] = ((0xD800, 0xDFFF),)
PRIVATE_USE_RANGES: tuple[tuple[int, int], ...] = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
NONCHARACTER_RANGES: tuple[tuple[int, int], ...] = (
    (0xFDD0, 0xFDEF),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
)
# Blocks without a nonspacing or enclosing mark: Latin, punctuation, symbols, ideographs, kana, Hangul, full width.
UNMARKED_RANGES: tuple[tuple[int, int], ...] = (
    (0x0000, 0x02FF),
    (0x2000, 0x20CF),
    (0x2100, 0x2CEE),
    (0x2E80, 0x3029),
    (0x3030, 0x3098),
    (0x309B, 0xA66E),
    (0xAC00, 0xD7FF),
    (0xFF00, 0xFFEF),
)
# Accents that fold away with the letter they stand on; marks of other scripts change the word and stay.
ACCENT_RANGES: tuple[tuple[int, int], ...] = (
    (0x0300, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
)

# Latin letters whose stroke or ligature is part of the letter, so that no decomposition removes it.
PLAIN_LETTERS = {
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
}


def pattern(*ranges: tuple[int, int]) -> str:
    """The inside of a regular-expression class that holds the code points of `ranges`, both ends included."""
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


def among(code_point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether the code point lies in one of `ranges`, both ends included."""
    return any(low <= code_point <= high for low, high in ranges)


IGNORED_RANGES = (*((joiner, joiner) for joiner in JOINERS), *VARIATION_SELECTORS, *ZERO_WIDTH_RANGES)


@cache
def _to_simplified() -> OpenCC:
    """The converter from traditional to simplified characters (OpenCC `t2s`)."""
    return OpenCC("t2s")


@cache
def _from_hong_kong() -> OpenCC:
    """The converter for characters that only Hong Kong's standard writes so, such as 衞 and 裏."""
    return OpenCC("hk2s")


def folded_character(character: str) -> str:
    """What the character becomes in folded text: usually one character, sometimes none or several.

    NFKC, case folding, accents off Latin letters, traditional to simplified; invisible characters vanish.
    """
    code_point = ord(character)
    if among(code_point, IGNORED_RANGES) or among(code_point, ACCENT_RANGES):
        return ""
    if among(code_point, SURROGATE_RANGES):
        return character
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    return "".join(_plain(part) for part in wide)


def _plain(character: str) -> str:
    """One compatibility-folded, case-folded character without accents and in simplified form."""
    if character.isascii():
        return character
    if among(ord(character), CJK_RANGES):
        return _simplified(character)
    if character in PLAIN_LETTERS:
        return PLAIN_LETTERS[character]
    base = unicodedata.normalize("NFKD", character)
    if base[0].isascii() or "LATIN" in unicodedata.name(character, ""):
        base = "".join(part for part in base if not among(ord(part), ACCENT_RANGES))
        return "".join(PLAIN_LETTERS.get(part, part) for part in base)
    return "" if among(ord(character), ACCENT_RANGES) else character


def _simplified(character: str) -> str:
    """The simplified form of a character by itself; a reading that depends on its neighbours is not asked for."""
    simplified: str = _from_hong_kong().convert(_to_simplified().convert(character))
    # A few simplified forms are traditional forms of a third character; folding twice must change nothing.
    return simplified if simplified == character else _simplified(simplified)
