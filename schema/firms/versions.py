"""An entry as it was: replayed from its log, under the same rules of sight as the present one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from directory import entities
from directory.access import Caller
from directory.bands import DISCLOSURE, Disclosure
from directory.errors import NotFound
from directory.facts import FieldChange as LoggedChange
from directory.facts import LogEntry
from directory.history import changes_between, state_as_of
from directory.states import EntityType
from directory.visibility import disclosure, may_read_firm_field, may_see_firm
from schema.changes.types import FieldChange
from schema.context import Context

AT_ONCE = 1_000
CONTACT_FIELD = "contact"
READINGS_FIELD = "readings"


async def log_of(context: Context, entity_type: EntityType, entity_id: str) -> list[LogEntry]:
    """Every sealed entry of one entity, in order."""
    entries: list[LogEntry] = []
    async with context.services.record.reader() as reader:
        while True:
            position = entries[-1].position if entries else 0
            more = await reader.log_after(position, limit=AT_ONCE, entity=(entity_type, entity_id))
            entries.extend(more)
            if len(more) < AT_ONCE:
                return entries


async def as_of(context: Context, firm: entities.Firm | None, at: datetime) -> entities.Firm | None:
    """The entry as it stood at an instant; None before it came to be. Raises: Gone."""
    if firm is None or at >= firm.updated_at:
        return firm
    return state_as_of(await log_of(context, EntityType.FIRM, firm.id), at)


async def version_of(context: Context, firm_id: str, version: int) -> entities.Firm | None:
    """One version of an entry; None for one that never was. Raises: Gone."""
    return at_version(await log_of(context, EntityType.FIRM, firm_id), version)


def at_version(entries: Sequence[LogEntry], version: int) -> entities.Firm | None:
    """The version of an entry among its log entries; None for one that never was. Raises: Gone."""
    state = state_as_of(entry for entry in entries if entry.fact.entity_version <= version)
    return state if state is not None and state.version == version else None


async def field_changes(context: Context, firm_id: str, older: int, newer: int) -> list[FieldChange]:
    """What differs between two versions that the caller may see. Raises: NotFound, Gone."""
    entries = await log_of(context, EntityType.FIRM, firm_id)
    for version in (older, newer):
        state = at_version(entries, version)
        if state is None or not may_see_firm(context.caller, state):
            raise NotFound.at("version", key="not_found")
    firm = at_version(entries, newer)
    return [
        FieldChange(field=change.field, before=change.before, after=change.after)
        for change in changes_between(entries, older, newer)
        if firm is not None and _may_read(context.caller, firm, change)
    ]


def _may_read(caller: Caller, firm: entities.Firm, change: LoggedChange) -> bool:
    field = change.field.removeprefix("profile.")
    if field == CONTACT_FIELD:
        # The log holds pointers to contact details only, which tell nothing.
        return False
    if field == READINGS_FIELD:
        return all(disclosure(caller, firm, metric) is Disclosure.EXACT for metric in DISCLOSURE)
    return may_read_firm_field(caller, firm, field)
