"""
What somebody at work has to do (待办事项): typed tasks with their due instants, from reports, submissions and points.

A task follows from the state of a report and from what the caller is to it, so that an inbox never offers what the
rules refuse: reports at the desk to whoever receives them first, assigned ones to their lead agency, returned ones and
call-backs to supervisors, blocking points to their leads, the steps of a plan to those who owe them, submissions to the
reviewers within whose reach they lie, never to the one who handed it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.access import Caller, Operation, Role, may, region_prefix
from directory.blockages import needs_call_back, owes_reply, sides_for, steps_owed
from directory.blocking_points import PointSide, point_sides
from directory.deadlines import Stage, running_of
from directory.entities import Blockage, BlockingPoint, Submission
from directory.moves import Action
from directory.notices import open_objections
from directory.plans import Plan, step_due_at
from directory.point_progress import SUPERVISORS_DESK, open_steps, progress_due_at
from directory.ports import DeskQueue
from directory.reviews import recommended_before
from directory.rulebook import Rulebook
from directory.standing import Sides, may_lead
from directory.states import OPEN_STATUSES, BlockageStatus, BlockingPointStatus, SubmissionStatus
from directory.submissions import due
from directory.vocabulary import Agencies


class TaskKind(StrEnum):
    """What is to be done."""

    TRIAGE = "TRIAGE"
    ASSIGN = "ASSIGN"
    ACCEPT = "ACCEPT"
    RESOLVE = "RESOLVE"
    REPLY = "REPLY"
    CALL_BACK = "CALL_BACK"
    TAKE = "TAKE"
    DECIDE = "DECIDE"
    DECIDE_OBJECTION = "DECIDE_OBJECTION"
    NAME_LEAD = "NAME_LEAD"
    START_POINT = "START_POINT"
    REVIEW_POINT = "REVIEW_POINT"
    POST_POINT_PROGRESS = "POST_POINT_PROGRESS"
    COMPLETE_STEP = "COMPLETE_STEP"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do until `due_at`, the first instant that is too late; None where no limit runs.

    `step` is the id of the step of a plan that is to be done.
    """

    kind: TaskKind
    due_at: datetime | None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """Whose turn a state is: the move that ends it, and the limit that runs for it."""

    kind: TaskKind
    move: Action
    stage: Stage


_TURNS: Mapping[BlockageStatus, _Turn] = {
    BlockageStatus.REPORTED: _Turn(TaskKind.TRIAGE, Action.TRIAGE_ACCEPT, Stage.TRIAGE),
    BlockageStatus.TRIAGED: _Turn(TaskKind.ASSIGN, Action.ASSIGN, Stage.ASSIGN),
    BlockageStatus.ASSIGNED: _Turn(TaskKind.ACCEPT, Action.ACCEPT, Stage.ACCEPT),
    BlockageStatus.IN_PROGRESS: _Turn(TaskKind.RESOLVE, Action.PROPOSE, Stage.RESOLVE),
}
_AT_THE_DESK = (BlockageStatus.REPORTED, BlockageStatus.TRIAGED)
_WITH_AN_AGENCY = (BlockageStatus.ASSIGNED, BlockageStatus.IN_PROGRESS)


def tasks_of_report(blockage: Blockage, sides: Sides, caller: Caller) -> Iterator[Task]:
    """What the caller, who has these sides, has to do about the report."""
    turn = _TURNS.get(blockage.status)
    if turn is not None and sides & sides_for(blockage, turn.move):
        yield Task(turn.kind, _end_of(blockage, turn.stage))
    if owes_reply(blockage) and sides & sides_for(blockage, Action.REPLY):
        yield Task(TaskKind.REPLY, _end_of(blockage, Stage.REPLY))
    if needs_call_back(blockage) and sides & sides_for(blockage, Action.CALL_BACK):
        yield Task(TaskKind.CALL_BACK, None)
    yield from _owed_by(caller, steps_owed(blockage))


def tasks_of_point(point: BlockingPoint, caller: Caller, rulebook: Rulebook) -> Iterator[Task]:
    """What a caller has to do about a blocking point: as its lead, as a supervisor where none leads, and step by step."""
    sides, due_at = point_sides(caller, point), progress_due_at(point, rulebook)
    if due_at is not None and PointSide.LEAD in sides:
        yield Task(_point_task(point), due_at)
    if due_at is not None and point.lead_agency is None and PointSide.SUPERVISOR in sides:
        yield Task(TaskKind.NAME_LEAD, None)
    yield from _owed_by(caller, open_steps(point))


def _owed_by(caller: Caller, owed: Plan) -> Iterator[Task]:
    """The steps that are the caller's agency's to do."""
    for step in owed:
        if caller.has(Role.AGENCY) and step.owner == caller.agency:
            yield Task(TaskKind.COMPLETE_STEP, step_due_at(step), step.id)


def _point_task(point: BlockingPoint) -> TaskKind:
    """What the lead of a point that stands owes next; the public note that it is due with says how far that is."""
    if point.status is BlockingPointStatus.OPEN:
        return TaskKind.START_POINT
    reopened, noted = point.review_reopened_at, point.progress[-1].at if point.progress else None
    unanswered = reopened is not None and (noted is None or noted < reopened)
    return TaskKind.REVIEW_POINT if unanswered else TaskKind.POST_POINT_PROGRESS


def point_desks(caller: Caller) -> tuple[str, ...]:
    """The desks of blocking points that are the caller's; none for those without an office."""
    desks: list[str] = []
    if caller.has(Role.AGENCY) and caller.agency is not None:
        desks.append(caller.agency)
    if caller.has(Role.SUPERVISOR):
        desks.append(SUPERVISORS_DESK)
    return tuple(desks)


def tasks_of_submission(submission: Submission, caller: Caller, rulebook: Rulebook) -> Iterator[Task]:
    """What a reviewer has to do about a submission within reach: nothing about the own one, nor a second time."""
    if submission.owner == caller.subject:
        return
    limit = due(submission, rulebook)
    until = limit.at if limit else None
    if submission.status is SubmissionStatus.SUBMITTED:
        yield Task(TaskKind.TAKE, until)
    elif submission.status is SubmissionStatus.UNDER_REVIEW:
        if not recommended_before(submission, caller.subject, rulebook):
            yield Task(TaskKind.DECIDE, until)
    elif submission.status is SubmissionStatus.PUBLIC_NOTICE and (waiting := open_objections(submission)):
        limit = rulebook.calendar.add_workdays(waiting[0].at, rulebook.limits.decide_objection)
        yield Task(TaskKind.DECIDE_OBJECTION, limit.at)


def desks_of(caller: Caller, agencies: Agencies) -> tuple[DeskQueue, ...]:
    """The queues of reports in which a caller's tasks can lie; none for those without an office."""
    queues: list[DeskQueue] = []
    if caller.has(Role.AGENCY) and caller.agency is not None:
        queues.append(DeskQueue(statuses=_WITH_AN_AGENCY, agency=caller.agency))
        queues.append(DeskQueue(agency=caller.agency, owes_reply=True))
        agency = agencies.get(caller.agency)
        if agency is not None and may_lead(agency):
            reach = region_prefix(caller.region) if caller.region else None
            queues.append(DeskQueue(statuses=_AT_THE_DESK, region_prefix=reach))
            queues.append(DeskQueue(statuses=_AT_THE_DESK, region_prefix=reach, owes_reply=True))
    if caller.has(Role.SUPERVISOR):
        queues.append(DeskQueue(statuses=_AT_THE_DESK))
        queues.append(DeskQueue(call_back=True))
    return tuple(queues)


def supervised_queue(caller: Caller) -> DeskQueue | None:
    """The open reports under supervision that are the caller's concern; None for those without an office."""
    if caller.has(Role.SUPERVISOR):
        return DeskQueue(statuses=tuple(sorted(OPEN_STATUSES)), supervised=True)
    if caller.has(Role.AGENCY) and caller.agency is not None:
        return DeskQueue(statuses=tuple(sorted(OPEN_STATUSES)), supervised=True, agency=caller.agency)
    return None


def reviews(caller: Caller) -> bool:
    """Whether submissions are among the caller's tasks."""
    return may(caller, Operation.REVIEW_SUBMISSION)


def _end_of(blockage: Blockage, stage: Stage) -> datetime | None:
    limit = running_of(blockage.deadlines, stage)
    return limit.due_at if limit else None
