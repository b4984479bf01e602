"""
Importing entries: each row is the real command, carried out once, many of them in one unit of work.

A row's client mutation id comes from the file and the row's content, so a row that was cut off between commit and
report is not carried out again. Those ids are kept for a day only; after that a row is known by what it led to: an
entry of the same identity for which the same caller declared the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from directory.access import Caller
from directory.commands import SubmitFirm
from directory.entities import Contact, Firm
from directory.errors import Problem
from directory.handlers.registration import keys_of
from directory.handling import Directory, Outcome
from directory.identities import account_keys, described, identity_keys
from directory.ports import Expected, UnitOfWork
from directory.profile_reading import Declaration
from directory.profiles import ContactDetails
from directory.states import EntityKind
from indexer.transfer.declaring import Declaring, Taken
from indexer.transfer.read import Row

# How many rows are judged, or carried out, in one unit of work, where not all are.
AT_ONCE = 500


class RowOutcome(StrEnum):
    """What became of a row; ACCEPTABLE is what a dry run says of one that would be registered, and an import of all or
    nothing of one that another row kept from it."""

    REGISTERED = "registered"
    ALREADY_THERE = "already_there"
    REFUSED = "refused"
    ACCEPTABLE = "acceptable"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of the row on this line; `entry` is the entry's number where there is one."""

    line: int
    outcome: RowOutcome
    entry: str | None = None
    problems: tuple[Problem, ...] = ()


class FirmImport:
    """Carries out the rows of one file for one caller."""

    def __init__(
        self,
        directory: Directory,
        caller: Caller,
        file_digest: str,
        *,
        dry_run: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`file_digest` tells this file from others. A dry run writes nothing: rows are judged by the present record."""
        self._directory = directory
        self._caller = caller
        self._file_digest = file_digest
        self._declaring = Declaring(directory.rulebook, file_digest, clock=clock)
        self._dry_run = dry_run
        self._clock = clock

    async def take(self, row: Row) -> RowResult:
        """What became of the row. Raises: ServiceFault, when the record cannot be read or written now."""
        (result,) = await self.take_all([row])
        return result

    async def take_all(self, rows: Sequence[Row]) -> Sequence[RowResult]:
        """As `take_read`, of rows that were not read yet."""
        return await self.take_read([self._declaring.taken(row) for row in rows])

    async def take_read(self, rows: Sequence[Taken]) -> Sequence[RowResult]:
        """What became of each row, in order; all of it is durable when this returns.

        Rows are carried out together as far as they stand apart: one that claims what another claims comes after it.
        Raises: ServiceFault, when the record cannot be read or written now; what was carried out stays.
        """
        results: list[RowResult] = []
        for some in _apart(rows):
            results += await self._together(some)
        return results

    async def take_as_one(self, rows: Sequence[Row], judged: Callable[[int], None]) -> Sequence[RowResult]:
        """What became of each row, in order: all were carried out in one unit of work; or one is refused, and none was.

        Each is judged first, by the present record, of which `judged` hears in rows; what stands in the way only of another row
        of the file is found while they are carried out. Raises: ServiceFault; then nothing was carried out either.
        """
        judging = FirmImport(
            self._directory, self._caller, self._file_digest, dry_run=True, clock=self._clock
        )
        results: list[RowResult] = []
        for start in range(0, len(rows), AT_ONCE):
            results += await judging.take_all(some := rows[start : start + AT_ONCE])
            judged(len(some))
        wanted = {row.line: row for row, result in zip(rows, results, strict=True) if _acceptable(result)}
        if self._dry_run or any(result.outcome is RowOutcome.REFUSED for result in results):
            return results
        done = await self._all_or_none(list(wanted.values()))
        return [done.get(result.line, result) for result in results]

    async def _all_or_none(self, new: Sequence[Row]) -> Mapping[int, RowResult]:
        """By line what became of the rows; only the refused one, where there is one."""
        commands = [
            SubmitFirm(profile=row.fields, client_mutation_id=self._declaring.key(row)) for row in new
        ]
        outcomes = await self._directory.handle_as_one(commands, self._caller)
        if outcomes and outcomes[-1].problems:
            refused = new[len(outcomes) - 1]
            return {refused.line: _refused(refused, outcomes[-1].problems)}
        numbers = await self._numbers(outcomes)
        return {
            row.line: self._result(row, outcome, numbers) for row, outcome in zip(new, outcomes, strict=True)
        }

    async def _together(self, some: Sequence[Taken]) -> Sequence[RowResult]:
        known: dict[str, RowResult] = {}
        async with self._directory.record.bulk_work() as uow:
            await uow.foresee(self._expected(some), [], self._clock())
            for taken in some:
                if taken.declaration and (there := await self._present(uow, taken, taken.declaration)):
                    known[taken.key] = there
        new = [taken for taken in some if taken.declared and taken.key not in known]
        known |= dict(zip((taken.key for taken in new), await self._carried_out(new), strict=True))
        return [known.get(taken.key) or _refused(taken.row, taken.problems) for taken in some]

    def _expected(self, some: Sequence[Taken]) -> Expected:
        profiles = [taken.declaration.profile for taken in some if taken.declaration]
        return Expected(
            subject=self._caller.subject or "",
            usccs=frozenset(profile.uscc for profile in profiles if profile.uscc),
            accounts=frozenset(key for profile in profiles for key in account_keys(profile)),
            replies=frozenset(taken.key for taken in some if taken.declared),
        )

    async def _present(self, uow: UnitOfWork, taken: Taken, declared: Declaration) -> RowResult | None:
        """What is known of a row that was carried out before, by this file or another; None for a new one."""
        subject = self._caller.subject or ""
        firm = await _holder(uow, declared)
        carried_out = await uow.replies.recall(subject, taken.key, self._clock()) is not None
        own = firm is not None and firm.owner == subject
        if carried_out or (firm is not None and own and await _declares(uow, firm, declared)):
            number = firm.entry_number if firm and own else None
            return RowResult(taken.row.line, RowOutcome.ALREADY_THERE, number)
        return None

    async def _carried_out(self, new: Sequence[Taken]) -> Sequence[RowResult]:
        commands = [
            SubmitFirm(profile=taken.row.fields, client_mutation_id=taken.key, declared=taken.declared)
            for taken in new
        ]
        if self._dry_run:
            outcomes = [await self._directory.rehearse(command, self._caller) for command in commands]
        else:
            regions = self._directory.rulebook.reference.regions
            entries = (described("", taken.declaration.profile) for taken in new if taken.declaration)
            expected = replace(self._expected(new), keys=tuple(keys_of(entry, regions) for entry in entries))
            outcomes = list(await self._directory.handle_all(commands, self._caller, expected))
        numbers = await self._numbers(outcomes)
        return [
            self._result(taken.row, outcome, numbers) for taken, outcome in zip(new, outcomes, strict=True)
        ]

    async def _numbers(self, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        """The numbers of the entries that came to be, by id."""
        async with self._directory.record.reader() as reader:
            return await reader.entry_numbers([outcome.firm for outcome in outcomes if outcome.firm])

    def _result(self, row: Row, outcome: Outcome, numbers: Mapping[str, str]) -> RowResult:
        if outcome.problems:
            return _refused(row, outcome.problems)
        if self._dry_run:
            return RowResult(row.line, RowOutcome.ACCEPTABLE)
        return RowResult(row.line, RowOutcome.REGISTERED, numbers.get(outcome.firm or ""))


def _apart(rows: Iterable[Taken]) -> Iterator[Sequence[Taken]]:
    """The rows in order, divided where one claims the identity of another, or says the same."""
    some: list[Taken] = []
    claimed: set[str] = set()
    for taken in rows:
        declared = taken.declaration
        claims = identity_keys(declared.profile) | {taken.key} if declared else frozenset[str]()
        if not claimed.isdisjoint(claims):
            yield some
            some, claimed = [], set()
        some.append(taken)
        claimed |= claims
    if some:
        yield some


def _acceptable(result: RowResult) -> bool:
    return result.outcome is RowOutcome.ACCEPTABLE


def _refused(row: Row, problems: tuple[Problem, ...]) -> RowResult:
    return RowResult(row.line, RowOutcome.REFUSED, problems=problems)


async def _holder(uow: UnitOfWork, declared: Declaration) -> Firm | None:
    """The live entry that has the identity declared."""
    profile = declared.profile
    if profile.uscc is not None:
        return await uow.firms.by_uscc(profile.uscc)
    if profile.entity_kind is EntityKind.FREELANCER:
        for key in account_keys(profile):
            if (firm := await uow.firms.by_account(key)) is not None:
                return firm
    return None


async def _declares(uow: UnitOfWork, firm: Firm, declared: Declaration) -> bool:
    """True when one of the entry's submissions declared exactly this."""
    for submission in await uow.submissions.of_firm(firm.id):
        if (submission.profile, submission.readings) == (declared.profile, declared.readings):
            kept = await uow.contacts.get(submission.contact.ref) if submission.contact else None
            if _details(kept) == declared.contact:
                return True
    return False


def _details(kept: Contact | None) -> ContactDetails | None:
    if kept is None:
        return None
    return ContactDetails(person=kept.person, phone=kept.phone, email=kept.email, address=kept.address)
