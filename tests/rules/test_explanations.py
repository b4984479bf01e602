"""A limit explains itself in words (期限说明): days counted and left out, pauses, an extension, what may still move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from directory.deadlines import Stage, last_of
from directory.explanations import in_words
from directory.rulebook import Rulebook
from directory.states import Language, Severity
from directory.vocabulary import Label
from directory.workdays import WorkCalendar
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import Life


def words(life: Life, language: Language = Language.ZH, rulebook: Rulebook = RULEBOOK) -> str:
    """What the report's resolve limit says of itself."""
    limit = last_of(life.report.deadlines, Stage.RESOLVE)
    assert limit is not None
    return in_words(life.report, limit, rulebook, language)


def test_weekends_are_named() -> None:
    """The plainest limit: five working days over one weekend."""
    life = Life("2026-03-02 10:00", Severity.CRITICAL).triage().assign()
    assert words(life) == "自2026-03-02次日起算，时限5个工作日，周末2天不计，至2026-03-09 24时届满。"
    assert words(life, Language.EN) == (
        "5 working days, counted from the day after 2026-03-02; 2 weekend days are not counted; "
        "the limit ends at 24:00 on 2026-03-09."
    )


def test_holidays_are_named_and_make_up_days_told() -> None:
    """Spring Festival 2026: nine days off, and weekends worked before and after."""
    life = Life("2026-02-12 10:00", Severity.HIGH).triage().assign()
    said = words(life)
    assert "春节放假" in said
    assert "含调休上班" in said


def test_a_pause_and_an_extension_are_told() -> None:
    """What stood still and what was added, with the day on which it would have ended."""
    life = Life("2026-03-02 10:00", Severity.CRITICAL).triage().assign().accept()
    life.at("2026-03-04 10:00").ask().at("2026-03-06 10:00").answer().extend(2)
    said = words(life)
    assert "等待补充材料停计2个工作日" in said
    assert "已延期，原至2026-03-11届满" in said
    assert "设定期限后" not in said


def test_an_unpublished_year_is_told() -> None:
    """Who plans by the date learns that it may move."""
    life = Life("2026-12-25 10:00", Severity.HIGH).triage().assign()
    assert "2027年放假安排尚未公布" in words(life)


def test_a_calendar_that_was_changed_since_is_told() -> None:
    """The limit stays as it was set; whoever counts again learns why the days do not add up."""
    life = Life("2026-03-02 10:00", Severity.CRITICAL).triage().assign()
    year = REFERENCE.work_years[2026]
    one_more = replace(
        year, days_off={**year.days_off, date(2026, 3, 4): Label(zh="临时放假", en="a day off")}
    )
    later = replace(RULEBOOK, calendar=WorkCalendar({**REFERENCE.work_years, 2026: one_more}))
    assert "设定期限后放假安排有调整，期限不变" in words(life, rulebook=later)
    assert "2026-03-09 24时届满" in words(life, rulebook=later)
    assert "设定期限后" not in words(life)


def test_a_dispute_leaves_the_days_of_the_limit_adding_up() -> None:
    """What a failed proposal gives back is counted by the same calendar."""
    life = Life("2026-03-02 10:00", Severity.HIGH).triage().assign().accept().at("2026-03-10 10:00").propose()
    assert "设定期限后" not in words(life.at("2026-03-16 10:00").dispute())
