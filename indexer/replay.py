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
    """How many letters were taken up again, how many documents are still refused, and how many letters were left for later."""

    letters: int
    refused: int
    untried: int = 0


async def every_letter(letters: DeadLetters) -> AsyncIterator[Sequence[DeadLetter]]:
    """All letters, some at once, by document id."""
    after = ""
    while page := await letters.page(first=AT_ONCE, after=after):
        yield page
        after = page[-1].id


async def replay(route: Route, *, most: int | None = None) -> Replayed:
    """Builds refused documents anew from the record and puts them; what is taken loses its letter.

    Those refused longest ago come first, `most` of them or all: what is refused again stands behind the others then, so
    that one call after the other tries every letter.
    It may be done beside a follower: what either writes carries the position it was built at.
    Raises: SearchUnavailable, RecordUnavailable.
    """
    there = await route.dead_letters.count()
    wanted = there if most is None else min(there, most)
    taken_up = 0
    last: DeadLetter | None = None
    while letters := await _next(route.dead_letters, wanted - taken_up, last):
        async with route.record.reader() as reader:
            refused = Touched.of((Kind(each.kind), each.id) for each in letters)
            built = await route.build(reader, refused, await reader.head())
        await route.put(built)
        taken_up += len(letters)
        last = letters[-1]
    return Replayed(taken_up, await route.dead_letters.count(), max(0, there - taken_up))


async def _next(letters: DeadLetters, wanted: int, last: DeadLetter | None) -> Sequence[DeadLetter]:
    return await letters.longest_kept(first=min(AT_ONCE, wanted), after=last) if wanted > 0 else ()
