"""Verification of the log: every digest, every position, every personal value that is still there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, exists, select

from directory.record.connection import Session
from directory.record.digest import GENESIS, commitment, sealed_digest
from directory.record.encoding import from_json
from directory.record.log import ENTRY_COLUMNS, Head, stored_entry
from directory.record.personal import is_pointer
from directory.record.reader import SqlReader
from directory.record.selects import each_part
from directory.record.tables import log_entries, log_pending, log_seals, personal_values

BATCH = 1_000
_KEPT = select(personal_values.c.ref, personal_values.c.value, personal_values.c.salt).where(
    personal_values.c.ref.in_(bindparam("refs", expanding=True))
)


class Damage(StrEnum):
    """What is wrong with the log at a position."""

    POSITION_MISSING = "position_missing"
    ENTRY_MISSING = "entry_missing"
    DIGEST_DIFFERS = "digest_differs"
    PERSONAL_VALUE_DIFFERS = "personal_value_differs"
    ENTRY_OUTSIDE = "entry_outside"
    TAIL_CUT = "tail_cut"
    HEAD_DIFFERS = "head_differs"


@dataclass(frozen=True, slots=True)
class Break:
    """The first position that does not hold, and why."""

    position: int
    damage: Damage


async def verify_log(
    reader: SqlReader,
    *,
    after: Head | None = None,
    expected_head: Head | None = None,
    progress: Callable[[int], None] = lambda position: None,
) -> Break | None:
    """The first break of the chain, or None when all of it holds; with `after`, of what follows a head that is believed.

    A chain cannot see that its own end was cut off: `expected_head`, kept elsewhere, can. `progress` is told each
    position reached. Entries sealed meanwhile are verified too.
    """
    head = after or Head(0, GENESIS)
    while rows := await _sealed_rows(reader.session, head.position):
        for row in rows:
            if damage := _damage(row, head):
                return Break(head.position + 1, damage)
            head = Head(row.position, row.digest)
            if expected_head and head.position == expected_head.position and head != expected_head:
                return Break(head.position, Damage.HEAD_DIFFERS)
        if broken := await _personal_break(reader.session, rows):
            return broken
        progress(head.position)
    if expected_head and head.position < expected_head.position:
        return Break(head.position + 1, Damage.TAIL_CUT)
    if await _entry_outside(reader.session):
        return Break(head.position + 1, Damage.ENTRY_OUTSIDE)
    return None


async def _sealed_rows(session: Session, after: int) -> Sequence[Row[Any]]:
    statement = (
        select(log_seals.c.position, log_seals.c.digest, log_seals.c.epoch, *ENTRY_COLUMNS)
        .join_from(log_seals, log_entries, log_entries.c.id == log_seals.c.entry_id, isouter=True)
        .where(log_seals.c.position > after)
        .order_by(log_seals.c.position)
        .limit(BATCH)
    )
    return (await session.execute(statement)).all()


def _damage(row: Row[Any], before: Head) -> Damage | None:
    if row.position != before.position + 1:
        return Damage.POSITION_MISSING
    if row.id is None:
        return Damage.ENTRY_MISSING
    if row.digest != sealed_digest(before.digest, row.position, row.epoch, stored_entry(row)):
        return Damage.DIGEST_DIFFERS
    return None


async def _personal_break(session: Session, rows: Sequence[Row[Any]]) -> Break | None:
    """The first entry that refers to a personal value which is not the one it was sealed with; erased ones hold."""
    promised = {
        pointer["ref"]: (row.position, pointer["commitment"])
        for row in rows
        if '"commitment":"' in row.payload
        for pointer in _pointers(row.payload)
    }
    broken = []
    for kept in await each_part(session, _KEPT, refs=list(promised)):
        position, sealed_commitment = promised[kept.ref]
        if commitment(kept.salt, from_json(kept.value)) != sealed_commitment:
            broken.append(position)
    return Break(min(broken), Damage.PERSONAL_VALUE_DIFFERS) if broken else None


def _pointers(payload: str) -> list[dict[str, str]]:
    said = from_json(payload)
    changes = [change for change in said["changes"] if change.get("personal")]
    apart = [change[side] for change in changes for side in ("before", "after") if change[side] is not None]
    return [*apart, *(value for value in said["data"].values() if is_pointer(value))]


async def _entry_outside(session: Session) -> bool:
    """Whether an entry is neither sealed nor waiting to be."""
    statement = (
        select(log_entries.c.id)
        .where(~exists().where(log_seals.c.entry_id == log_entries.c.id))
        .where(~exists().where(log_pending.c.entry_id == log_entries.c.id))
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None
