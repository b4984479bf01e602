"""
The embedded search engine: SQLite FTS5 in a file of its own, for a directory that needs nothing but Python.

Any number of processes may read the file, and they see a commit at once; writers wait for one another. Good for some
300,000 entries; past that, Elasticsearch is the answer.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import orjson

from indexer.engines.fts import generations, groups, searches, tables
from indexer.engines.fts.connections import Connections, require_fts5
from indexer.engines.fts.rankings import MOST_KEPT, Rankings
from indexer.engines.fts.rows import make_old, merge, refusal, write
from indexer.engines.fts.tables import Tables
from indexer.query.forgiveness import answered, tallied
from indexer.query.search import Document, Filter, Generations, Hits, Kind, Refused, Search, Suggested
from indexer.query.suggestions import suggested
from indexer.query.tallies import Tallied, Tally

READERS = 4
SEARCH_SECONDS = 10.0
# A rebuild drops the tables of a whole generation in one transaction.
WRITE_SECONDS = 600.0
COUNT_LIVE = "SELECT count(*) FROM {} WHERE digest IS NOT NULL"


class EmbeddedEngine:
    """A `SearchEngine` over one SQLite file."""

    name = "embedded"

    def __init__(
        self,
        path: Path,
        *,
        readers: int = READERS,
        search_seconds: float = SEARCH_SECONDS,
        most_ranked: int = MOST_KEPT,
    ) -> None:
        """`path`: the index file, made by `open`. `readers`: how many searches run at once.

        `most_ranked`: how many places of all walks together are kept in memory.
        """
        self._path = path
        self._readers = Connections(path, threads=readers, seconds=search_seconds, writes=False)
        self._writer = Connections(path, threads=1, seconds=WRITE_SECONDS, writes=True)
        self._rankings = Rankings(most_kept=most_ranked)

    async def open(self) -> None:
        """Makes the file and its first generation if they are missing. Raises: SearchUnavailable."""
        require_fts5()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        await self.make_missing()

    async def make_missing(self) -> None:
        """Makes the first generation if there is none; where there is one, nothing is written. Raises: SearchUnavailable."""
        if not await self._readers.run(_prepared):
            await self._writer.run(_prepare)

    async def close(self) -> None:
        """Waits for searches under way and closes the file."""
        await asyncio.to_thread(self._readers.close)
        await asyncio.to_thread(self._writer.close)

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes each document, unless a newer one is there, into the live index and into those being rebuilt."""
        return await self._write(documents, None)

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes into a generation being rebuilt only."""
        return await self._write(documents, generation)

    async def _write(self, documents: Sequence[Document], generation: str | None) -> Sequence[Refused]:
        reasons = [refusal(document) for document in documents]
        taken = [document for document, reason in zip(documents, reasons, strict=True) if reason is None]

        def work(connection: sqlite3.Connection) -> None:
            for number in _targets(connection, generation):
                for document in taken:
                    write(connection, Tables(document.kind, number), document)

        await self._writer.run(work)
        return [
            Refused(document.kind, document.id, document.version, reason)
            for document, reason in zip(documents, reasons, strict=True)
            if reason is not None
        ]

    async def search(self, search: Search) -> Hits:
        """One page, its total and facets, all of one moment. Raises: SearchUnavailable."""
        return await answered(search, self._search)

    async def _search(self, search: Search) -> Hits:
        return await self._readers.run(lambda connection: searches.answer(connection, search, self._rankings))

    async def tally(self, search: Search, tallies: Sequence[Tally]) -> Tallied:
        """Counts of what the search finds, all of one moment. Raises: SearchUnavailable."""

        async def ask(asked: Search) -> Tallied:
            def work(connection: sqlite3.Connection) -> Tallied:
                live = generations.live(connection)
                of = Tables(asked.kind, live)
                counted = tuple(groups.counted(connection, asked, of, tally) for tally in tallies)
                return Tallied(counted, _position(connection), generations.name_of(live))

            return await self._readers.run(work)

        return await tallied(search, self._search, ask)

    async def suggest(self, prefix: str, visible: Filter, first: int) -> Sequence[Suggested]:
        """Names of entries that begin with, or hold a word that begins with, `prefix`."""
        return await suggested(prefix, visible, first, self._search)

    async def refresh(self) -> None:
        """Nothing to do: a commit is searchable at once."""

    async def position(self) -> int:
        """The log position up to which the live index is complete; 0 when it is empty."""

        def work(connection: sqlite3.Connection) -> int:
            generations.live(connection)
            return _position(connection)

        return await self._readers.run(work)

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Moves the position forward from `since`, never back nor for an older epoch; where the index stands then."""

        def work(connection: sqlite3.Connection) -> int:
            connection.execute(
                "UPDATE state SET position = max(position, ?), epoch = ? WHERE epoch <= ? AND position >= ?",
                (position, epoch, epoch, since),
            )
            return _position(connection)

        return await self._writer.run(work)

    async def count(self) -> int:
        """Live documents of both kinds."""

        def work(connection: sqlite3.Connection) -> int:
            live = generations.live(connection)
            counts = [
                connection.execute(COUNT_LIVE.format(Tables(kind, live).doc)).fetchone()[0] for kind in Kind
            ]
            return sum(counts)

        return await self._readers.run(work)

    async def versions(self, kind: Kind, after: str, limit: int) -> Sequence[tuple[str, int, str | None]]:
        """(id, version, content digest or None for a tombstone) in id order, from behind `after`."""

        def work(connection: sqlite3.Connection) -> Sequence[tuple[str, int, str | None]]:
            of = Tables(kind, generations.live(connection))
            return connection.execute(
                f"SELECT id, version, digest FROM {of.doc} WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608
                (after, limit),
            ).fetchall()

        return await self._readers.run(work)

    async def held_in(self, generation: str, kind: Kind) -> int:
        """How many documents of the kind an unfinished generation holds, tombstones included."""

        def work(connection: sqlite3.Connection) -> int:
            of = Tables(kind, generations.unfinished(connection, generation))
            count: int = connection.execute(f"SELECT count(*) FROM {of.doc}").fetchone()[0]  # noqa: S608
            return count

        return await self._readers.run(work)

    async def digests_in(self, generation: str, kind: Kind, ids: Sequence[str]) -> Mapping[str, str | None]:
        """The content digests that an unfinished generation holds of these ids, None for a tombstone."""

        def work(connection: sqlite3.Connection) -> Mapping[str, str | None]:
            of = Tables(kind, generations.unfinished(connection, generation))
            wanted = orjson.dumps(list(ids)).decode()
            statement = f"SELECT id, digest FROM {of.doc} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
            return dict(connection.execute(statement, (wanted,)).fetchall())

        return await self._readers.run(work)

    async def begin_rebuild(self) -> str:
        """The name of a new, empty generation; from now on `put` writes to it too. It takes the previous one's place."""

        def work(connection: sqlite3.Connection) -> int:
            generations.drop_previous(connection)
            return generations.make(connection, live=False)

        return generations.name_of(await self._writer.run(work))

    async def swap(self, generation: str, position: int, keep: bool = False) -> None:
        """Makes the generation the live one, complete up to `position`; keeps the one before, or drops it."""

        def work(connection: sqlite3.Connection) -> None:
            number = generations.unfinished(connection, generation)
            generations.promote(connection, number, position, keep=keep)

        await self._writer.run(work)

    async def generations(self) -> Generations:
        """Which generations there are."""
        return await self._readers.run(generations.standing)

    async def rollback(self) -> int:
        """Lets the live and the previous generation change places; the position to go on from. Raises: NoPrevious."""
        return await self._writer.run(generations.rollback)

    async def drop_previous(self) -> str | None:
        """Drops the previous generation, if one is kept, and returns its name."""
        if (await self.generations()).previous is None:
            return None
        return await self._writer.run(generations.drop_previous)

    async def purge(self) -> None:
        """Takes out of the file what deleted and replaced documents left in it.

        FTS5 keeps the words of a deleted row until its segments are merged, all of them: that is done step by step, so
        that other writes get their turn. The write-ahead log is emptied last. Raises: SearchUnavailable.
        """
        for number in await self._readers.run(generations.written):
            for kind in Kind:
                words = Tables(kind, number).words
                goes_on = await self._writer.run(partial(merge, words=words, begin=True))
                while goes_on:
                    goes_on = await self._writer.run(partial(merge, words=words))
        await self._writer.empty_log()

    async def rewrite(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Puts documents into the live index whatever it holds of them."""

        def forget(connection: sqlite3.Connection) -> None:
            live = generations.live(connection)
            for document in documents:
                make_old(connection, Tables(document.kind, live), document.id)

        await self._writer.run(forget)
        return await self.put(documents)

    async def version(self) -> str | None:
        """None: the engine is a library in this process."""
        return None

    async def check(self) -> None:
        """Raises: SearchUnavailable, with what to do, unless the index can be searched and written to."""
        await self._readers.run(generations.live)

    async def abandon(self, generation: str | None = None) -> Sequence[str]:
        """Drops unfinished generations, or the one named, and returns their names."""
        return await self._writer.run(lambda connection: generations.drop_unfinished(connection, generation))


def _prepared(connection: sqlite3.Connection) -> bool:
    tables_made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'previous'").fetchone()
    return bool(tables_made) and bool(connection.execute("SELECT 1 FROM generation WHERE live").fetchone())


def _prepare(connection: sqlite3.Connection) -> None:
    for statement in tables.STATE_TABLES.split(";"):
        connection.execute(statement)
    if connection.execute("SELECT 1 FROM generation WHERE live").fetchone() is None:
        generations.make(connection, live=True)


def _position(connection: sqlite3.Connection) -> int:
    position: int = connection.execute("SELECT position FROM state").fetchone()[0]
    return position


def _targets(connection: sqlite3.Connection, generation: str | None) -> Sequence[int]:
    """The generations to write to: the one named, or all that are kept up to date."""
    if generation is None:
        return generations.written(connection)
    return [generations.unfinished(connection, generation)]
