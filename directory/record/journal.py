"""What one unit of work adds to the log: collected while it runs, written just before it commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import BigInteger, Text, cast, func, insert

from directory.entities import Entity
from directory.facts import Fact, FieldChange
from directory.mentions import mentioned, renamed
from directory.privacy import FREE_DATA, subject_of
from directory.record.connection import Session
from directory.record.encoding import instant_text, json_text
from directory.record.personal import SetApart
from directory.record.subjects import forget_subject, references
from directory.record.tables import log_entries, log_pending, personal_values

_ALWAYS = ("field", "before", "after")
_FIELDS = tuple(each.name for each in fields(FieldChange))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A fact, and whose personal values it may hold: the firm's and the entity's ids; None for no entity."""

    fact: Fact
    belongs_to: tuple[str, str] | None

    def mentioned(self) -> set[str]:
        """Everyone whom the fact names."""
        names = {self.fact.actor}
        for change in self.fact.changes:
            names.update(mentioned(change.before, change.field), mentioned(change.after, change.field))
        return names


class Journal:
    """The facts of one unit of work, in order."""

    def __init__(self) -> None:
        self._taken: list[_Taken] = []
        self._erased: set[str] = set()
        self._forgotten: set[str] = set()

    def append(self, fact: Fact, entity: Entity) -> None:
        """Takes the fact; its personal values go apart, under the firm whose person they belong to."""
        self._taken.append(_Taken(fact, (subject_of(entity), entity.id)))

    def note(self, fact: Fact) -> None:
        """Takes a fact about something that is no entity and holds no personal value."""
        self._taken.append(_Taken(fact, None))

    def forget(self, subject_id: str) -> None:
        """Drops the personal values taken for a firm that is being erased; the entries keep their commitments."""
        self._erased.add(subject_id)

    def forget_subject(self, subject: str) -> None:
        """Lets the log's references to somebody stand for nobody, once everything is written."""
        self._forgotten.add(subject)

    async def write(self, session: Session) -> None:
        """Writes everything taken, and queues it for the sealer."""
        if self._taken:
            await self._write(session)
        for subject in sorted(self._forgotten):
            await forget_subject(session, subject)

    async def _write(self, session: Session) -> None:
        refs = await references(session, set().union(*(taken.mentioned() for taken in self._taken)))
        personal: list[dict[str, Any]] = []
        entries = [self._row(taken, refs, personal) for taken in self._taken]
        if personal:
            await session.execute(insert(personal_values), personal)
        # SQLite numbers the rows of one statement as they stand; PostgreSQL has to be told to.
        in_order = session.dialect != "sqlite"
        written = await session.execute(
            insert(log_entries).returning(log_entries.c.id, sort_by_parameter_order=in_order), entries
        )
        ids = [row.id for row in written]
        await session.execute(
            insert(log_pending).values(xid=_xid(session, ids)), [{"entry_id": i} for i in ids]
        )

    def _row(self, taken: _Taken, refs: Mapping[str, str], personal: list[dict[str, Any]]) -> dict[str, Any]:
        fact = taken.fact
        changes = tuple(_under_references(change, refs) for change in fact.changes)
        data = dict(fact.data)
        if taken.belongs_to is not None:
            set_apart = SetApart(*taken.belongs_to)
            changes = tuple(set_apart.apart(change) for change in changes)
            data = {
                name: set_apart.pointer(f"data.{name}", value) if name in FREE_DATA else value
                for name, value in data.items()
            }
            if taken.belongs_to[0] not in self._erased:
                personal.extend(set_apart.rows)
        payload = {"changes": [_change_json(change) for change in changes], "data": data}
        return {
            "at": instant_text(fact.at),
            "actor": refs.get(fact.actor, fact.actor),
            "kind": fact.kind,
            "entity_type": fact.entity_type.value,
            "entity_id": fact.entity_id,
            "entity_version": fact.entity_version,
            "payload": json_text(payload),
        }


def _under_references(change: FieldChange, refs: Mapping[str, str]) -> FieldChange:
    before, after = renamed(change.before, refs, change.field), renamed(change.after, refs, change.field)
    return replace(change, before=before, after=after)


def _change_json(change: FieldChange) -> dict[str, Any]:
    return {name: value for name in _FIELDS if (value := getattr(change, name)) or name in _ALWAYS}


def _xid(session: Session, ids: list[int]) -> Any:
    """What entries of one transaction share: its id on PostgreSQL, their first id on SQLite, where writers take turns."""
    if session.dialect == "postgresql":
        return cast(cast(func.pg_current_xact_id(), Text), BigInteger)
    return min(ids)
