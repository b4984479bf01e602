"""The commands on reports."""

from __future__ import annotations

import strawberry

from directory import commands
from directory.commands import Command
from directory.errors import UserFault
from schema.blockages.inputs import (
    AnswerResolutionInput,
    ApprovePublicTextInput,
    AssignBlockageInput,
    BlockageActionInput,
    ExtendDeadlineInput,
    PlanReportStepInput,
    ProposeResolutionInput,
    PublishEvidenceInput,
    RecordCallBackInput,
    ReopenBlockageInput,
    ReportBlockageInput,
    SendReportMessageInput,
    SettleReportStepInput,
    TriageBlockageInput,
    UnsealReporterInput,
    WithdrawBlockageInput,
    WithdrawEvidenceInput,
)
from schema.blockages.types import Blockage, fetch_blockage
from schema.context import Info
from schema.errors import UserError, user_errors
from schema.inputs import CommandInput


@strawberry.type(description="What a command on a report led to.")
class BlockagePayload:
    """The report, or the problems that kept the command from happening; then nothing has changed."""

    blockage: Blockage | None = strawberry.field(
        default=None, description="The report as it stands now; null with errors."
    )
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="What the caller can correct, all at once; empty when it was done."
    )
    client_mutation_id: str | None = strawberry.field(
        default=None, description="The key that came with the command."
    )


async def _carried_out(info: Info, input: CommandInput, command: Command) -> BlockagePayload:
    outcome = await info.context.handle(command)
    if outcome.problems:
        return BlockagePayload(
            errors=user_errors(outcome.problems), client_mutation_id=input.client_mutation_id
        )
    blockage = await fetch_blockage(info.context, outcome.blockage) if outcome.blockage else None
    return BlockagePayload(blockage=blockage, client_mutation_id=input.client_mutation_id)


async def _acted(info: Info, input: BlockageActionInput, kind: type[commands.NotedAction]) -> BlockagePayload:
    try:
        command = input.command(kind)
    except UserFault as fault:
        return BlockagePayload(
            errors=user_errors(fault.problems), client_mutation_id=input.client_mutation_id
        )
    return await _carried_out(info, input, command)


@strawberry.type
class BlockageMutations:
    """Each mutation is one command; who may give it now is told by `Blockage.openActions`."""

    @strawberry.mutation(description="Report what blocks the caller's own firm (堵点报送).")
    async def report_blockage(self, info: Info, input: ReportBlockageInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Take a report up, refuse it, or merge it into another (分诊).")
    async def triage_blockage(self, info: Info, input: TriageBlockageInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Make one agency responsible, or hand a report on; its clock runs on (转办)."
    )
    async def assign_blockage(self, info: Info, input: AssignBlockageInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Take the report on, for the agency that it was assigned to (签收).")
    async def accept_assignment(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.AcceptAssignment)

    @strawberry.mutation(
        description="Give the report back, with a reason and, if known, who should have it; once (退回)."
    )
    async def return_assignment(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _carried_out(info, input, input.return_command())

    @strawberry.mutation(description="Ask the reporter something; the clock stops (要求补充).")
    async def request_information(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.RequestInformation)

    @strawberry.mutation(description="Answer the agency's question; the clock runs on (补充材料).")
    async def provide_information(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.ProvideInformation)

    @strawberry.mutation(description="Say what was done so far (办理进展).")
    async def post_progress(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.PostProgress)

    @strawberry.mutation(
        description="Plan a step towards removing the obstacle, with the agency that owes it and its last day (推进计划)."
    )
    async def plan_report_step(self, info: Info, input: PlanReportStepInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Say that a planned step of a report is done, or dropped.")
    async def settle_report_step(self, info: Info, input: SettleReportStepInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Claim a resolution, of the whole obstacle or of a part (反馈办理结果).")
    async def propose_resolution(self, info: Info, input: ProposeResolutionInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Confirm or dispute a claimed resolution, as its reporter (确认).")
    async def answer_resolution(self, info: Info, input: AnswerResolutionInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Contest a resolution after the fact, as its reporter (重启).")
    async def reopen_blockage(self, info: Info, input: ReopenBlockageInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Take a report back, as its reporter, with who asked for it (撤回).")
    async def withdraw_blockage(self, info: Info, input: WithdrawBlockageInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Extend the limit for a resolution, once (延期).")
    async def extend_deadline(self, info: Info, input: ExtendDeadlineInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="End a report as unresolved, as a supervisor; the reason is public (未解决办结)."
    )
    async def close_unresolved(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.CloseUnresolved)

    @strawberry.mutation(description="Put a report under supervision, as a supervisor (督办).")
    async def supervise_blockage(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.SuperviseBlockage)

    @strawberry.mutation(
        description="Reply to a supervision, for the agency that holds the report; the note is the reply (督办回复)."
    )
    async def reply_to_supervision(self, info: Info, input: BlockageActionInput) -> BlockagePayload:
        return await _acted(info, input, commands.ReplyToSupervision)

    @strawberry.mutation(
        description="Record what a reporter said about a withdrawal that an agency had asked for, as a supervisor (撤单回访)."
    )
    async def record_call_back(self, info: Info, input: RecordCallBackInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Write to the other side of a report; the reporter stays an alias, no clock stops (留言)."
    )
    async def send_report_message(self, info: Info, input: SendReportMessageInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Be shown who reported, as a supervisor and for a day; the reason is logged, and the reporter told "
        "(启封)."
    )
    async def unseal_reporter(self, info: Info, input: UnsealReporterInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Take a file of a report back, as whoever added it: its content is deleted, and its redaction copy goes "
        "with it (撤回材料)."
    )
    async def withdraw_evidence(self, info: Info, input: WithdrawEvidenceInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(
        description="Let everyone read a redaction copy of a file, on a report that is public (公开脱敏副本)."
    )
    async def publish_evidence(self, info: Info, input: PublishEvidenceInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())

    @strawberry.mutation(description="Word anew what the public reads of a report (公开文本).")
    async def approve_public_text(self, info: Info, input: ApprovePublicTextInput) -> BlockagePayload:
        return await _carried_out(info, input, input.command())
