"""Where the tests' indexer works: a record that changes, an engine that may fail, and a follower between them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from directory.entities import Blockage, Firm
from directory.errors import SearchUnavailable
from directory.record.open import SqlRecord
from indexer.follow import Follower
from indexer.query.search import EVERYTHING, Document, Kind, Refused, Search, SearchEngine
from indexer.query.syntax import parse
from indexer.rebuild import Rebuilder
from indexer.route import Route
from indexer.status import IndexStatus, index_status
from indexer.verify import Difference, verify
from tests.factories import make_blockage, make_firm, make_profile
from tests.record.steps import change, keep, seal
from tests.rulebooks import REFERENCE

EPOCH = 1
HOLDER = "the tests' indexer"


class Crash(Exception):
    """The indexer is gone, in the middle of something."""


class Office:
    """A record, an engine, and what carries the one into the other."""

    def __init__(self, record: SqlRecord, engine: SearchEngine) -> None:
        self.record = record
        self.engine = engine

    def route(self, engine: SearchEngine | None = None) -> Route:
        """From the record into an engine, by default the engine itself."""
        return Route(self.record, engine or self.engine, REFERENCE, self.record.dead_letters)

    def follower(self, engine: Any = None, **options: Any) -> Follower:
        """A follower, by default of the engine itself, else of what stands in for it."""
        return Follower(self.route(engine), **options)

    def rebuilder(self, engine: Any = None, **options: Any) -> Rebuilder:
        """A rebuilder, by default of the engine itself, else of what stands in for it."""
        return Rebuilder(self.route(engine), **options)

    async def rebuilt(self, engine: SearchEngine | None = None, **options: Any) -> None:
        """Rebuilds to the end."""
        await self.rebuilder(engine, **options).run(self.record.leases, HOLDER)

    async def firm(self, **profile: Any) -> Firm:
        """An entry just kept."""
        firm = make_firm(profile=make_profile(**profile))
        await keep(self.record, firm)
        return firm.model_copy(update={"version": 1})

    async def firms(self, count: int) -> list[Firm]:
        """Entries kept in one unit of work."""
        firms = [make_firm() for _ in range(count)]
        await keep(self.record, *firms)
        return [firm.model_copy(update={"version": 1}) for firm in firms]

    async def report(self, firm: Firm, **changes: Any) -> Blockage:
        """A report of the firm just kept."""
        blockage = make_blockage(firm_id=firm.id, **changes)
        await keep(self.record, blockage)
        return blockage.model_copy(update={"version": 1})

    async def rename(self, firm: Firm, name: str) -> Firm:
        """The entry under another name."""
        renamed: Firm = await change(
            self.record, firm, profile=firm.profile.model_copy(update={"name": name})
        )
        return renamed

    async def erase(self, firm: Firm) -> None:
        """Erases the entry with everything of it."""
        async with self.record.unit_of_work() as uow:
            await uow.erase(firm.id, actor="clerk", at=firm.updated_at)

    async def seal(self) -> int:
        """Seals everything; the number of entries."""
        return await seal(self.record)

    async def carry(self, **options: Any) -> int:
        """Seals everything and follows to the end; the number of entries carried over."""
        await self.seal()
        return await self.follower(**options).catch_up(EPOCH)

    async def found(self, text: str, kind: Kind = Kind.FIRM) -> set[str]:
        """Ids of the documents that a search finds."""
        await self.engine.refresh()
        search = Search(kind=kind, visible=EVERYTHING, text=parse(text), first=100)
        return {hit.id for hit in (await self.engine.search(search)).hits}

    async def contents(self) -> dict[tuple[Kind, str], tuple[int, str | None]]:
        """Version and digest of every document, tombstones included."""
        await self.engine.refresh()
        return {
            (kind, id_): (version, digest)
            for kind in Kind
            for id_, version, digest in await self.engine.versions(kind, "", 1_000)
        }

    async def differences(self, patience_seconds: float = 0.0) -> list[Difference]:
        """What a verification finds."""
        found = await verify(self.route(), patience_seconds=patience_seconds)
        return list(found.differences)

    async def status(self) -> IndexStatus:
        """How far the index is behind, once what it holds is searchable."""
        with suppress(SearchUnavailable):
            await self.engine.refresh()
        return await index_status(self.route(), self.record.leases)


class Failing:
    """An engine whose indexer dies at one call: before it, in the middle of it, or after it."""

    def __init__(self, engine: SearchEngine, call: str, *, when: str = "before") -> None:
        self._engine = engine
        self._call = call
        self._when = when

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name) if name != self._call else self._failing(name)

    def _failing(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            if self._when == "inside":
                *first, documents = arguments
                await getattr(self._engine, name)(*first, documents[: len(documents) // 2])
            elif self._when == "after":
                await getattr(self._engine, name)(*arguments)
            raise Crash(name)

        return call


class Cut:
    """An engine that does not answer until it is `back`."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self.name = engine.name
        self.back = False

    def __getattr__(self, name: str) -> Any:
        if self.back:
            return getattr(self._engine, name)

        async def call(*arguments: Any) -> Any:
            raise SearchUnavailable("no answer")

        return call


class Hanging:
    """An engine that takes every question and answers none."""

    def __init__(self, engine: SearchEngine) -> None:
        self.name = engine.name

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any) -> Any:
            await asyncio.Event().wait()

        return call


class Squeamish:
    """An engine that refuses some entries for good, as one would whose fields are narrower than the documents'."""

    def __init__(self, engine: SearchEngine, refused: set[str]) -> None:
        self._engine = engine
        self.refused = refused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes the documents, those of `refused` with a field that no engine has."""
        return await self._engine.put([self._spoilt(document) for document in documents])

    def _spoilt(self, document: Document) -> Document:
        if document.id not in self.refused or document.body is None:
            return document
        return Document(document.kind, document.id, document.version, {**document.body, "surprise": 1})
