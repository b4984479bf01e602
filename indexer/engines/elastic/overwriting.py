"""
Writing over documents that say they are newer: Elasticsearch takes no older external version, which is what a repair needs.

Such a document is deleted, its version forgotten at once (`index.gc_deletes` 0 instead of a minute), and written anew. A repair
that is killed on the way leaves the setting so: the next leader puts it back (`remember_deletions`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from directory.errors import SearchUnavailable
from indexer.engines.elastic.client import Client
from indexer.query.search import Document, Kind, Refused

Json = dict[str, Any]
Write = Callable[[Sequence[Document]], Awaitable[Sequence[Refused]]]
Pause = Callable[[float], Awaitable[None]]

# The node's clock for deletions moves five times a second.
ATTEMPTS = 50
PAUSE_SECONDS = 0.1


class Overwriting:
    """Overwrites documents of the live indices. Only for who leads alone."""

    def __init__(self, client: Client, indices: Mapping[Kind, str], pause: Pause) -> None:
        """`indices`: the names of the live ones; `pause` waits for some seconds."""
        self._client = client
        self._indices = indices
        self._pause = pause

    async def overwrite(self, documents: Sequence[Document], write: Write) -> Sequence[Refused]:
        """Writes the documents, those held in an equal or newer version too. Raises: SearchUnavailable."""
        held = await self._held(documents)
        newer = [each for each in documents if held.get((each.kind, each.id), -1) >= each.version]
        if not newer:
            return await write(documents)
        await remember_deletions(self._client, self._indices.values(), 0)
        try:
            for document in newer:
                path = f"/{self._indices[document.kind]}/_doc/{quote(document.id, safe='')}"
                await self._client.ask("DELETE", path)
            return await self._until_taken(documents, write)
        finally:
            await remember_deletions(self._client, self._indices.values())

    async def _until_taken(self, documents: Sequence[Document], write: Write) -> Sequence[Refused]:
        """Writes until each is there or refused: a version just deleted is remembered for a moment."""
        for _ in range(ATTEMPTS):
            refused = await write(documents)
            bad = {(each.kind, each.id) for each in refused}
            held = await self._held(documents)
            if all((each.kind, each.id) in held or (each.kind, each.id) in bad for each in documents):
                return refused
            await self._pause(PAUSE_SECONDS)
        raise SearchUnavailable("Elasticsearch does not forget the versions of deleted documents")

    async def _held(self, documents: Sequence[Document]) -> dict[tuple[Kind, str], int]:
        """The versions the engine holds."""
        wanted = [
            {"_index": self._indices[each.kind], "_id": each.id, "_source": False} for each in documents
        ]
        answer = await self._client.ask("POST", "/_mget", {"docs": wanted})
        return {
            (document.kind, document.id): found["_version"]
            for document, found in zip(documents, answer["docs"], strict=True)
            if found.get("found")
        }


async def remember_deletions(client: Client, indices: Iterable[str], seconds: int | None = None) -> None:
    """How long versions of deleted documents are remembered: `seconds`, by default as long as Elasticsearch does."""
    body: Json = {"index": {"gc_deletes": None if seconds is None else f"{seconds}s"}}
    await client.ask("PUT", f"/{','.join(indices)}/_settings", body)
