"""
What a rebuild looks at before it swaps: the new generation beside the record and the one that is live.

Every entity of the record has one document, its tombstone included, so that their numbers must agree; and of a sample, drawn
evenly from all that was written, the contents are compared too. What the live generation holds is told, and decides nothing:
a rebuild may be there to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from directory.errors import SearchUnavailable
from indexer.documents.digest import content_digest
from indexer.projection import ENTITY_TYPES, Built, Touched
from indexer.query.search import Kind
from indexer.replay import every_letter
from indexer.route import Route

SAMPLED = 500
Counts = Mapping[Kind, int]
# What record and generation say of a document: digests, None for a tombstone; the generation's "" for none at all.
Said = tuple[str | None, str | None]


class RebuildDiffers(SearchUnavailable):
    """The new generation is not what the record says; it is dropped, and the live one stays."""


class Sample:
    """An even sample of everything it is shown, of a bounded size (Vitter's algorithm R); the same every time."""

    def __init__(self, size: int = SAMPLED) -> None:
        self._size = size
        self._dice = Random(size)  # noqa: S311 - an even choice, not a secret
        self._shown = 0
        self.drawn: list[tuple[Kind, str]] = []

    def show(self, built: Built) -> None:
        """Takes notice of the documents that were built."""
        for each in built.documents:
            self._shown += 1
            if len(self.drawn) < self._size:
                self.drawn.append((each.kind, each.id))
            elif (place := self._dice.randrange(self._shown)) < self._size:
                self.drawn[place] = (each.kind, each.id)


async def counted(route: Route) -> Counts:
    """How many entities the record has, by the kind of their documents. Raises: RecordUnavailable."""
    async with route.record.reader() as reader:
        return {kind: await reader.entity_count(of) for kind, of in ENTITY_TYPES.items()}


async def require_all(route: Route, generation: str, at_first: Counts, refused: int) -> None:
    """Holds the generation's numbers against the record's: those when it was begun, and those of now.

    `refused`: how many documents were left out, of whatever kind. Raises: RebuildDiffers, ServiceFault.
    """
    held = {kind: await route.engine.held_in(generation, kind) for kind in Kind}
    now = await counted(route)
    for kind in Kind:
        if not at_first[kind] - refused <= held[kind] <= now[kind]:
            raise RebuildDiffers(
                f"{generation} holds {held[kind]} documents of kind {kind}, the record has {now[kind]} and had "
                f"{at_first[kind]}, {refused} refused: the live index stays; run `newgrowth index rebuild` again"
            )


async def differing(
    route: Route, generation: str, of: Sequence[tuple[Kind, str]]
) -> dict[tuple[Kind, str], Said]:
    """Those documents of the generation that are not what the record says now, but for refused ones. Raises: ServiceFault."""
    async with route.record.reader() as reader:
        wanted = Touched.of(of)
        built = await route.build(reader, wanted, 0)
    said = {(d.kind, d.id): None if d.body is None else content_digest(d.body) for d in built.documents}
    found: dict[tuple[Kind, str], Said] = {}
    for kind in Kind:
        ids = [id_ for each, id_ in said if each is kind]
        held = await route.engine.digests_in(generation, kind, ids)
        for id_ in ids:
            if (says := held.get(id_, "")) != said[kind, id_]:
                found[kind, id_] = said[kind, id_], says
    refused = await _refused(route) if found else set()
    return {key: says for key, says in found.items() if key not in refused}


async def _refused(route: Route) -> set[tuple[Kind, str]]:
    return {
        (Kind(letter.kind), letter.id) async for some in every_letter(route.dead_letters) for letter in some
    }
