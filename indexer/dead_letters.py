"""Bookkeeping of documents that the engine refused for good (死信): one bad document never blocks the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from directory.ports import DeadLetter, DeadLetters
from indexer.query.search import Document, Refused


async def account_for(letters: DeadLetters, written: Sequence[Document], refused: Sequence[Refused]) -> None:
    """Keeps a letter for each refused document, and forgets those whose documents were taken this time."""
    bad = {(r.kind.value, r.id) for r in refused}
    if refused:
        now = datetime.now(UTC)
        await letters.keep([DeadLetter(r.kind.value, r.id, r.version, r.reason, now) for r in refused])
    await letters.clear([(d.kind.value, d.id, d.version) for d in written if (d.kind.value, d.id) not in bad])
