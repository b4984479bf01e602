"""Fragments that show where a document matches, safe to put on a page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.highlights import MOST_FRAGMENTS, highlights
from indexer.query.syntax import parse
from tests.strategies import hostile_texts

TEXTS = st.one_of(hostile_texts, st.text("<>&\"'em/茶播直a b，\ue000\ue001", max_size=400))


def shown(query: str, text: str) -> tuple[str, ...]:
    """The fragments of a text."""
    found = highlights(parse(query), {"name": text}, ["name"])
    return found[0].fragments if found else ()


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("直播", "网络直播间", "网络<em>直播</em>间"),
        ("直播", "網絡直播間", "網絡<em>直播</em>間"),
        ("网络 直播", "網絡直播間", "<em>網絡直播</em>間"),
        ("直", "直播，直", "<em>直</em>播，<em>直</em>"),
        ("directories", "A Directory of tea", "A <em>Directory</em> of tea"),
        ("direct*", "A Directory of tea", "A <em>Directory</em> of tea"),
        ("cafe", "Café ＣＡＦＥ", "<em>Café</em> <em>ＣＡＦＥ</em>"),
        ("株", "㈱東京", "<em>㈱</em>東京"),
        ('"live commerce"', "live commerce, live", "<em>live commerce</em>, live"),
        ('"mcn 机构"', "某MCN机构化", "某<em>MCN机构</em>化"),
        ('"网红 经济"', "大网红、经济学", "大<em>网红、经济</em>学"),
        ("茶 -酒", "茶与酒", "<em>茶</em>与酒"),
        (
            "茶",
            '<script>茶</script> & "茶"',
            "&lt;script&gt;<em>茶</em>&lt;/script&gt; &amp; &quot;<em>茶</em>&quot;",
        ),
    ],
)
def test_matches_are_marked_in_the_original_text(query: str, text: str, expected: str) -> None:
    """Traditional characters, width, case and accents stay as they were written; markup is escaped."""
    assert shown(query, text) == (expected,)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("播间", "直播，间"),
        ("direct", "directories"),
        ('"commerce live"', "live commerce"),
        ("-茶", "茶"),
        ("", "茶"),
        ("茶", ""),
    ],
)
def test_what_does_not_match_shows_nothing(query: str, text: str) -> None:
    """No fragment without a match."""
    assert shown(query, text) == ()


def test_long_texts_show_some_places_around_matches() -> None:
    """At most three fragments, cut off with an ellipsis."""
    text = ("前" * 200 + "直播" + "后" * 200) * 5
    fragments = shown("直播", text)
    assert len(fragments) == MOST_FRAGMENTS
    assert all(fragment.startswith("…") and fragment.endswith("…") for fragment in fragments)
    assert all(len(fragment) < 200 for fragment in fragments)


def test_matches_close_to_each_other_share_a_fragment() -> None:
    """A reader is not shown the same words twice."""
    (fragment,) = shown("直播", "前" * 200 + "直播与直播" + "后" * 200)
    assert fragment.count("<em>直播</em>") == 2


def test_only_the_fields_given_are_shown() -> None:
    """A field that the caller may not read shows nothing, though the search matched in it."""
    source = {"title": "茶", "resolution": "茶叶", "other_names": ["山茶", "咖啡", "茶舍"]}
    found = highlights(parse("茶"), source, ["title", "other_names", "missing"])
    assert [(each.field, each.fragments) for each in found] == [
        ("title", ("<em>茶</em>",)),
        ("other_names", ("山<em>茶</em>", "<em>茶</em>舍")),
    ]


@given(TEXTS, TEXTS)
def test_fragments_never_hold_markup_but_em(query: str, text: str) -> None:
    """Whatever the text holds, and whatever was searched for."""
    for fragment in shown(query, text):
        assert not re.search(r"[<>\"']", re.sub(r"</?em>", "", fragment))
        assert fragment.count("<em>") == fragment.count("</em>") > 0


@given(TEXTS, TEXTS)
def test_fragments_are_pieces_of_the_text(query: str, text: str) -> None:
    """Unescaped and without marks and ellipses, each is there word for word."""
    for fragment in shown(query, text):
        plain = unescape(re.sub(r"</?em>", "", fragment))
        assert plain in text or plain.strip("…") in text
