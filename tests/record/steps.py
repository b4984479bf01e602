"""What tests do with a record again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from directory.entities import Blockage, BlockingPoint, Entity, Firm, Submission
from directory.facts import LogEntry
from directory.record.open import SqlRecord
from directory.record.unit_of_work import SqlUnitOfWork
from tests.factories import NOW

CLERK: dict[str, Any] = {"actor": "clerk", "at": NOW}


def store(uow: SqlUnitOfWork, entity: Entity) -> Any:
    """Where entities of this kind are kept."""
    return {
        Firm: uow.firms,
        Submission: uow.submissions,
        Blockage: uow.blockages,
        BlockingPoint: uow.blocking_points,
    }[type(entity)]


async def keep(record: SqlRecord, *entities: Any) -> None:
    """Adds the entities, in one unit of work."""
    async with record.unit_of_work() as uow:
        for entity in entities:
            await store(uow, entity).add(entity, kind="entity:kept", **CLERK)


async def change(record: SqlRecord, entity: Any, **changes: Any) -> Any:
    """The entity as saved with `changes`, from the version it carries."""
    async with record.unit_of_work() as uow:
        return await store(uow, entity).save(
            entity.model_copy(update=changes), kind="entity:changed", **CLERK
        )


async def firm_at(record: SqlRecord, firm_id: str) -> Firm:
    """The entry as it stands."""
    async with record.reader() as reader:
        return (await reader.firms([firm_id]))[firm_id]


async def seal(record: SqlRecord) -> int:
    """How many entries were sealed, until none was left; the lease is given up again."""
    sealer, total = record.sealer(), 0
    while sealed := await sealer.seal_once():
        total += sealed
    await sealer.stop()
    return total


async def whole_log(record: SqlRecord) -> Sequence[LogEntry]:
    """Every sealed entry."""
    async with record.reader() as reader:
        return await reader.log_after(0, limit=100_000)
