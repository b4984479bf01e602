"""
Names of firms taken apart for comparison: place, distinctive part (字号), trade (行业), legal form (组织形式).

`key` is the name without place and form; `core` is the distinctive part alone. Two firms that share only trade and
form ("…文化传媒有限公司", "… Media Ltd") share nothing: their cores differ, or are empty.
"""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from directory.name_words import FORMS, FORMS_EN, TRADES
from directory.text import fold, run_texts
from directory.vocabulary import RegionTree

# Place names are the longest: 巴音郭楞蒙古自治州 and its like.
_LONGEST_WORD = 15
_SHORTEST_PLACE = 2
_SHORTEST_KEY = 2
_BRACKETED = re.compile(r"[(（\[【〔<《「『{]([^()（）\[\]【】〔〕<>《》「」『』{}]*)[)）\]】〕>》」』}]")


class NameParts(NamedTuple):
    """A name taken apart; all folded. `core` is empty when nothing but places, trades and forms is left."""

    key: str
    core: str
    trades: frozenset[str]


@lru_cache(maxsize=4)
def place_names(tree: RegionTree) -> frozenset[str]:
    """The names under which regions stand before or inside firm names, folded: 浙江省, 浙江, 杭州市, 杭州, hangzhou."""
    names = (
        fold(name)
        for region in tree.regions
        for label in (region.label, region.short)
        for name in (label.zh, label.en)
    )
    return frozenset(name for name in names if len(name) >= _SHORTEST_PLACE)


def name_key(name: str, places: frozenset[str] = frozenset()) -> str:
    """The name by which near duplicates are found: folded, without place, legal form, brackets and punctuation.

    杭州向妍服饰有限公司, 向妍服饰（个体工商户） and 向妍服飾旗艦店 have one key. `places` comes from `place_names`.
    """
    return name_parts(name, places).key


@lru_cache(maxsize=4096)
def name_parts(name: str, places: frozenset[str] = frozenset()) -> NameParts:
    """The name taken apart."""
    pieces = [part for _, part in run_texts(_without_noise(fold(name), places))]
    placed, _ = _cut(pieces, places, at_end=False, leave=_SHORTEST_KEY)
    named, _ = _cut(placed, FORMS, at_end=True, leave=_SHORTEST_KEY)
    cores, trades = _without_trades(named)
    # Order of words is free in English: "Xiaoyu Vlog" and "Vlog by Xiaoyu" are compared by sorted words.
    ordered = sorted(cores) if all(part.isascii() for part in cores) else cores
    return NameParts("".join(named), "".join(ordered), trades)


def _without_noise(folded: str, places: Set[str]) -> str:
    """The folded name without brackets that hold only a place or a form; others lose the brackets only."""

    def unbracketed(found: re.Match[str]) -> str:
        inside = found[1].strip()
        return " " if inside in places or inside in FORMS else f" {inside} "

    return _BRACKETED.sub(unbracketed, folded)


def _without_trades(pieces: list[str]) -> tuple[list[str], frozenset[str]]:
    """What stands between the trades at both ends, and those trades."""
    rest, behind = _cut(pieces, TRADES | FORMS, at_end=True)
    rest, before = _cut(rest, TRADES | FORMS_EN, at_end=False)
    return rest, frozenset(behind + before) - FORMS


def _cut(pieces: list[str], words: Set[str], *, at_end: bool, leave: int = 0) -> tuple[list[str], list[str]]:
    """The pieces without the `words` at one end, longest first, and the words cut; `leave` characters stay."""
    rest, cut = list(pieces), []
    edge = -1 if at_end else 0
    while rest and (word := _word_at(rest[edge], words, at_end)):
        if sum(map(len, rest)) - len(word) < leave:
            break
        cut.append(word)
        rest[edge] = rest[edge].removesuffix(word) if at_end else rest[edge].removeprefix(word)
        if not rest[edge]:
            del rest[edge]
    return rest, cut


def _word_at(piece: str, words: Set[str], at_end: bool) -> str | None:
    """The longest of `words` at the end or start of the piece; a Latin piece is one word."""
    if piece.isascii():
        return piece if piece in words else None
    lengths = range(min(len(piece), _LONGEST_WORD), 0, -1)
    parts = (piece[-length:] if at_end else piece[:length] for length in lengths)
    return next((part for part in parts if part in words), None)
