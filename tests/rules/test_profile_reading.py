"""What a firm declares is read through one door that cleans every value and names every problem at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import ErrorCode, InvalidInput, Problem
from directory.messages.catalogue import message
from directory.profile_reading import (
    ACCOUNT_FIELDS,
    CONTACT_FIELDS,
    PROFILE_FIELDS,
    Declaration,
    read_profile,
)
from directory.reading_claims import READING_FIELDS
from directory.states import EntityKind, Language, Metric
from tests.declarations import raw_enterprise, raw_freelancer, reading
from tests.rulebooks import RULEBOOK
from tests.strategies import hostile_texts

TODAY = date(2026, 3, 2)


def read(raw: object) -> Declaration:
    """The declaration as of TODAY."""
    return read_profile(raw, RULEBOOK, TODAY)


def problems(raw: object) -> list[Problem]:
    """What is wrong with `raw`."""
    with pytest.raises(InvalidInput) as caught:
        read(raw)
    return list(caught.value.problems)


def only_problem(raw: object) -> tuple[ErrorCode, str, str]:
    """Code, path below the profile and key of the one problem."""
    (problem,) = problems(raw)
    assert problem.path[0] == "profile"
    return problem.code, ".".join(problem.path[1:]), problem.key


def test_a_whole_profile_is_read() -> None:
    """Names, codes, dates, accounts, figures and contact all arrive clean, in their own types."""
    declared = read(
        raw_enterprise(
            name="  杭州微光  直播有限公司 ",
            name_en="Weiguang Live",
            other_names=["微光严选", "微光严选", "杭州微光 直播有限公司"],
            occupation="short-video-blogger",
            industry="I6429",
            founded_on="2024-02-29",
            summary="直播带货\r\n\r\n\r\n助农",
            website="HTTPS://Weiguang.CN/",
            platforms=[{"platform": "douyin", "account_name": "微光", "followers": "12000"}],
            metrics=[reading("MONTHLY_TURNOVER_CNY", "2026-02", "80000.50")],
            support_programmes=["douyin-new-farmers"],
            contact={"person": "王小明", "phone": "+86 138 1234 5678", "email": "a@Example.CN"},
        )
    )
    profile = declared.profile
    assert profile.name == "杭州微光 直播有限公司"
    assert profile.other_names == ("微光严选",)
    assert profile.industry == "6429"
    assert profile.founded_on == date(2024, 2, 29)
    assert profile.summary == "直播带货\n\n助农"
    assert profile.website == "https://weiguang.cn/"
    assert profile.platforms[0].followers == 12000
    assert declared.readings[0].value == Decimal("80000.50")
    assert declared.contact is not None
    assert declared.contact.phone == "13812345678"
    assert declared.contact.email == "a@example.cn"


def test_every_problem_is_named_at_once() -> None:
    """A firm that corrects what it is told is not told of something else the next time."""
    found = {
        ".".join(problem.path): problem.code
        for problem in problems(
            {
                "entity_kind": "ENTERPRISE",
                "forms": ["live-commerce", "no-such-form"],
                "founded_on": "2026-02-30",
                "platforms": [{"platform": "douyin", "account_name": "光", "url": "javascript:alert(1)"}],
                "metrics": [reading("FOLLOWERS", "2026-13", -1)],
                "contact": {"phone": "12"},
            }
        )
    }
    assert found == {
        "profile.name": ErrorCode.REQUIRED,
        "profile.uscc": ErrorCode.REQUIRED,
        "profile.region": ErrorCode.REQUIRED,
        "profile.forms.1": ErrorCode.INVALID,
        "profile.founded_on": ErrorCode.INVALID,
        "profile.platforms.0.url": ErrorCode.INVALID,
        "profile.metrics.0.period": ErrorCode.INVALID,
        "profile.metrics.0.value": ErrorCode.INVALID,
        "profile.contact.phone": ErrorCode.INVALID,
    }


def test_a_code_in_lower_case_and_full_width_is_the_same_code() -> None:
    """The code is normalised before it is checked (GB 32100-2015)."""
    uscc = raw_enterprise()["uscc"]
    wide = "".join(chr(ord(character) + 0xFEE0) for character in uscc.lower())
    assert read(raw_enterprise(uscc=wide)).profile.uscc == uscc


def test_a_wrong_check_character_is_refused() -> None:
    """One digit off: the firm is told where to look."""
    uscc = raw_enterprise()["uscc"]
    wrong = uscc[:-1] + ("0" if uscc[-1] != "0" else "1")
    assert only_problem(raw_enterprise(uscc=wrong)) == (ErrorCode.INVALID, "uscc", "uscc.checksum")


def test_an_enterprise_needs_its_code() -> None:
    """An enterprise is identified by its code alone."""
    assert only_problem(raw_enterprise(uscc=None)) == (ErrorCode.REQUIRED, "uscc", "required")


def test_a_household_has_a_code_of_its_own_kind() -> None:
    """A code that begins with 91 belongs to an enterprise, not to an individual household."""
    assert only_problem(raw_enterprise(entity_kind="INDIVIDUAL_BUSINESS"))[1:] == ("uscc", "uscc.other_kind")


def test_a_freelancer_has_no_code() -> None:
    """Whoever has a code is registered, and no freelancer."""
    assert only_problem(raw_freelancer(uscc=raw_enterprise()["uscc"]))[1:] == ("uscc", "uscc.freelancer")


def test_a_freelancer_needs_an_account() -> None:
    """Platform and account name stand for the code that a freelancer does not have."""
    assert only_problem(raw_freelancer(platforms=[])) == (
        ErrorCode.REQUIRED,
        "platforms",
        "platforms.freelancer",
    )


def test_one_account_is_given_once() -> None:
    """Two spellings of one account are one account."""
    twice = [
        {"platform": "douyin", "account_name": "@Weiguang"},
        {"platform": "douyin", "account_name": "weiguang"},
    ]
    assert only_problem(raw_freelancer(platforms=twice)) == (
        ErrorCode.DUPLICATE,
        "platforms.1.account_name",
        "account.repeated",
    )


@pytest.mark.parametrize(
    ("field", "value", "path", "key"),
    [
        ("name", "光", "name", "text.too_short"),
        ("name", "！！", "name", "name.no_letters"),
        ("name", "微光\u202e直播", "name", "text.bidi"),
        ("name", "微光\u200b直播", "name", "text.zero_width"),
        ("name", "a" + "\u0301" * 20, "name", "text.combining"),
        ("name", 5, "name", "value.not_text"),
        ("entity_kind", "COMPANY", "entity_kind", "value.not_a_word"),
        ("forms", "live-commerce", "forms", "value.not_list"),
        ("forms", [7], "forms.0", "value.not_text"),
        ("forms", ["micro-economy"], "forms.0", "code.too_general"),
        ("occupation", "king", "occupation", "code.unknown"),
        ("industry", "I", "industry", "industry.unknown"),
        ("industry", "9999", "industry", "industry.unknown"),
        ("region", "990000", "region", "region.unknown"),
        ("founded_on", "2026-03-03", "founded_on", "date.future"),
        ("founded_on", "1949-09-30", "founded_on", "date.too_early"),
        ("founded_on", "0000-01-01", "founded_on", "date.format"),
        ("founded_on", "2026-02-30", "founded_on", "date.format"),
        ("founded_on", "20260101", "founded_on", "date.format"),
        ("founded_on", datetime(2026, 1, 1, tzinfo=UTC), "founded_on", "date.format"),
        ("support_programmes", ["free-money"], "support_programmes.0", "code.unknown"),
        ("website", "http://a@b.cn", "website", "website.userinfo"),
        ("contact", "王小明", "contact", "value.not_object"),
        ("contact", {"wechat": "x"}, "contact.wechat", "value.unknown_field"),
        ("shoe_size", 42, "shoe_size", "value.unknown_field"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(field: str, value: object, path: str, key: str) -> None:
    """Each field has its own rule, and the path leads to it."""
    assert only_problem(raw_enterprise(**{field: value}))[1:] == (path, key)


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("name", "微" * 201, "name"),
        ("summary", "微" * 4001, "summary"),
        ("other_names", ["微光"] * 21, "other_names"),
        ("forms", [f"form-{number}" for number in range(7)], "forms"),
        ("metrics", [{}] * 401, "metrics"),
        ("platforms", [{}] * 21, "platforms"),
    ],
)
def test_what_is_too_large_is_refused(field: str, value: object, path: str) -> None:
    """Lengths of texts and lists are bounded before anything else is looked at."""
    assert only_problem(raw_enterprise(**{field: value}))[:2] == (ErrorCode.TOO_LARGE, path)


@pytest.mark.parametrize("followers", [0, 2**31, 2**53 - 1, "9007199254740991"])
def test_large_counts_stay_exact(followers: object) -> None:
    """Counts up to 2^53 - 1 are kept to the last digit."""
    declared = read(
        raw_enterprise(platforms=[{"platform": "douyin", "account_name": "光", "followers": followers}])
    )
    assert declared.profile.platforms[0].followers == int(str(followers))


@pytest.mark.parametrize("followers", [-1, 2**53, 1.5, "1e3", "1.0", True, 10**400, "９" * 5000])
def test_what_is_no_count_is_refused(followers: object) -> None:
    """A count is a whole number that clients of every language can hold."""
    account = {"platform": "douyin", "account_name": "光", "followers": followers}
    assert only_problem(raw_enterprise(platforms=[account]))[1] == "platforms.0.followers"


@pytest.mark.parametrize(
    ("metric", "period", "key"),
    [
        ("FOLLOWERS", "2026", "period.month_format"),
        ("FOLLOWERS", "2026-00", "period.month_format"),
        ("FOLLOWERS", "2026-04", "period.future"),
        ("FOLLOWERS", "1948-12", "period.too_early"),
        ("ANNUAL_REVENUE_CNY", "2026-01", "period.year_format"),
        ("ANNUAL_REVENUE_CNY", "2027", "period.future"),
    ],
)
def test_a_period_fits_its_metric(metric: str, period: str, key: str) -> None:
    """Revenue is read a year, everything else a month, and none of it ahead of time."""
    claim = reading(metric, period, 1)
    assert only_problem(raw_enterprise(metrics=[claim]))[1:] == ("metrics.0.period", key)


@pytest.mark.parametrize(
    ("metric", "value", "key"),
    [
        ("FOLLOWERS", "1.5", "value.not_integer"),
        ("CUSTOMERS", "many", "value.not_integer"),
        ("MONTHLY_TURNOVER_CNY", "0.001", "value.too_many_places"),
        ("MONTHLY_TURNOVER_CNY", 80000.5, "value.not_decimal"),
        ("MONTHLY_TURNOVER_CNY", "-1", "value.out_of_range"),
        ("MONTHLY_TURNOVER_CNY", Decimal("NaN"), "value.not_decimal"),
        ("MONTHLY_TURNOVER_CNY", Decimal("1E+999999"), "value.out_of_range"),
        ("MONTHLY_TURNOVER_CNY", Decimal("1E-999999"), "value.too_many_places"),
    ],
)
def test_a_figure_is_exact_and_in_range(metric: str, value: object, key: str) -> None:
    """Money has two decimals, counts none, and binary floating point is no way to write either."""
    claim = reading(metric, "2026-01", value)
    assert only_problem(raw_enterprise(metrics=[claim]))[1:] == ("metrics.0.value", key)


def test_a_figure_in_powers_of_ten_is_written_out() -> None:
    """15E+3 is fifteen thousand, and stays so when it is shown."""
    claim = reading("MONTHLY_TURNOVER_CNY", "2026-01", Decimal("15E+3"))
    assert str(read(raw_enterprise(metrics=[claim])).readings[0].value) == "15000"


def test_a_period_is_reported_once() -> None:
    """Two figures for one month cannot both be so."""
    claims = [reading("FOLLOWERS", "2026-01", 1), reading("FOLLOWERS", "2026-01", 2)]
    assert only_problem(raw_enterprise(metrics=claims)) == (
        ErrorCode.DUPLICATE,
        "metrics.1.period",
        "reading.repeated",
    )


def test_a_figure_without_source_is_self_declared() -> None:
    """What nobody vouches for is the firm's own word."""
    claim = {"metric": "FOLLOWERS", "period": "2026-01", "value": 10}
    assert read(raw_enterprise(metrics=[claim])).readings[0].source == "self-declared"


def test_a_source_is_one_of_the_list() -> None:
    """The grade of evidence follows from the source, so it cannot be anything."""
    claim = reading("FOLLOWERS", "2026-01", 10, source="my-cousin")
    assert only_problem(raw_enterprise(metrics=[claim]))[1:] == ("metrics.0.source", "reading.source")


def test_this_month_may_be_read() -> None:
    """Followers are counted on a day, so the month need not be over."""
    claim = reading("FOLLOWERS", "2026-03", 10)
    assert read(raw_enterprise(metrics=[claim])).readings[0].metric is Metric.FOLLOWERS


def test_blank_fields_are_absent() -> None:
    """A form sends empty texts for what was not filled in."""
    declared = read(raw_enterprise(name_en=" ", industry="", contact={"phone": ""}, platforms=[]))
    assert declared.profile.name_en is None
    assert declared.profile.industry is None
    assert declared.contact is None


FIELD_NAMES = st.sampled_from(sorted({*PROFILE_FIELDS, *ACCOUNT_FIELDS, *READING_FIELDS, *CONTACT_FIELDS}))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    hostile_texts,
    st.sampled_from(
        ["ENTERPRISE", "FREELANCER", "FOLLOWERS", "2026-01", "douyin", "live-commerce", "330100"]
    ),
)
RAW_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(FIELD_NAMES, hostile_texts), inner, max_size=6),
    ),
    max_leaves=25,
)
RAW_PROFILES = st.one_of(
    RAW_VALUES,
    st.dictionaries(FIELD_NAMES, RAW_VALUES, max_size=10).map(lambda some: {**raw_enterprise(), **some}),
)


@given(RAW_PROFILES)
def test_whatever_is_sent_is_read_or_refused(raw: Any) -> None:
    """No raw value leads to anything but a clean profile or problems that can be told in both languages."""
    try:
        declared = read(raw)
    except InvalidInput as invalid:
        for problem in invalid.problems:
            assert problem.path[0] == "profile"
            assert all(isinstance(step, str) for step in problem.path)
            assert message(problem, Language.ZH)
            assert message(problem, Language.EN)
    else:
        assert isinstance(declared.profile.entity_kind, EntityKind)
        assert read(_as_sent(declared)) == declared


def _as_sent(declared: Declaration) -> dict[str, Any]:
    return {
        **declared.profile.model_dump(mode="json"),
        "metrics": [claim.model_dump(mode="json") for claim in declared.readings],
        "contact": declared.contact.model_dump() if declared.contact else None,
    }
