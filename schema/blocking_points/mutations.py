"""The commands on blocking points."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from directory.commands import Command
from directory.errors import Problem
from directory.handling import Outcome
from directory.point_commands import (
    CarryOverResolution,
    ReopenBlockingPoint,
    StartBlockingPoint,
    UnmergeBlockingPoint,
)
from schema.blockages.mutations import BlockagePayload
from schema.blockages.types import fetch_blockage
from schema.blocking_points.inputs import (
    AmendBlockingPointInput,
    BlockingPointActionInput,
    CreateBlockingPointInput,
    JoinBlockingPointInput,
    LinkBlockagesInput,
    MergeBlockingPointsInput,
    PlanPointStepInput,
    PostPointProgressInput,
    ResolveBlockingPointInput,
    SettlePointStepInput,
    SplitBlockingPointInput,
    UnmergeBlockingPointInput,
)
from schema.blocking_points.seeing import point_numbered
from schema.blocking_points.types import BlockingPoint, fetch_point
from schema.context import Info
from schema.errors import UserError, user_errors
from schema.inputs import NO_SUCH_KEY, CommandInput


@strawberry.type(description="What a command on a blocking point led to.")
class BlockingPointPayload:
    """The blocking point, or the problems that kept the command from happening; then nothing has changed."""

    blocking_point: BlockingPoint | None = strawberry.field(
        default=None, description="The blocking point as it stands now; null with errors."
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


async def _carried_out(info: Info, input: CommandInput, command: Command) -> BlockingPointPayload:
    return await _payload(info, input, await info.context.handle(command))


async def _payload(info: Info, input: CommandInput, outcome: Outcome) -> BlockingPointPayload:
    key = input.client_mutation_id
    if outcome.problems:
        return BlockingPointPayload(errors=user_errors(outcome.problems), client_mutation_id=key)
    point = await fetch_point(info.context, outcome.blocking_point) if outcome.blocking_point else None
    return BlockingPointPayload(blocking_point=point, client_mutation_id=key)


@strawberry.type
class BlockingPointMutations:
    """Each mutation is one command; who may give it now is told by `BlockingPoint.openActions`."""

    @strawberry.mutation(
        description="Say that a blocking point hinders the caller's own firm too: a report of its own, linked to the "
        "point (我也遇到)."
    )
    async def join_blocking_point(self, info: Info, input: JoinBlockingPointInput) -> BlockagePayload:
        outcome = await info.context.handle(input.command())
        if outcome.problems:
            return BlockagePayload(
                errors=user_errors(outcome.problems), client_mutation_id=input.client_mutation_id
            )
        blockage = await fetch_blockage(info.context, outcome.blockage) if outcome.blockage else None
        return BlockagePayload(blockage=blockage, client_mutation_id=input.client_mutation_id)

    @strawberry.mutation(
        description="Name what several reports have in common, with its first reports or none yet (归集堵点)."
    )
    async def create_blocking_point(
        self, info: Info, input: CreateBlockingPointInput
    ) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Change what a blocking point says.")
    async def amend_blocking_point(self, info: Info, input: AmendBlockingPointInput) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Link reports to a blocking point and unlink others, all or none. An open report that is linked to a "
        "resolved point reopens its review."
    )
    async def link_blockages(self, info: Info, input: LinkBlockagesInput) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Begin work on a blocking point.")
    async def start_blocking_point(self, info: Info, input: BlockingPointActionInput) -> BlockingPointPayload:
        return await _carried_out(info, input, StartBlockingPoint(**input.on_point(), note=input.note))

    @strawberry.mutation(
        description="Claim that a blocking point is removed: every linked report in progress gets the resolution "
        "proposed, and each reporter answers for itself (反馈办理结果)."
    )
    async def resolve_blocking_point(
        self, info: Info, input: ResolveBlockingPointInput
    ) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Propose the resolution that stands to linked reports that have come into progress since."
    )
    async def carry_over_resolution(
        self, info: Info, input: BlockingPointActionInput
    ) -> BlockingPointPayload:
        return await _carried_out(info, input, CarryOverResolution(**input.on_point()))

    @strawberry.mutation(
        description="Say publicly how far a blocking point is (进展通报): owed every twenty working days while it stands."
    )
    async def post_point_progress(self, info: Info, input: PostPointProgressInput) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Plan a step towards removing a blocking point, with the agency that owes it and its last day (推进计划)."
    )
    async def plan_point_step(self, info: Info, input: PlanPointStepInput) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Say that a planned step is done, or dropped.")
    async def settle_point_step(self, info: Info, input: SettlePointStepInput) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Take up the review of a resolved blocking point again, with a reason.")
    async def reopen_blocking_point(
        self, info: Info, input: BlockingPointActionInput
    ) -> BlockingPointPayload:
        command = ReopenBlockingPoint(**input.on_point(), reason=input.note or "")
        return await _payload(info, input, _at("note", await info.context.handle(command), ("reason",)))

    @strawberry.mutation(
        description="Merge a blocking point into another (归并): its reports go there, and its number and id lead there."
    )
    async def merge_blocking_points(
        self, info: Info, input: MergeBlockingPointsInput
    ) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Undo a merge: the blocking point stands on its own again, with its reports."
    )
    async def unmerge_blocking_point(
        self, info: Info, input: UnmergeBlockingPointInput
    ) -> BlockingPointPayload:
        named = await point_numbered(info.context, input.reference)
        command = UnmergeBlockingPoint(
            blocking_point=named.id if named else NO_SUCH_KEY,
            reason=input.reason,
            client_mutation_id=input.client_mutation_id,
        )
        outcome = _at("reference", await info.context.handle(command), ("blocking_point",))
        return await _payload(info, input, outcome)

    @strawberry.mutation(
        description="Take reports out of a blocking point into a new one, which is as old as the first report of both."
    )
    async def split_blocking_point(self, info: Info, input: SplitBlockingPointInput) -> BlockingPointPayload:
        return await _carried_out(info, input, input.command())


def _at(name: str, outcome: Outcome, path: tuple[str, ...]) -> Outcome:
    """The outcome with its problems where the caller gave the value: under the input's own name of it."""

    def moved(problem: Problem) -> Problem:
        return replace(problem, path=(name,)) if problem.path == path else problem

    return replace(outcome, problems=tuple(map(moved, outcome.problems)))
