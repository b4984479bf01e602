"""
Indexers into the embedded engine that die by SIGKILL before, inside and after a write.

Run as a program: it imports once, and each life is a fork of it that writes a record, follows it, and dies.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from directory.record.open import open_record
from indexer.engines import embedded
from indexer.query.search import Document, Refused
from tests.chaos.town import Town
from tests.factories import make_uscc
from tests.indexer.office import Office
from tests.record.steps import seal

MOMENTS = ("before", "inside", "after")
ENTRIES = 40
DEATHLY_DOCUMENT = 5
# A fork knows nothing of the codes that another one gave: each begins behind those of the life before.
CODES_OF_A_LIFE = 1_000


def die() -> None:
    """Ends this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class Dying(embedded.EmbeddedEngine):
    """An engine whose process dies around a `put`."""

    moment = ""

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Never returns."""
        if self.moment == "before":
            die()
        refused = await super().put(documents)
        die()
        return refused


def dies_inside() -> None:
    """Lets the writing of a document in the middle of a transaction be the end."""
    honest, written = vars(embedded)["write"], count(1)

    def write(*arguments: Any) -> None:
        honest(*arguments)
        if next(written) == DEATHLY_DOCUMENT:
            die()

    vars(embedded)["write"] = write


async def live(url: str, index: Path, moment: str, seed: int) -> None:
    """Acts, seals, follows, and dies."""
    if moment == "inside":
        dies_inside()
    engine = Dying(index)
    engine.moment = moment
    await engine.open()
    async with await open_record(url) as record:
        await (await Town(record, seed).founded()).live(ENTRIES)
        await seal(record)
        epoch = await record.leases.acquire("indexer", "dying", 60)
        assert epoch is not None
        await Office(record, engine).follower().catch_up(epoch)


def main(url: str, index: str, lives: int, first_seed: int) -> None:
    """Prints how each life ended: the signal's number."""
    for seed in range(first_seed, first_seed + lives):
        for moment in MOMENTS:
            if (pid := os.fork()) == 0:
                asyncio.run(live(url, Path(index), moment, seed))
                os._exit(0)
            _, status = os.waitpid(pid, 0)
            print(os.WTERMSIG(status))  # noqa: T201
            for _ in range(CODES_OF_A_LIFE):
                make_uscc()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
