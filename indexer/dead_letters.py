"""
Bookkeeping of documents that cannot be built, or that the engine refused for good (死信).

One bad document never blocks the rest. A letter goes when its document is taken: because the entry changed, or because
the program was mended and the letters were replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from directory.dead_letter_ports import DeadLetter, DeadLetters
from indexer.projection import Built
from indexer.query.search import Refused


async def account_for(letters: DeadLetters, built: Built, refused: Sequence[Refused]) -> None:
    """Keeps a letter for each document unbuilt or refused, and forgets those whose documents were taken this time."""
    bad = [*built.unbuilt, *refused]
    if bad:
        now = datetime.now(UTC)
        await letters.keep([DeadLetter(r.kind.value, r.id, r.version, r.reason, now) for r in bad])
    left = {(r.kind.value, r.id) for r in bad}
    taken = [(d.kind.value, d.id, d.version) for d in built.documents]
    await letters.clear([each for each in taken if each[:2] not in left])
