"""Before a rebuilt index is swapped in it is held against the record: one that lost something on the way never goes live."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from indexer import rebuild
from indexer.comparison import RebuildDiffers, Sample
from indexer.projection import Built
from indexer.query.search import Document, Kind, Refused, SearchEngine
from indexer.rebuild import Rebuilder
from tests.chaos.twins import Twin
from tests.indexer.office import HOLDER, Office, Squeamish

CHUNK = 4


class Losing(Twin):
    """An engine that takes a chunk for a new generation, and keeps nothing of it."""

    lost = False

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Says that all is written."""
        if len(documents) == CHUNK and not self.lost:
            self.lost = True
            return []
        refused: Sequence[Refused] = await self._engine.put_into(generation, documents)
        return refused


class Garbling(Twin):
    """An engine that keeps another name than the one it was given."""

    async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes the first document of each chunk wrongly."""
        first, *others = documents
        body = first.body and {**first.body, "summary": "谁也没有写过的话"}
        refused: Sequence[Refused] = await self._engine.put_into(
            generation, [replace(first, body=body), *others]
        )
        return refused


class Skipping(Rebuilder):
    """A rebuild that leaves a chunk of the record out."""

    async def _everything(self, version: int) -> AsyncIterator[Built]:
        chunks = [built async for built in super()._everything(version)]
        for built in chunks[1:]:
            yield built


class Trusting(Rebuilder):
    """A rebuild that looks at nothing before it swaps."""

    async def _require_same(self, *arguments: Any) -> None:
        """Believes."""


def as_it_is(engine: SearchEngine) -> SearchEngine:
    """The engine itself."""
    return engine


async def filled(office: Office) -> None:
    """Entries, reports, one of them erased, carried over."""
    firms = await office.firms(3 * CHUNK)
    await office.report(firms[0])
    await office.erase(firms[-1])
    await office.carry()


@pytest.mark.parametrize(
    ("twin", "rebuilder"),
    [(Losing, Rebuilder), (Garbling, Rebuilder), (as_it_is, Skipping)],
    ids=["a chunk is lost on the way", "a document is another", "a chunk is left out"],
)
async def test_a_rebuild_that_is_not_what_the_record_says_is_not_swapped_in(
    any_office: Office, twin: Any, rebuilder: type[Rebuilder]
) -> None:
    """It ends with what to do; the live index stays, and nothing is left of the new one."""
    await filled(any_office)
    before = await any_office.contents()

    broken = rebuilder(any_office.route(twin(any_office.engine)), chunk=CHUNK)
    with pytest.raises(RebuildDiffers, match="newgrowth index rebuild"):
        await broken.run(any_office.record.leases, HOLDER)

    assert await any_office.contents() == before
    assert (await any_office.engine.generations()).unfinished == ()
    assert await any_office.differences() == []


async def test_without_the_comparison_the_loss_goes_live(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken twin: entries are missing from every search, and only a verification would tell."""

    async def nothing(*arguments: object) -> None:
        """Looks at no number."""

    monkeypatch.setattr(rebuild, "require_all", nothing)
    await filled(office)

    await Trusting(office.route(Losing(office.engine)), chunk=CHUNK).run(office.record.leases, HOLDER)

    assert len(await office.differences()) >= CHUNK - 1


async def test_a_rebuild_says_what_it_compared(any_office: Office) -> None:
    """All of a small directory, tombstones included; how many the live index held before is told beside it."""
    await filled(any_office)

    result = await any_office.rebuilder(chunk=CHUNK).run(any_office.record.leases, HOLDER)

    assert (result.documents, result.compared, result.before) == (13, 13, 12)


async def test_what_is_refused_is_not_missed(office: Office) -> None:
    """A document that no engine takes has its dead letter, and does not keep the rest from going live."""
    firm, *_ = await office.firms(3)
    await office.seal()

    class Refusing(Squeamish):
        async def put_into(self, generation: str, documents: Sequence[Document]) -> Sequence[Refused]:
            spoilt = [self._spoilt(document) for document in documents]
            refused: Sequence[Refused] = await self._engine.put_into(generation, spoilt)
            return refused

    result = await office.rebuilder(Refusing(office.engine, {firm.id})).run(office.record.leases, HOLDER)

    assert (result.documents, result.refused) == (3, 1)


def test_a_sample_is_even_and_bounded() -> None:
    """Of ten thousand documents five hundred, from all parts alike, and the same every time."""
    samples = []
    for _ in range(2):
        sample = Sample()
        for start in range(0, 10_000, 1_000):
            sample.show(
                Built(tuple(Document(Kind.FIRM, f"{n:05}", 1, None) for n in range(start, start + 1_000)))
            )
        samples.append(sample.drawn)
    parts = [sum(id_.startswith(f"0{part}") for _, id_ in samples[0]) for part in range(10)]
    assert samples[0] == samples[1]
    assert sum(parts) == len(set(samples[0])) == 500
    assert min(parts) > 25
