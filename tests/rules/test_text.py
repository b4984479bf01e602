"""Cleaning of texts and the analysis that index, search and highlighter share."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from directory.characters import UNMARKED_RANGES
from directory.errors import ErrorCode
from directory.states import Language
from directory.text import (
    InvalidText,
    Run,
    RunKind,
    TextFault,
    clean_text,
    detect_language,
    fold,
    fold_with_offsets,
    original_span,
    run_texts,
    runs,
    search_text,
    stem,
)
from tests.strategies import hostile_texts


def name(text: str) -> str:
    return clean_text(text, multiline=False, max_length=100)


def description(text: str) -> str:
    return clean_text(text, multiline=True, max_length=1000)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("小\x00宇", TextFault.CONTROL),
        ("小\x85宇", TextFault.CONTROL),
        ("小宇\x1b[31m", TextFault.CONTROL),
        ("小\n宇", TextFault.CONTROL),
        ("小\ud800宇", TextFault.SURROGATE),
        ("小\u202e宇", TextFault.BIDI),
        ("小\u2066宇\u2069", TextFault.BIDI),
        ("小\u200b宇", TextFault.ZERO_WIDTH),
        ("小\u200d宇", TextFault.ZERO_WIDTH),
        ("小宇\u3164", TextFault.ZERO_WIDTH),
        ("Z\u0301\u0302\u0303\u0304\u0305\u0306algo", TextFault.COMBINING),
        ("小\ufdd0宇", TextFault.NONCHARACTER),
        ("小\U0001ffff宇", TextFault.NONCHARACTER),
        ("小\ue000宇", TextFault.PRIVATE_USE),
        ("宇" * 101, TextFault.TOO_LONG),
        (" " * 10_000 + "宇", TextFault.TOO_LONG),
    ],
)
def test_a_name_with_what_nobody_can_see_is_refused(raw: str, fault: TextFault) -> None:
    """Invisible and reordering characters make one name look like another."""
    with pytest.raises(InvalidText) as refused:
        name(raw)

    assert refused.value.reason is fault
    assert refused.value.key == f"text.{fault}"


def test_a_refusal_names_the_character_and_its_place() -> None:
    """As a problem of its field: the caller can find and remove it."""
    with pytest.raises(InvalidText) as refused:
        name("小宇\u202e")

    problem = refused.value.problem_at("profile", "name")
    assert problem.code is ErrorCode.INVALID_TEXT
    assert problem.path == ("profile", "name")
    assert problem.params == {"character": "U+202E", "position": 3}


@pytest.mark.parametrize("raw", ["  小\n宇", "  小\u200b宇", "  小\u202e宇"])
def test_the_place_of_a_fault_is_that_in_the_text_as_typed(raw: str) -> None:
    """Spaces that would be trimmed count, so that the caller finds it where it is."""
    with pytest.raises(InvalidText) as refused:
        name(raw)

    assert refused.value.params["position"] == 4


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  小宇 \u3000 工作室\n", "小宇 工作室"),
        ("Cafe\u0301", "Café"),
        ("小宇❤\ufe0f", "小宇❤"),
        ("Việt Nam", "Việt Nam"),
        ("", ""),
        (" \t\n", ""),
    ],
)
def test_a_name_is_composed_trimmed_and_single_spaced(raw: str, clean: str) -> None:
    """NFC; line breaks around it come from pasting; an emoji keeps its character without the selector."""
    assert name(raw) == clean


def test_a_description_keeps_its_paragraphs() -> None:
    """Every kind of line end is one, and a gap is one empty line."""
    raw = "第一段 \r\n\r\n\r\n\r\n  第二段\t文字\u2028第三段\r完"

    assert description(raw) == "第一段\n\n第二段 文字\n第三段\n完"


def test_a_description_keeps_joined_emoji_and_loses_pasted_residue() -> None:
    """A zero-width joiner makes a family of three emoji; a byte order mark makes nothing."""
    assert description("\ufeff家庭👨\u200d👩\u200d👧店") == "家庭👨\u200d👩\u200d👧店"


@pytest.mark.parametrize("raw", ["a\x00b", "a\u202eb", "a\ud800b"])
def test_a_description_is_refused_for_control_bidi_and_broken_characters(raw: str) -> None:
    """Several lines are no licence for these."""
    with pytest.raises(InvalidText):
        description(raw)


@given(st.from_regex(r"([!-~\u4e00-\u9fff]{1,5} ){0,3}[!-~\u4e00-\u9fff]{1,5}", fullmatch=True))
def test_a_plain_line_is_known_at_a_glance_and_would_be_left_as_it_is(line: str) -> None:
    """Beside a letter that is not plain, which makes the whole line be looked at, it comes through the same."""
    assert clean_text(line, multiline=False, max_length=len(line)) == line
    assert clean_text(f"{line}é", multiline=False, max_length=len(line) + 1) == f"{line}é"


@given(hostile_texts, st.booleans())
@example("\u0344" * 3, False)
def test_a_clean_text_stays_as_it_is(raw: str, multiline: bool) -> None:
    """Cleaning is idempotent: a value read from the record passes the door again unchanged."""
    try:
        clean = clean_text(raw, multiline=multiline, max_length=200)
    except InvalidText:
        return

    assert clean_text(clean, multiline=multiline, max_length=200) == clean
    assert unicodedata.is_normalized("NFC", clean)
    clean.encode("utf-8")


@given(hostile_texts)
def test_a_search_box_text_is_always_usable(raw: str) -> None:
    """Never an error: what cannot be searched for is left out, and the rest can be encoded."""
    text = search_text(raw)

    text.encode("utf-8")
    assert "\x00" not in text
    assert search_text(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣微商", "台湾微商"),
        ("台灣", "台湾"),
        ("後臺頭髮", "后台头发"),
        ("衞星裏", "卫星里"),
        ("ＭＣＮ機構１２", "mcn机构12"),
        ("Café", "cafe"),
        ("Cafe\u0301", "CAFÉ"),
        ("Straße", "STRASSE"),
        ("Øresund", "oresund"),
        ("ﬁlm", "film"),
        ("①②", "12"),
        ("微\u200b信", "微信"),
        ("\uf9dc", "隆"),
    ],
)
def test_two_ways_of_writing_fold_to_one(one: str, other: str) -> None:
    """Width, case, accents, ligatures, traditional characters, invisible ones."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("直播", "直拨"), ("が", "か"), ("й", "и"), ("ab", "a b")])
def test_different_words_stay_different(one: str, other: str) -> None:
    """Folding joins ways of writing, not words; marks of kana and Cyrillic make other letters."""
    assert fold(one) != fold(other)


@given(hostile_texts)
@example("薴")
def test_folding_twice_changes_nothing(text: str) -> None:
    """Stored keys and new ones compare."""
    assert fold(fold(text)) == fold(text)


@given(hostile_texts, hostile_texts)
def test_folding_works_character_by_character(left: str, right: str) -> None:
    """So parts of a text fold as they do inside the whole, and offsets exist."""
    assert fold(left + right) == fold(left) + fold(right)


@given(hostile_texts)
def test_each_folded_character_knows_where_it_came_from(text: str) -> None:
    """The offsets never run backwards, end at the end, and each source folds to what stands there."""
    folded, offsets = fold_with_offsets(text)

    assert len(offsets) == len(folded) + 1
    assert list(offsets) == sorted(offsets)
    assert offsets[-1] == len(text)
    assert all(character in fold(text[offset]) for character, offset in zip(folded, offsets, strict=False))


def test_a_highlight_covers_the_accent_that_folding_removed() -> None:
    """The span of `cafe` in the folded text is all five code points of the original."""
    text = "un cafe\u0301 ici"
    folded, offsets = fold_with_offsets(text)
    start = folded.index("cafe")

    assert text[slice(*original_span(start, start + 4, offsets))] == "cafe\u0301"


def test_runs_of_a_mixed_text() -> None:
    """Chinese and Latin letters separate without a space; places are those of the original."""
    assert runs("臺灣ＭＣＮ,第2期") == [
        Run(RunKind.CJK, "台湾", 0, 2),
        Run(RunKind.WORD, "mcn", 2, 5),
        Run(RunKind.CJK, "第", 6, 7),
        Run(RunKind.WORD, "2", 7, 8),
        Run(RunKind.CJK, "期", 8, 9),
    ]


@pytest.mark.parametrize("run", ["〇", "𠮷野", "㐂", "\U0002f800", "優の良品", "ラーメン", "한국어", "ㄅㄆ"])
def test_scripts_without_word_spaces_are_one_run(run: str) -> None:
    """Zero as an ideograph, extensions A and B, compatibility ideographs, kana, Hangul."""
    (found,) = runs(run)

    assert found.kind is RunKind.CJK
    assert (found.start, found.end) == (0, len(run))


def test_words_of_other_alphabets_can_be_found() -> None:
    """A Russian or Greek brand is a word too."""
    assert run_texts("Русский Ελλάδα") == ((RunKind.WORD, "русский"), (RunKind.WORD, "ελλάδα"))


@given(hostile_texts)
def test_every_run_comes_from_its_place(text: str) -> None:
    """Folding the original span gives the run, whole or as part of one character's folding."""
    for run in runs(text):
        assert run.text in fold(text[run.start : run.end])


@given(hostile_texts)
def test_runs_with_and_without_places_are_the_same(text: str) -> None:
    """Index and highlighter cut alike."""
    assert run_texts(text) == tuple((run.kind, run.text) for run in runs(text))


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("directories", "directori"),
        ("directory", "directori"),
        ("streaming", "stream"),
        ("b2b", "b2b"),
        ("привет", "привет"),
        ("直播", "直播"),
        ("a" * 200, "a" * 200),
    ],
)
def test_only_english_words_are_stemmed(word: str, stemmed: str) -> None:
    """Plural and singular meet; what is no word of letters stays."""
    assert stem(word) == stemmed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("平台抽成太高", Language.ZH),
        ("Commission on Douyin is too high", Language.EN),
        ("抖音 Douyin 账号被封 account", Language.ZH),
        ("Our 抖音 account was banned without a reason", Language.EN),
        ("", Language.ZH),
        ("2020", Language.ZH),
    ],
)
def test_the_language_is_that_of_most_words(text: str, language: Language) -> None:
    """Platform names of the other language do not decide; without words it is Chinese."""
    assert detect_language(text) is language


def test_texts_that_are_not_searched_for_piled_marks_can_have_none() -> None:
    """Of the characters passed over at once none is a nonspacing or an enclosing mark."""
    passed_over = (chr(code) for first, last in UNMARKED_RANGES for code in range(first, last + 1))

    assert [each for each in passed_over if unicodedata.category(each) in ("Mn", "Me")] == []
