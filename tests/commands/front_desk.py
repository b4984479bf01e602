"""The desk of the tests, where firms apply and reviewers decide: takes commands, tells what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from directory.access import THE_CLOCK, Caller, Role
from directory.commands import Command, EndNotice, ReviewSubmission, SubmitFirm
from directory.entities import Blockage, Contact, Firm, SealedRef, Submission
from directory.facts import LogEntry
from directory.handlers.registry import HANDLERS
from directory.handling import Directory, Outcome
from directory.record.open import SqlRecord
from directory.rulebook import Rulebook
from directory.states import EntityType, ReviewDecision
from tests.declarations import raw_enterprise
from tests.factories import NOW
from tests.record.steps import seal
from tests.rulebooks import RULEBOOK

WANG = Caller("wang", frozenset({Role.AGENCY}), agency="local-amr@330100", region="330100")
LI = Caller("li", frozenset({Role.AGENCY}), agency="local-amr@330000", region="330000")
ZHAO = Caller("zhao", frozenset({Role.AGENCY}), agency="local-amr@440300", region="440300")
SUPERVISOR = Caller("sun", frozenset({Role.SUPERVISOR}))
STRANGER = Caller("stranger", frozenset({Role.FIRM}))

Refusal = tuple[str, str, str]
_firms = count(1)


def a_firm_user() -> Caller:
    """Somebody who runs a firm and has nothing in the directory yet."""
    return Caller(f"firm-user-{next(_firms)}", frozenset({Role.FIRM}))


class Desk:
    """Commands go in here. `now` is what the directory takes for the present."""

    def __init__(self, record: SqlRecord, rulebook: Rulebook = RULEBOOK, now: datetime = NOW) -> None:
        self.record = record
        self.now = now
        self.directory = Directory(record, rulebook, HANDLERS, clock=lambda: self.now)

    def wait(self, **span: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**span)

    async def done(self, command: Command, caller: Caller) -> Outcome:
        """What the command led to; it must not be refused."""
        outcome = await self.directory.handle(command, caller)
        assert outcome.problems == ()
        return outcome

    async def refusals(self, command: Command, caller: Caller) -> list[Refusal]:
        """Why the command is refused: code, path and key of each problem."""
        outcome = await self.directory.handle(command, caller)
        return [(problem.code.value, ".".join(problem.path), problem.key) for problem in outcome.problems]

    async def refusal(self, command: Command, caller: Caller) -> Refusal:
        """The one reason why the command is refused."""
        (only,) = await self.refusals(command, caller)
        return only

    async def firm(self, outcome: Outcome | str) -> Firm:
        """The entry that the outcome names."""
        firm_id = outcome if isinstance(outcome, str) else str(outcome.firm)
        async with self.record.reader() as reader:
            return (await reader.firms([firm_id]))[firm_id]

    async def submission(self, outcome: Outcome | str) -> Submission:
        """The submission that the outcome names."""
        submission_id = outcome if isinstance(outcome, str) else str(outcome.submission)
        async with self.record.reader() as reader:
            return (await reader.submissions([submission_id]))[submission_id]

    async def blockage(self, outcome: Outcome | str) -> Blockage:
        """The report that the outcome names."""
        blockage_id = outcome if isinstance(outcome, str) else str(outcome.blockage)
        async with self.record.reader() as reader:
            return (await reader.blockages([blockage_id]))[blockage_id]

    async def contact(self, sealed: SealedRef | None) -> Contact:
        """The contact details behind a pointer."""
        assert sealed is not None
        async with self.record.reader() as reader:
            return (await reader.contacts([sealed.ref]))[sealed.ref]

    async def log_of(self, entity_type: EntityType, entity_id: str) -> Sequence[LogEntry]:
        """What the log says of one entity."""
        await seal(self.record)
        async with self.record.reader() as reader:
            return await reader.log_after(0, limit=10_000, entity=(entity_type, entity_id))

    async def review(
        self, outcome: Outcome, decision: ReviewDecision, caller: Caller = WANG, **words: Any
    ) -> Outcome:
        """The reviewer's decision on the present version."""
        return await self.done(await self.decision(outcome, decision, **words), caller)

    async def decision(self, outcome: Outcome, decision: ReviewDecision, **words: Any) -> ReviewSubmission:
        """The command for a decision on the present version."""
        submission = await self.submission(outcome)
        return ReviewSubmission(
            submission=submission.id, expected_version=submission.version, decision=decision, **words
        )

    async def approve(self, outcome: Outcome, **words: Any) -> Outcome:
        """Wang takes the submission, Li approves it."""
        await self.review(outcome, ReviewDecision.TAKE, WANG)
        return await self.review(outcome, ReviewDecision.APPROVE, LI, **words)

    async def end_notice(self, outcome: Outcome) -> Outcome:
        """Waits for the end of the public notice, and ends it."""
        submission = await self.submission(outcome)
        assert submission.notice_ends_at is not None
        self.now = submission.notice_ends_at
        return await self.done(EndNotice(submission=submission.id), THE_CLOCK)

    async def listed(self, owner: Caller, profile: dict[str, Any] | None = None, **words: Any) -> Firm:
        """An entry that went the whole way."""
        outcome = await self.done(SubmitFirm(profile=profile or raw_enterprise()), owner)
        await self.approve(outcome, **words)
        return await self.firm(await self.end_notice(outcome))
