"""
Importing entries: each row is the real command, carried out once.

A row's client mutation id comes from the file and the row's content, so a row that was cut off between commit and
report is not carried out again. Those ids are kept for a day only; after that a row is known by what it led to: an
entry of the same identity for which the same caller declared the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from directory.access import Caller
from directory.commands import SubmitFirm
from directory.entities import Contact, Firm
from directory.errors import InvalidInput, Problem
from directory.handling import Directory, Outcome
from directory.identities import account_keys
from directory.ports import UnitOfWork
from directory.profile_reading import Declaration, read_profile
from directory.profiles import ContactDetails
from directory.states import EntityKind
from directory.workdays import local_date
from indexer.transfer.read import Row


class RowOutcome(StrEnum):
    """What became of a row; ACCEPTABLE is what a dry run says of one that would be registered."""

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
        self._dry_run = dry_run
        self._clock = clock

    async def take(self, row: Row) -> RowResult:
        """What became of the row. Raises: ServiceFault, when the record cannot be read or written now."""
        if refused := _refused(row, row.problems):
            return refused
        try:
            declared = self._read(row)
        except InvalidInput as invalid:
            return RowResult(row.line, RowOutcome.REFUSED, problems=invalid.problems)
        key = self._key(row)
        async with self._directory.record.unit_of_work() as uow:
            there = await self._present(uow, row, declared, key)
        return there or await self._carried_out(row, key)

    def _read(self, row: Row) -> Declaration:
        return read_profile(row.fields, self._directory.rulebook, local_date(self._clock()))

    def _key(self, row: Row) -> str:
        content = json.dumps(row.fields, sort_keys=True, default=str)
        return f"import:{hashlib.sha256(f'{self._file_digest}{content}'.encode()).hexdigest()}"

    async def _present(self, uow: UnitOfWork, row: Row, declared: Declaration, key: str) -> RowResult | None:
        """What is known of a row that was carried out before, by this file or another; None for a new one."""
        subject = self._caller.subject or ""
        firm = await _holder(uow, declared)
        carried_out = await uow.replies.recall(subject, key, self._clock()) is not None
        own = firm is not None and firm.owner == subject
        if carried_out or (firm is not None and own and await _declares(uow, firm, declared)):
            return RowResult(row.line, RowOutcome.ALREADY_THERE, firm.entry_number if firm and own else None)
        return None

    async def _carried_out(self, row: Row, key: str) -> RowResult:
        command = SubmitFirm(profile=row.fields, client_mutation_id=key)
        if self._dry_run:
            outcome = await self._directory.rehearse(command, self._caller)
            return _refused(row, outcome.problems) or RowResult(row.line, RowOutcome.ACCEPTABLE)
        outcome = await self._directory.handle(command, self._caller)
        return _refused(row, outcome.problems) or await self._registered(row, outcome)

    async def _registered(self, row: Row, outcome: Outcome) -> RowResult:
        async with self._directory.record.reader() as reader:
            found = await reader.firms([outcome.firm or ""])
        number = next((firm.entry_number for firm in found.values()), None)
        return RowResult(row.line, RowOutcome.REGISTERED, number)


def _refused(row: Row, problems: tuple[Problem, ...]) -> RowResult | None:
    return RowResult(row.line, RowOutcome.REFUSED, problems=problems) if problems else None


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
