"""What callers send with the commands on reports, and the commands they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

import strawberry

from directory import commands
from directory.commands import NotedAction
from directory.errors import InvalidInput
from directory.states import PlanStepStatus
from schema.blockages.words import CallBackOutcome, ResolutionKind, Severity, Visibility
from schema.enums import Language
from schema.inputs import EXPECTED_VERSION, CommandInput, key_in

A = TypeVar("A", bound=NotedAction)
AMENDING_DOCUMENT = (
    "The number of the document that changed the rule (发文字号), in at most 80 characters. A claim that a rule was changed "
    "names this or the clause."
)


def _codes(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(given)


@strawberry.input(description="What every command on one report carries.")
class OnBlockageInput(CommandInput):
    """The base of the inputs on one report."""

    blockage: strawberry.ID = strawberry.field(description="The report's global id.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)

    def on_report(self) -> Mapping[str, Any]:
        """The fields that all commands on one report have."""
        return {
            "blockage": key_in("Blockage", self.blockage),
            "expected_version": self.expected_version,
            "client_mutation_id": self.client_mutation_id,
        }


@strawberry.input(description="What the obstacle costs, in bands; unknown is allowed.")
class ImpactInput:
    """Codes of `cost_bands` and `jobs_bands`."""

    yearly_cost_band: str | None = strawberry.field(
        default=None, description="What it costs a year: a code of the vocabulary `cost_bands`."
    )
    jobs_affected_band: str | None = strawberry.field(
        default=None, description="How many jobs it touches: a code of the vocabulary `jobs_bands`."
    )
    explanation: str | None = strawberry.field(
        default=None, description="In your own words, at most 2,000 characters."
    )


@strawberry.input(description="A report of what blocks a firm (堵点报送).")
class ReportBlockageInput(CommandInput):
    """What is left out comes from the firm's entry: forms, platforms, region."""

    firm: strawberry.ID = strawberry.field(description="The caller's own entry.")
    title: str = strawberry.field(description="What blocks the firm, in one line of 4 to 120 characters.")
    description: str = strawberry.field(description="What blocks the firm, in 10 to 5,000 characters.")
    language: Language | None = strawberry.field(
        default=None, description="The language of the report; read from its text when left out."
    )
    category: str = strawberry.field(
        description="The kind of obstacle: a code of the vocabulary `blockage_categories`."
    )
    severity: Severity | None = strawberry.field(
        default=Severity.MEDIUM, description="How badly it hinders, in the firm's judgement."
    )
    forms: list[str] | None = strawberry.field(
        default=None, description="The business forms that it touches; those of the entry when left out."
    )
    platforms: list[str] | None = strawberry.field(
        default=None, description="The platforms that it is about; those of the entry when left out."
    )
    region: str | None = strawberry.field(
        default=None, description="Where it happens, GB/T 2260; the entry's region when left out."
    )
    clauses: list[str] | None = strawberry.field(
        default=None, description="The clauses that block, where the firm knows them; triage checks them."
    )
    cause_level: str | None = strawberry.field(
        default=None,
        description="Whose rule or practice is the cause, where the firm knows: a code of the vocabulary `cause_levels`, or "
        "`unknown`; triage completes it.",
    )
    procedure_step: str | None = strawberry.field(
        default=None,
        description="The step of the procedure in which the cause sits, where the firm knows: a code of the vocabulary "
        "`procedure_steps`, or `unknown`; triage completes it.",
    )
    impact: ImpactInput | None = strawberry.field(default=None, description="What it costs the firm.")
    blocking_point: strawberry.ID | None = strawberry.field(
        default=None, description="A policy blocking point (政策堵点) that hinders this firm too."
    )
    visibility: Visibility | None = strawberry.field(
        default=Visibility.PUBLIC, description="Who may read the report at all."
    )

    def command(self) -> commands.ReportBlockage:
        """The command."""
        point = self.blocking_point
        return commands.ReportBlockage(
            firm=key_in("Firm", self.firm),
            title=self.title,
            description=self.description,
            category=self.category,
            language=self.language,
            severity=self.severity or Severity.MEDIUM,
            forms=_codes(self.forms),
            platforms=_codes(self.platforms),
            region=self.region,
            clauses=_codes(self.clauses),
            cause_level=self.cause_level,
            procedure_step=self.procedure_step,
            impact=asdict(self.impact) if self.impact else None,
            blocking_point=None if point is None else key_in("BlockingPoint", point),
            visibility=self.visibility or Visibility.PUBLIC,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="What triage decides (分诊): to take up, to refuse, or to merge.")
class TriageBlockageInput(OnBlockageInput):
    """`accept` takes the report up; else `duplicate_of` merges it; else it is refused with a reason."""

    accept: bool = strawberry.field(description="Whether the report is taken up.")
    category: str | None = strawberry.field(
        default=None, description="The category as checked; the reporter's when left out."
    )
    severity: Severity | None = strawberry.field(
        default=None, description="The severity as judged; the reporter's when left out."
    )
    clauses: list[str] | None = strawberry.field(
        default=None, description="The clauses as checked; the reporter's when left out, none for []."
    )
    cause_level: str | None = strawberry.field(
        default=None,
        description="Whose rule or practice is the cause, national or of which level: a code of the vocabulary "
        "`cause_levels`, or `unknown`; the reporter's when left out.",
    )
    procedure_step: str | None = strawberry.field(
        default=None,
        description="The step of the procedure in which the cause sits: a code of the vocabulary `procedure_steps`, or "
        "`unknown`; the reporter's when left out.",
    )
    duplicate_of: strawberry.ID | None = strawberry.field(
        default=None, description="The report of the same firm that this one is merged into."
    )
    reason: str | None = strawberry.field(
        default=None,
        description="A note; for a refusal a code of the vocabulary `refusal_reasons`, or in words why and where to "
        "turn to.",
    )
    public_title: str | None = strawberry.field(
        default=None,
        description="With acceptance: the title that the public reads; the reporter's, approved as it is, when left out.",
    )
    public_summary: str | None = strawberry.field(
        default=None,
        description="With acceptance: what the public reads; the reporter's description, approved as it is, when left "
        "out.",
    )

    def command(self) -> commands.TriageBlockage:
        """The command."""
        original = self.duplicate_of
        return commands.TriageBlockage(
            **self.on_report(),
            accept=self.accept,
            category=self.category,
            severity=self.severity,
            clauses=_codes(self.clauses),
            cause_level=self.cause_level,
            procedure_step=self.procedure_step,
            duplicate_of=None if original is None else key_in("Blockage", original),
            reason=self.reason,
            public_title=self.public_title,
            public_summary=self.public_summary,
        )


@strawberry.input(description="Who is to be responsible (转办), and who helps (会办).")
class AssignBlockageInput(OnBlockageInput):
    """A report that has an agency already is handed on; its clock runs on."""

    agency: str = strawberry.field(description="The responsible agency's code.")
    co_agencies: list[str] | None = strawberry.field(
        default=None, description="Codes of agencies that help; platforms and associations may."
    )
    note: str | None = strawberry.field(default=None, description="A note for the agency.")

    def command(self) -> commands.AssignBlockage:
        """The command."""
        return commands.AssignBlockage(
            **self.on_report(),
            agency=self.agency,
            co_agencies=tuple(self.co_agencies or ()),
            note=self.note,
        )


@strawberry.input(description="A step that needs no more than a note.")
class BlockageActionInput(OnBlockageInput):
    """What the note is depends on the step: a question, an answer, a reason."""

    note: str | None = strawberry.field(
        default=None, description="The note; required for questions, answers, progress, returns and closing."
    )
    suggested_agency: str | None = strawberry.field(
        default=None, description="With a return only: the code of the agency that should have the report."
    )

    def command(self, kind: type[A]) -> A:
        """The command. Raises: InvalidInput, for a suggestion with any step but a return."""
        if self.suggested_agency is not None:
            raise InvalidInput.at("suggested_agency", key="value.unknown_field")
        return kind(**self.on_report(), note=self.note)

    def return_command(self) -> commands.ReturnAssignment:
        """The command of a return."""
        return commands.ReturnAssignment(
            **self.on_report(), note=self.note, suggested_agency=self.suggested_agency
        )


@strawberry.input(description="A step to be planned towards removing what a report is about (推进计划).")
class PlanReportStepInput(OnBlockageInput):
    """The parties to the report read it."""

    what: str = strawberry.field(description="What is to be done, in 5 to 500 characters.")
    owner: str = strawberry.field(
        description="Code of the agency that owes it: the responsible one or one that helps."
    )
    due_on: date = strawberry.field(description="The last day for it, in Asia/Shanghai; today or later.")

    def command(self) -> commands.PlanReportStep:
        """The command."""
        return commands.PlanReportStep(
            **self.on_report(), what=self.what, owner=self.owner, due_on=self.due_on
        )


@strawberry.input(description="What became of a step of a report's plan.")
class SettleReportStepInput(OnBlockageInput):
    """By whoever owes it, answers for the report or supervises."""

    step: str = strawberry.field(description="The step's key.")
    status: PlanStepStatus = strawberry.field(description="Either DONE or DROPPED.")
    note: str | None = strawberry.field(default=None, description="What was done, or why it was dropped.")

    def command(self) -> commands.SettleReportStep:
        """The command."""
        return commands.SettleReportStep(
            **self.on_report(), step=self.step, status=self.status, note=self.note
        )


@strawberry.input(description="A claimed resolution, of the whole obstacle or of a part.")
class ProposeResolutionInput(OnBlockageInput):
    """With a residual the report stays open after the reporter's yes."""

    kind: ResolutionKind = strawberry.field(description="What removed the obstacle.")
    summary: str = strawberry.field(description="What was done, in 10 to 5,000 characters.")
    clause: str | None = strawberry.field(
        default=None, description="The clause that was changed or explained."
    )
    amending_document: str | None = strawberry.field(default=None, description=AMENDING_DOCUMENT)
    residual: str | None = strawberry.field(
        default=None, description="What is still blocked, where only a part of the obstacle is gone."
    )

    def command(self) -> commands.ProposeResolution:
        """The command."""
        return commands.ProposeResolution(
            **self.on_report(),
            kind=self.kind,
            summary=self.summary,
            clause=self.clause,
            amending_document=self.amending_document,
            residual=self.residual,
        )


@strawberry.input(description="The reporter's answer to a claimed resolution.")
class AnswerResolutionInput(OnBlockageInput):
    """A yes to a part confirms that part only."""

    confirm: bool = strawberry.field(description="Whether it is as the agency says.")
    rating: int | None = strawberry.field(default=None, description="From 1, poor, to 5, good.")
    comment: str | None = strawberry.field(default=None, description="What the reporter has to say to it.")

    def command(self) -> commands.AnswerResolution:
        """The command."""
        return commands.AnswerResolution(
            **self.on_report(), confirm=self.confirm, rating=self.rating, comment=self.comment
        )


@strawberry.input(description="A report taken back by its reporter (撤回).")
class WithdrawBlockageInput(OnBlockageInput):
    """Who asked for it is on record."""

    reason: str = strawberry.field(description="Why it is taken back.")
    asked_by_agency: bool = strawberry.field(description="Whether an agency asked the reporter to.")

    def command(self) -> commands.WithdrawBlockage:
        """The command."""
        return commands.WithdrawBlockage(
            **self.on_report(), reason=self.reason, asked_by_agency=self.asked_by_agency
        )


@strawberry.input(
    description="What a reporter said about a withdrawal that an agency had asked for (撤单回访)."
)
class RecordCallBackInput(OnBlockageInput):
    """For supervisors, once a withdrawn report."""

    outcome: CallBackOutcome = strawberry.field(description="Whether the withdrawal was meant.")
    note: str = strawberry.field(description="What was said, for the parties.")

    def command(self) -> commands.RecordCallBack:
        """The command."""
        return commands.RecordCallBack(**self.on_report(), outcome=self.outcome, note=self.note)


@strawberry.input(description="A message to the other side of a report (留言); no clock stops.")
class SendReportMessageInput(OnBlockageInput):
    """The reporter stays an alias to the offices."""

    text: str = strawberry.field(description="The message, at most 2,000 characters.")

    def command(self) -> commands.SendReportMessage:
        """The command."""
        return commands.SendReportMessage(**self.on_report(), text=self.text)


@strawberry.input(description="Why a supervisor has to know who reported (启封).")
class UnsealReporterInput(OnBlockageInput):
    """Good for one report and one day."""

    reason: str = strawberry.field(description="The reason; it is on the log, and the reporter reads it.")

    def command(self) -> commands.UnsealReporter:
        """The command."""
        return commands.UnsealReporter(**self.on_report(), reason=self.reason)


@strawberry.input(description="What the public is to read of a report from now on (公开文本).")
class ApprovePublicTextInput(OnBlockageInput):
    """The reporter's own words stay as they are, for the parties."""

    title: str = strawberry.field(description="One line of 4 to 120 characters.")
    summary: str = strawberry.field(description="10 to 5,000 characters.")

    def command(self) -> commands.ApprovePublicText:
        """The command."""
        return commands.ApprovePublicText(**self.on_report(), title=self.title, summary=self.summary)


@strawberry.input(description="A resolution contested after the fact.")
class ReopenBlockageInput(OnBlockageInput):
    """Within 20 working days after the close."""

    reason: str = strawberry.field(description="Why the obstacle is not gone, or back again.")

    def command(self) -> commands.ReopenBlockage:
        """The command."""
        return commands.ReopenBlockage(**self.on_report(), reason=self.reason)


@strawberry.input(description="The one extension of the limit for a resolution (延期).")
class ExtendDeadlineInput(OnBlockageInput):
    """Asked for while the limit runs, at most half of it."""

    working_days: int = strawberry.field(description="How many working days longer.")
    reason: str = strawberry.field(description="Why it takes longer; the reason is public.")

    def command(self) -> commands.ExtendDeadline:
        """The command."""
        return commands.ExtendDeadline(**self.on_report(), working_days=self.working_days, reason=self.reason)


@strawberry.input(description="A file of a report that is taken back.")
class WithdrawEvidenceInput(OnBlockageInput):
    """By whoever added it."""

    file: str = strawberry.field(description="The file's key.")

    def command(self) -> commands.WithdrawEvidence:
        """The command."""
        return commands.WithdrawEvidence(**self.on_report(), file=self.file)


@strawberry.input(description="A redaction copy for everyone.")
class PublishEvidenceInput(OnBlockageInput):
    """By an office that answers for the report."""

    file: str = strawberry.field(description="The copy's key.")

    def command(self) -> commands.PublishEvidence:
        """The command."""
        return commands.PublishEvidence(**self.on_report(), file=self.file)
