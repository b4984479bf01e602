"""A report on somebody's desk: loaded with what the caller is to it, and kept after a move."""

from __future__ import annotations

from dataclasses import dataclass

from directory.blockages import Step, admitted
from directory.commands import Command
from directory.entities import Blockage, Firm
from directory.errors import ErrorCode, InvalidInput, NotFound, Problem, VersionConflict
from directory.handlers.asking import ask_late_comer, keep_reports
from directory.handlers.wording import LONGEST_NOTE
from directory.handling import Handling, Outcome
from directory.moves import Action, Side
from directory.ports import UnitOfWork
from directory.raw_fields import RawFields
from directory.standing import Sides, may_see_blockage, sides_of
from directory.states import BlockageStatus

_OF_AN_AGENCY = frozenset({Side.LEAD, Side.CO_AGENCY, Side.STEP_OWNER})


@dataclass(frozen=True, slots=True)
class Case:
    """One report with what the caller is to it; `owner` is whose entry reported, None for one that nobody owns now."""

    blockage: Blockage
    sides: Sides
    handling: Handling
    owner: str | None

    def step(self, action: Action) -> Step:
        """The caller's step, named by role or agency. Raises: Forbidden, NotAllowedNow."""
        side = admitted(self.blockage, action, self.sides)
        agency = self.handling.caller.agency if side in _OF_AN_AGENCY else None
        return Step(agency or side.value, self.handling.now, self.handling.rulebook)

    async def keep(self, after: Blockage, action: Action, **data: object) -> Outcome:
        """The outcome of writing the report with one fact, of which all whom it concerns are told.

        One that comes into progress is asked what its blocking point asks. Raises: VersionConflict.
        """
        (kept,) = await keep_reports(self.handling, [after], action, data)
        if self.blockage.status is not BlockageStatus.IN_PROGRESS:
            await ask_late_comer(self.handling, kept)
        return Outcome(firm=kept.firm_id, blockage=kept.id)


async def open_case(blockage_id: str, h: Handling, *, expected_version: int | None) -> Case:
    """The report as the caller may act on it; `expected_version` None for the clock, which saw no version.

    Raises: NotFound, also for a report the caller may not know of; Gone; VersionConflict.
    """
    blockage = await known_report(blockage_id, h, "blockage")
    owner = await _owner(blockage.firm_id, h.uow)
    is_reporter = h.caller.subject is not None and h.caller.subject == owner
    agencies = h.rulebook.reference.agencies
    if not may_see_blockage(h.caller, blockage, agencies, is_reporter=is_reporter):
        raise NotFound.at("blockage", key="not_found")
    if expected_version is not None and expected_version != blockage.version:
        raise VersionConflict.of(expected=expected_version, current=blockage.version)
    return Case(blockage, sides_of(h.caller, blockage, agencies, is_reporter=is_reporter), h, owner)


async def known_report(blockage_id: str, h: Handling, step: str) -> Blockage:
    """The report with this id, whoever asks. Raises: NotFound at `step`, Gone."""
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (blockage_id.isascii() and blockage_id.isalnum()):
        raise NotFound.at(step, key="not_found")
    try:
        return await h.uow.blockages.get(blockage_id)
    except NotFound:
        raise NotFound.at(step, key="not_found") from None


async def _owner(firm_id: str, uow: UnitOfWork) -> str | None:
    """Who owns the entry that reported; of a merged one, who owns the entry it lives on in."""
    firm: Firm | None = None
    following: str | None = firm_id
    while following is not None:
        firm = (await uow.firms.find([following])).get(following)
        following = firm.merged_into if firm else None
    return firm.owner if firm else None


def fields_of(command: Command, *names: str) -> RawFields:
    """The named fields of a command, to be read one by one."""
    return RawFields({name: getattr(command, name) for name in names}, (), [], names)


def refuse_problems(fields: RawFields) -> None:
    """Raises: InvalidInput, with every problem noted, if there is any."""
    if fields.problems:
        raise InvalidInput.all_of(fields.problems)


def read_note(command: Command, name: str = "note") -> str | None:
    """The text of one optional field. Raises: InvalidInput."""
    fields = fields_of(command, name)
    note = fields.text(name, longest=LONGEST_NOTE, multiline=True)
    refuse_problems(fields)
    return note


def read_reason(command: Command, name: str = "note") -> str:
    """The text of one field that must be there. Raises: InvalidInput."""
    note = read_note(command, name)
    if note is None:
        raise InvalidInput(Problem(ErrorCode.REQUIRED, (name,), "required"))
    return note
