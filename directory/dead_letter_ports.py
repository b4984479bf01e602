"""What is kept of an index beside the record: documents that it refused for good, and when it was last compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A document that the search engine refused for good (死信), with its reason and the log position it was built at."""

    kind: str
    id: str
    version: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """A comparison of an index with the record (核对): of which generation, when, over how many documents; those that differ."""

    engine: str
    generation: str | None
    at: datetime
    compared: int
    differing: int


class DeadLetters(Protocol):
    """Refused documents, kept until a newer version of the document is taken."""

    async def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Keeps one letter a document, the newest."""

    async def clear(self, taken: Sequence[tuple[str, str, int]]) -> None:
        """Forgets the letters of documents (kind, id, version) that have been taken since; a newer letter stays."""

    async def page(self, *, first: int, after: str = "") -> Sequence[DeadLetter]:
        """Letters by document id."""

    async def longest_kept(self, *, first: int, after: DeadLetter | None = None) -> Sequence[DeadLetter]:
        """Letters by when their documents were last refused, longest ago first, those behind `after`."""

    async def count(self) -> int:
        """How many documents are refused now."""
