"""The reads of entities that commands and readers share, as statements and as entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Row, Select, bindparam, func, or_, select, true

from directory.duplicates import Identity
from directory.entities import Entity, Firm, load
from directory.identities import described_in
from directory.record.columns import FIRM, Kind
from directory.record.connection import Session
from directory.record.encoding import state_of
from directory.record.tables import firm_accounts, firm_keys, firms

E = TypeVar("E", bound=Entity)
V = TypeVar("V")

# Far below the 32,766 parameters that both databases take in a statement.
AT_ONCE = 5_000
# A key that more entries share than this says nothing of who they are.
COMMONEST_KEY = 1_000
# Entities that are not made of their JSON again: what many look at at the same time. Some 20 kB each.
LOADED_AT_ONCE = 1_024


def entity_of(kind: Kind[E], row: Row[Any]) -> E:
    """The entity kept in a row of `rows_of`."""
    return cast("E", _loaded(kind.entity, row.id, row.version, row.state))


@lru_cache(maxsize=LOADED_AT_ONCE)
def _loaded(entity: type[Entity], id_: str, version: int, state: str) -> Entity:
    # Entities are immutable and follow from what is asked for, so that nothing remembered can be out of date.
    return load(entity, id_, version, state_of(state))


def rows_of(kind: Kind[E]) -> Select[Any]:
    """Id, version and state of the entities of a kind that are not erased."""
    columns = kind.table.c
    return select(columns.id, columns.version, columns.state).where(columns.erased.is_not(true()))


def _survivors(start: Any) -> Select[Any]:
    # UNION drops what was met before, so that even a circle of merges ends.
    chain = select(firms.c.id, firms.c.merged_into).where(start).cte("chain", recursive=True)
    chain = chain.union(select(firms.c.id, firms.c.merged_into).where(firms.c.id == chain.c.merged_into))
    return rows_of(FIRM).where(firms.c.id.in_(select(chain.c.id).where(chain.c.merged_into.is_(None))))


def _with_uscc(uscc: Any) -> Select[Any]:
    start = (firms.c.uscc == uscc) & or_(firms.c.live.is_(true()), firms.c.merged_into.is_not(None))
    return (
        _survivors(start)
        .where(firms.c.live.is_(true()))
        .order_by((func.coalesce(firms.c.uscc, "") == uscc).desc(), firms.c.updated_at.desc(), firms.c.id)
        .limit(1)
    )


# Statements that commands and readers ask all the time: making one costs more than asking it does.

# The entry with this `number`, or the one it was merged into in the end.
BY_ENTRY_NUMBER = _survivors(firms.c.entry_number == bindparam("number"))
# The live entry with this `uscc`, else the live one that an entry with it was merged into, latest first.
BY_USCC = _with_uscc(bindparam("uscc", type_=firms.c.uscc.type))
# The live freelancer with this `account`.
BY_ACCOUNT = rows_of(FIRM).where(
    firms.c.id.in_(select(firm_accounts.c.firm_id).where(firm_accounts.c.account_key == bindparam("account")))
)
# The entries of this `subject`, newest first.
OWNED_BY = (
    rows_of(FIRM)
    .where(firms.c.owner == bindparam("subject"))
    .order_by(firms.c.created_at.desc(), firms.c.id.desc())
)
_NUMBERS = select(firms.c.id, firms.c.entry_number).where(firms.c.id.in_(bindparam("ids", expanding=True)))
_HOLDER_COUNTS = (
    select(firm_keys.c.key, func.count().label("entries"))
    .where(firm_keys.c.key.in_(bindparam("keys", expanding=True)))
    .group_by(firm_keys.c.key)
)
_KEY_HOLDERS = (
    select(firm_keys.c.key, firm_keys.c.firm_id)
    .join(firms, firms.c.id == firm_keys.c.firm_id)
    .where(firm_keys.c.key.in_(bindparam("keys", expanding=True)), firms.c.erased.is_not(true()))
)


@cache
def _with_ids(kind: Kind[Any]) -> Select[Any]:
    return rows_of(kind).where(kind.table.c.id.in_(bindparam("ids", expanding=True)))


@cache
def _remains_with_ids(kind: Kind[Any]) -> Select[Any]:
    columns = kind.table.c
    left = columns.erased.is_(true()) & (columns.state != "{}")
    with_ids = columns.id.in_(bindparam("ids", expanding=True))
    return select(columns.id, columns.version, columns.state).where(left, with_ids)


async def one(session: Session, kind: Kind[E], statement: Select[Any], **values: str) -> E | None:
    """The entity that `statement` finds for these values of its parameters, if any."""
    row = (await session.execute(statement, values)).first()
    return None if row is None else entity_of(kind, row)


async def every(session: Session, kind: Kind[E], statement: Select[Any], **values: str) -> Sequence[E]:
    """The entities that `statement` finds for these values of its parameters, in its order."""
    return [entity_of(kind, row) for row in await session.execute(statement, values)]


async def by_ids(session: Session, kind: Kind[E], ids: Sequence[str]) -> Mapping[str, E]:
    """Those of `ids` that are kept and not erased."""
    return await _found(session, kind, _with_ids(kind), ids)


async def remains_by_ids(session: Session, kind: Kind[E], ids: Sequence[str]) -> Mapping[str, E]:
    """What is left of those of `ids` that were erased."""
    return await _found(session, kind, _remains_with_ids(kind), ids)


async def _found(
    session: Session, kind: Kind[E], statement: Select[Any], ids: Sequence[str]
) -> Mapping[str, E]:
    rows = await each_part(session, statement, ids=ids)
    return {row.id: entity_of(kind, row) for row in rows}


async def entry_numbers(session: Session, ids: Sequence[str]) -> Mapping[str, str]:
    """The numbers of those of `ids` that are kept."""
    return {row.id: row.entry_number for row in await each_part(session, _NUMBERS, ids=ids)}


async def identities(session: Session, ids: Sequence[str]) -> Mapping[str, Identity]:
    """What those of `ids` that are kept and not erased are called and known by."""
    rows = await each_part(session, _with_ids(FIRM), ids=ids)
    return {row.id: described_in(row.id, state_of(row.state)) for row in rows}


async def sharing_keys(session: Session, keys: frozenset[str], limit: int) -> Sequence[Firm]:
    """Entries with one of `keys`, those with the rarest key first; keys too common to tell entries apart are passed over."""
    return (await sharing_each(session, [keys], limit))[0]


async def sharing_each(
    session: Session, groups: Sequence[frozenset[str]], limit: int
) -> Sequence[Sequence[Firm]]:
    """The same for each of several groups of keys, in three statements for all; `limit` is that of one group."""
    counts = await holder_counts(session, frozenset[str]().union(*groups))
    return await sharing_counted(session, counts, groups, limit)


async def sharing_counted(
    session: Session, counts: Mapping[str, int], groups: Sequence[frozenset[str]], limit: int
) -> Sequence[Sequence[Firm]]:
    """The same, where it was counted how many entries have each of the keys."""
    holders = await key_holders(session, [key for key, count in counts.items() if count <= COMMONEST_KEY])
    ranked = [rarest_first(keys, holders)[:limit] for keys in groups]
    found = await by_ids(session, FIRM, sorted({firm_id for firm_ids in ranked for firm_id in firm_ids}))
    return [[found[firm_id] for firm_id in firm_ids if firm_id in found] for firm_ids in ranked]


async def holder_counts(session: Session, keys: frozenset[str]) -> Mapping[str, int]:
    """How many entries have each of the keys; keys that none has are absent."""
    return {row.key: row.entries for row in await each_part(session, _HOLDER_COUNTS, keys=sorted(keys))}


async def key_holders(session: Session, keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The entries that have each of the keys."""
    holders: dict[str, set[str]] = {}
    for row in await each_part(session, _KEY_HOLDERS, keys=sorted(keys)):
        holders.setdefault(row.key, set()).add(row.firm_id)
    return {key: frozenset(firm_ids) for key, firm_ids in holders.items()}


async def each_part(session: Session, statement: Select[Any], **values: Sequence[str]) -> Sequence[Row[Any]]:
    """What the statement finds for values that may be more than one statement takes."""
    ((name, all_of_them),) = values.items()
    found: list[Row[Any]] = []
    for some in parts(all_of_them):
        found.extend(await session.execute(statement, {name: some}))
    return found


def parts(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """The values, as many at a time as one statement asks for."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def rarest_first(keys: frozenset[str], holders: Mapping[str, AbstractSet[str]]) -> list[str]:
    """The entries with one of the keys: by their rarest key, then by how many they share, then by id."""
    places: dict[str, list[int]] = {}
    rarest = sorted(keys & holders.keys(), key=lambda key: (len(holders[key]), key))
    for place, key in enumerate(rarest):
        for firm_id in holders[key]:
            places.setdefault(firm_id, []).append(place)
    return sorted(places, key=lambda firm_id: (places[firm_id][0], -len(places[firm_id]), firm_id))
