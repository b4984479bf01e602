"""Invented firms: the same every time, unlike one another, and accepted by the real rules."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import combinations, islice
from random import Random
from typing import Any

import pytest

from directory.identifiers import account_key, check_uscc, organisation_code_ok, uscc_fits
from directory.profile_reading import read_profile
from directory.rulebook import Rulebook
from directory.states import EntityKind, Metric
from directory.workdays import WorkCalendar
from seeds.fiction import places
from seeds.fiction.codes import LARGEST_COUNT, cycle_of, sample_uscc
from seeds.generate import generate
from seeds.reference import load_reference
from seeds.sample import SampleFirm, SampleReport, article_cases

TODAY = date(2026, 11, 23)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def firms() -> tuple[SampleFirm, ...]:
    """Two thousand firms."""
    return tuple(generate(2_000, today=TODAY))


@pytest.fixture(scope="module")
def reports(firms: tuple[SampleFirm, ...]) -> tuple[SampleReport, ...]:
    """All their reports."""
    return tuple(report for firm in firms for report in firm.reports)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """The real rules with the real reference data."""
    reference = load_reference()
    return Rulebook(reference, WorkCalendar(reference.work_years), reference.limits)


def test_the_same_seed_gives_the_same_firms(firms: tuple[SampleFirm, ...]) -> None:
    """A demonstration can be repeated."""
    assert tuple(generate(50, today=TODAY)) == firms[:50]


def test_another_seed_gives_other_firms(firms: tuple[SampleFirm, ...]) -> None:
    """A second set differs from the first."""
    others = tuple(generate(50, seed=2, today=TODAY))
    assert {firm.profile["name"] for firm in others}.isdisjoint({firm.profile["name"] for firm in firms[:50]})
    assert {firm.key for firm in others}.isdisjoint({firm.key for firm in firms})


def test_firms_come_as_a_stream() -> None:
    """The first firm of two million is there without the others."""
    assert len(list(islice(generate(2_000_000, today=TODAY), 3))) == 3


def test_profiles_pass_the_rules_of_submission(firms: tuple[SampleFirm, ...], rulebook: Rulebook) -> None:
    """Every invented profile, and every one of the article, would be accepted as it stands."""
    for firm in (*article_cases(), *firms):
        read_profile(firm.profile, rulebook, TODAY)


def test_codes_are_valid_fit_the_kind_and_are_issued_to_nobody(firms: tuple[SampleFirm, ...]) -> None:
    """GB 32100-2015 check character, GB 11714 check, prefix of the kind, digits of the region, body FFFF."""
    registered = [firm.profile for firm in firms if "uscc" in firm.profile]
    for profile in registered:
        uscc = profile["uscc"]
        assert check_uscc(uscc) == uscc
        assert organisation_code_ok(uscc)
        assert uscc_fits(EntityKind(profile["entity_kind"]), uscc)
        assert uscc[2:6] == profile["region"][:4]
        assert uscc[8:12] == "FFFF"
    assert len(registered) > 1_000


def test_only_freelancers_have_no_code(firms: tuple[SampleFirm, ...]) -> None:
    """A freelancer is known by platform accounts, everybody else by a code."""
    without = {firm.profile["entity_kind"] for firm in firms if "uscc" not in firm.profile}
    with_code = {firm.profile["entity_kind"] for firm in firms if "uscc" in firm.profile}
    assert (without, with_code) == ({"FREELANCER"}, {"ENTERPRISE", "INDIVIDUAL_BUSINESS"})


def test_two_million_codes_differ() -> None:
    """Bodies are used once each; when all are, the digits of the authority tell the next ones apart."""
    bodies = LARGEST_COUNT // 3
    assert LARGEST_COUNT >= 2_000_000
    indices = (
        *range(0, LARGEST_COUNT, 997),
        bodies - 1,
        bodies,
        2 * bodies - 1,
        2 * bodies,
        LARGEST_COUNT - 1,
    )
    drawn = {(sample_uscc("91", "330101", index), cycle_of(index)) for index in indices}
    assert len(drawn) == len(set(indices))


def test_authorities_tell_rounds_of_bodies_apart() -> None:
    """The same body in another round is registered by another authority of the prefecture."""
    chance, hangzhou = Random(1), load_reference().regions.require("330100")
    rounds = [{places.authority_digits(chance, hangzhou, cycle) for _ in range(500)} for cycle in range(3)]
    assert all(first.isdisjoint(second) for first, second in combinations(rounds, 2))
    assert all(re.fullmatch(r"3301\d\d", digits) for digits in set().union(*rounds))


def test_there_are_no_more_firms_than_codes() -> None:
    """Beyond the last code the generator stops with a reason instead of repeating itself."""
    assert cycle_of(LARGEST_COUNT - 1) == 2
    with pytest.raises(ValueError, match="no more than"):
        cycle_of(LARGEST_COUNT)


def test_no_two_firms_share_an_identity(firms: tuple[SampleFirm, ...]) -> None:
    """Neither codes nor platform accounts nor keys meet twice."""
    codes = [firm.profile["uscc"] for firm in firms if "uscc" in firm.profile]
    accounts = [account_key(a["platform"], a["account_name"]) for f in firms for a in f.profile["platforms"]]
    keys = [firm.key for firm in firms] + [report.key for firm in firms for report in firm.reports]
    owners = [firm.owner_subject for firm in firms]
    for identities in (codes, accounts, keys, owners):
        assert len(identities) == len(set(identities))


def test_contacts_can_belong_to_nobody(firms: tuple[SampleFirm, ...]) -> None:
    """Phone numbers of one unused block, mail and web under example.com."""
    for profile in (firm.profile for firm in firms):
        assert re.fullmatch(r"1999999\d{4}", profile["contact"]["phone"])
        assert profile["contact"].get("email", "@example.com").endswith("@example.com")
        assert profile.get("website", "https://x.example.com").endswith(".example.com")
        urls = [account["url"] for account in profile["platforms"] if "url" in account]
        assert all(url.startswith("https://example.com/") for url in urls)


def test_firms_are_in_all_mainland_provinces(firms: tuple[SampleFirm, ...]) -> None:
    """Regions are drawn by population: Guangdong many, Tibet few, none missing from a large set."""
    provinces = Counter(firm.profile["region"][:2] for firm in firms)
    assert len(provinces) >= 29
    assert provinces["44"] > 10 * max(provinces["54"], 1)


def test_forms_and_platforms_are_all_in_use(firms: tuple[SampleFirm, ...]) -> None:
    """Facets have something to count."""
    reference = load_reference()
    forms = {form for firm in firms for form in firm.profile["forms"]}
    assert forms == {term.code for term in reference.vocabulary("business_forms") if term.assignable}
    platforms = {account["platform"] for firm in firms for account in firm.profile["platforms"]}
    assert len(platforms) > 30


def test_reports_reach_every_category(reports: tuple[SampleReport, ...]) -> None:
    """All 52 leaves have reports."""
    categories = load_reference().vocabulary("blockage_categories")
    assert {report.report["category"] for report in reports} == {t.code for t in categories if t.assignable}


def test_names_and_texts_vary(firms: tuple[SampleFirm, ...], reports: tuple[SampleReport, ...]) -> None:
    """Full-text search has something to tell apart, and some names do come close to one another."""
    names = {firm.profile["name"] for firm in firms}
    titles = {report.report["title"] for report in reports}
    descriptions = {report.report["description"] for report in reports}
    assert len(names) > 0.98 * len(firms)
    assert len(titles) > 0.8 * len(reports)
    assert len(descriptions) > 0.99 * len(reports)


def test_reports_are_in_chinese_english_and_both(reports: tuple[SampleReport, ...]) -> None:
    """Most are Chinese, many English, some mixed; a declared language is that of the text."""
    scripts = Counter(_script(report.report["title"]) for report in reports)
    assert scripts["zh"] > scripts["en"] > 0
    assert scripts["mixed"] > 0
    declared = [
        (report.report["language"], _script(report.report["title"]))
        for report in reports
        if "language" in report.report
    ]
    assert {script for language, script in declared if language == "EN"} == {"en"}
    assert "en" not in {script for language, script in declared if language == "ZH"}


def _script(title: str) -> str:
    return "mixed" if re.search("（[a-z]", title) else "zh" if CHINESE.search(title) else "en"


def test_no_template_is_left_unfilled(
    firms: tuple[SampleFirm, ...], reports: tuple[SampleReport, ...]
) -> None:
    """No brace of a pattern shows in a text."""
    texts = [str(firm.profile) for firm in firms] + [
        r.report["title"] + r.report["description"] for r in reports
    ]
    patterns = re.compile(r"\{[a-z_0-9]+\}")
    assert not any(patterns.search(text) for text in texts)


def test_readings_end_before_the_submission(firms: tuple[SampleFirm, ...]) -> None:
    """Nobody knows the month to come, and no firm has figures from before it was founded."""
    for firm in firms:
        submitted = date.fromordinal(TODAY.toordinal() - firm.submitted_days_ago).isoformat()
        for reading in firm.profile["metrics"]:
            period = reading["period"]
            assert firm.profile["founded_on"][: len(period)] <= period < submitted[: len(period)]


def test_some_firms_grow_and_some_do_not(firms: tuple[SampleFirm, ...]) -> None:
    """Growth criteria have both answers to give."""
    growing = [_grew(firm.profile, Metric.FOLLOWERS) for firm in firms]
    assert growing.count(True) > 100
    assert growing.count(False) > 50


def _grew(profile: Mapping[str, Any], metric: Metric) -> bool | None:
    values = [int(r["value"]) for r in profile["metrics"] if r["metric"] == metric]
    return values[-1] > 1.2 * values[0] if len(values) > 2 else None


def test_readings_come_from_sources_of_every_grade(firms: tuple[SampleFirm, ...]) -> None:
    """Official and platform data, documents, and mere declarations."""
    sources = load_reference().vocabulary("reading_sources")
    grades = {sources.require(r["source"]).extra["grade"] for firm in firms for r in firm.profile["metrics"]}
    assert grades == {"A", "B", "C"}


def test_every_outcome_of_a_submission_occurs(firms: tuple[SampleFirm, ...]) -> None:
    """Most firms are listed; some wait, were sent back, refused or never handed in."""
    outcomes = Counter(firm.outcome for firm in firms)
    assert set(outcomes) == {"listed", "in_review", "in_notice", "changes_requested", "rejected", "draft"}
    assert outcomes["listed"] > 0.8 * len(firms)


def test_only_listed_firms_report_and_only_after_listing(firms: tuple[SampleFirm, ...]) -> None:
    """A report is younger than the listing of its firm, and older ones come first."""
    for firm in firms:
        ages = [report.reported_days_ago for report in firm.reports]
        assert firm.outcome == "listed" or not ages
        assert ages == sorted(ages, reverse=True)
        assert all(0 <= age < firm.submitted_days_ago for age in ages)
