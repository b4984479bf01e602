"""
Writing documents in bulk so that each one has an outcome.

Item by item: written or already newer (409) is done; 429 and 503 are tried again after a pause; 400 and 413 are
refused for good, with the engine's reason. A request refused as a whole because of one document in it (an id too
long, a body too large) is halved until that document stands alone. Anything else stops the writing.

An engine that asks for a pause gets it from all streams: they stand in one line, at most one attempt a second, until
something is taken again. An engine whose disk is full is not waited for: somebody has to be told.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from directory.errors import SearchUnavailable
from indexer.engines.elastic.client import Client, Rejected, reason_of
from indexer.engines.elastic.mapping import index_document
from indexer.query.search import Document, Refused

log = structlog.get_logger(__name__)
Json = dict[str, Any]
Pause = Callable[[float], Awaitable[None]]

MOST_ITEMS = 250
MOST_BYTES = 8_000_000
STREAMS = 2
# Some ten milliseconds of work, after which the event loop has its turn.
READY_AT_ONCE = 25
PATH = "/_bulk?require_alias=true&filter_path=errors,items.*.status,items.*.error"

REFUSED = frozenset({400, 413})
BUSY = frozenset({429, 503})
DONE = frozenset({200, 201, 409})
# Two seconds, then doubling to half a minute, each shortened by up to a half at random: about two minutes in all.
PAUSES = (2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0)
# How Elasticsearch calls the block of indices on a node whose disk is past the flood stage, or that somebody set.
BLOCK = "cluster_block_exception"
BLOCKED = frozenset({403, 429})


class EngineBlocked(SearchUnavailable):
    """The engine takes no writes until somebody gives it room: pauses alone change nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document on its way to one alias, as the two lines of a bulk request."""

    document: Document
    lines: bytes

    def refused(self, reason: str) -> Refused:
        """Its refusal."""
        return Refused(self.document.kind, self.document.id, self.document.version, reason)


def items_of(
    documents: Iterable[Document], aliases: Callable[[Document], str], refused: list[Refused]
) -> Iterator[Item]:
    """The documents one by one as they are made ready to send; `refused` gets those that are no JSON."""
    for document in documents:
        try:
            item = Item(document, _lines(document, aliases(document)))
        except (TypeError, UnicodeError) as fault:
            refused.append(Refused(document.kind, document.id, document.version, f"no JSON: {fault}"))
        else:
            yield item


def _lines(document: Document, alias: str) -> bytes:
    action = {
        "_index": alias,
        "_id": document.id,
        "version": document.version,
        "version_type": "external",
    }
    return orjson.dumps({"index": action}) + b"\n" + index_document(document) + b"\n"


async def chunks(items: Iterable[Item]) -> AsyncIterator[list[Item]]:
    """The items in requests of bounded length. While they are made ready others have their turn, the first requests too."""
    chunk: list[Item] = []
    size = 0
    for count, item in enumerate(items):
        if count % READY_AT_ONCE == 0:
            await asyncio.sleep(0)
        if chunk and (len(chunk) == MOST_ITEMS or size + len(item.lines) > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += len(item.lines)
    if chunk:
        yield chunk


class Bulk:
    """Bulk writes through one client."""

    def __init__(self, client: Client, *, pause: Pause = asyncio.sleep) -> None:
        """`pause` waits for some seconds."""
        self._client = client
        self._pause = pause
        self._streams = asyncio.Semaphore(STREAMS)
        self._line = asyncio.Lock()
        self._refusals = 0

    async def write(self, documents: Iterable[Document], aliases: Callable[[Document], str]) -> list[Refused]:
        """The documents refused for good; all others are durable. The engine takes the first while the next are cut.

        Raises: EngineBlocked; SearchUnavailable, when it cannot be said that they are.
        """
        refused: list[Refused] = []
        streams: list[asyncio.Task[list[Refused]]] = []
        try:
            async for chunk in chunks(items_of(documents, aliases, refused)):
                streams.append(asyncio.create_task(self._in_stream(chunk)))
            return refused + [one for some in await asyncio.gather(*streams) for one in some]
        finally:
            for stream in streams:
                stream.cancel()

    async def _in_stream(self, chunk: list[Item]) -> list[Refused]:
        async with self._streams:
            return await self._until_done(chunk)

    async def _until_done(self, items: list[Item]) -> list[Refused]:
        refused: list[Refused] = []
        while items:
            newly, left = await self._in_turn(items)
            refused += newly
            if len(left) == len(items) and self._refusals > len(PAUSES):
                raise SearchUnavailable(f"Elasticsearch was too busy to take {len(left)} documents")
            items = left
        return refused

    async def _in_turn(self, items: list[Item]) -> tuple[list[Refused], list[Item]]:
        """One attempt: at once, or after a pause and alone while the engine is busy."""
        if not self._refusals:
            return await self._noted(items)
        async with self._line:
            if self._refusals:
                longest = PAUSES[min(self._refusals, len(PAUSES)) - 1]
                await self._pause(longest * random.uniform(0.5, 1.0))  # noqa: S311
            return await self._noted(items)

    async def _noted(self, items: list[Item]) -> tuple[list[Refused], list[Item]]:
        refused, again = await self._once(items)
        if not again:
            self._refusals = 0
        else:
            self._refusals = self._refusals + 1 if len(again) == len(items) else 1
        return refused, again

    async def _once(self, items: list[Item]) -> tuple[list[Refused], list[Item]]:
        """One request, or some while it is halved: the refused, and those to try again."""
        try:
            answer = await self._client.bulk(PATH, b"".join(item.lines for item in items))
        except Rejected as rejected:
            return await self._rejected(items, rejected)
        if not answer.get("errors"):
            return [], []
        return _sorted_out(items, answer)

    async def _rejected(self, items: list[Item], rejected: Rejected) -> tuple[list[Refused], list[Item]]:
        if rejected.status in BLOCKED and BLOCK in rejected.reason:
            raise _blocked(rejected.reason)
        if rejected.status in BUSY:
            return [], items
        if rejected.status not in REFUSED:
            raise rejected
        if len(items) == 1:
            return [items[0].refused(rejected.reason)], []
        middle = len(items) // 2
        refused, again = await self._once(items[:middle])
        if again:
            return refused, again + items[middle:]
        more_refused, more_again = await self._once(items[middle:])
        return refused + more_refused, again + more_again


def _sorted_out(items: Sequence[Item], answer: Json) -> tuple[list[Refused], list[Item]]:
    results = answer.get("items", ())
    if len(results) != len(items):
        raise SearchUnavailable("Elasticsearch answered for other documents than were sent")
    refused: list[Refused] = []
    again: list[Item] = []
    for item, result in zip(items, results, strict=True):
        (outcome,) = result.values()
        status = outcome["status"]
        if status in REFUSED:
            refused.append(item.refused(reason_of(outcome.get("error"))))
        elif status in BLOCKED and BLOCK in str(outcome.get("error")):
            raise _blocked(reason_of(outcome.get("error")))
        elif status in BUSY:
            again.append(item)
        elif status not in DONE:
            raise SearchUnavailable(f"Elasticsearch refused a write: {_advice(status, outcome)}")
    return refused, again


def _blocked(reason: str) -> EngineBlocked:
    log.error("search_engine_blocked", reason=reason)
    return EngineBlocked(f"Elasticsearch takes no writes ({reason}): give its disk room, or lift the block")


def _advice(status: int, outcome: Json) -> str:
    reason = reason_of(outcome.get("error"))
    if status == 404:
        return f"an alias of the index is missing ({reason}): run `newgrowth index rebuild`"
    return f"HTTP {status}, {reason}"
