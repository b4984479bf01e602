"""What a search box finds, in Chinese and English, the same in every engine."""

from __future__ import annotations

import pytest

from indexer.query.search import SearchEngine
from indexer.query.syntax import parse
from tests.contracts.engines.corpus import LIBRARY, firm, firms_with, found, ids, reports_with


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Chinese: a run is a phrase inside runs
        ("直播", {"tea", "stream", "taiwan"}),
        ("网络直播", {"stream", "taiwan"}),
        ("直播间", {"stream"}),
        ("茶", {"tea"}),
        ("络", {"tea", "stream", "taiwan"}),
        ("有限公司", {"media"}),
        ("播络", set()),
        # Traditional, simplified and full width fold together
        ("網絡直播間", {"stream"}),
        ("台湾网络", {"taiwan"}),
        ("山间茶舍", {"tea"}),
        ("ｃｏｍｍｅｒｃｅ", {"stream", "plain"}),
        ("mcn", {"stream"}),
        # English: a word or its stem, accents and case aside
        ("directory", {"media", "stream"}),
        ("Directories", {"media", "stream"}),
        ("merchants", {"media", "stream"}),
        ("CAFE muller", {"taiwan"}),
        ("direct", set()),
        # Both together, anywhere in the document
        ("杭州 videos", {"media"}),
        ("MCN机构", {"stream"}),
        ("茶 Mountain", {"tea"}),
        ("茶 杭州", set()),
        # Operators
        ("茶 OR 杭州", {"tea", "media"}),
        ("茶 OR 杭州 OR 臺灣 直播", {"tea", "taiwan"}),
        ("直播 -茶", {"stream", "taiwan"}),
        ("-直播", {"media", "plain"}),
        ('"live commerce"', {"stream"}),
        ("live commerce", {"stream", "plain"}),
        ('"commerce live"', {"stream"}),
        ('-"live commerce" commerce', {"plain"}),
        ('"directories"', {"stream"}),
        ('"网络 直播"', {"tea"}),
        ('"mcn 机构 streams"', {"stream"}),
        ('"lab 健"', {"plain"}),
        ('"机构 streams"', {"stream"}),
        ("direct*", {"media", "stream"}),
        ("comm* -stream*", {"plain"}),
        ("直*", {"tea", "stream", "taiwan"}),
        # Names of numbers, in any spacing
        ("NG-EDGD-YPNP", {"media"}),
        ("ng edgd ypnp", {"media"}),
        # A text with nothing in it is no text
        ("", {"media", "tea", "stream", "taiwan", "plain"}),
        (" \u200b！？ 🍵", {"media", "tea", "stream", "taiwan", "plain"}),
    ],
)
async def test_a_text_finds_what_it_says(library: SearchEngine, text: str, expected: set[str]) -> None:
    """Words, phrases, exclusions and beginnings of words, over all text fields of an entry."""
    assert await found(library, firms_with(text)) == expected


async def test_only_the_fields_named_are_searched(library: SearchEngine) -> None:
    """A caller who may not read summaries cannot find out their words."""
    assert await found(library, firms_with("直播", text_fields=("name",))) == {"stream", "taiwan"}
    assert await found(library, firms_with("杭州 videos", text_fields=("name",))) == set()
    assert await found(library, firms_with("-直播", text_fields=("name",))) == {"media", "tea", "plain"}
    assert await found(library, firms_with("直播", text_fields=())) == set()


async def test_a_match_in_the_name_comes_first(library: SearchEngine) -> None:
    """茶 is the name of one entry; 直播 is in the name of two and in the summary of one."""
    hits = (await library.search(firms_with("直播"))).hits
    assert ids(hits)[-1] == "tea"
    assert [hit.score for hit in hits] == sorted((hit.score or 0.0 for hit in hits), reverse=True)


async def test_a_search_without_text_has_no_scores(library: SearchEngine) -> None:
    """Filters alone do not rank."""
    hits = (await library.search(firms_with())).hits
    assert [(hit.id, hit.score) for hit in hits] == [(each, None) for each in sorted(ids(hits))]


async def test_reports_are_found_by_their_texts(library: SearchEngine) -> None:
    """Title and description of reports."""
    assert await found(library, reports_with("抽成")) == {"fees", "fees-too"}
    assert await found(library, reports_with("工伤 -抽成")) == {"insurance"}


async def test_hits_carry_the_document_as_it_was_written(library: SearchEngine) -> None:
    """No engine adds, drops or changes a field."""
    (hit,) = (await library.search(firms_with("健身"))).hits
    assert hit.source == {
        "public": True,
        "owner": "library",
        "status": "LISTED",
        "name": "Fit Lab 健身",
        "summary_en": "commerce then something else live",
        "name_key": "5",
    }


async def test_very_long_words_are_found(engine: SearchEngine) -> None:
    """A word of hundreds of letters, longer than any engine's token, is a word still."""
    await engine.put([firm("long", summary_en="x" * 600 + " rest")])
    await engine.refresh()
    assert await found(engine, firms_with("x" * 600)) == {"long"}
    assert await found(engine, firms_with("x" * 30 + "*")) == {"long"}


async def test_names_are_suggested_while_typing(library: SearchEngine) -> None:
    """What begins the name comes first; a name that holds such a word follows."""
    texts = [each.text for each in await library.suggest("网络直", LIBRARY, 5)]
    assert texts == ["网络直播间工作室", "臺灣網絡直播經濟"]
    assert [each.text for each in await library.suggest("moun", LIBRARY, 5)] == ["Mountain Tea"]
    assert [each.text for each in await library.suggest("fit la", LIBRARY, 5)] == ["Fit Lab 健身"]
    assert [(each.kind, each.id) for each in await library.suggest("茶", LIBRARY, 1)] == [("firm", "tea")]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("glimer", ["Glimmer Media"]),
        ("glimmer meida", ["Glimmer Media"]),
        ("Montain tea", ["Mountain Tea"]),
        ("mountian", ["Mountain Tea"]),
        ("glimmre mountain", []),
        ("gilmmer", ["Glimmer Media"]),
        ("climmer", []),
    ],
)
async def test_names_are_suggested_with_a_letter_wrong(
    library: SearchEngine, typed: str, expected: list[str]
) -> None:
    """One letter a word, never the first; a name has to say all that was typed."""
    assert [each.text for each in await library.suggest(typed, LIBRARY, 5)] == expected


@pytest.mark.parametrize("typed", ["", " ", "m", "“", "*", "zzzz", "\ud800", "茶" * 5_000])
async def test_nothing_is_suggested_for_nothing(library: SearchEngine, typed: str) -> None:
    """One letter begins too much; what no name holds suggests nothing; nothing typed is an error."""
    assert list(await library.suggest(typed, LIBRARY, 5)) == []


async def test_one_syntax_for_both_engines_knows_no_field_names(library: SearchEngine) -> None:
    """What would be a field query elsewhere is plain text here."""
    assert parse("_id:media") == parse("id media")
    assert await found(library, firms_with("_id:media")) == set()
    assert await found(library, firms_with("owner:library")) == set()
