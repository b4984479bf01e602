"""Phrases out of the pieces into which Chinese runs are cut."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.clusters import clusters
from directory.likeness import Traits
from directory.phrases import LONGEST_PHRASE, cut_through, phrases
from directory.terms import LONGEST_PIECE, distinct_terms
from tests.rulebooks import REFERENCE


def cuts(run: str) -> list[str]:
    """All pieces of four of the run."""
    return [run[at : at + LONGEST_PIECE] for at in range(len(run) - LONGEST_PIECE + 1)]


def told(*runs: str, least: int = 2) -> list[str]:
    """The phrases of texts, each of them one run."""
    sayers: dict[str, set[int]] = defaultdict(set)
    for at, run in enumerate(runs):
        for piece in cuts(run):
            sayers[piece].add(at)
    shared = {piece: those for piece, those in sayers.items() if len(those) >= least}
    return phrases(sorted(shared, key=lambda piece: (-len(shared[piece]), piece)), shared)


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (("违反社区规范", "违反社区规范"), ["违反社区规范"]),
        (("违反社区规范", "违反社区规范", "社区规范处罚"), ["社区规范"]),
        (("违反社区规范", "违反社区公约", "违反社区规范"), ["违反社区"]),
        (("提示违反社区规范", "显示违反社区规范", "违反社区规范"), ["违反社区规范"]),
        (("违反社区规范", "保证金不退", "违反社区规范", "保证金不退"), ["保证金不退", "违反社区规范"]),
        (("哈哈哈哈哈哈", "哈哈哈哈哈哈"), ["哈哈哈哈"]),
    ],
)
def test_pieces_of_one_phrase_are_joined(runs: tuple[str, ...], words: list[str]) -> None:
    """As far as all go on alike; what some say before or after does not stick to it, and two phrases stay two."""
    assert told(*runs) == words


def test_pieces_that_no_text_says_together_are_not_joined() -> None:
    """Half of the texts have the one, half the other: the phrase is in none of them, and the better piece stands for both."""
    assert told("违反社区", "违反社区", "反社区规", "反社区规") == ["反社区规"]


@pytest.mark.parametrize(
    ("one", "other", "cut"),
    [
        ("社区", "违反社区", True),
        ("违反社区", "社区规范", True),
        ("社区规范", "违反社区", True),
        ("保证金", "金额", False),
        ("佣金", "抽成", False),
        ("agency", "cycle", False),
        ("ship", "shipping", True),
    ],
)
def test_two_words_cut_through_each_other(one: str, other: str, cut: bool) -> None:
    """By two characters at their ends; words of English only where one stands in the other."""
    assert cut_through(one, other) is cut


@given(st.lists(st.text("甲乙丙丁戊", min_size=4, max_size=16), min_size=2, max_size=6))
def test_a_phrase_is_what_enough_texts_say_piece_by_piece(runs: list[str]) -> None:
    """No two cut through each other, none is longer than a word may be, and enough texts say every piece of one."""
    words = told(*runs)

    assert all(not cut_through(one, other) for one, other in combinations(words, 2))
    for word in words:
        assert len(word) <= LONGEST_PHRASE
        assert sum(set(cuts(word)) <= set(cuts(run)) for run in runs) >= 2


def test_a_cluster_is_called_by_words() -> None:
    """Reports of one cause, read as they are written."""
    texts = (
        "后台只显示违反社区规范，不说理由",
        "提示违反社区规范，限流七天",
        "平台只说违反社区规范，下架商品",
    )
    read = {
        str(at): Traits(tuple(distinct_terms((text,), REFERENCE.lexicon)), "platform-rules")
        for at, text in enumerate(texts)
    }

    (cluster,) = clusters(read)

    assert [word for word in cluster.words if set(word) & set("示违反社区规范")] == ["违反社区规范"]
