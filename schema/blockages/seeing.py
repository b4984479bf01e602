"""A report as one caller sees it: what the caller is to it, by the directory's rules, and nothing for strangers to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from directory.access import Caller, Role
from directory.entities import Blockage, Firm
from directory.public_texts import Words, words_for
from directory.report_fields import may_read_report_field
from directory.sealing import may_see_reporter
from directory.standing import Sides, may_see_blockage, sides_of
from schema.context import Context
from schema.firms.types import surviving


@dataclass(frozen=True, slots=True)
class Seen:
    """A report that the caller may know of, with what the caller is to it."""

    report: Blockage
    sides: Sides
    knows_reporter: bool

    def reads(self, field: str) -> bool:
        """Whether the caller may read this part of the report."""
        return may_read_report_field(field, self.sides, knows_reporter=self.knows_reporter)

    @property
    def words(self) -> Words:
        """The title and description that the caller reads."""
        return words_for(self.report, self.sides)


async def seen(context: Context, report: Blockage | None) -> Seen | None:
    """The report for the caller; None for one that is not there or that the caller may not know of."""
    if report is None:
        return None
    caller, agencies = context.caller, context.reference.agencies
    is_reporter = await _is_reporter(context, report)
    if not may_see_blockage(caller, report, agencies, is_reporter=is_reporter):
        return None
    return Seen(
        report=report,
        sides=sides_of(caller, report, agencies, is_reporter=is_reporter),
        knows_reporter=may_see_reporter(caller, report, context.services.clock(), is_reporter=is_reporter),
    )


async def seen_by_id(context: Context, blockage_id: str) -> Seen | None:
    """The report with this id for the caller."""
    if not _is_id(blockage_id):
        return None
    return await seen(context, await context.loaders.blockage.load(blockage_id))


async def all_seen(context: Context, ids: Iterable[str]) -> list[Seen | None]:
    """The reports in the order of `ids`, None for each that the caller may not know of; two reads for all."""
    return list(await asyncio.gather(*(seen_by_id(context, id_) for id_ in ids)))


async def surviving_firm(context: Context, firm_id: str) -> Firm | None:
    """The entry, or the one in which a merged one lives on; whether the caller may see it is not asked."""
    if not _is_id(firm_id):
        return None
    return await surviving(context, await context.loaders.firm.load(firm_id))


def is_owner(caller: Caller, firm: Firm) -> bool:
    """Whether the entry is the caller's own."""
    return caller.has(Role.FIRM) and caller.subject is not None and firm.owner == caller.subject


async def _is_reporter(context: Context, report: Blockage) -> bool:
    """Whether the entry that reported is the caller's own; asked of the record only for those who can own one."""
    if not context.caller.has(Role.FIRM):
        return False
    firm = await surviving_firm(context, report.firm_id)
    return firm is not None and is_owner(context.caller, firm)


def _is_id(text: str) -> bool:
    """Whether the text can be an id of ours; others are not asked for: a database may refuse their characters."""
    return text.isascii() and text.isalnum()
