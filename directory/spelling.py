"""Slips of the pen: whether two names may be one name typed wrongly once."""

from __future__ import annotations

from collections import Counter

# Level 1 of GB 2312, rows 16 to 55, is ordered by pronunciation: characters that sound alike stand close together,
# and nearly every slip of a Chinese input method is a character that sounds alike.
_FIRST_LEAD_BYTE, _LAST_LEAD_BYTE, _FIRST_TRAIL_BYTE = 0xB0, 0xD7, 0xA1
_CELLS_IN_ROW = 94
_NEAR = 20

# Names that differ in one of these are told apart by it: 101 and 102, 一店 and 二店, 老店 and 店.
_DISTINGUISHING = frozenset(
    "0123456789〇零一二三四五六七八九十百千甲乙丙丁东南西北中前后左右上下大小男女老新"
)
_SHORTEST_WITH_SUBSTITUTION_CJK = 3
_SHORTEST_CJK = 4
_SHORTEST_LATIN = 6
# Beyond it a name has too many spellings to look them all up.
LONGEST = 24
SHORTEST = _SHORTEST_WITH_SUBSTITUTION_CJK


def sound_alike(one: str, two: str) -> bool:
    """Whether two common Chinese characters are pronounced alike or nearly so, as 歌 and 哥 are."""
    first, second = _place_by_sound(one), _place_by_sound(two)
    return first is not None and second is not None and abs(first - second) <= _NEAR


def _place_by_sound(character: str) -> int | None:
    """The place of a simplified character in the list ordered by sound; None for rarer ones and other scripts."""
    try:
        encoded = character.encode("gb2312")
    except UnicodeEncodeError:
        return None
    if len(encoded) != 2 or not _FIRST_LEAD_BYTE <= encoded[0] <= _LAST_LEAD_BYTE:
        return None
    return (encoded[0] - _FIRST_LEAD_BYTE) * _CELLS_IN_ROW + encoded[1] - _FIRST_TRAIL_BYTE


def one_slip_apart(one: str, two: str) -> bool:
    """Whether two different folded names are one slip apart, and long enough for a slip to be likelier than chance.

    A slip is one character more or less, a swap of neighbours, or another character: any in Latin names, one that
    sounds alike in Chinese ones. The first character is never part of it: it carries surname or brand.
    """
    if not one or not two or one[0] != two[0] or max(len(one), len(two)) > LONGEST:
        return False
    rest_one, rest_two = _without_common_ends(one, two)
    latin = one.isascii() and two.isascii()
    longest = max(len(one), len(two))
    if len(rest_one) == len(rest_two) == 1:
        if latin:
            return longest >= _SHORTEST_LATIN and not _told_apart(one, two)
        return longest >= _SHORTEST_WITH_SUBSTITUTION_CJK and sound_alike(rest_one, rest_two)
    if longest < (_SHORTEST_LATIN if latin else _SHORTEST_CJK) or _told_apart(one, two):
        return False
    swapped = len(rest_one) == 2 and rest_one == rest_two[::-1]
    return swapped or len(rest_one) + len(rest_two) == 1


def spellings(name: str) -> frozenset[str]:
    """The name and the name without each of its characters: two names one slip apart share one of these."""
    if not SHORTEST <= len(name) <= LONGEST:
        return frozenset()
    return frozenset({name, *(name[:index] + name[index + 1 :] for index in range(1, len(name)))})


def _without_common_ends(one: str, two: str) -> tuple[str, str]:
    """What is left of both after the longest common beginning and then the longest common end."""
    shorter = min(len(one), len(two))
    start = next((index for index in range(shorter) if one[index] != two[index]), shorter)
    end = next(
        (index for index in range(shorter - start) if one[-1 - index] != two[-1 - index]), shorter - start
    )
    return one[start : len(one) - end], two[start : len(two) - end]


def _told_apart(one: str, two: str) -> bool:
    """Whether a character that one of the names has more often is one that tells names apart."""
    first, second = Counter(one), Counter(two)
    return not _DISTINGUISHING.isdisjoint([*(first - second), *(second - first)])
