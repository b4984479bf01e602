"""A town of firms and officials, several of whom act at once: its commands are what the index has to keep up with."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from directory.access import Caller
from directory.commands import (
    AmendFirm,
    ChangeFirmStatus,
    Command,
    MergeFirms,
    ReportBlockage,
    ReviewSubmission,
    SubmitFirm,
    TriageBlockage,
    UnmergeFirm,
)
from directory.entities import Blockage, Firm
from directory.errors import RecordUnavailable, UserFault
from directory.handlers.registry import HANDLERS
from directory.handling import Directory, Outcome
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, FirmStatus, ReviewDecision
from tests.commands.front_desk import LI, SUPERVISOR, WANG
from tests.commands.report_desk import OWNER, SECOND_OFFICER
from tests.declarations import raw_enterprise
from tests.factories import NOW, make_firm
from tests.record.steps import keep
from tests.rulebooks import RULEBOOK

WRITERS = 4
FIRST_FIRMS = 40
T = TypeVar("T")


class Absent(Exception):
    """Whom the deed was about is not there, or not yet."""


@dataclass
class Town:
    """Whoever acts here does so by commands, chosen by the dice; what the rules refuse is counted and left."""

    record: SqlRecord
    seed: int
    firms: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.directory = Directory(self.record, RULEBOOK, HANDLERS, clock=lambda: NOW)

    async def founded(self) -> Town:
        """The town with its first firms, listed."""
        firms = [make_firm(owner=OWNER.subject) for _ in range(FIRST_FIRMS)]
        await keep(self.record, *firms)
        self.firms += [firm.id for firm in firms]
        return self

    async def entries(self) -> int:
        """How many log entries there are, sealed or not; a little less while some are being written."""
        async with self.record.reader() as reader:
            _, unsealed = await reader.unsealed()
            return max(unsealed, await reader.head())

    async def live(self, entries: int, writers: int = WRITERS) -> None:
        """Writers act at once until the log has so many entries more."""
        until = await self.entries() + entries
        dice = [random.Random(f"{self.seed}:{until}:{writer}") for writer in range(writers)]
        await asyncio.gather(*(self._write(each, until) for each in dice))

    async def act(self, dice: random.Random) -> None:
        """One deed."""
        (deed,) = dice.choices(list(DEEDS), list(DEEDS.values()))
        try:
            await deed(self, dice)
        except (Absent, UserFault):
            self.refused["too late"] += 1
        except RecordUnavailable:
            # Two that wait for each other's rows: PostgreSQL ends one of them, and nothing of it is kept.
            self.refused["unavailable"] += 1

    async def _write(self, dice: random.Random, until: int) -> None:
        while await self.entries() < until:
            for _ in range(5):
                await self.act(dice)

    async def _do(self, command: Command, caller: Caller) -> Outcome | None:
        """What came of a command; None where the rules refused it."""
        outcome = await self.directory.handle(command, caller)
        name = type(command).__name__
        (self.refused if outcome.problems else self.done)[name] += 1
        return None if outcome.problems else outcome

    async def _firm(self, dice: random.Random) -> Firm:
        id_ = dice.choice(self.firms)
        async with self.record.reader() as reader:
            return _there(await reader.firms([id_]), id_)

    async def _report(self, dice: random.Random) -> Blockage:
        if not self.reports:
            raise Absent
        id_ = dice.choice(self.reports)
        async with self.record.reader() as reader:
            return _there(await reader.blockages([id_]), id_)

    async def _submit(self, dice: random.Random) -> None:
        profile = raw_enterprise(name=f"杭州{_word(dice)}直播有限公司", summary=_word(dice))
        await self._do(SubmitFirm(profile=profile), OWNER)

    async def _amend(self, dice: random.Random) -> None:
        firm = await self._firm(dice)
        profile = raw_enterprise(name=firm.profile.name, uscc=firm.profile.uscc, summary=_word(dice))
        command = AmendFirm(firm=firm.id, expected_version=firm.version, profile=profile)
        outcome = await self._do(command, OWNER)
        if outcome is None:
            return
        for caller, decision in ((WANG, ReviewDecision.TAKE), (LI, ReviewDecision.APPROVE)):
            async with self.record.reader() as reader:
                version = _there(
                    await reader.submissions([str(outcome.submission)]), outcome.submission
                ).version
            review = ReviewSubmission(
                submission=str(outcome.submission), expected_version=version, decision=decision
            )
            if await self._do(review, caller) is None:
                return

    async def _file_report(self, dice: random.Random) -> None:
        told = ReportBlockage(
            firm=dice.choice(self.firms),
            title=f"平台抽成过高{_word(dice)}",
            description="平台抽成占成交额三成，微利经营难以为继。",
            category="platform-fees",
        )
        if (outcome := await self._do(told, OWNER)) is not None:
            self.reports.append(str(outcome.blockage))

    async def _triage(self, dice: random.Random) -> None:
        report = await self._report(dice)
        if report.status is not BlockageStatus.REPORTED:
            return
        command = TriageBlockage(blockage=report.id, expected_version=report.version, accept=True)
        await self._do(command, SECOND_OFFICER)

    async def _suspend_or_restore(self, dice: random.Random) -> None:
        firm = await self._firm(dice)
        to = FirmStatus.SUSPENDED if firm.status is FirmStatus.LISTED else FirmStatus.LISTED
        command = ChangeFirmStatus(
            firm=firm.id, expected_version=firm.version, to=to, reason="核查经营情况。"
        )
        await self._do(command, SUPERVISOR)

    async def _merge_or_undo(self, dice: random.Random) -> None:
        if self.merged and dice.random() < 0.5:
            source = dice.choice(self.merged)
            if await self._do(UnmergeFirm(firm=source, reason="并错了。"), SUPERVISOR) is not None:
                self.merged.remove(source)
            return
        source, into = dice.sample(self.firms, 2)
        if await self._do(MergeFirms(source=source, into=into, reason="同一主体。"), SUPERVISOR) is not None:
            self.merged.append(source)

    async def _erase(self, dice: random.Random) -> None:
        """Erases one, and lets another be listed, so that the town does not die out."""
        firm = dice.choice(self.firms)
        newcomer = make_firm(owner=OWNER.subject)
        await keep(self.record, newcomer)
        self.firms.append(newcomer.id)
        async with self.record.unit_of_work() as uow:
            await uow.erase(firm, actor="clerk", at=NOW)
        self.done["erase"] += 1


DEEDS: dict[Callable[[Town, random.Random], Awaitable[None]], int] = {
    Town._submit: 3,
    Town._amend: 4,
    Town._file_report: 5,
    Town._triage: 4,
    Town._suspend_or_restore: 2,
    Town._merge_or_undo: 2,
    Town._erase: 1,
}


def _word(dice: random.Random) -> str:
    return "".join(dice.choice("微光云海山川晨星新业态") for _ in range(4))


def _there(found: Mapping[str, T], id_: str | None) -> T:
    """The one with this id. Raises: Absent."""
    if id_ is None or id_ not in found:
        raise Absent
    return found[id_]
