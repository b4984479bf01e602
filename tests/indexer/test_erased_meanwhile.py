"""Somebody is erased while their document is on its way, into a new index or in a bulk: afterwards it is nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from directory.entities import Firm
from indexer.query.search import Document, Kind, Refused, SearchEngine
from tests.indexer.office import EPOCH, HOLDER, Office
from tests.indexer.test_leading import AMPLE_SECONDS
from tests.indexer.test_rebuild import FrozenFill, carried_on

FORGOTTEN = "要被遗忘的人"


async def people(office: Office) -> list[Firm]:
    """Entries with a report each, by id, as they come in documents."""
    firms = [await office.firm(name=f"{FORGOTTEN}{number}") for number in range(4)]
    for firm in firms:
        await office.report(
            firm, title=f"{FORGOTTEN}的收入", description=f"{FORGOTTEN}被多扣一成，没有标准。"
        )
    return sorted(firms, key=lambda firm: firm.id)


async def found_and_kept(office: Office) -> tuple[int, int]:
    """How many entries and reports of those people a search finds; how many entries are no tombstones."""
    found = [await office.found(FORGOTTEN, kind) for kind in (Kind.FIRM, Kind.BLOCKAGE)]
    contents = await office.contents()
    kept = [digest for (kind, _), (_, digest) in contents.items() if kind is Kind.FIRM and digest]
    return sum(map(len, found)), len(kept)


async def test_whoever_is_erased_during_a_rebuild_is_in_neither_index(office: Office) -> None:
    """Their documents had been read for the new index, and were written into it after the erasure."""
    firms = await people(office)
    await office.carry()
    frozen = FrozenFill(office)
    rebuild = asyncio.create_task(
        office.rebuilder(frozen, lease_seconds=AMPLE_SECONDS).run(office.record.leases, HOLDER)
    )
    await frozen.reached.wait()
    for firm in firms:
        await office.erase(firm)
    await office.seal()
    frozen.thawed.set()
    await rebuild
    await carried_on(office)

    assert await found_and_kept(office) == (0, 0)
    assert await office.differences() == []


class Overtaken:
    """An engine in the middle of whose first bulk something happens."""

    def __init__(self, engine: SearchEngine, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._engine = engine
        self._meanwhile: Callable[[], Awaitable[None]] | None = meanwhile

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    async def put(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes one half, lets it happen, writes the other."""
        half = len(documents) // 2
        refused = [*await self._engine.put(documents[:half])]
        if self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            await meanwhile()
        return [*refused, *await self._engine.put(documents[half:])]


async def test_whoever_is_erased_during_a_bulk_is_not_brought_back_by_it(office: Office) -> None:
    """Neither those whose documents had been written nor those whose still were to be."""
    firms = await people(office)
    await office.seal()

    async def erase() -> None:
        for firm in firms:
            await office.erase(firm)
        await office.seal()

    await office.follower(Overtaken(office.engine, erase)).step(EPOCH)
    written = await found_and_kept(office)
    await office.carry()

    assert written == (8, 4)
    assert await found_and_kept(office) == (0, 0)
    assert await office.differences() == []
