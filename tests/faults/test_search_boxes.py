"""What people, and others, type into search boxes: searched as plain text, told to be too long, or nothing found."""

from __future__ import annotations

import pytest

from tests.faults.house import NAMES, House
from tests.journeys.entries import REVIEWER
from tests.journeys.stage import PUBLIC

QUERIES = {
    "firms": "query($text: String!) { found: firms(filter: {text: $text}, facets: [FORM]) "
    "{ totalCount nodes { name } edges { highlights { fragments } } facets { values { count } } } }",
    "reports": "query($text: String!) { found: blockages(filter: {text: $text}, facets: [STATUS]) "
    "{ totalCount nodes { title } edges { highlights { fragments } } facets { values { count } } } }",
    "suggestions": "query($text: String!) { found: suggest(prefix: $text) { text kind } }",
    "an entry number": "query($text: String!) { found: firm(entryNumber: $text) { name } }",
    "a reference": "query($text: String!) { found: blockage(reference: $text) { title } }",
    "a clause": "query($text: String!) { found: clause(code: $text) { code } }",
    "an id": "query($text: ID!) { found: node(id: $text) { id } }",
}
TYPED: dict[str, str] = {
    "100,000 brackets": '"' + "(" * 100_000,
    "900 brackets": '"' + "(" * 900,
    "a star": "*",
    "stars": "a*a*a*a*",
    "a star in Chinese": "直*播*",
    "a regular expression": "/.{10000}/",
    "a nested regular expression": "/(((((a+)+)+)+)+)/",
    "a field": "_id:1",
    "a field that exists": "name:微光 AND owner:*",
    "half a logic": "AND OR (",
    "only words of logic": "AND OR NOT OR OR",
    "minus": "-",
    "only minus words": "-微光 -直播",
    "NEAR": "NEAR(微光 直播, 5)",
    "columns": "{name summary}: 微光",
    "a caret": "^微光 + 直播",
    "a range": "[1 TO *] {a TO z}",
    "fuzzy and boosts": "微光~2^1000000",
    "quotes": "\"\"\"'''“”„‟＂",
    "SQL": "' OR 1=1; DROP TABLE firms; --",
    "a script": "<script>alert(1)</script>",
    "a path": "../../../../etc/passwd",
    "backslashes": '\\\\\\" \\u0000 \\x',
    "20,000 words": "word " * 20_000,
    "65 words": " ".join(f"w{n}" for n in range(65)),
    "64 words": " ".join(f"w{n}" for n in range(64)),
    "1,001 characters": "微" * 1_001,
    "1,000 characters": "微" * 1_000,
    "300 alternatives": " OR ".join("ab" for _ in range(300)),
    "spaces": " " * 500,
    "wide spaces and breaks": "\u3000\t\r\n\u2028\u00a0",
    "emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈🇨🇳",
    "an invisible space": "\u200b",
    "invisible among letters": "微\u200b光\u200d直\ufeff播",
    "half a character": "\ud83d",
    "half a character among letters": "微\udfff光",
    "zero": "\0",
    "zero among letters": "微\0光",
    "full width": "ＷＥＩ　Ｇｕａｎｇ　ＮＧ－１２３４",
    "traditional among simplified": "微光直播 電商 網紅",
    "a turned name": "\u202e播直光微",
    "1,000 combining marks": "a" + "\u0301" * 999,
    "10,000 combining marks": "a" + "\u0301" * 9_999,
    "rare characters": "𠮷𪚥🀄︀",
    "private characters": "\ue000\U000f0000\uffff",
    "Zalgo": "ẉ̷̛̈́ȩ̴̑i̷g̸u̴a̵n̶g̷",
    "Arabic and Thai": "مرحبا สวัสดี",
    "a long word": "a" * 999,
    "a long prefix": "a" * 900 + "*",
    "a format": "%s%n{0}{}$$",
}
TOO_LONG = {"QUERY_TOO_LONG", "TOO_LARGE", "BAD_USER_INPUT"}


@pytest.mark.parametrize("box", QUERIES)
@pytest.mark.parametrize("typed", TYPED)
async def test_whatever_is_typed_is_text(unmoved: House, box: str, typed: str) -> None:
    """An answer with what was found, or a typed word that it is too long; never a fault of the engine."""
    answer = await unmoved.ask(QUERIES[box], REVIEWER, text=TYPED[typed])

    if answer.codes:
        assert len(TYPED[typed]) > 1_000 or typed in ("65 words", "300 alternatives")
        assert set(answer.codes) <= TOO_LONG
    else:
        assert "found" in answer.data


@pytest.mark.parametrize("typed", ["100,000 brackets", "20,000 words", "65 words", "1,001 characters"])
@pytest.mark.parametrize("box", ["firms", "reports"])
async def test_a_search_that_is_too_long_says_so(unmoved: House, box: str, typed: str) -> None:
    """Rather than searching for a part of it."""
    assert (await unmoved.ask(QUERIES[box], text=TYPED[typed])).codes == ["QUERY_TOO_LONG"]


@pytest.mark.parametrize(
    "text",
    [
        "微光手作", "微光手作 ", "「微光」手作", "微光 (手作)", "微光手作*", '"微光手作', "微\u200b光手作", "微光\0 手作",
        "微光 手作 😀", "微光-手作", "微光/手作/", "\u202e微光手作",
    ],
)  # fmt: skip
async def test_stray_signs_do_not_hide_what_is_looked_for(unmoved: House, text: str) -> None:
    """One entry bears these words, whatever stands around them."""
    found = (await unmoved.ask(QUERIES["firms"], PUBLIC, text=text)).data["found"]

    assert [node["name"] for node in found["nodes"]] == ["杭州微光手作有限公司"]


@pytest.mark.parametrize(
    ("usual", "other"), [("流光直播", "\uf9ca光直播"), ("电商", "電商"), ("MCN", "ＭＣＮ"), ("a", "Ａ\u0301")]
)
async def test_spellings_of_one_text_find_the_same(unmoved: House, usual: str, other: str) -> None:
    """Simplified or traditional, full width, accents, and Unicode's compatibility forms."""
    answers = [await unmoved.ask(QUERIES["firms"], PUBLIC, text=text) for text in (usual, other)]

    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("text", [" ", "😀", "\u200b", "\0", "\u3000", "*", '"', "(", "-"])
async def test_a_text_with_nothing_to_look_for_is_as_none(unmoved: House, text: str) -> None:
    """All entries are listed, and nothing is marked."""
    found = (await unmoved.ask(QUERIES["firms"], PUBLIC, text=text)).data["found"]

    assert found["totalCount"] == len(NAMES)
    assert all(not edge["highlights"] for edge in found["edges"])
