"""What one unit of work adds to the log: collected while it runs, written just before it commits."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import BigInteger, Text, cast, func, insert

from directory.entities import Entity
from directory.facts import Fact, FieldChange
from directory.privacy import subject_of
from directory.record.connection import Session
from directory.record.encoding import instant_text, json_text
from directory.record.personal import SetApart
from directory.record.tables import log_entries, log_pending, personal_values

_ALWAYS = ("field", "before", "after")
_FIELDS = tuple(each.name for each in fields(FieldChange))


class Journal:
    """The facts of one unit of work, in order."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._personal: list[dict[str, Any]] = []

    def append(self, fact: Fact, entity: Entity) -> None:
        """Takes the fact; its personal values go apart, under the firm whose person they belong to."""
        set_apart = SetApart(subject_of(entity), entity.id)
        changes = tuple(set_apart.apart(change) for change in fact.changes)
        self._personal.extend(set_apart.rows)
        self._entries.append(_row(fact, changes))

    def note(self, fact: Fact) -> None:
        """Takes a fact about something that is no entity and holds no personal value."""
        self._entries.append(_row(fact, fact.changes))

    def forget(self, subject_id: str) -> None:
        """Drops the personal values taken for a firm that is being erased; the entries keep their commitments."""
        self._personal = [row for row in self._personal if row["subject_id"] != subject_id]

    async def write(self, session: Session) -> None:
        """Writes everything taken, and queues it for the sealer."""
        if not self._entries:
            return
        if self._personal:
            await session.execute(insert(personal_values), self._personal)
        # SQLite numbers the rows of one statement as they stand; PostgreSQL has to be told to.
        in_order = session.dialect != "sqlite"
        written = await session.execute(
            insert(log_entries).returning(log_entries.c.id, sort_by_parameter_order=in_order), self._entries
        )
        ids = [row.id for row in written]
        await session.execute(
            insert(log_pending).values(xid=_xid(session, ids)), [{"entry_id": i} for i in ids]
        )


def _row(fact: Fact, changes: tuple[FieldChange, ...]) -> dict[str, Any]:
    payload = {"changes": [_change_json(change) for change in changes], "data": dict(fact.data)}
    return {
        "at": instant_text(fact.at),
        "actor": fact.actor,
        "kind": fact.kind,
        "entity_type": fact.entity_type.value,
        "entity_id": fact.entity_id,
        "entity_version": fact.entity_version,
        "payload": json_text(payload),
    }


def _change_json(change: FieldChange) -> dict[str, Any]:
    return {name: value for name in _FIELDS if (value := getattr(change, name)) or name in _ALWAYS}


def _xid(session: Session, ids: list[int]) -> Any:
    """What entries of one transaction share: its id on PostgreSQL, their first id on SQLite, where writers take turns."""
    if session.dialect == "postgresql":
        return cast(cast(func.pg_current_xact_id(), Text), BigInteger)
    return min(ids)
