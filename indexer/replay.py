"""Taking up again what was refused (死信重放): after the program, the reference data or the engine was mended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from directory.dead_letter_ports import DeadLetter, DeadLetters
from indexer.projection import Touched
from indexer.query.search import Kind
from indexer.route import Route

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many letters were taken up again, and how many documents are still refused."""

    letters: int
    refused: int


async def every_letter(letters: DeadLetters) -> AsyncIterator[Sequence[DeadLetter]]:
    """All letters, some at once, by document id."""
    after = ""
    while page := await letters.page(first=AT_ONCE, after=after):
        yield page
        after = page[-1].id


async def replay(route: Route) -> Replayed:
    """Builds every refused document anew from the record and puts it; what is taken loses its letter.

    It may be done beside a follower: what either writes carries the position it was built at.
    Raises: SearchUnavailable, RecordUnavailable.
    """
    taken_up = 0
    async for letters in every_letter(route.dead_letters):
        async with route.record.reader() as reader:
            refused = Touched.of((Kind(each.kind), each.id) for each in letters)
            built = await route.build(reader, refused, await reader.head())
        await route.put(built)
        taken_up += len(letters)
    return Replayed(taken_up, await route.dead_letters.count())
