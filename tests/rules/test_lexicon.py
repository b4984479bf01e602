"""Chinese text cut into words by the dictionary of the reference data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.lexicon import Lexicon
from tests.rulebooks import REFERENCE

LEXICON = Lexicon.of(
    ["直播", "直播间", "间距", "电商", "平台", "平台规则", "一个太长的标签", "ab", "抽成, 佣金"]
)


@pytest.mark.parametrize(
    ("run", "pieces"),
    [
        ("平台抽成太高", ["平台", "抽成", "太高"]),
        ("短视频账号被封", ["短视频", "账号", "被封"]),
        ("直播间被封怎么办", ["直播间", "被封", "怎么办"]),
        ("营口新溪新健康管理有限公司", ["营口", "新溪新", "健康", "管理", "有限公司"]),
        ("自由职业者工伤保险", ["自由职业者", "工伤", "保险"]),
        ("直播带货", ["直播带货"]),
    ],
)
def test_what_people_type_is_cut_as_they_mean_it(run: str, pieces: list[str]) -> None:
    """Words of the trade, of places, of names and of complaints."""
    assert [piece.text for piece in REFERENCE.lexicon.cut(run)] == pieces


def test_the_cut_with_the_fewest_unknown_characters_is_taken() -> None:
    """Not the longest word from the left: 直播间距 is 直播 and 间距, and no 直播间."""
    assert LEXICON.cut("直播间距") == (("直播", True), ("间距", True))


def test_fewer_words_are_better_than_many() -> None:
    """A compound of the dictionary stays whole."""
    assert LEXICON.cut("平台规则") == (("平台规则", True),)


def test_what_is_in_no_dictionary_stays_together() -> None:
    """The characters between two words are one piece."""
    assert LEXICON.cut("直播乱七八糟电商") == (("直播", True), ("乱七八糟", False), ("电商", True))


def test_labels_that_are_no_words_are_left_out() -> None:
    """Long labels, lists and other alphabets."""
    assert LEXICON.words.isdisjoint({"一个太长的标签", "ab", "抽成", "佣金"})


@given(st.text(alphabet="直播间距电商平台规则的抽成佣金天地", max_size=40))
def test_nothing_is_lost_by_cutting(run: str) -> None:
    """The pieces together are the run; no two pieces outside the dictionary touch."""
    pieces = LEXICON.cut(run)
    assert "".join(piece.text for piece in pieces) == run
    assert all(piece.known == (piece.text in LEXICON.words) for piece in pieces)
    assert all(one.known or other.known for one, other in pairwise(pieces))


def every_way(run: str) -> Iterator[tuple[int, ...]]:
    """All ways to cut the run: the length of each word, 0 for a character outside the dictionary."""
    if not run:
        yield ()
        return
    for length in range(len(run) + 1):
        if length == 0 or run[:length] in LEXICON.words:
            yield from ((length, *rest) for rest in every_way(run[length or 1 :]))


@given(st.text(alphabet="直播间距电商平台规则的", max_size=8))
def test_no_other_way_to_cut_is_better(run: str) -> None:
    """Fewest characters outside the dictionary, then fewest pieces, then the longest word first."""
    ways = every_way(run)
    best = min(ways, key=lambda steps: (steps.count(0), len(steps), [-step for step in steps]))
    at, words = 0, []
    for step in best:
        words += [run[at : at + step]] if step else []
        at += step or 1

    assert [piece.text for piece in LEXICON.cut(run) if piece.known] == words
