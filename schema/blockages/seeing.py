"""A report as one caller sees it: what the caller is to it, by the directory's rules, and nothing for strangers to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from directory.access import Role
from directory.entities import Blockage, Firm
from directory.report_fields import may_read_report_field
from directory.standing import Sides, may_see_blockage, may_see_reporter, sides_of
from schema.context import Context


@dataclass(frozen=True, slots=True)
class Seen:
    """A report that the caller may know of, with what the caller is to it."""

    report: Blockage
    sides: Sides
    knows_reporter: bool

    def reads(self, field: str) -> bool:
        """Whether the caller may read this part of the report."""
        return may_read_report_field(field, self.sides, knows_reporter=self.knows_reporter)


async def seen(context: Context, report: Blockage | None) -> Seen | None:
    """The report for the caller; None for one that is not there or that the caller may not know of."""
    if report is None:
        return None
    caller, agencies = context.caller, context.reference.agencies
    is_reporter = await _owns(context, report.firm_id)
    if not may_see_blockage(caller, report, agencies, is_reporter=is_reporter):
        return None
    return Seen(
        report=report,
        sides=sides_of(caller, report, agencies, is_reporter=is_reporter),
        knows_reporter=may_see_reporter(caller, report, agencies, is_reporter=is_reporter),
    )


async def seen_by_id(context: Context, blockage_id: str) -> Seen | None:
    """The report with this id for the caller."""
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (blockage_id.isascii() and blockage_id.isalnum()):
        return None
    return await seen(context, await context.loaders.blockage.load(blockage_id))


async def all_seen(context: Context, ids: Iterable[str]) -> list[Seen | None]:
    """The reports in the order of `ids`, None for each that the caller may not know of; two reads for all."""
    return list(await asyncio.gather(*(seen_by_id(context, id_) for id_ in ids)))


async def surviving_firm(context: Context, firm_id: str) -> Firm | None:
    """The entry, or the one in which a merged one lives on."""
    firm = await context.loaders.firm.load(firm_id)
    while firm is not None and firm.merged_into is not None:
        firm = await context.loaders.firm.load(firm.merged_into)
    return firm


async def _owns(context: Context, firm_id: str) -> bool:
    """Whether the entry is the caller's own; asked of the record only for those who can own one."""
    caller = context.caller
    if caller.subject is None or not caller.has(Role.FIRM):
        return False
    firm = await surviving_firm(context, firm_id)
    return firm is not None and firm.owner == caller.subject
