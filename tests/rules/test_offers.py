"""What a search box offers of the reference data."""

from __future__ import annotations

import pytest
from hypothesis import given

from directory.offers import Offer, Offers
from tests.rulebooks import REFERENCE
from tests.strategies import hostile_texts

OFFERS = Offers(
    (
        Offer("直播电商"),
        Offer("网络直播"),
        Offer("直播"),
        Offer("Live commerce"),
        Offer("social commerce"),
        Offer("LIVE  COMMERCE"),
        Offer("Douyin"),
        Offer("关于直播电商的意见", "policy", "p"),
        Offer("发改〔2020〕1157号", "policy", "q"),
    )
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("直播", ["直播", "直播电商", "网络直播", "关于直播电商的意见"]),
        ("直播电", ["直播电商", "关于直播电商的意见"]),
        ("播电", ["直播电商", "关于直播电商的意见"]),
        ("商", []),
        ("直", ["直播电商", "直播"]),
        ("comm", ["Live commerce", "social commerce"]),
        ("live com", ["Live commerce"]),
        ("com live", ["Live commerce"]),
        ("comerce", ["Live commerce", "social commerce"]),
        ("social comerce", ["social commerce"]),
        ("douyn", ["Douyin"]),
        ("duoyin", ["Douyin"]),
        ("touyin", []),
        ("liv", ["Live commerce"]),
        ("lvi", []),
        ("1157", ["发改〔2020〕1157号"]),
        ("", []),
        ("!?", []),
    ],
)
def test_offers_continue_what_was_typed(typed: str, expected: list[str]) -> None:
    """The text itself, what begins so, what holds it; a slip only where nothing does; each text once."""
    assert [offer.text for offer in OFFERS.matching(typed, 9)] == expected


def test_at_most_so_many_are_given() -> None:
    """The first ones."""
    assert [offer.text for offer in OFFERS.matching("直播", 2)] == ["直播", "直播电商"]


@given(hostile_texts)
def test_nothing_typed_is_an_error(typed: str) -> None:
    """Whatever it is, a bounded list comes back."""
    assert len(REFERENCE.offers.matching(typed, 8)) <= 8
