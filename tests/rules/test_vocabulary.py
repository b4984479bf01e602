"""Reference values: trees of terms and regions, local offices, clauses, synonyms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.reference import Synonyms
from directory.vocabulary import (
    Agencies,
    Agency,
    Certainty,
    Clause,
    Label,
    Policy,
    Region,
    RegionTree,
    SupportProgramme,
    Term,
    TextKind,
    UnknownCode,
    Vocabulary,
)


def label(text: str) -> Label:
    """The same text in both languages, marked by language."""
    return Label(f"{text}（中）", f"{text} (en)")


def term(code: str, parent: str | None = None) -> Term:
    """A term of a small tree."""
    return Term(code, "trees", label(code), parent=parent)


TREE = Vocabulary(
    "trees",
    "1",
    (term("root"), term("left", "root"), term("leaf", "left"), term("right", "root"), term("alone")),
)


def region(code: str, parent: str | None, zh: str, en: str, macro: str = "east") -> Region:
    """A region of which label and short name are alike."""
    level = "province" if parent is None else "prefecture"
    return Region(code, level, level, parent, Label(zh, en), Label(zh[:-1], en), macro)


REGIONS = RegionTree(
    (
        region("330000", None, "浙江省", "Zhejiang"),
        region("330100", "330000", "杭州市", "Hangzhou"),
        region("810000", None, "香港特别行政区", "Hong Kong", "hmt"),
    )
)
SAMR = Agency("samr", label("总局"), label("局"), "administration", "national", label("监管"))
LOCAL_AMR = Agency(
    "local-amr",
    label("地方局"),
    Label("市监局", "AMR"),
    "local office",
    "local",
    label("登记"),
    hotline="12345",
    office=Label("市场监督管理局", "Administration for Market Regulation"),
    acts_for=("samr",),
)
CAC = replace(SAMR, code="cac")
AGENCIES = Agencies((SAMR, CAC, LOCAL_AMR), REGIONS)


def test_a_label_speaks_both_languages() -> None:
    """Chinese and English stand side by side."""
    spoken = Label("微电影", "micro-film")
    assert (spoken.in_("ZH"), spoken.in_("EN")) == ("微电影", "micro-film")


def test_a_third_language_is_an_error() -> None:
    """A misspelt language fails instead of answering in the wrong one."""
    with pytest.raises(ValueError, match="FR"):
        label("x").in_("FR")


def test_descendants_hold_the_term_itself_and_everything_below() -> None:
    """Searching for a parent finds what is classified below it."""
    assert TREE.descendants("root") == ("root", "left", "leaf", "right")
    assert TREE.descendants("leaf") == ("leaf",)


def test_a_path_leads_from_the_root_to_the_term() -> None:
    """What an index stores of a term."""
    assert TREE.path("leaf") == ("root", "left", "leaf")


def test_roots_are_the_children_of_nobody() -> None:
    """Where a page begins to unfold a tree."""
    assert [found.code for found in TREE.roots()] == ["root", "alone"]
    assert TREE.children(None) == TREE.roots()
    assert TREE.children("no such code") == ()


@pytest.mark.parametrize("ask", [TREE.require, TREE.descendants, TREE.path])
def test_an_unknown_code_is_named_in_the_error(ask: Callable[[str], object]) -> None:
    """The error says which vocabulary does not know which code."""
    with pytest.raises(UnknownCode) as unknown:
        ask("leav")
    assert (unknown.value.vocabulary, unknown.value.code) == ("trees", "leav")
    assert TREE.get("leav") is None
    assert "leav" not in TREE


@given(st.sampled_from([found.code for found in TREE]))
def test_paths_and_descendants_agree(code: str) -> None:
    """A term lies below exactly the terms of its path."""
    above = set(TREE.path(code))
    assert {found.code for found in TREE if code in TREE.descendants(found.code)} == above


def test_the_etag_depends_on_content_alone() -> None:
    """Two builds of the same terms are the same to a cache; one changed label is not."""
    same = Vocabulary(TREE.name, TREE.version, tuple(replace(found) for found in TREE))
    changed = replace(TREE.terms[0], label=Label("根", "ROOT"))
    other = Vocabulary(TREE.name, TREE.version, (changed, *TREE.terms[1:]))
    assert same.etag == TREE.etag
    assert other.etag != TREE.etag


def test_the_etag_sees_what_only_one_vocabulary_knows() -> None:
    """A changed severity or agency under `extra` is a change of the vocabulary."""
    extra = replace(TREE.terms[0], extra=MappingProxyType({"severity": "HIGH"}))
    assert Vocabulary(TREE.name, TREE.version, (extra, *TREE.terms[1:])).etag != TREE.etag


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2020, 6, 30), True),
        (date(2020, 7, 1), False),
    ],
)
def test_a_term_is_valid_from_its_first_to_its_last_day(day: date, valid: bool) -> None:
    """Both ends are inclusive."""
    bounded = replace(TREE.terms[0], valid_from=date(2020, 1, 1), valid_to=date(2020, 6, 30))
    assert bounded.is_valid_on(day) is valid


def test_a_term_without_dates_is_always_valid() -> None:
    """No dates, no bounds."""
    assert TREE.terms[0].is_valid_on(date(1949, 10, 1))


def test_a_listed_region_has_the_path_of_its_parents() -> None:
    """A province matches its cities."""
    assert REGIONS.path("330100") == ("330000", "330100")


def test_an_unlisted_county_lies_in_its_prefecture() -> None:
    """Counties change every year: six digits of a known province are valid, and lie where their digits say."""
    assert REGIONS.path("330106") == ("330000", "330100", "330106")
    assert REGIONS.require("330106").label == Label("杭州市（330106）", "Hangzhou (330106)")
    assert not REGIONS.is_listed("330106")


def test_an_unlisted_prefecture_lies_in_its_province() -> None:
    """Where even the prefecture is unknown, the province is not."""
    assert REGIONS.path("339900") == ("330000", "339900")


@pytest.mark.parametrize(
    "code", ["", "33", "3301", "33010", "3301000", "990000", "33010x", "３３０１００", " 330100"]
)
def test_anything_else_is_no_region(code: str) -> None:
    """Neither listed nor six ASCII digits of a known province."""
    assert not REGIONS.is_known(code)
    assert REGIONS.get(code) is None
    with pytest.raises(UnknownCode):
        REGIONS.path(code)


@given(st.from_regex(r"33[0-9]{4}", fullmatch=True))
def test_every_code_of_a_province_leads_to_it(code: str) -> None:
    """The first two digits decide the province, and the path ends in the code itself."""
    path = REGIONS.path(code)
    assert (path[0], path[-1]) == ("330000", code)
    assert REGIONS.contains("330000", code)


@pytest.mark.parametrize(("code", "mainland"), [("330106", True), ("810000", False), ("990000", False)])
def test_the_mainland_ends_where_the_measures_do(code: str, mainland: bool) -> None:
    """Policy measures address registrations of the 31 mainland provinces."""
    assert REGIONS.is_mainland(code) is mainland


def test_a_region_does_not_contain_its_province() -> None:
    """Containing goes downwards."""
    assert REGIONS.contains("330100", "330106")
    assert not REGIONS.contains("330100", "330000")
    assert not REGIONS.contains("330000", "nowhere")


def test_a_local_office_is_named_after_its_region() -> None:
    """`local-amr@330100` is the market regulation office of Hangzhou."""
    office = AGENCIES.require("local-amr@330100")
    assert office.label == Label("杭州市市场监督管理局", "Hangzhou Administration for Market Regulation")
    assert (office.region, office.level, office.hotline) == ("330100", "prefecture", "12345")
    assert office.certainty is Certainty.DERIVED


@pytest.mark.parametrize(
    "code",
    [
        "samr@330100",
        "local-amr@999999",
        "local-amr@",
        "local-xyz@330100",
        "@330100",
        "local-amr@@330100",
        "x",
    ],
)
def test_a_composed_code_needs_a_local_type_and_a_region(code: str) -> None:
    """A national body has no office in a region, and nowhere has none."""
    assert AGENCIES.get(code) is None
    with pytest.raises(UnknownCode):
        AGENCIES.require(code)


@pytest.mark.parametrize(
    ("code", "region_code", "handles"),
    [
        ("samr", "330100", "local-amr@330100"),
        ("samr", "330106", "local-amr@330100"),
        ("samr", "330000", "local-amr@330000"),
        ("local-amr", "330106", "local-amr@330100"),
        ("cac", "330100", "cac"),
    ],
)
def test_the_local_office_handles_first(code: str, region_code: str, handles: str) -> None:
    """The local office of the line where there is one, the national body otherwise."""
    assert AGENCIES.handling(code, region_code).code == handles


@pytest.mark.parametrize(
    ("kind", "certainty", "quotable"),
    [
        (TextKind.QUOTATION, Certainty.VERIFIED, True),
        (TextKind.QUOTATION, Certainty.RECALLED, False),
        (TextKind.SUMMARY, Certainty.VERIFIED, False),
        (TextKind.TITLE_ONLY, Certainty.VERIFIED, False),
    ],
)
def test_only_a_verified_quotation_is_quotable(kind: TextKind, certainty: Certainty, quotable: bool) -> None:
    """Recalled text is never put into quotation marks."""
    clause = Clause("p#1", "p", "1", label("标题"), label("文"), kind, certainty, "in_force")
    assert clause.quotable is quotable


def test_a_policy_is_issued_when_signed_or_else_when_published() -> None:
    """The day of signature where it is known."""
    published = date(2020, 7, 15)
    policy = Policy(
        "p",
        label("文件"),
        None,
        "law",
        (),
        date(2020, 7, 14),
        published,
        None,
        "in_force",
        Certainty.VERIFIED,
        (),
    )
    assert policy.issued_on == date(2020, 7, 14)
    assert replace(policy, date_signed=None).issued_on == published


def test_several_providers_sponsor_together() -> None:
    """Their names stand in one line in each language."""
    providers = (Label("研究院", "Institute"), Label("广告", "Ads"))
    programme = SupportProgramme("x", label("n"), label("d"), providers, (), (), (), Certainty.SEED)
    assert programme.sponsor == Label("研究院、广告", "Institute, Ads")


def test_synonyms_of_a_term_come_from_all_its_groups() -> None:
    """A term may stand in a group of its language and in one across languages."""
    synonyms = Synonyms(zh=(("抽成", "佣金"),), bilingual=(("佣金", "commission"),))
    assert synonyms.of("佣金") == ("抽成", "commission")
    assert synonyms.of("Commission") == ("佣金", "抽成")
    assert synonyms.of("无") == ()


def test_synonyms_of_a_term_go_on_across_the_languages() -> None:
    """Whoever says it in words that no other language has finds it in both, the nearest words first."""
    synonyms = Synonyms(
        zh=(("抽成", "佣金"),), en=(("commission", "take rate"),), bilingual=(("佣金", "commission"),)
    )
    assert synonyms.of("take rate") == ("commission", "佣金", "抽成")
    assert synonyms.of("抽成") == ("佣金", "commission", "take rate")


def test_other_names_of_a_business_form_find_what_bears_its_label() -> None:
    """And not one another: they are names of the same form, not words of the same meaning."""
    synonyms = Synonyms(forms=((("网红流量变现", "influencer monetisation"), ("种草", "达人")),))
    assert synonyms.of("种草") == ("网红流量变现", "influencer monetisation")
    assert synonyms.of("网红流量变现") == ("influencer monetisation", "种草", "达人")
