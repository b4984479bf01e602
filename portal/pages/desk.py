"""The desk of an office (工作台): everything that waits there, first due first, each with the page on which it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from portal.address import Address, address
from portal.office import turned_away
from portal.operation import operation
from portal.page import Page
from portal.visit import Visit

DESK = operation("desk")
LATE, SOON, LATER, OPEN_ENDED = "late", "soon", "later", "open"
SOON_DAYS = 3
# How pressing a task is, with the text of each level, most pressing first.
LEVELS = {LATE: "desk.late", SOON: "desk.soon", LATER: "desk.later", OPEN_ENDED: "desk.open_ended"}
KINDS = {
    "TRIAGE": "desk.task.triage",
    "ASSIGN": "desk.task.assign",
    "ACCEPT": "desk.task.accept",
    "RESOLVE": "desk.task.resolve",
    "REPLY": "desk.task.reply",
    "CALL_BACK": "desk.task.call_back",
    "TAKE": "desk.task.take",
    "DECIDE": "desk.task.decide",
    "DECIDE_OBJECTION": "desk.task.decide_objection",
    "NAME_LEAD": "desk.task.name_lead",
    "START_POINT": "desk.task.start_point",
    "REVIEW_POINT": "desk.task.review_point",
    "POST_POINT_PROGRESS": "desk.task.post_point_progress",
    "COMPLETE_STEP": "desk.task.complete_step",
}
# The form that a task is done with, on the page of what it is about.
FORM_OF = {
    "TRIAGE": "triage_accept",
    "ASSIGN": "assign",
    "ACCEPT": "accept",
    "RESOLVE": "propose",
    "REPLY": "reply_to_supervision",
    "CALL_BACK": "call_back",
    "NAME_LEAD": "amend",
    "START_POINT": "start",
    "POST_POINT_PROGRESS": "post_progress",
    "COMPLETE_STEP": "settle_step",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A task as the inbox shows it."""

    task: Mapping[str, Any]
    level: str
    to: Address


async def desk(visit: Visit) -> Response:
    """The inbox, or the tasks of the kind or the level in the address."""
    away = await turned_away(visit)
    if away is not None:
        return away
    data = await visit.ask(DESK)
    lines = [_line(task) for task in data["agencyTasks"]]
    kind, level = visit.here.value("kind"), visit.here.value("level")
    return await visit.show(
        "desk.html",
        office=data["viewer"]["agency"],
        lines=[one for one in lines if kind in ("", one.task["kind"]) and level in ("", one.level)],
        whole=len(lines),
        by_level=_counted((one.level for one in lines), LEVELS),
        by_kind=_counted((one.task["kind"] for one in lines), KINDS),
        kinds=KINDS,
        levels=LEVELS,
    )


def level_of(task: Mapping[str, Any]) -> str:
    """How pressing a task, or a limit, is: as the API judges it, with the last SOON_DAYS working days told apart."""
    if task["overdue"]:
        return LATE
    left = task["workingDaysLeft"]
    if left is None:
        return OPEN_ENDED
    return SOON if left <= SOON_DAYS else LATER


def _line(task: Mapping[str, Any]) -> Line:
    return Line(task, level_of(task), _where(task))


def _where(task: Mapping[str, Any]) -> Address:
    form = FORM_OF.get(task["kind"])
    if task["submission"] is not None:
        return address(f"/desk/submissions/{task['submission']['id']}")
    if task["blockage"] is not None:
        return address(f"/desk/reports/{task['blockage']['reference']}", act=form)
    return address(f"/desk/points/{task['blockingPoint']['reference']}", act=form)


def _counted(values: Any, order: Mapping[str, str]) -> Sequence[tuple[str, int]]:
    found = Counter(values)
    return [(one, found[one]) for one in order if found[one]]


PAGES = (Page("/desk", desk),)
