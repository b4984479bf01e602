"""
Loaders: one read for all entries that a request asks for at the same time.

A batch opens a reader of its own and closes it with the answer, so that no connection of the record is held while a
subscription waits or an engine thinks. Loaders live as long as one operation and belong to one caller.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from strawberry.dataloader import DataLoader

from directory.entities import Blockage, BlockingPoint, Contact, Firm, Submission
from directory.ports import Reader, Record

T = TypeVar("T")
LARGEST_BATCH = 500


class Loaders:
    """Entities by id, None for those that are not there; whether the caller may see one is asked by its type."""

    def __init__(self, record: Record) -> None:
        self.firm: DataLoader[str, Firm | None] = _loader(record, lambda reader, ids: reader.firms(ids))
        self.submission: DataLoader[str, Submission | None] = _loader(
            record, lambda reader, ids: reader.submissions(ids)
        )
        self.blockage: DataLoader[str, Blockage | None] = _loader(
            record, lambda reader, ids: reader.blockages(ids)
        )
        self.contact: DataLoader[str, Contact | None] = _loader(
            record, lambda reader, refs: reader.contacts(refs)
        )
        self.submissions_of_firm: DataLoader[str, Sequence[Submission] | None] = _loader(
            record, lambda reader, ids: reader.submissions_of_firms(ids)
        )
        self.blockages_of_firm: DataLoader[str, Sequence[Blockage] | None] = _loader(
            record, lambda reader, ids: reader.blockages_of_firms(ids)
        )
        self.blocking_point: DataLoader[str, BlockingPoint | None] = _loader(
            record, lambda reader, ids: reader.blocking_points(ids)
        )
        self.blockages_of_point: DataLoader[str, Sequence[Blockage] | None] = _loader(
            record, lambda reader, ids: reader.blockages_of_points(ids)
        )
        self.points_of_clause: DataLoader[str, Sequence[BlockingPoint] | None] = _loader(
            record, lambda reader, clauses: reader.points_of_clauses(clauses)
        )


def _loader(
    record: Record, read: Callable[[Reader, Sequence[str]], Awaitable[Mapping[str, T]]]
) -> DataLoader[str, T | None]:
    async def load(keys: list[str]) -> list[T | None]:
        async with record.reader() as reader:
            found = await read(reader, keys)
        return [found.get(key) for key in keys]

    return DataLoader(load_fn=load, max_batch_size=LARGEST_BATCH)
