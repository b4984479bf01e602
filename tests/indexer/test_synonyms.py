"""What else the words of a search box may mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given

from directory.reference import Synonyms
from directory.text import RunKind
from indexer.query.highlights import highlights
from indexer.query.rendering import render
from indexer.query.synonyms import MOST_ADDED, widened
from indexer.query.syntax import (
    Alike,
    All,
    Any,
    Coded,
    Joined,
    Phrase,
    Scoped,
    TextQuery,
    Without,
    Word,
    parse,
    typed,
)
from tests.rulebooks import REFERENCE
from tests.strategies import hostile_texts

GROUPS = Synonyms(
    zh=(("抽成", "佣金"), ("直播带货", "带货"), ("ｂ站", "bilibili")),
    en=(("live commerce", "livestream shopping"),),
    bilingual=(("佣金", "commission"), ("直播带货", "live commerce")),
)
TRADE = replace(REFERENCE, synonyms=GROUPS)


def cjk(text: str) -> Phrase:
    """A run of Chinese characters."""
    return Phrase(((RunKind.CJK, text),))


REVENUE = Alike(cjk("抽成"), (cjk("佣金"), Word("commission")))


def others(text: str) -> set[TextQuery]:
    """What may stand for the text as a whole."""
    found = widened(parse(text), TRADE)
    return set(found.others) if isinstance(found, Alike) else set()


def words(*texts: str) -> Phrase:
    """Words side by side."""
    return Phrase(tuple((RunKind.WORD, text) for text in texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("抽成", {cjk("佣金"), Word("commission")}),
        ("佣金", {cjk("抽成"), Word("commission")}),
        ("傭金", {cjk("抽成"), Word("commission")}),
        ("Commissions", {cjk("佣金"), cjk("抽成"), Joined("commissions")}),
        ("live commerce", {cjk("直播带货"), cjk("带货"), words("livestream", "shopping")}),
        ("B站", {Word("bilibili")}),
        ("的抽成", {cjk("的佣金")}),
        ("平台抽成", {cjk("平台佣金"), All((cjk("平台"), REVENUE))}),
        ("抽成太高", {cjk("佣金太高"), All((REVENUE, cjk("太高"))), REVENUE}),
        ("缴费断缴", {All((cjk("缴费"), cjk("断缴")))}),
        ("直播带货", {cjk("带货"), words("live", "commerce"), words("livestream", "shopping")}),
        ('"抽成"', set()),
        ("抽*", set()),
        ("Fitlab", {Joined("fitlab")}),
        ("Fit Lab", {Word("fitlab")}),
        ("in to", {Word("into")}),
        ("a b", set()),
        ("Fit 健身", set()),
    ],
)
def test_a_text_may_mean_other_words(text: str, expected: set[TextQuery]) -> None:
    """Synonyms both ways and in either language, as a whole or inside a Chinese run; names spelled apart or together."""
    assert others(text) == expected


def test_the_longest_group_is_met_first() -> None:
    """Words around it stay themselves."""
    found = widened(parse("new live commerce 茶"), TRADE)
    assert isinstance(found, All)
    assert [part.typed if isinstance(part, Alike) else part for part in found.parts] == [
        Word("new"),
        All((Word("live"), Word("commerce"))),
        cjk("茶"),
    ]


def test_what_is_excluded_means_itself() -> None:
    """Who excludes 抽成 has not asked to lose 佣金."""
    assert widened(parse("-抽成"), TRADE) == Without(cjk("抽成"))


def test_alternatives_and_scopes_are_widened_inside() -> None:
    """Each operand of OR for itself, and only in the scope's texts."""
    assert widened(parse("抽成 OR 茶"), TRADE) == Any((REVENUE, cjk("茶")))
    assert widened(parse("title:抽成"), TRADE) == Scoped("title", REVENUE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("platform:抖音", "douyin"),
        ("platform:Douyin", "douyin"),
        ("region:杭州", "330100"),
        ("region:330100", "330100"),
        ("-region:浙江省", "330000"),
        ("platform:nowhere", "nowhere"),
    ],
)
def test_codes_are_named_by_their_labels(text: str, code: str) -> None:
    """In either language, short or long; what is no label stays as typed and finds nothing."""
    found = widened(parse(text), REFERENCE)
    coded = found.part if isinstance(found, Without) else found
    assert isinstance(coded, Coded)
    assert code in coded.values


def test_a_policy_stands_for_its_clauses() -> None:
    """Nobody types a clause's whole code."""
    policy = next(policy for policy in REFERENCE.policies.values() if len(policy.clauses) > 1)
    assert widened(parse(f"clause:{policy.code}"), REFERENCE) == Coded(
        "clause", tuple(clause.code for clause in policy.clauses)
    )


def added(query: TextQuery | None) -> Iterator[TextQuery]:
    """All that was put beside what was typed."""
    if isinstance(query, Alike):
        yield from query.others
        yield from added(query.typed)
    elif isinstance(query, All | Any):
        for part in query.parts:
            yield from added(part)
    elif isinstance(query, Scoped | Without):
        yield from added(query.part)


def test_no_box_grows_without_bound() -> None:
    """Sixty-four words with ten synonyms each would be a slow search."""
    query = widened(parse(" OR ".join(["佣金", "mcn", "创作者", "抽成"] * 16)), REFERENCE)
    assert len(list(added(query))) == MOST_ADDED


def flat(query: TextQuery | None) -> list[TextQuery]:
    """The operands, however they are nested."""
    if isinstance(query, All):
        return [each for part in query.parts for each in flat(part)]
    return [] if query is None else [query]


@given(hostile_texts)
def test_what_was_typed_is_kept(text: str) -> None:
    """Whatever is added, the query still is the query."""
    query = parse(text)
    wide = widened(query, REFERENCE)
    assert flat(wide and typed(wide)) == flat(query)
    assert render(wide) == render(wide and typed(wide))


@pytest.mark.parametrize("text", ["the fit lab hangzhou", "fit lab 健身"])
def test_names_inside_a_box_are_joined(text: str) -> None:
    """Whichever neighbours belong together, the other words stay."""
    wide = widened(parse(text), TRADE)
    assert any(Word("fitlab") in flat(other) for other in added(wide))


def test_equivalents_are_marked() -> None:
    """Why a report on 佣金 was found by 抽成 is to be seen."""
    (found,) = highlights(widened(parse("抽成"), TRADE), {"title": "佣金太高"}, ["title"])
    assert found.fragments == ("<em>佣金</em>太高",)
    (found,) = highlights(widened(parse("fitlab"), TRADE), {"name": "The Fit Lab Co"}, ["name"])
    assert found.fragments == ("The <em>Fit Lab</em> Co",)


def test_a_near_word_is_marked_only_where_the_word_is_missing() -> None:
    """A letter is forgiven in names, titles and labels of a document that does not say the word."""
    near = {"title": "Commission rates", "description": "commision"}
    (found,) = highlights(parse("commission"), near, ["title", "description"])
    assert found.field == "title"
    (found,) = highlights(parse("comission"), {"title": "Commission rates"}, ["title"])
    assert found.fragments == ("<em>Commission</em> rates",)
    assert highlights(parse("comission"), {"description": "Commission rates"}, ["description"]) == ()
