"""Commands on blocking points (政策堵点): the one cause of several reports, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directory.commands import Command
from directory.states import PlanStepStatus, ResolutionKind, Severity, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinBlockingPoint(Command):
    """Report that a known blocking point hinders this firm too (我也遇到), with its own impact; words may be left out."""

    firm: str
    blocking_point: str
    description: str | None = None
    severity: Severity = Severity.MEDIUM
    region: str | None = None
    impact: Mapping[str, Any] | None = None
    visibility: Visibility = Visibility.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBlockingPoint(Command):
    """Name the one cause of several reports (归集堵点), with its first reports or none yet."""

    title: str
    description: str
    category: str
    clauses: tuple[str, ...]
    title_en: str | None = None
    description_en: str | None = None
    lead_agency: str | None = None
    co_agencies: tuple[str, ...] = ()
    blockages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBlockingPoint(Command):
    """A command on one blocking point at the version the caller saw."""

    blocking_point: str
    expected_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendBlockingPoint(OnBlockingPoint):
    """Change what a blocking point says; None leaves a field as it is, blank text or no codes empty it."""

    title: str | None = None
    title_en: str | None = None
    description: str | None = None
    description_en: str | None = None
    category: str | None = None
    clauses: tuple[str, ...] | None = None
    lead_agency: str | None = None
    co_agencies: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBlockages(OnBlockingPoint):
    """Link reports to a blocking point and unlink others, all or none."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitBlockingPoint(OnBlockingPoint):
    """Take some reports of a blocking point out into a new one: one obstacle a point (一点一策)."""

    title: str
    blockages: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBlockingPoint(OnBlockingPoint):
    """Begin work on a blocking point."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveBlockingPoint(OnBlockingPoint):
    """Claim that a blocking point is removed; every linked report in progress is asked for its own answer."""

    kind: ResolutionKind
    summary: str
    clause: str | None = None
    amending_document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOverResolution(OnBlockingPoint):
    """Propose the resolution that stands to linked reports that have come into progress since it was claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPointProgress(OnBlockingPoint):
    """Say publicly how far a blocking point is."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPointStep(OnBlockingPoint):
    """Plan a step: what is to be done by which agency until the end of which day in Shanghai."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePointStep(OnBlockingPoint):
    """A planned step is done, or dropped."""

    step: str
    status: PlanStepStatus
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBeneficiaries(Command):
    """The clock: all firms were told that gain by what was resolved at that instant, and never reported."""

    blocking_point: str
    resolved_at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecurrence(Command):
    """The clock: these reports are like a resolved blocking point, and came after it was resolved."""

    blocking_point: str
    blockages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenBlockingPoint(OnBlockingPoint):
    """Take up the review of a resolved blocking point again, with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeBlockingPoints(Command):
    """Merge one blocking point into another; its reference and id lead to the survivor from then on."""

    source: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeBlockingPoint(Command):
    """Undo a merge, also that of a split: the point stands on its own again, with its reports."""

    blocking_point: str
    reason: str
