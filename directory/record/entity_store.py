"""Entities of one kind inside a unit of work: every write names the version it replaces and logs what it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, Table, Update, bindparam, select, true, update

from directory.entities import RAW, Entity, dump, load
from directory.errors import Gone, NotFound, VersionConflict
from directory.facts import Fact, Json, differences
from directory.mentions import renamed
from directory.privacy import FREE_DATA, GROWING, personal_fields
from directory.record.columns import Kind
from directory.record.connection import Session
from directory.record.encoding import instant_text, json_text, quick_json_text
from directory.record.journal import Journal
from directory.record.personal import forget_values
from directory.record.selects import by_ids, entity_of, every, one, rows_of
from directory.remains import REMAINS

E = TypeVar("E", bound=Entity)


@cache
def _row_of(table: Table) -> Select[Any]:
    columns = table.c
    statement = select(columns.id, columns.version, columns.state, columns.erased)
    return statement.where(columns.id == bindparam("kept_id"))


@cache
def _replacing(table: Table) -> Update:
    """Sets the columns that it is given values of, where the row is still of the version that they follow."""
    columns = table.c
    same = (columns.id == bindparam("kept_id")) & (columns.version == bindparam("kept_version"))
    return update(table).where(same, columns.erased.is_not(true()))


@dataclass(slots=True)
class Work:
    """What the stores of one unit of work share."""

    session: Session
    journal: Journal = field(default_factory=Journal)


class EntityStore(Generic[E]):
    """`ports.Entities` over one table."""

    def __init__(self, kind: Kind[E], work: Work) -> None:
        self._kind = kind
        self._table = kind.table
        self._work = work
        self._seen: dict[str, E] = {}

    async def get(self, entity_id: str) -> E:
        """The present state. Raises: NotFound, Gone."""
        row = await self._row(entity_id)
        return self._remembered(entity_of(self._kind, row))

    async def find(self, entity_ids: Sequence[str]) -> Mapping[str, E]:
        """The present states of those that exist, by id."""
        found = await by_ids(self._work.session, self._kind, entity_ids)
        return {entity_id: self._remembered(entity) for entity_id, entity in found.items()}

    async def held(self, entity_ids: Sequence[str]) -> Mapping[str, E]:
        """As `find`, and none of them changes until the transaction ends; in id order, so that two never wait crosswise."""
        statement = rows_of(self._kind).where(self._table.c.id.in_(entity_ids))
        found = await self._every(statement.order_by(self._table.c.id).with_for_update())
        return {entity.id: entity for entity in found}

    async def add(
        self, entity: E, *, kind: str, actor: str, at: datetime, data: Mapping[str, Json] | None = None
    ) -> E:
        """The entity as kept, version 1.

        Raises: AlreadyExists; NotFound, for the id of a firm that is not there; Gone, for that of an erased one.
        """
        await self._admit(entity)
        kept = entity.model_copy(update={"version": 1})
        state = dump(kept)
        text = json_text(state) if state.get(RAW) else quick_json_text(state)
        row = {"id": kept.id, "version": 1, "state": text, "erased": False}
        await self._work.session.insert(self._table, [{**row, **self._kind.columns(kept)}])
        await self._follow(None, kept)
        self._remembered(kept)
        fact = Fact(kind, self._kind.type, kept.id, 1, actor, at, data=data or {})
        self._work.journal.append_new(fact, kept, state, personal_fields(kept))
        return kept

    async def save(
        self, entity: E, *, kind: str, actor: str, at: datetime, data: Mapping[str, Json] | None = None
    ) -> E:
        """The entity with the next version. Raises: VersionConflict, AlreadyExists, NotFound, Gone."""
        before = await self._loaded(entity)
        kept = entity.model_copy(update={"version": entity.version + 1})
        state = dump(kept)
        row = {"version": kept.version, "state": json_text(state), **self._kind.columns(kept)}
        await self._replace(entity, row)
        await self._follow(before, kept)
        fact = Fact(kind, self._kind.type, kept.id, kept.version, actor, at, data=data or {})
        self._log(before, (kept, state), fact)
        return kept

    async def erase(self, entity: E, *, kind: str, actor: str, at: datetime) -> None:
        """Empties the entity's row and logs that; both keep what is left of it for figures. Raises: VersionConflict."""
        version = entity.version + 1
        left = self._kind.remains(entity, at)
        row = {"version": version, "state": json_text(left), "erased": True, **self._kind.erased_columns}
        await self._replace(entity, row)
        self._seen.pop(entity.id, None)
        data = {REMAINS: left} if left else {}
        fact = Fact(kind, self._kind.type, entity.id, version, actor, at, data=data)
        self._work.journal.append(fact, entity)

    async def ended(self, statuses: Collection[str], before: datetime, limit: int) -> Sequence[E]:
        """Those of these statuses that were not changed since, longest ago first."""
        columns = self._table.c
        old = columns.status.in_(sorted(statuses)) & (columns.updated_at < instant_text(before))
        statement = rows_of(self._kind).where(old).order_by(columns.updated_at, columns.id)
        return await self._every(statement.limit(limit))

    async def anonymise(self, after: E, *, actor: str, at: datetime) -> None:
        """Writes a state without personal values; the log loses those that it replaces, and keeps all others."""
        before = await self._loaded(after)
        kept = after.model_copy(update={"version": after.version + 1})
        row = {"version": kept.version, "state": json_text(dump(kept)), **self._kind.columns(kept)}
        await self._replace(after, row)
        await self._follow(before, kept)
        personal = personal_fields(before) | personal_fields(kept)
        changes = differences(dump(before), dump(kept), personal=personal)
        gone = {each.field for each in changes if each.personal} | (personal - GROWING)
        await forget_values(self._work.session, after.id, gone | {f"data.{name}" for name in FREE_DATA})
        told = tuple(replace(each, before=None) if each.personal else each for each in changes)
        kind = f"{self._kind.type}:anonymised"
        self._remembered(kept)
        fact = Fact(kind, self._kind.type, kept.id, kept.version, actor, at, changes=told)
        self._work.journal.append(fact, kept)

    async def rename(self, subject: str, reference: str, *, actor: str, at: datetime) -> None:
        """Names somebody by a reference from now on, wherever the state of an entity of this kind does."""
        stated = self._table.c.state.contains(json_text(subject), autoescape=True)
        for entity in await self._every(rows_of(self._kind).where(stated).order_by(self._table.c.id)):
            state = renamed(dump(entity), {subject: reference})
            after = load(self._kind.entity, entity.id, entity.version, state)
            if after != entity:
                await self.save(after, kind=f"{self._kind.type}:person_forgotten", actor=actor, at=at)

    async def _one(self, statement: Any, **values: str) -> E | None:
        found = await one(self._work.session, self._kind, statement, **values)
        return None if found is None else self._remembered(found)

    async def _every(self, statement: Any, **values: str) -> Sequence[E]:
        found = await every(self._work.session, self._kind, statement, **values)
        return [self._remembered(each) for each in found]

    async def _admit(self, entity: E) -> None:
        """Called before an entity is added: the place to refuse it."""

    async def _follow(self, before: E | None, after: E) -> None:
        """Called once a new state is written: the place for rows that follow from it."""

    async def _replace(self, entity: E, row: Mapping[str, Any]) -> None:
        unmoved = {"kept_id": entity.id, "kept_version": entity.version}
        written = await self._work.session.execute(self._replacing(), {**row, **unmoved})
        if written.rowcount != 1:
            raise await self._conflict(entity)

    def _replacing(self) -> Update:
        return _replacing(self._table)

    def _remembered(self, entity: E) -> E:
        self._seen[entity.id] = entity
        return entity

    async def _loaded(self, entity: E) -> E:
        """The entity as it was when `entity` was derived from it."""
        seen = self._seen.get(entity.id) or await self.get(entity.id)
        if seen.version != entity.version:
            raise VersionConflict.of(expected=entity.version, current=seen.version)
        return seen

    async def _conflict(self, entity: E) -> VersionConflict:
        row = await self._row(entity.id)
        return VersionConflict.of(expected=entity.version, current=row.version)

    async def _row(self, entity_id: str) -> Any:
        row = (await self._work.session.execute(_row_of(self._table), {"kept_id": entity_id})).first()
        if row is None:
            raise NotFound.at(self._kind.type.value, key="not_found")
        if row.erased:
            raise Gone.at(self._kind.type.value, key="gone")
        return row

    def _log(self, before: E, kept: tuple[E, Mapping[str, Json]], fact: Fact) -> None:
        """Puts on the log what is kept now, with its state."""
        after, state = kept
        # A person who becomes an enterprise was a person before: both decide what is personal.
        personal = personal_fields(after) | personal_fields(before)
        changes = differences(dump(before), state, personal=personal)
        self._remembered(after)
        self._work.journal.append(replace(fact, changes=changes), after)
