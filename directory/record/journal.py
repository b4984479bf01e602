"""What one unit of work adds to the log: collected while it runs, written just before it commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, cast, func, insert, select

from directory.entities import RAW, Entity
from directory.facts import Fact, FieldChange, Json, stated
from directory.mentions import mentioned, renamed
from directory.privacy import FREE_DATA, subject_of
from directory.record.connection import Session
from directory.record.encoding import instant_text, json_text, quick_json_text
from directory.record.personal import SetApart
from directory.record.subjects import forget_subject, references
from directory.record.tables import log_entries, log_pending, personal_values

_FLAGS = ("appended", "personal", "erased")
_NO_FLAGS: Mapping[str, bool] = {}
_PERSONAL: Mapping[str, bool] = {"personal": True}
_NUMBERED = insert(log_entries).returning(log_entries.c.id, sort_by_parameter_order=True)
# What entries of one transaction share on PostgreSQL, where several are under way.
_TRANSACTION = cast(cast(func.pg_current_xact_id(), Text), BigInteger)
_PENDING = insert(log_pending).values(xid=_TRANSACTION)
# On SQLite writers take turns, so that rows of one transaction are numbered without a gap: they share the first one's id.
_BEFORE = select(func.max(log_entries.c.id) - bindparam("count")).scalar_subquery()
_LAST_PENDING = insert(log_pending).from_select(
    [log_pending.c.entry_id, log_pending.c.xid],
    select(log_entries.c.id, _BEFORE + 1).where(log_entries.c.id > _BEFORE),
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A fact, and whose personal values it may hold: the firm's and the entity's ids; None for no entity.

    Of an entity that is new, `state` and the names of its `personal` fields stand for the changes.
    """

    fact: Fact
    belongs_to: tuple[str, str] | None
    state: Mapping[str, Json] | None = None
    personal: frozenset[str] = frozenset()

    def name_everyone(self, names: set[str]) -> None:
        """Puts everyone whom the fact names among the names."""
        names.add(self.fact.actor)
        names.update(mentioned(self.state))
        for change in self.fact.changes:
            names.update(mentioned(change.before, change.field))
            names.update(mentioned(change.after, change.field))


class Journal:
    """The facts of one unit of work, in order."""

    def __init__(self) -> None:
        self._taken: list[_Taken] = []
        self._erased: set[str] = set()
        self._forgotten: set[str] = set()

    def append(self, fact: Fact, entity: Entity) -> None:
        """Takes the fact; its personal values go apart, under the firm whose person they belong to."""
        self._taken.append(_Taken(fact, (subject_of(entity), entity.id)))

    def append_new(
        self, fact: Fact, entity: Entity, state: Mapping[str, Json], personal: frozenset[str]
    ) -> None:
        """Takes the fact that the entity came to be: what changed is all that its state says."""
        self._taken.append(_Taken(fact, (subject_of(entity), entity.id), state, personal))

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
        names: set[str] = set()
        taken, self._taken = self._taken, []
        for each in taken:
            each.name_everyone(names)
        refs = await references(session, names)
        personal: list[dict[str, Any]] = []
        entries = [self._row(each, refs, session.beginning, personal) for each in taken]
        await session.insert(personal_values, personal)
        if session.dialect == "sqlite":
            await session.insert(log_entries, entries)
            await session.execute(_LAST_PENDING, {"count": len(entries)})
        else:
            numbered = await session.execute(_NUMBERED, entries)
            await session.execute(_PENDING, [{"entry_id": row.id} for row in numbered])

    def _row(
        self, taken: _Taken, refs: Mapping[str, str], beginning: str, personal: list[dict[str, Any]]
    ) -> dict[str, Any]:
        fact, data = taken.fact, dict(taken.fact.data)
        if taken.belongs_to is None:
            changes = [_change_json(change, refs) for change in fact.changes]
        else:
            set_apart = SetApart(*taken.belongs_to, beginning=beginning)
            changes = [_change_json(change, refs, set_apart) for change in fact.changes]
            if taken.state is not None:
                changes = _first_values(taken.state, taken.personal, refs, set_apart)
            data = {
                name: set_apart.pointer(f"data.{name}", value) if name in FREE_DATA else value
                for name, value in data.items()
            }
            if taken.belongs_to[0] not in self._erased:
                personal.extend(set_apart.rows)
        return {
            "at": instant_text(fact.at),
            "actor": refs.get(fact.actor, fact.actor),
            "kind": fact.kind,
            "entity_type": fact.entity_type.value,
            "entity_id": fact.entity_id,
            "entity_version": fact.entity_version,
            "payload": _text_of(taken)({"changes": changes, "data": data}),
        }


def _text_of(taken: _Taken) -> Callable[[Any], str]:
    """How its payload is written: a draft, and what is said beside a change, may hold any number."""
    plain = taken.state is not None and not taken.state.get(RAW) and not taken.fact.data
    return quick_json_text if plain else json_text


def _first_values(
    state: Mapping[str, Json], personal: frozenset[str], refs: Mapping[str, str], set_apart: SetApart
) -> list[dict[str, Any]]:
    """As `_change_json`, of each field that a new entity's state has a value in."""
    return [
        _logged(field, None, value, refs, set_apart, _PERSONAL)
        if field in personal
        else _logged(field, None, value, refs)
        for field, value in stated(state)
    ]


def _change_json(
    change: FieldChange, refs: Mapping[str, str], set_apart: SetApart | None = None
) -> dict[str, Any]:
    """The change as the log holds it."""
    flags = {flag: True for flag in _FLAGS if getattr(change, flag)}
    apart = set_apart if change.personal else None
    return _logged(change.field, change.before, change.after, refs, apart, flags)


def _logged(
    field: str,
    before: Json,
    after: Json,
    refs: Mapping[str, str],
    set_apart: SetApart | None = None,
    flags: Mapping[str, bool] = _NO_FLAGS,
) -> dict[str, Any]:
    """A change: people under references, values that go apart as pointers, flags where they are set."""
    before, after = renamed(before, refs, field), renamed(after, refs, field)
    if set_apart is not None:
        before, after = set_apart.pointer(field, before), set_apart.pointer(field, after)
    return {"field": field, "before": before, "after": after, **flags}
