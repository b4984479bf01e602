"""The reference data of this release: it loads, holds together, and claims no more than is known."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

import seeds
from directory.reference import Reference
from directory.sizes import SIZE_RULES
from directory.states import (
    BlockageStatus,
    EntityKind,
    FirmStatus,
    Metric,
    ResolutionKind,
    Severity,
    SizeClass,
    SubmissionStatus,
)
from directory.vocabulary import Certainty, TextKind, UnknownCode, Vocabulary
from seeds.integrity import BrokenReferenceError, check
from seeds.reference import load_reference

DATA = Path(seeds.__file__).with_name("data")
ENUMERATIONS = {
    "submission_statuses": SubmissionStatus,
    "firm_statuses": FirmStatus,
    "blockage_statuses": BlockageStatus,
    "severities": Severity,
    "resolution_kinds": ResolutionKind,
    "entity_kinds": EntityKind,
    "size_classes": SizeClass,
    "reading_metrics": Metric,
}


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The reference data of this release."""
    return load_reference()


@pytest.mark.parametrize(("name", "words"), ENUMERATIONS.items())
def test_each_word_of_an_enumeration_has_a_label(
    reference: Reference, name: str, words: type[Metric]
) -> None:
    """What the API calls by a word, a page can call by a label in both languages."""
    assert set(reference.vocabulary(name).by_code) == set(words)


def test_labels_are_in_both_languages(reference: Reference) -> None:
    """No term is left without a Chinese or an English label."""
    terms = [term for vocabulary in reference.vocabularies.values() for term in vocabulary]
    assert [term.code for term in terms if not (term.label.zh.strip() and term.label.en.strip())] == []


def test_chinese_is_quoted_as_chinese_is() -> None:
    """“软广”, not "软广": what stands between straight quotes holds no Chinese."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in DATA.rglob("*.json")}
    quoted = {name: re.findall(r'\\"(.*?)\\"', text) for name, text in texts.items()}
    wrong = [
        (name, words) for name, found in quoted.items() for words in found if re.search("[一-鿿]", words)
    ]

    assert "occupations.json" in quoted
    assert wrong == []


def test_a_broken_link_is_named_with_all_others(reference: Reference) -> None:
    """Loading fails loudly and lists every fault, not only the first."""
    without = {code: policy for code, policy in reference.policies.items() if code != "go-2020-27"}
    with pytest.raises(BrokenReferenceError) as broken:
        check(replace(reference, policies=without))
    assert "blockage_categories:platform-fees: no policies go-2020-27#3" in broken.value.faults
    assert "fee-reduction: no policies go-2020-27#3" in broken.value.faults


def test_a_lost_parent_is_a_fault(reference: Reference) -> None:
    """A term below nothing cannot be reached from the root of its tree."""
    forms = reference.vocabulary("business_forms")
    orphaned = Vocabulary(forms.name, forms.version, tuple(t for t in forms if t.code != "micro-film"))
    with pytest.raises(BrokenReferenceError, match="business_forms:micro-drama: bad parent"):
        check(replace(reference, vocabularies={**reference.vocabularies, "business_forms": orphaned}))


def test_a_parent_below_its_own_child_is_a_fault(reference: Reference) -> None:
    """A circle would make every walk up or down the tree endless."""
    forms = reference.vocabulary("business_forms")
    root = replace(forms.require("micro-economy"), parent="vlog")
    circular = Vocabulary(forms.name, forms.version, (root, *forms.terms[1:]))
    with pytest.raises(BrokenReferenceError, match="bad parent"):
        check(replace(reference, vocabularies={**reference.vocabularies, "business_forms": circular}))


def test_a_code_used_twice_is_a_fault(reference: Reference) -> None:
    """Two terms of one code would hide each other."""
    measures = reference.vocabulary("measures")
    doubled = Vocabulary(measures.name, measures.version, (*measures.terms, measures.terms[0]))
    with pytest.raises(BrokenReferenceError, match="used 2 times"):
        check(replace(reference, vocabularies={**reference.vocabularies, "measures": doubled}))


def test_only_what_was_read_word_by_word_is_quotable(reference: Reference) -> None:
    """Recalled, shortened and inferred texts are shown as summaries, never in quotation marks."""
    quotable = [clause for clause in reference.clauses.values() if clause.quotable]
    assert [clause.code for clause in quotable] == ["ndrc-2020-1157#13"]
    assert all(clause.certainty is Certainty.VERIFIED for clause in quotable)


def test_the_mandate_is_a_summary_while_its_wording_is_recalled(reference: Reference) -> None:
    """The sentence that founds this directory is known by content; its Chinese wording was not read in the document."""
    mandate = reference.clause("ndrc-2020-1157#14")
    assert mandate is not None
    assert "成长型企业名录" in mandate.text.zh
    assert not mandate.quotable


def test_a_clause_of_which_only_the_title_is_known_shows_it(reference: Reference) -> None:
    """Nothing is invented where no text is known."""
    bare = [c for c in reference.clauses.values() if c.text_kind is TextKind.TITLE_ONLY]
    assert bare
    assert all(clause.text == clause.heading for clause in bare)


def test_a_draft_says_so(reference: Reference) -> None:
    """A clause of a draft is not in force, and a draft has not been signed."""
    draft = reference.policies["mcn-draft-2025"]
    assert {draft.status, *(clause.status for clause in draft.clauses)} == {"draft"}
    assert draft.date_signed is None
    assert draft.issued_on == date(2025, 1, 10)


def test_no_court_platform_or_association_leads_a_category(reference: Reference) -> None:
    """They may help or be turned to; the responsible body is an authority."""
    leads = {
        c for term in reference.vocabulary("blockage_categories") for c in term.extra.get("lead_agencies", ())
    }
    assert leads.isdisjoint({"platform-operator", "industry-association", "supreme-court", "cca"})


def test_every_leaf_category_can_be_routed(reference: Reference) -> None:
    """The 52 categories that a report may have each name a lead, a nature and a severity; the groups cannot be chosen."""
    categories = reference.vocabulary("blockage_categories")
    leaves = [term for term in categories if term.assignable]
    assert len(leaves) == 52
    assert all(t.extra["lead_agencies"] and t.extra["nature"] and t.extra["severity"] for t in leaves)
    assert {term.code for term in categories if not term.assignable} == {t.code for t in categories.roots()}


def test_a_refusal_says_where_to_turn(reference: Reference) -> None:
    """Whoever is refused is told a body and a way in both languages."""
    for reason in reference.vocabulary("refusal_reasons"):
        assert reason.extra["turn_to"]
        assert reason.description


def test_industries_name_the_size_rule_of_their_division(reference: Reference) -> None:
    """The label of the size class industry and the table of size rules (NBS 2017) agree for every class."""
    rule_of = {digits: rule.code for rule in SIZE_RULES for digits in rule.leading_digits}
    for industry in reference.vocabulary("industries"):
        if industry.extra["level"] == "class":
            expected = rule_of.get(industry.code[:3]) or rule_of.get(industry.code[:2])
            assert industry.extra.get("size_class_industry") == expected, industry.code
    assert {rule.code for rule in SIZE_RULES} == set(reference.vocabulary("size_class_industries").by_code)


def test_sections_are_too_general_for_a_firm(reference: Reference) -> None:
    """A section has no size rule of its own, so a firm names a division or less."""
    industries = reference.vocabulary("industries")
    assert {term.code for term in industries if not term.assignable} == {t.code for t in industries.roots()}


@pytest.mark.parametrize("name", ["cost_bands", "jobs_bands"])
def test_impact_bands_adjoin_and_hold_their_midpoint(reference: Reference, name: str) -> None:
    """A band of cost or jobs stands for one number in statistics, and bands leave no gap in between."""
    bands = [term.extra for term in reference.vocabulary(name)]
    for band in bands:
        assert (
            band["from"] <= band["midpoint"] <= (band["to"] if band["to"] is not None else band["midpoint"])
        )
    assert all(low["to"] in (high["from"], high["from"] - 1) for low, high in pairwise(bands))


def test_there_is_a_label_for_every_severity_that_has_a_limit(reference: Reference) -> None:
    """A limit that no form can offer would never run."""
    assert set(reference.limits.resolve) == set(reference.vocabulary("severities").by_code)


def test_synonyms_keep_different_things_apart(reference: Reference) -> None:
    """A platform's cut and the agency's split, closed and resolved, are searched apart."""
    assert "佣金" in reference.synonyms.of("抽成")
    assert "分成" not in reference.synonyms.of("抽成")
    assert "resolve" not in reference.synonyms.of("close")


def test_synonyms_cross_the_languages(reference: Reference) -> None:
    """A search in one language finds the other."""
    assert "commission" in reference.synonyms.of("佣金")
    assert "佣金" in reference.synonyms.of("commission")
    assert {"commission", "抽成", "佣金", "提成"} <= set(reference.synonyms.of("take rate"))


def test_every_name_of_a_business_form_finds_its_label(reference: Reference) -> None:
    """The list of synonyms that each form has: its other names in both languages."""
    for form in reference.vocabulary("business_forms"):
        for name in (*form.aliases_zh, *form.aliases_en):
            if name.lower() not in (form.label.zh.lower(), form.label.en.lower()):
                assert form.label.zh.lower() in reference.synonyms.of(name), (form.code, name)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2020, 1, 31), "off"),
        (date(2025, 10, 6), "off"),
        (date(2026, 2, 14), "work"),
        (date(2026, 9, 20), "work"),
        (date(2026, 11, 23), "plain"),
    ],
)
def test_days_off_and_make_up_days_follow_the_notice(reference: Reference, day: date, kind: str) -> None:
    """As the yearly notices of the State Council General Office say."""
    year = reference.work_years[day.year]
    assert ("off" if day in year.days_off else "work" if day in year.make_up_workdays else "plain") == kind


def test_make_up_days_fall_on_weekends(reference: Reference) -> None:
    """A make-up workday that is a weekday anyhow would be a slip of the pen."""
    days = [day for year in reference.work_years.values() for day in year.make_up_workdays]
    assert all(day.weekday() >= 5 for day in days)


def test_an_unknown_vocabulary_is_an_error(reference: Reference) -> None:
    """A misspelt name fails at once instead of giving an empty list."""
    with pytest.raises(UnknownCode):
        reference.vocabulary("bussiness_forms")
