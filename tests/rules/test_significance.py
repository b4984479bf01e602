"""Which terms stand out, and what counts as a term."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.significance import LEAST_SCORE, Counted, log_likelihood, significant
from directory.terms import MOST_TERMS, distinct_terms, singular
from tests.rulebooks import REFERENCE

EVERYTHING = Counted(
    1_000, {"佣金": 60, "平台": 500, "commission": 45, "藏在三级": 30, "三级页面": 30, "罕见": 2}
)
SELECTED = Counted(50, {"佣金": 40, "平台": 25, "commission": 20, "藏在三级": 30, "三级页面": 30, "罕见": 2})


def terms(text: str) -> list[str]:
    """The terms of a text."""
    return distinct_terms([text], REFERENCE.lexicon)


def test_the_score_is_dunnings() -> None:
    """The first line of his table of bigrams: 110, 2442, 111 and 29114."""
    assert isclose(log_likelihood(110, 2552, 221, 31777), 270.72, abs_tol=0.01)


def test_terms_stand_out_best_first() -> None:
    """What is as frequent everywhere, and what too few say, does not."""
    found = significant(SELECTED, EVERYTHING, first=10)
    assert [each.term for each in found] == ["佣金", "三级页面", "commission"]
    assert [(each.count, each.background) for each in found] == [(40, 60), (30, 30), (20, 45)]
    assert [each.term for each in significant(SELECTED, EVERYTHING, first=1)] == ["佣金"]


def test_groups_that_are_too_small_can_be_left_out() -> None:
    """For callers who are shown no single reports."""
    small = Counted(4, {"佣金": 4})
    assert [each.term for each in significant(small, EVERYTHING, first=5)] == ["佣金"]
    assert significant(small, EVERYTHING, first=5, least=5) == []


def test_everything_stands_out_from_itself_by_nothing() -> None:
    """A selection of everything has no background."""
    assert significant(EVERYTHING, EVERYTHING, first=10) == []
    assert significant(Counted(0, {}), EVERYTHING, first=10) == []


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 500), st.integers(0, 500), st.integers(0, 3))
def test_a_score_is_never_negative_and_grows_with_the_share(
    said: int, unsaid: int, elsewhere: int, rest: int, more: int
) -> None:
    """One text more that says it can only raise the score."""
    texts, everything = said + unsaid, said + unsaid + elsewhere + rest
    score = log_likelihood(said, texts, said + elsewhere, everything)
    assert score >= 0
    grown = min(said + more, texts)
    assert log_likelihood(grown, texts, grown + elsewhere, everything) >= score - 1e-9


def test_a_chance_of_one_in_a_thousand_is_the_bar() -> None:
    """Half of the selection against half of the rest is chance."""
    assert log_likelihood(26, 50, 500, 1_000) < LEAST_SCORE < log_likelihood(40, 50, 500, 1_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们的平台抽成太高", ["平台", "抽成"]),
        ("佣金从15%涨到30%，佣金太高", ["佣金"]),
        (
            "The platform's commissions are 30 percent of all fees",
            ["platform", "commission", "percent", "fee"],
        ),
        ("洗稿搬运", ["洗稿", "搬运"]),
        ("𠮷 a 1 的", []),
    ],
)
def test_terms_are_what_tells_a_subject(text: str, expected: list[str]) -> None:
    """Words of the dictionary, each once; new ones in pieces; nothing that any report says."""
    assert terms(text) == expected


def test_a_new_word_of_the_trade_is_among_the_pieces() -> None:
    """What no dictionary has yet."""
    assert {"鲱鱼罐头", "鲱鱼", "罐头"} <= set(terms("直播鲱鱼罐头"))


def test_a_text_has_a_bounded_number_of_terms() -> None:
    """However long it is."""
    assert len(terms("".join(map(chr, range(0x4E00, 0x4E00 + 3_000))))) == MOST_TERMS


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("fees", "fee"),
        ("policies", "policy"),
        ("businesses", "business"),
        ("taxes", "tax"),
        ("branches", "branch"),
        ("business", "business"),
        ("status", "status"),
        ("vat", "vat"),
        ("gas", "gas"),
        ("ties", "tie"),
    ],
)
def test_the_plural_counts_as_the_singular(plural: str, single: str) -> None:
    """By its ending alone."""
    assert singular(plural) == single
