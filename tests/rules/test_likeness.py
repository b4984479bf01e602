"""When two reports are alike, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from directory.likeness import LEAST_LIKENESS, WEIGHTS, Likeness, LikeReason, Traits, likeness, weights_among

OWN = Traits(
    ("佣金", "平台", "涨价", "小店"), "platform-fees", ("p#1", "p#2"), ("vlog",), ("douyin",), "330100"
)
OTHER = Traits(("佣金", "平台", "三成"), "platform-fees", ("p#2",), (), ("douyin",), "330106")
STRANGE = Traits(("工伤", "骑手"), "platform-fees", ("p#1", "p#2"), ("vlog",), ("douyin",), "330100")
FEW = st.lists(st.sampled_from("abcdefgh"), max_size=6, unique=True).map(tuple)
CODE = st.none() | st.sampled_from("xy")
TRAITS = st.builds(Traits, FEW, CODE, FEW, FEW, FEW, CODE)


def compared(own: Traits, other: Traits, *beside: Traits) -> Likeness | None:
    """The likeness of two, looked at with some more."""
    return likeness(own, other, weights_among([own, other, *beside]))


def test_reasons_name_what_both_have() -> None:
    """Words first, then codes by their weight; what only one has is no reason."""
    found = compared(OWN, OTHER)
    assert found is not None
    assert found.reasons == (
        (LikeReason.WORDS, ("佣金", "平台")),
        (LikeReason.CLAUSE, ("p#2",)),
        (LikeReason.CATEGORY, ("platform-fees",)),
        (LikeReason.PLATFORM, ("douyin",)),
    )


def test_codes_alone_make_nothing_alike() -> None:
    """All codes shared and no word."""
    assert compared(OWN, STRANGE) is None


def test_a_common_word_says_less_than_a_rare_one() -> None:
    """平台 stands in every report looked at, 佣金 in two."""
    common = [Traits(("平台", "税率")), Traits(("平台", "执照")), Traits(("平台", "社保"))]
    by_rare = compared(OWN, Traits(("佣金", "三成")), *common)
    by_common = compared(OWN, Traits(("平台", "三成")), *common)
    assert by_rare is not None
    assert by_common is None


def test_a_report_is_wholly_like_itself() -> None:
    """Every code adds, the score ends at 1."""
    found = compared(OWN, OWN)
    assert found is not None
    assert found.score == 1.0


@given(TRAITS, TRAITS, st.lists(TRAITS, max_size=3))
def test_likeness_is_mutual_and_bounded(own: Traits, other: Traits, beside: list[Traits]) -> None:
    """The same score both ways; never below the bar, never above 1; every reason holds of both."""
    forth, back = compared(own, other, *beside), compared(other, own, *beside)
    assert (forth and forth.score) == (back and back.score)
    if forth is not None:
        assert LEAST_LIKENESS <= forth.score <= 1
        assert forth.reasons[0].reason is LikeReason.WORDS
        assert set(forth.reasons[0].values) <= set(own.terms) & set(other.terms)


@given(TRAITS, TRAITS)
def test_a_shared_code_can_only_make_two_more_alike(own: Traits, other: Traits) -> None:
    """What both are filed under."""
    plain = compared(replace(own, category=None), other)
    filed = compared(replace(own, category="z"), replace(other, category="z"))
    assert WEIGHTS[LikeReason.CATEGORY] > 0
    if plain is not None and own.category is None and other.category is None:
        assert filed is not None
        assert filed.score >= plain.score
