"""Checkpoints: how far a follower has come. They never go back, and an older epoch never moves them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from directory.errors import ServiceFault
from directory.record.connection import Connections, reading, transaction
from directory.record.tables import checkpoints
from directory.record.upsert import upserting


class CheckpointRefused(ServiceFault):
    """The checkpoint is further on, or belongs to a later epoch."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything up to `position` is done, as said by a follower of `epoch`."""

    position: int = 0
    epoch: int = 0


class Checkpoints:
    """Checkpoints by a follower's name."""

    def __init__(self, writer: Connections, reader: Connections) -> None:
        self._writer = writer
        self._reader = reader

    async def get(self, name: str) -> Checkpoint:
        """The checkpoint; position 0 before the first `advance`."""
        statement = select(checkpoints.c.position, checkpoints.c.epoch).where(checkpoints.c.name == name)
        async with reading(self._reader) as session:
            row = (await session.execute(statement)).first()
        return Checkpoint() if row is None else Checkpoint(row.position, row.epoch)

    async def advance(self, name: str, position: int, *, epoch: int) -> None:
        """Moves the checkpoint to `position`, or leaves it there. Raises: CheckpointRefused."""
        async with transaction(self._writer) as session:
            statement = upserting(session, checkpoints).values(name=name, position=position, epoch=epoch)
            moved = await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[checkpoints.c.name],
                    set_={"position": position, "epoch": epoch},
                    where=(checkpoints.c.position <= position) & (checkpoints.c.epoch <= epoch),
                ).returning(checkpoints.c.position)
            )
            if moved.first() is None:
                raise CheckpointRefused(f"{name} is past position {position} or epoch {epoch}")

    async def drop(self, name: str) -> None:
        """Forgets the checkpoint of a follower whose work is gone, such as that of a deleted index."""
        async with transaction(self._writer) as session:
            await session.execute(delete(checkpoints).where(checkpoints.c.name == name))
