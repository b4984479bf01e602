"""The tasks of somebody at work (待办事项), as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import strawberry

from directory.access import Role, region_prefix
from directory.blockages import steps_owed
from directory.point_progress import open_steps
from directory.tasks import (
    Task,
    TaskKind,
    desks_of,
    point_desks,
    reviews,
    tasks_of_point,
    tasks_of_report,
    tasks_of_submission,
)
from schema.blockages.seeing import all_seen
from schema.blockages.types import Blockage, shown_blockage
from schema.blocking_points.types import BlockingPoint, shown_point
from schema.context import Context
from schema.enums import expose
from schema.errors import ApiCode, ApiError
from schema.plans import PlanStep, shown_plan_step
from schema.submissions.types import Submission, shown_submission

expose(
    TaskKind,
    "What is to be done.",
    {
        TaskKind.TRIAGE: "Take a report up, refuse or merge it (分诊).",
        TaskKind.ASSIGN: "Make an agency responsible (转办).",
        TaskKind.ACCEPT: "Take on, or return, what was assigned (签收).",
        TaskKind.RESOLVE: "Remove the obstacle and propose a resolution (办理并反馈).",
        TaskKind.REPLY: "Reply to a supervision (督办回复).",
        TaskKind.CALL_BACK: "Call a reporter back about a withdrawal that an agency had asked for (撤单回访).",
        TaskKind.TAKE: "Take a submission for review (受理).",
        TaskKind.DECIDE: "Decide on a submission under review (审核).",
        TaskKind.DECIDE_OBJECTION: "Decide on an objection to a public notice (异议处理).",
        TaskKind.NAME_LEAD: "Say which agency answers for a blocking point (明确牵头单位).",
        TaskKind.START_POINT: "Take up the work on a blocking point that the agency leads (启动推进).",
        TaskKind.REVIEW_POINT: "Say what follows from the review of a resolved blocking point that was reopened (复核).",
        TaskKind.POST_POINT_PROGRESS: "Say publicly how far a blocking point is (进展通报).",
        TaskKind.COMPLETE_STEP: "Do a step of the plan of a report or a blocking point (完成推进步骤).",
    },
)


# More points than one agency leads at a time; the longest untouched ones come first.
MOST_POINTS = 1_000


@strawberry.type(description="Something that somebody in office has to do (待办事项).")
class AgencyTask:
    """About a report, a submission or a blocking point."""

    kind: TaskKind = strawberry.field(description="What is to be done.")
    due_at: datetime | None = strawberry.field(
        description="The first instant that is too late; null where no limit runs."
    )
    overdue: bool = strawberry.field(description="Whether that instant has passed.")
    working_days_left: int | None = strawberry.field(
        description="Working days left after today; negative once overdue, null where no limit runs."
    )
    blockage: Blockage | None = strawberry.field(
        default=None, description="The report; null for anything else."
    )
    submission: Submission | None = strawberry.field(
        default=None, description="The submission; null for anything else."
    )
    blocking_point: BlockingPoint | None = strawberry.field(
        default=None, description="The blocking point; null for anything else."
    )
    step: PlanStep | None = strawberry.field(
        default=None,
        description="The step of the plan of the report or the point; null for anything but COMPLETE_STEP.",
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A task with what it is about."""

    task: Task
    about: Blockage | Submission | BlockingPoint

    @property
    def order(self) -> tuple[bool, float, str]:
        due_at = self.task.due_at
        return due_at is None, due_at.timestamp() if due_at else 0.0, self.about.key


async def tasks_of_caller(context: Context, first: int) -> list[AgencyTask]:
    """The caller's first tasks by due instant. Raises: ApiError FORBIDDEN, for a caller without an office."""
    desks = desks_of(context.caller, context.reference.agencies)
    if not desks and not reviews(context.caller):
        raise ApiError(ApiCode.FORBIDDEN, "forbidden.read")
    found = [
        *await _about_reports(context, first),
        *await _about_submissions(context, first),
        *await _about_points(context),
    ]
    return [_shown(context, each) for each in sorted(found, key=lambda each: each.order)[:first]]


async def _about_reports(context: Context, first: int) -> list[_Found]:
    caller = context.caller
    queues = desks_of(caller, context.reference.agencies)
    owes = caller.agency if caller.has(Role.AGENCY) else None
    async with context.services.record.reader() as reader:
        pages = [await reader.desk_page(queue, first=first) for queue in queues]
        owed = await reader.step_desk(owes, first) if owes is not None else ()
    ids = dict.fromkeys((*(id_ for page in pages for id_ in page.ids), *owed))
    return [
        _Found(task, shown_blockage(context, one))
        for one in await all_seen(context, ids)
        if one is not None
        for task in tasks_of_report(one.report, one.sides, caller)
    ]


async def _about_submissions(context: Context, first: int) -> list[_Found]:
    if not reviews(context.caller):
        return []
    reach = region_prefix(context.caller.region) if context.caller.region else None
    async with context.services.record.reader() as reader:
        submissions = await reader.submissions(await reader.review_desk(reach, first))
    rulebook = context.services.directory.rulebook
    return [
        _Found(task, shown)
        for one in submissions.values()
        if (shown := shown_submission(context.caller, one)) is not None
        for task in tasks_of_submission(one, context.caller, rulebook)
    ]


async def _about_points(context: Context) -> list[_Found]:
    desks, rulebook = point_desks(context.caller), context.services.directory.rulebook
    if not desks:
        return []
    async with context.services.record.reader() as reader:
        points = await reader.points_on_desks(desks, limit=MOST_POINTS)
    return [
        _Found(task, shown_point(context, point))
        for point in points
        for task in tasks_of_point(point, context.caller, rulebook)
    ]


def _shown(context: Context, found: _Found) -> AgencyTask:
    now, calendar = context.services.clock(), context.services.directory.rulebook.calendar
    due_at, about = found.task.due_at, found.about
    return AgencyTask(
        kind=found.task.kind,
        due_at=due_at,
        overdue=due_at is not None and now >= due_at,
        working_days_left=None if due_at is None else calendar.workdays_left(now, due_at),
        blockage=about if isinstance(about, Blockage) else None,
        submission=about if isinstance(about, Submission) else None,
        blocking_point=about if isinstance(about, BlockingPoint) else None,
        step=_step(about, found.task.step),
    )


def _step(about: Blockage | Submission | BlockingPoint, step_id: str | None) -> PlanStep | None:
    if isinstance(about, Submission):
        return None
    owed = steps_owed(about.seen.report) if isinstance(about, Blockage) else open_steps(about.point)
    return shown_plan_step(owed, step_id, about.terms_of)
