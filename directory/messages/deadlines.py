"""The parts of the sentence with which a limit explains itself."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "due.counted": (
        "自{started}次日起算，时限{days}个工作日",
        "{days} working days, counted from the day after {started}",
    ),
    "due.make_up": ("含调休上班{days}天", "{days} make-up workdays among them"),
    "due.weekends": ("周末{days}天不计", "{days} weekend days are not counted"),
    "due.holiday": ("{name}放假{days}天不计", "{days} days off for {name} are not counted"),
    "due.paused": ("等待补充材料停计{days}个工作日", "{days} working days stood still for a question"),
    "due.extended": ("已延期，原至{until}届满", "extended from {until}"),
    "due.ends": ("至{until} 24时届满", "the limit ends at 24:00 on {until}"),
    "due.other_calendar": (
        "设定期限后放假安排有调整，期限不变",
        "the calendar was changed after the limit was set, which stays as it was",
    ),
    "due.provisional": (
        "{year}年放假安排尚未公布，公布后重新计算",
        "the holidays of {year} are not published yet; it is counted again once they are",
    ),
}
