"""The firms and blocking points of the article, as sample data."""

import re
from datetime import UTC, date, datetime

import pytest

from directory.entities import MetricReading
from directory.growth import GrowthInputs, assess
from directory.profile_reading import read_profile
from directory.rulebook import Rulebook
from directory.sizes import size_class
from directory.states import Metric
from directory.workdays import WorkCalendar
from seeds.reference import load_reference
from seeds.sample import SampleFirm, article_cases, blocking_points, with_a_common_cause

ARTICLE_DAY = date(2020, 8, 18)
QUALIFIES = {
    "xiaoyu": True,
    "xiangyan": True,
    "mcn-qingfeng": False,
    "micro-film-studio": True,
    "moments-seller": False,
    "weibo-blogger": False,
    "online-fitness": False,
    "travel-concierge": True,
    "franchise-tea": True,
}
XIAOYU, XIANGYAN = (
    next(firm for firm in article_cases() if firm.key == key) for key in ("xiaoyu", "xiangyan")
)


def latest(firm: SampleFirm, metric: Metric) -> int:
    """The last reading of a metric."""
    return int([reading["value"] for reading in firm.profile["metrics"] if reading["metric"] == metric][-1])


def test_nine_firms_bring_eleven_reports() -> None:
    """As many as the article gives ground for."""
    assert len(article_cases()) == 9
    assert sum(len(firm.reports) for firm in article_cases()) == 11


def test_xiaoyu_has_a_million_followers_on_douyin_after_two_years() -> None:
    """A doctoral student who makes short videos and a vlog; nothing is said of paid courses."""
    account = XIAOYU.profile["platforms"][0]
    assert (account["platform"], account["followers"], account["opened_on"]) == (
        "douyin",
        1_000_000,
        "2018-08-15",
    )
    assert XIAOYU.profile["forms"] == ["short-video", "vlog"]
    assert latest(XIAOYU, Metric.FOLLOWERS) == 1_000_000


def test_xiangyan_sells_clothes_on_taobao_since_july_2019() -> None:
    """More than 20,000 followers, more than 1,600 customers, more than 80,000 yuan a month on average."""
    assert XIANGYAN.profile["founded_on"].startswith("2019-07")
    assert {account["platform"] for account in XIANGYAN.profile["platforms"]} == {"taobao", "wechat-personal"}
    assert latest(XIANGYAN, Metric.FOLLOWERS) >= 20_000
    assert latest(XIANGYAN, Metric.CUSTOMERS) >= 1_600
    turnover = [r["value"] for r in XIANGYAN.profile["metrics"] if r["metric"] == Metric.MONTHLY_TURNOVER_CNY]
    assert sum(map(int, turnover[-3:])) / 3 > 80_000


@pytest.mark.parametrize(("key", "qualifies"), QUALIFIES.items())
def test_the_worked_examples_of_the_growth_rules(key: str, qualifies: bool) -> None:
    """On the day of the article five of the nine qualify, given a reviewer's word on their good standing."""
    reference = load_reference()
    firm = next(firm for firm in article_cases() if firm.key == key)
    declared = read_profile(
        firm.profile, Rulebook(reference, WorkCalendar(reference.work_years), reference.limits), ARTICLE_DAY
    )
    profile, at = declared.profile, datetime(2020, 8, 18, tzinfo=UTC)
    forms = reference.vocabulary("business_forms")
    headcount = [int(claim.value) for claim in declared.readings if claim.metric is Metric.EMPLOYEES]
    inputs = GrowthInputs(
        region=profile.region,
        in_mainland=reference.regions.is_mainland(profile.region),
        entity_kind=profile.entity_kind,
        uscc=profile.uscc,
        forms={code: forms.require(code).extra["group"] for code in profile.forms},
        accounts=len(profile.platforms),
        size_class=size_class(profile.industry, headcount[-1] if headcount else None, None).size_class,
        founded_on=profile.founded_on,
        good_standing=True,
        readings=tuple(MetricReading(**claim.model_dump(), reported_at=at) for claim in declared.readings),
    )
    assert assess(inputs, ARTICLE_DAY).qualifies is qualifies


def test_firms_beyond_the_article_say_that_they_are_invented() -> None:
    """Nobody can take a sample for a business that exists."""
    others = [firm for firm in article_cases() if firm not in (XIAOYU, XIANGYAN)]
    assert all("虚构" in firm.profile["name"] for firm in others)


def test_codes_of_the_samples_are_issued_to_nobody() -> None:
    """Bodies begin FFFF."""
    codes = [firm.profile["uscc"] for firm in article_cases() if "uscc" in firm.profile]
    assert all(code[8:12] == "FFFF" for code in codes)
    assert len(set(codes)) == len(codes) > 0


@pytest.mark.parametrize("firm", with_a_common_cause(), ids=lambda firm: firm.key)
def test_reports_of_the_article_use_known_codes(firm: SampleFirm) -> None:
    """Category, forms, platforms, clauses and region resolve."""
    reference = load_reference()
    for report in (report.report for report in firm.reports):
        assert reference.vocabulary("blockage_categories").require(report["category"]).assignable
        assert all(form in reference.vocabulary("business_forms") for form in report["forms"])
        assert all(platform in reference.vocabulary("platforms") for platform in report["platforms"])
        assert all(reference.clause(clause) for clause in report["clauses"])
        assert reference.regions.is_known(report["region"])


def test_reports_of_the_article_are_found_in_both_languages() -> None:
    """The Chinese text comes first, the English after it."""
    for report in (report.report for firm in article_cases() for report in firm.reports):
        chinese, english = report["description"].split("\n\n")
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert english.isascii()


def test_fourteen_blocking_points_point_at_known_things() -> None:
    """Category, clauses, lead agency and reports of every blocking point exist."""
    reference = load_reference()
    reported = {report.key for firm in article_cases() for report in firm.reports}
    assert len(blocking_points()) == 14
    for point in blocking_points():
        assert point.category in reference.vocabulary("blockage_categories")
        assert reference.agencies.get(point.lead_agency)
        assert all(reference.clause(clause) for clause in point.clauses)
        assert reported.issuperset(point.reports)
        assert point.title_en.isascii()
        assert all(reference.agencies.get(step.owner) for step in point.plan)
