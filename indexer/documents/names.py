"""The order of names in a list: one key that sorts the same in every engine."""

from __future__ import annotations

from functools import lru_cache

from directory.text import fold

COMPARED_CHARACTERS = 60


def collation_key(name: str) -> str:
    """A text whose code point order is that of a Chinese list of names: digits, Latin letters, then by pinyin.

    The 3,755 common characters of GB/T 2312-1980 are numbered by pinyin, the 3,008 others by radical and strokes;
    the rest follows by GB 18030. Hexadecimal, so that no engine can disagree.
    """
    return "".join(_weight(character) for character in fold(name)[:COMPARED_CHARACTERS])


@lru_cache(maxsize=16_384)
def _weight(character: str) -> str:
    try:
        return character.encode("gb2312").hex()
    except UnicodeEncodeError:
        return "ff" + character.encode("gb18030", "backslashreplace").hex()
