"""What callers send with the commands on blocking points, and the commands they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import strawberry

from directory import point_commands
from directory.states import PlanStepStatus
from schema.blockages.inputs import AMENDING_DOCUMENT, ImpactInput
from schema.blockages.words import ResolutionKind, Severity, Visibility
from schema.inputs import EXPECTED_VERSION, CommandInput, key_in


def _reports(ids: list[strawberry.ID] | None) -> tuple[str, ...]:
    return tuple(key_in("Blockage", each) for each in ids or ())


@strawberry.input(description="A blocking point to be named (归集堵点).")
class CreateBlockingPointInput(CommandInput):
    """For supervisors, and for agencies, which then lead it."""

    title: str = strawberry.field(description="What blocks, in one line of 4 to 120 characters of Chinese.")
    title_en: str | None = strawberry.field(
        default=None, description="The same in English, at most 240 characters."
    )
    description: str = strawberry.field(description="What blocks, and whom, in 5 to 4,879 characters.")
    description_en: str | None = strawberry.field(default=None, description="The same in English.")
    category: str = strawberry.field(
        description="The kind of obstacle: a code of the vocabulary `blockage_categories`."
    )
    clauses: list[str] = strawberry.field(description="Codes of the clauses that block; at least one.")
    lead_agency: str | None = strawberry.field(
        default=None, description="Code of the agency that answers for it; an agency's own when left out."
    )
    co_agencies: list[str] | None = strawberry.field(
        default=None, description="Codes of agencies that help (会办)."
    )
    blockages: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Its first reports, at most 200, that have no blocking point yet."
    )

    def command(self) -> point_commands.CreateBlockingPoint:
        """The command."""
        return point_commands.CreateBlockingPoint(
            title=self.title,
            title_en=self.title_en,
            description=self.description,
            description_en=self.description_en,
            category=self.category,
            clauses=tuple(self.clauses),
            lead_agency=self.lead_agency,
            co_agencies=tuple(self.co_agencies or ()),
            blockages=_reports(self.blockages),
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="What every command on one blocking point carries.")
class OnBlockingPointInput(CommandInput):
    """The base of the inputs on one blocking point."""

    blocking_point: strawberry.ID = strawberry.field(description="The blocking point's global id.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)

    def on_point(self) -> Mapping[str, Any]:
        """The fields that all commands on one blocking point have."""
        return {
            "blocking_point": key_in("BlockingPoint", self.blocking_point),
            "expected_version": self.expected_version,
            "client_mutation_id": self.client_mutation_id,
        }


@strawberry.input(description="What a blocking point is to say. What is left out stays; blank text empties.")
class AmendBlockingPointInput(OnBlockingPointInput):
    """Only a supervisor makes another agency lead."""

    title: str | None = strawberry.field(default=None, description="What blocks, in one line of Chinese.")
    title_en: str | None = strawberry.field(default=None, description="The same in English.")
    description: str | None = strawberry.field(default=None, description="What blocks, and whom.")
    description_en: str | None = strawberry.field(default=None, description="The same in English.")
    category: str | None = strawberry.field(
        default=None, description="A code of the vocabulary `blockage_categories`."
    )
    clauses: list[str] | None = strawberry.field(
        default=None, description="Codes of all the clauses that block."
    )
    lead_agency: str | None = strawberry.field(
        default=None, description="Code of the agency that answers for it."
    )
    co_agencies: list[str] | None = strawberry.field(
        default=None, description="Codes of all agencies that help."
    )

    def command(self) -> point_commands.AmendBlockingPoint:
        """The command."""
        return point_commands.AmendBlockingPoint(
            **self.on_point(),
            title=self.title,
            title_en=self.title_en,
            description=self.description,
            description_en=self.description_en,
            category=self.category,
            clauses=None if self.clauses is None else tuple(self.clauses),
            lead_agency=self.lead_agency,
            co_agencies=None if self.co_agencies is None else tuple(self.co_agencies),
        )


@strawberry.input(description="Reports to link to a blocking point and to unlink from it, all or none.")
class LinkBlockagesInput(OnBlockingPointInput):
    """At most 200 of each."""

    add: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Reports to link, which have no blocking point yet."
    )
    remove: list[strawberry.ID] | None = strawberry.field(default=None, description="Reports to unlink.")
    reason: str | None = strawberry.field(default=None, description="Why, for the record.")

    def command(self) -> point_commands.LinkBlockages:
        """The command."""
        return point_commands.LinkBlockages(
            **self.on_point(), add=_reports(self.add), remove=_reports(self.remove), reason=self.reason
        )


@strawberry.input(description="Reports to be taken out of a blocking point into a new one.")
class SplitBlockingPointInput(OnBlockingPointInput):
    """Merging the new one back undoes it."""

    title: str = strawberry.field(description="The title of the new blocking point.")
    blockages: list[strawberry.ID] = strawberry.field(description="The reports that go; at least one.")
    reason: str = strawberry.field(description="Why, for the record.")

    def command(self) -> point_commands.SplitBlockingPoint:
        """The command."""
        return point_commands.SplitBlockingPoint(
            **self.on_point(), title=self.title, blockages=_reports(self.blockages), reason=self.reason
        )


@strawberry.input(description="A step on a blocking point that carries only a note or a reason.")
class BlockingPointActionInput(OnBlockingPointInput):
    """The note is on record; reopening a review demands one."""

    note: str | None = strawberry.field(default=None, description="A note, or the reason where one is due.")


@strawberry.input(description="What removed a blocking point, as its leading agency claims.")
class ResolveBlockingPointInput(OnBlockingPointInput):
    """Every linked report in progress is asked for its own answer."""

    kind: ResolutionKind = strawberry.field(description="What removed it.")
    summary: str = strawberry.field(description="What was done, in 10 to 5,000 characters.")
    clause: str | None = strawberry.field(
        default=None, description="Code of the clause that was changed or explained."
    )
    amending_document: str | None = strawberry.field(default=None, description=AMENDING_DOCUMENT)

    def command(self) -> point_commands.ResolveBlockingPoint:
        """The command."""
        return point_commands.ResolveBlockingPoint(
            **self.on_point(),
            kind=self.kind,
            summary=self.summary,
            clause=self.clause,
            amending_document=self.amending_document,
        )


@strawberry.input(description="A public note on how far a blocking point is (进展通报).")
class PostPointProgressInput(OnBlockingPointInput):
    """Everyone reads it."""

    note: str = strawberry.field(description="What was done and what comes next, in 5 to 2,000 characters.")

    def command(self) -> point_commands.PostPointProgress:
        """The command."""
        return point_commands.PostPointProgress(**self.on_point(), note=self.note)


@strawberry.input(description="A step to be planned towards removing a blocking point (推进计划).")
class PlanPointStepInput(OnBlockingPointInput):
    """Everyone reads it."""

    what: str = strawberry.field(description="What is to be done, in 5 to 500 characters.")
    owner: str = strawberry.field(description="Code of the agency that owes it.")
    due_on: date = strawberry.field(description="The last day for it, in Asia/Shanghai; today or later.")

    def command(self) -> point_commands.PlanPointStep:
        """The command."""
        return point_commands.PlanPointStep(
            **self.on_point(), what=self.what, owner=self.owner, due_on=self.due_on
        )


@strawberry.input(description="What became of a step.")
class SettlePointStepInput(OnBlockingPointInput):
    """By whoever owes it, or leads the point."""

    step: str = strawberry.field(description="The step's key.")
    status: PlanStepStatus = strawberry.field(description="Either DONE or DROPPED.")
    note: str | None = strawberry.field(default=None, description="What was done, or why it was dropped.")

    def command(self) -> point_commands.SettlePointStep:
        """The command."""
        return point_commands.SettlePointStep(
            **self.on_point(), step=self.step, status=self.status, note=self.note
        )


@strawberry.input(description="Two blocking points that are one (归并).")
class MergeBlockingPointsInput(CommandInput):
    """The first goes into the second."""

    from_: strawberry.ID = strawberry.field(name="from", description="The blocking point that goes.")
    into: strawberry.ID = strawberry.field(description="The blocking point that stays.")
    reason: str = strawberry.field(description="Why, for the record.")

    def command(self) -> point_commands.MergeBlockingPoints:
        """The command."""
        return point_commands.MergeBlockingPoints(
            source=key_in("BlockingPoint", self.from_),
            into=key_in("BlockingPoint", self.into),
            reason=self.reason,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A merge of blocking points to be taken back.")
class UnmergeBlockingPointInput(CommandInput):
    """By number, for the merged point's own id leads to the survivor."""

    reference: str = strawberry.field(description="The number of the blocking point that was merged away.")
    reason: str = strawberry.field(description="Why, for the record.")


@strawberry.input(description="A firm's word that a blocking point hinders it too (我也遇到).")
class JoinBlockingPointInput(CommandInput):
    """Title, subject and clauses of the report come from the blocking point."""

    firm: strawberry.ID = strawberry.field(description="The caller's own entry.")
    blocking_point: strawberry.ID = strawberry.field(description="The blocking point.")
    description: str | None = strawberry.field(
        default=None, description="What it does to this firm, in its own words; the point's when left out."
    )
    severity: Severity | None = strawberry.field(
        default=Severity.MEDIUM, description="How badly it hinders, in the firm's judgement."
    )
    region: str | None = strawberry.field(
        default=None, description="Where it happens, GB/T 2260; the entry's region when left out."
    )
    impact: ImpactInput | None = strawberry.field(default=None, description="What it costs the firm.")
    visibility: Visibility | None = strawberry.field(
        default=Visibility.PUBLIC, description="Who may read the report at all."
    )

    def command(self) -> point_commands.JoinBlockingPoint:
        """The command."""
        return point_commands.JoinBlockingPoint(
            firm=key_in("Firm", self.firm),
            blocking_point=key_in("BlockingPoint", self.blocking_point),
            description=self.description,
            severity=self.severity or Severity.MEDIUM,
            region=self.region,
            impact=asdict(self.impact) if self.impact else None,
            visibility=self.visibility or Visibility.PUBLIC,
            client_mutation_id=self.client_mutation_id,
        )
