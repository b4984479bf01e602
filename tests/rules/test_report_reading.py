"""What a firm may report, and how its words are read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.commands import ReportBlockage
from directory.entities import Blockage, Firm, Impact
from directory.errors import AlreadyExists, ErrorCode, InvalidInput, NotAllowedNow
from directory.profiles import PlatformAccount
from directory.report_reading import (
    check_may_report,
    may_report,
    read_report,
    says_the_same,
)
from directory.states import BlockageStatus, FirmStatus, Language, Severity
from tests.factories import make_firm, make_profile
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import china, life_in
from tests.strategies import hostile_texts

TODAY = date(2026, 3, 2)
REPORT = ReportBlockage(
    firm="f1",
    title="平台抽成过高",
    description="平台抽成占成交额三成，微利经营难以为继。",
    category="platform-fees",
)


def read(firm: Firm | None = None, earlier: tuple[Blockage, ...] = (), **changes: Any) -> dict[str, Any]:
    """The clean values of the smallest valid report with `changes`."""
    return dict(read_report(replace(REPORT, **changes), firm or make_firm(), earlier, RULEBOOK, TODAY))


def problems(**changes: Any) -> dict[tuple[str, ...], tuple[ErrorCode, str]]:
    """What is wrong with the report, by path."""
    with pytest.raises(InvalidInput) as raised:
        read(**changes)
    return {each.path: (each.code, each.key) for each in raised.value.problems}


def test_the_smallest_report_takes_the_rest_from_the_entry() -> None:
    """Forms, platforms and region are the firm's own unless it says otherwise."""
    accounts = tuple(PlatformAccount(platform=code, account_name="小光") for code in ("douyin", "weibo"))
    firm = make_firm(profile=make_profile(platforms=accounts))

    values = read(firm)

    assert values["forms"] == firm.profile.forms
    assert values["platforms"] == ("douyin", "weibo")
    assert values["region"] == firm.profile.region
    assert values["severity"] is Severity.MEDIUM


def test_an_unknown_cause_is_allowed() -> None:
    """Many firms do not know which clause stops them: triage completes it."""
    assert read()["clauses"] == ()


def test_a_named_clause_is_kept_once() -> None:
    """A clause named twice is one."""
    assert read(clauses=("ndrc-2020-1157#1", "ndrc-2020-1157#1"))["clauses"] == ("ndrc-2020-1157#1",)


def test_the_language_is_detected_from_the_words() -> None:
    """Unless the firm names it."""
    english: dict[str, Any] = {
        "title": "Commission is too high",
        "description": "The platform takes thirty percent of sales.",
    }
    assert read()["language"] is Language.ZH
    assert read(**english)["language"] is Language.EN
    assert read(**english, language=Language.ZH)["language"] is Language.ZH


def test_words_are_cleaned_as_they_are_stored() -> None:
    """Spaces around and inside a title are one kind of nothing."""
    assert read(title="  平台   抽成过高 ")["title"] == "平台 抽成过高"


def test_every_problem_is_named_at_once() -> None:
    """A firm corrects a report once, not seven times."""
    found = problems(
        title="高",
        description="短",
        category="platform",
        forms=("no-such-form",),
        platforms=("douyin", "no-such-platform"),
        region="999999",
        clauses=("no-such#1",),
        impact={"yearly_cost_band": "a lot", "jobs_affected_band": "2-4"},
        blocking_point="p1",
    )
    assert found == {
        ("title",): (ErrorCode.INVALID, "text.too_short"),
        ("description",): (ErrorCode.INVALID, "text.too_short"),
        ("category",): (ErrorCode.INVALID, "code.too_general"),
        ("forms", "0"): (ErrorCode.INVALID, "code.unknown"),
        ("platforms", "1"): (ErrorCode.INVALID, "code.unknown"),
        ("region",): (ErrorCode.INVALID, "code.unknown"),
        ("clauses", "0"): (ErrorCode.INVALID, "code.unknown"),
        ("impact", "yearly_cost_band"): (ErrorCode.INVALID, "code.unknown"),
        ("blocking_point",): (ErrorCode.NOT_FOUND, "not_found"),
    }


@pytest.mark.parametrize("name", ["title", "description", "category"])
def test_what_a_report_cannot_do_without_is_asked_for(name: str) -> None:
    """Title, description and subject."""
    assert problems(**{name: "  "}) == {(name,): (ErrorCode.REQUIRED, "required")}


@pytest.mark.parametrize(
    ("name", "length", "fits"),
    [
        ("title", 4, True),
        ("title", 120, True),
        ("title", 121, False),
        ("description", 5000, True),
        ("description", 5001, False),
    ],
)
def test_the_bounds_of_the_texts_belong_to_them(name: str, length: int, *, fits: bool) -> None:
    """4 to 120 characters of title, up to 5000 of description."""
    text = "堵" * length
    told: dict[str, Any] = {name: text}
    if fits:
        assert read(**told)[name] == text
    else:
        assert problems(**{name: text}) == {(name,): (ErrorCode.TOO_LARGE, "text.too_long")}


def test_a_title_of_marks_alone_says_nothing() -> None:
    """It could not be searched, nor told from another."""
    assert problems(title="！！？？") == {("title",): (ErrorCode.INVALID, "blockage.no_words")}


def test_impact_bands_come_from_their_lists() -> None:
    """Bands, not figures: what a firm pays is its secret."""
    impact = {"yearly_cost_band": "10k-50k", "jobs_affected_band": "2-4", "explanation": " 少雇两人 "}
    assert read(impact=impact)["impact"] == Impact(
        yearly_cost_band="10k-50k", jobs_affected_band="2-4", explanation="少雇两人"
    )


def test_an_impact_without_a_word_is_none() -> None:
    """Unknown is allowed."""
    assert read(impact={"yearly_cost_band": None})["impact"] is None


@pytest.mark.parametrize("status", sorted(s for s in BlockageStatus))
def test_the_same_open_report_is_refused_with_its_reference(status: BlockageStatus) -> None:
    """Same firm, same subject, same title but for its clothes: the firm is led to the one that is open."""
    earlier = life_in(status).report
    if earlier.closed_at is None:
        with pytest.raises(AlreadyExists) as raised:
            read(earlier=(earlier,), title="平臺 抽成，過高！")
        assert raised.value.problems[0].params == {"reference": earlier.reference}
    else:
        assert read(earlier=(earlier,))


def test_the_same_title_on_another_subject_is_another_report() -> None:
    """Two obstacles may have one name."""
    assert read(earlier=(life_in(BlockageStatus.REPORTED).report,), category="paid-ranking")


@pytest.mark.parametrize("status", list(FirmStatus))
def test_the_standing_of_an_entry_decides_whether_it_may_report(status: FirmStatus) -> None:
    """Listed, suspended and graduated entries may; pending and delisted ones may not."""
    firm = make_firm(status=status)
    if status in {FirmStatus.LISTED, FirmStatus.SUSPENDED, FirmStatus.GRADUATED}:
        check_may_report(firm, china("2026-03-03 10:00"))
        assert may_report(firm, china("2026-03-03 10:00"))
    else:
        assert not may_report(firm, china("2026-03-03 10:00"))
        with pytest.raises(NotAllowedNow):
            check_may_report(firm, china("2026-03-03 10:00"))


def test_a_graduated_entry_reports_for_twelve_months() -> None:
    """Its last day is the same day a year later; a 29 February ends with the 28th."""
    graduated = make_firm(
        status=FirmStatus.GRADUATED,
        status_since=china("2028-02-29 10:00"),
        updated_at=china("2028-12-31 10:00"),
    )
    last, after = china("2029-02-28 23:59"), china("2029-03-01 00:00")
    check_may_report(graduated, last)
    with pytest.raises(NotAllowedNow):
        check_may_report(graduated, after)
    assert (may_report(graduated, last), may_report(graduated, after)) == (True, False)


@given(
    title=hostile_texts,
    description=hostile_texts,
    category=hostile_texts,
    codes=st.lists(hostile_texts, max_size=3),
)
def test_no_text_whatever_brings_the_reading_down(
    title: str, description: str, category: str, codes: list[str]
) -> None:
    """Whatever a caller sends, the answer is a report or a list of problems."""
    codes_given: dict[str, Any] = {"forms": tuple(codes), "clauses": tuple(codes)}
    with suppress(InvalidInput):
        read(title=title, description=description, category=category, **codes_given)


@given(text=hostile_texts)
def test_a_text_says_the_same_as_itself(text: str) -> None:
    """And as itself with spaces around."""
    assert says_the_same(text, f" {text} ")
