"""Documents that the search engine refused for good (死信)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, tuple_

from directory.dead_letter_ports import DeadLetter
from directory.record.connection import Connections, reading, transaction
from directory.record.encoding import instant, instant_text
from directory.record.tables import dead_letters
from directory.record.upsert import upserting


class SqlDeadLetters:
    """`ports.DeadLetters` over SQL."""

    def __init__(self, writer: Connections, reader: Connections) -> None:
        self._writer = writer
        self._reader = reader

    async def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Keeps one letter a document, the newest."""
        rows = [
            {
                "kind": letter.kind,
                "id": letter.id,
                "version": letter.version,
                "reason": letter.reason,
                "at": instant_text(letter.at),
            }
            for letter in letters
        ]
        async with transaction(self._writer) as session:
            statement = upserting(session.dialect, dead_letters)
            newer = {name: statement.excluded[name] for name in ("version", "reason", "at")}
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[dead_letters.c.id, dead_letters.c.kind],
                    set_=newer,
                    where=dead_letters.c.version <= statement.excluded.version,
                ),
                rows,
            )

    async def clear(self, taken: Sequence[tuple[str, str, int]]) -> None:
        """Forgets the letters of documents (kind, id, version) that have been taken since; a newer letter stays."""
        if not taken or not await self.count():
            return
        columns = dead_letters.c
        this = (columns.kind == bindparam("of_kind")) & (columns.id == bindparam("of_id"))
        statement = delete(dead_letters).where(this, columns.version <= bindparam("up_to"))
        rows = [{"of_kind": kind, "of_id": id_, "up_to": version} for kind, id_, version in taken]
        async with transaction(self._writer) as session:
            await session.execute(statement, rows)

    async def page(self, *, first: int, after: str = "") -> Sequence[DeadLetter]:
        """Letters by document id, those after the id `after`."""
        statement = (
            select(dead_letters)
            .where(dead_letters.c.id > after)
            .order_by(dead_letters.c.id, dead_letters.c.kind)
            .limit(first)
        )
        async with reading(self._reader) as session:
            rows = (await session.execute(statement)).all()
        return [letter_from(row) for row in rows]

    async def longest_kept(self, *, first: int, after: DeadLetter | None = None) -> Sequence[DeadLetter]:
        """Letters by when their documents were last refused, longest ago first, those behind `after`."""
        key = dead_letters.c.at, dead_letters.c.id, dead_letters.c.kind
        statement = select(dead_letters).order_by(*key).limit(first)
        if after is not None:
            statement = statement.where(tuple_(*key) > (instant_text(after.at), after.id, after.kind))
        async with reading(self._reader) as session:
            rows = (await session.execute(statement)).all()
        return [letter_from(row) for row in rows]

    async def count(self) -> int:
        """How many documents are refused now."""
        async with reading(self._reader) as session:
            counted = await session.execute(select(func.count()).select_from(dead_letters))
        number: int = counted.scalar_one()
        return number


def letter_from(row: Row[Any]) -> DeadLetter:
    """The letter in a row."""
    return DeadLetter(row.kind, row.id, row.version, row.reason, instant(row.at))
