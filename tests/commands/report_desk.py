"""The desk with one listed firm, for commands on reports."""

from __future__ import annotations

from typing import Any, Self

from directory.access import Caller, Role
from directory.commands import (
    AcceptAssignment,
    AnswerResolution,
    AssignBlockage,
    Command,
    ProposeResolution,
    ReportBlockage,
    TriageBlockage,
)
from directory.entities import Blockage, Firm
from directory.errors import ErrorCode
from directory.facts import LogEntry
from directory.handlers.blockages import HANDLERS
from directory.handling import Directory
from directory.record.open import SqlRecord
from directory.states import EntityType, ResolutionKind
from tests.factories import make_firm
from tests.record.steps import keep, seal
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import CO_AGENCY, LEAD, SECOND_LEAD, china

OWNER = Caller("firm-user", frozenset({Role.FIRM}))
OTHER_FIRM = Caller("other-firm", frozenset({Role.FIRM}))
ANALYST = Caller("analyst", frozenset({Role.ANALYST}))
SUPERVISOR = Caller("supervisor", frozenset({Role.SUPERVISOR}))
OFFICER = Caller("officer", frozenset({Role.AGENCY}), agency=LEAD, region="330100")
SECOND_OFFICER = Caller("second-officer", frozenset({Role.AGENCY}), agency=SECOND_LEAD, region="330100")
FAR_OFFICER = Caller("far-officer", frozenset({Role.AGENCY}), agency="local-amr@440300", region="440300")
PLATFORM = Caller("platform", frozenset({Role.AGENCY}), agency=CO_AGENCY)

Problems = dict[tuple[str, ...], tuple[ErrorCode, str]]


class ReportDesk:
    """A desk whose directory lists `firm`, owned by `OWNER`."""

    def __init__(self, record: SqlRecord, firm: Firm) -> None:
        self.record = record
        self.firm = firm
        self.now = china("2026-03-02 10:00")
        self.directory = Directory(record, RULEBOOK, HANDLERS, clock=lambda: self.now)

    def at(self, when: str) -> Self:
        """The same desk, later, by the wall clock of Shanghai."""
        self.now = china(when)
        return self

    async def does(self, command: Command, caller: Caller) -> Blockage:
        """The report after a command that works."""
        outcome = await self.directory.handle(command, caller)
        assert outcome.problems == ()
        assert outcome.blockage is not None
        return await self.kept(outcome.blockage)

    async def refuses(self, command: Command, caller: Caller) -> Problems:
        """What keeps a command from happening, by path."""
        outcome = await self.directory.handle(command, caller)
        assert outcome.problems
        return {each.path: (each.code, each.key) for each in outcome.problems}

    async def kept(self, blockage_id: str) -> Blockage:
        """The report as kept."""
        async with self.record.reader() as reader:
            return (await reader.blockages([blockage_id]))[blockage_id]

    async def log_of(self, blockage: Blockage) -> list[LogEntry]:
        """The report's sealed facts."""
        await seal(self.record)
        async with self.record.reader() as reader:
            return list(await reader.log_after(0, entity=(EntityType.BLOCKAGE, blockage.id)))

    def report_of(self, **changes: Any) -> ReportBlockage:
        """The smallest valid report of the firm."""
        values: dict[str, Any] = {
            "firm": self.firm.id,
            "title": "平台抽成过高",
            "description": "平台抽成占成交额三成，微利经营难以为继。",
            "category": "platform-fees",
        }
        return ReportBlockage(**{**values, **changes})

    async def reported(self, **changes: Any) -> Blockage:
        """A report just received."""
        return await self.does(self.report_of(**changes), OWNER)

    async def triaged(self, **changes: Any) -> Blockage:
        """A report taken up."""
        command = TriageBlockage(**on(await self.reported(**changes)), accept=True)
        return await self.does(command, SECOND_OFFICER)

    async def assigned(self, **changes: Any) -> Blockage:
        """A report with the lead agency, helped by the platform."""
        triaged = await self.triaged(**changes)
        command = AssignBlockage(**on(triaged), agency=LEAD, co_agencies=(CO_AGENCY,))
        return await self.does(command, SUPERVISOR)

    async def in_progress(self, **changes: Any) -> Blockage:
        """A report the lead agency took on."""
        return await self.does(AcceptAssignment(**on(await self.assigned(**changes))), OFFICER)

    async def proposed(self, residual: str | None = None) -> Blockage:
        """A report with a claimed resolution."""
        return await self.does(proposal(await self.in_progress(), residual=residual), OFFICER)

    async def resolved(self) -> Blockage:
        """A report whose resolution the reporter confirmed."""
        return await self.does(AnswerResolution(**on(await self.proposed()), confirm=True, rating=5), OWNER)


async def opened_desk(record: SqlRecord) -> ReportDesk:
    """A desk whose directory lists one firm more."""
    firm = make_firm(owner="firm-user")
    await keep(record, firm)
    return ReportDesk(record, firm)


def on(blockage: Blockage) -> dict[str, Any]:
    """The report at the version it carries."""
    return {"blockage": blockage.id, "expected_version": blockage.version}


def proposal(blockage: Blockage, **changes: Any) -> ProposeResolution:
    """A claimed resolution."""
    values: dict[str, Any] = {
        "kind": ResolutionKind.PLATFORM_REMEDIED,
        "summary": "平台已下调抽成比例并公示",
        **on(blockage),
    }
    return ProposeResolution(**{**values, **changes})
