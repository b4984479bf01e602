"""Industries that are not listed by name."""

from __future__ import annotations

import pytest

from directory.industries import industry_path, industry_term
from tests.rulebooks import REFERENCE

INDUSTRIES = REFERENCE.vocabulary("industries")


def test_a_listed_industry_is_itself() -> None:
    """With its own label and place."""
    for term in INDUSTRIES:
        assert industry_term(INDUSTRIES, term.code) is term
        assert industry_path(INDUSTRIES, term.code) == INDUSTRIES.path(term.code)


def test_an_unlisted_class_stands_below_its_nearest_listed_ancestor() -> None:
    """GB/T 4754-2017 knows 6421; the list knows 642."""
    found = industry_term(INDUSTRIES, "6421")

    assert found is not None
    assert (found.code, found.parent) == ("6421", "642")
    assert "6421" in found.label.zh
    assert "6421" in found.label.en
    assert industry_path(INDUSTRIES, "6421") == (*INDUSTRIES.path("642"), "6421")


@pytest.mark.parametrize("code", ["", "0", "00", "0000", "9", "Z", "6", "直播"])
def test_what_lies_in_no_listed_division_is_no_industry(code: str) -> None:
    """It has no ancestors either."""
    assert industry_term(INDUSTRIES, code) is None
    assert industry_path(INDUSTRIES, code) == (code,)
