"""Reading the log: sealed entries by position, with personal values joined in where they are not erased."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, select

from directory.facts import Fact, FieldChange, LogEntry
from directory.indexing_ports import Touch
from directory.mentions import mentioned, renamed
from directory.record.connection import Session
from directory.record.digest import StoredEntry
from directory.record.encoding import from_json, instant
from directory.record.personal import data_joined, joined, pointers
from directory.record.selects import each_part
from directory.record.subjects import is_reference, named
from directory.record.tables import log_entries, log_seals, personal_values
from directory.states import EntityType

ENTRY_COLUMNS = tuple(log_entries.c)
_VALUES = select(personal_values.c.ref, personal_values.c.value).where(
    personal_values.c.ref.in_(bindparam("refs", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the sealed log; position 0 before the first entry."""

    position: int
    digest: str


def sealed(after: int, limit: int) -> Select[Any]:
    """Sealed entries after a position, in order."""
    return (
        select(log_seals.c.position, log_seals.c.digest, *ENTRY_COLUMNS)
        .join_from(log_seals, log_entries, log_entries.c.id == log_seals.c.entry_id)
        .where(log_seals.c.position > after)
        .order_by(log_seals.c.position)
        .limit(limit)
    )


def stored_entry(row: Row[Any]) -> StoredEntry:
    """The log's row inside a result row that has `ENTRY_COLUMNS`."""
    return StoredEntry(
        row.id, row.at, row.actor, row.kind, row.entity_type, row.entity_id, row.entity_version, row.payload
    )


async def entries_of(session: Session, statement: Select[Any]) -> Sequence[LogEntry]:
    """The entries that `statement` (see `sealed`) finds, with who acted and with personal values, unless erased."""
    rows = (await session.execute(statement)).all()
    payloads = [from_json(row.payload) for row in rows]
    changes = [tuple(FieldChange(**change) for change in payload["changes"]) for payload in payloads]
    refs = [
        pointer["ref"]
        for some, payload in zip(changes, payloads, strict=True)
        for pointer in pointers(some, payload["data"])
    ]
    values = await values_by_ref(session, refs)
    facts = [
        _fact(row, some, payload["data"], values)
        for row, payload, some in zip(rows, payloads, changes, strict=True)
    ]
    names = await named(session, {name for fact in facts for name in _references(fact)})
    return [
        LogEntry(row.position, row.digest, _with_names(fact, names))
        for row, fact in zip(rows, facts, strict=True)
    ]


async def touches(session: Session, after: int, limit: int) -> Sequence[Touch]:
    """What sealed entries after a position touch; only of a report that may have been moved is read what changed."""
    rows = await session.execute(_TOUCHES, {"after": after, "most": limit})
    return [
        Touch(row.position, row.kind, EntityType(row.entity_type), row.entity_id, _left(row.payload))
        for row in rows
    ]


def _may_be_moved() -> ColumnElement[bool]:
    columns = log_entries.c
    is_report = columns.entity_type == EntityType.BLOCKAGE.value
    # Its first version says where it came to be.
    return is_report & (columns.entity_version > 1) & columns.payload.contains('"firm_id"', autoescape=True)


_TOUCHES = (
    select(
        log_seals.c.position,
        log_entries.c.kind,
        log_entries.c.entity_type,
        log_entries.c.entity_id,
        case((_may_be_moved(), log_entries.c.payload)).label("payload"),
    )
    .join_from(log_seals, log_entries, log_entries.c.id == log_seals.c.entry_id)
    .where(log_seals.c.position > bindparam("after"))
    .order_by(log_seals.c.position)
    .limit(bindparam("most"))
)


def _left(payload: str | None) -> str | None:
    """The entry (名录主体) that a report was moved away from."""
    changes = from_json(payload)["changes"] if payload else ()
    return next((change["before"] for change in changes if change["field"] == "firm_id"), None)


def _references(fact: Fact) -> Iterator[str]:
    for name in (fact.actor, *(each for change in fact.changes for each in _mentioned(change))):
        if is_reference(name):
            yield name


def _mentioned(change: FieldChange) -> set[str]:
    return mentioned(change.before, change.field) | mentioned(change.after, change.field)


def _with_names(fact: Fact, names: Mapping[str, str]) -> Fact:
    changes = tuple(
        replace(
            change,
            before=renamed(change.before, names, change.field),
            after=renamed(change.after, names, change.field),
        )
        for change in fact.changes
    )
    return replace(fact, actor=names.get(fact.actor, fact.actor), changes=changes)


async def values_by_ref(session: Session, refs: Sequence[str]) -> Mapping[str, str]:
    """Personal values as JSON texts by reference; erased ones are absent."""
    return {row.ref: row.value for row in await each_part(session, _VALUES, refs=refs)}


def _fact(
    row: Row[Any], changes: tuple[FieldChange, ...], data: Mapping[str, Any], values: Mapping[str, str]
) -> Fact:
    return Fact(
        kind=row.kind,
        entity_type=EntityType(row.entity_type),
        entity_id=row.entity_id,
        entity_version=row.entity_version,
        actor=row.actor,
        at=instant(row.at),
        changes=tuple(joined(change, values) for change in changes),
        data=data_joined(data, values),
    )
