"""The language of the search box."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.identifiers import Prefix as NumberPrefix
from directory.identifiers import new_number
from directory.text import RunKind
from indexer.query.rendering import render
from indexer.query.syntax import (
    LONGEST_TEXT,
    MOST_TERMS,
    All,
    Any,
    Code,
    Coded,
    Phrase,
    Prefix,
    QueryTooLong,
    Scoped,
    TextQuery,
    Without,
    Word,
    parse,
    sides,
)
from tests.strategies import hostile_texts, numbers

OPERATORS = st.one_of(
    st.text('"“”*-－＊ OR,.:()茶播abOR12', max_size=60),
    st.lists(
        st.sampled_from(
            [
                "title:",
                "Name：",
                "platform:",
                "reference:",
                "茶",
                "ab",
                '"',
                " ",
                " OR ",
                " NOT ",
                " AND ",
                "-",
                "*",
            ]
        ),
        max_size=10,
    ).map("".join),
)


def cjk(text: str) -> Phrase:
    """A run of Chinese characters."""
    return Phrase(((RunKind.CJK, text),))


def quoted(*words: str) -> Phrase:
    """Words one after the other."""
    return Phrase(tuple((RunKind.WORD, word) for word in words), quoted=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("直播", cjk("直播")),
        ("直播 带货", All((cjk("直播"), cjk("带货")))),
        ("網紅，經濟", All((cjk("网红"), cjk("经济")))),
        ("MCN机构", All((Word("mcn"), cjk("机构")))),
        ("e-commerce", All((Word("e"), Word("commerce")))),
        ('"live commerce"', quoted("live", "commerce")),
        ("“live commerce”", quoted("live", "commerce")),
        ('"commerce"', quoted("commerce")),
        ("a OR b", Any((Word("a"), Word("b")))),
        ("a OR b OR c", Any((Word("a"), Word("b"), Word("c")))),
        ("x a OR b y", All((Word("x"), Any((Word("a"), Word("b"))), Word("y")))),
        ("a or b", All((Word("a"), Word("or"), Word("b")))),
        ("a -b", All((Word("a"), Without(Word("b"))))),
        ("a －b", All((Word("a"), Without(Word("b"))))),
        ('-"a b"', Without(quoted("a", "b"))),
        ("a NOT b", All((Word("a"), Without(Word("b"))))),
        ('NOT "a b"', Without(quoted("a", "b"))),
        ("直播 NOT 游戏", All((cjk("直播"), Without(cjk("游戏"))))),
        ("NOT platform:douyin", Without(Coded("platform", ("douyin",)))),
        ("a AND b", All((Word("a"), Word("b")))),
        ("a AND NOT b", All((Word("a"), Without(Word("b"))))),
        ("a AND b OR c", All((Word("a"), Any((Word("b"), Word("c")))))),
        ("-MCN机构", Without(All((Word("mcn"), cjk("机构"))))),
        ("dig*", Prefix("dig")),
        ("ｄｉｇ＊", Prefix("dig")),
        ("live-dig*", All((Word("live"), Prefix("dig")))),
        ("d*", Word("d")),
        ("直*", cjk("直")),
        ("x" * 40 + "*", Prefix("x" * 19)),
    ],
)
def test_a_text_reads_as_its_tree(text: str, expected: TextQuery) -> None:
    """AND by default or written, phrases in any quotes, OR between neighbours, minus or NOT, beginnings of words."""
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a OR", All((Word("a"), Word("or")))),
        ("OR a", All((Word("or"), Word("a")))),
        ("a OR -b", All((Word("a"), Word("or"), Without(Word("b"))))),
        ('a "b', All((Word("a"), Word("b")))),
        ("a- b", All((Word("a"), Word("b")))),
        ("(a) [b]", All((Word("a"), Word("b")))),
        ("_id:1", All((Word("id"), Word("1")))),
        ("a*b", All((Word("a"), Word("b")))),
        ("a NOT", All((Word("a"), Word("not")))),
        ("a NOT -b", All((Word("a"), Word("not"), Without(Word("b"))))),
        ("NOT NOT a", All((Word("not"), Without(Word("a"))))),
        ("a NOT OR b", All((Word("a"), Any((Word("not"), Word("b")))))),
        ("a not b", All((Word("a"), Word("not"), Word("b")))),
        ("AND a", All((Word("and"), Word("a")))),
        ("a AND", All((Word("a"), Word("and")))),
        ("a AND OR b", All((Word("a"), Any((Word("and"), Word("b")))))),
        ("a and b", All((Word("a"), Word("and"), Word("b")))),
        ('"a b"~3', All((quoted("a", "b"), Word("3")))),
        ("a NEAR b", All((Word("a"), Word("near"), Word("b")))),
    ],
)
def test_what_is_no_operator_is_text(text: str, expected: TextQuery) -> None:
    """An operator without operands, a lone quote, the operators of other languages."""
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title:抽成", Scoped("title", cjk("抽成"))),
        ("Title：抽成", Scoped("title", cjk("抽成"))),
        ('name:"fit lab"', Scoped("name", quoted("fit", "lab"))),
        ("-name:creat*", Without(Scoped("name", Prefix("creat")))),
        ("name:a OR b", Any((Scoped("name", Word("a")), Word("b")))),
        ("platform:抖音", Coded("platform", ("抖音",))),
        ("platform:douyin OR platform:taobao 茶", All((Coded("platform", ("douyin", "taobao")), cjk("茶")))),
        ("reference:BK-1", Coded("reference", ("BK-1",))),
        ("platform:a OR 茶", All((Coded("platform", ("a",)), Word("or"), cjk("茶")))),
        ("owner:library", All((Word("owner"), Word("library")))),
        ("title:", Word("title")),
        ("title: 抽成", All((Word("title"), cjk("抽成")))),
        ("title:，", Word("title")),
        ('xtitle:"a"', All((Word("xtitle"), quoted("a")))),
    ],
)
def test_a_scope_is_one_of_those_documented(text: str, expected: TextQuery) -> None:
    """What stands before a colon is a scope when it is listed and something follows, and a word otherwise."""
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text", [None, "", " ", "\u200b", "\ud800", "-", '""', '" "', "*", "- -", "，。！", "🍵", "\x00"]
)
def test_a_text_with_nothing_to_search_for_is_none(text: str | None) -> None:
    """It filters nothing: as if no text had been given."""
    assert parse(text) is None


@given(
    numbers(),
    st.sampled_from([str.lower, str.upper, lambda n: n.replace("-", " "), lambda n: n.replace("-", "")]),
)
def test_a_number_in_any_spacing_is_that_number(number: str, typed_as: Callable[[str], str]) -> None:
    """An entry number or reference that is the whole text finds exactly one."""
    assert parse(typed_as(number)) == Code(number)


def test_a_number_among_other_words_is_words() -> None:
    """Only the whole text is taken for a number."""
    number = new_number(NumberPrefix.ENTRY, lambda count: bytes(count))
    query = parse(f"茶 {number}")
    assert isinstance(query, All)
    assert not any(isinstance(part, Code) for part in query.parts)


@given(st.one_of(hostile_texts, OPERATORS))
def test_nothing_typed_is_an_error(text: str) -> None:
    """Whatever the characters and their order."""
    parse(text)


@given(st.one_of(hostile_texts, OPERATORS))
def test_a_rendered_query_reads_as_itself(text: str) -> None:
    """So that a page can show what was understood, and searching for that finds the same."""
    query = parse(text)
    rendered = render(query)
    assert parse(rendered) == query
    assert render(parse(rendered)) == rendered


@given(OPERATORS)
def test_a_tree_has_the_two_shapes_that_engines_know(text: str) -> None:
    """Exclusions stand at the top only, and a number alone."""
    query = parse(text)
    if query is None:
        return
    taken_apart = sides(query)
    inner = [*taken_apart.wanted, *taken_apart.unwanted]
    while inner:
        part = inner.pop()
        assert not isinstance(part, Without | Code)
        inner += part.parts if isinstance(part, All | Any) else ()


def test_a_text_of_the_longest_length_is_read() -> None:
    """A thousand characters, counted after spaces are collapsed and invisible ones dropped."""
    assert parse("茶" * LONGEST_TEXT) == cjk("茶" * LONGEST_TEXT)
    assert parse("茶\u200b" * LONGEST_TEXT) == cjk("茶" * LONGEST_TEXT)
    assert parse(" " * 5_000 + "茶") == cjk("茶")


@pytest.mark.parametrize(
    "text",
    [
        "茶" * (LONGEST_TEXT + 1),
        "(" * 100_000,
        " " * 100_000,
        "word " * 20_000,
        "a b " * (MOST_TERMS // 2) + "c",
        '"' + "a " * (MOST_TERMS + 1) + '"',
        "茶，" * (MOST_TERMS + 1),
    ],
)
def test_a_text_too_long_is_refused_in_words(text: str) -> None:
    """Too many characters or too many terms; the refusal says how many are read."""
    with pytest.raises(QueryTooLong) as refused:
        parse(text)
    (problem,) = refused.value.problems
    assert problem.path == ("filter", "text")
    assert problem.params == {"longest": LONGEST_TEXT, "terms": MOST_TERMS}
