"""A repair writes anew what differs from the record, and nothing else, until nothing differs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from directory.record.open import SqlRecord
from indexer import projection
from indexer.documents import firm as documents
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.leading import LEASE
from indexer.projection import Touched
from indexer.query.search import Document, Kind, Refused
from indexer.rebuild import Rebuilder
from indexer.repair import Repaired, Repairer
from indexer.verify import Difference, Fault
from tests.conditions import eventually
from tests.contracts.engines.corpus import firm as firm_document
from tests.indexer.office import HOLDER, Office
from tests.indexer.test_leading import AMPLE_SECONDS, caught_up, running
from tests.servers.elasticsearch import request

AHEAD = 1_000


async def repaired(office: Office, engine: Any = None) -> Repaired:
    """A repair to its end."""
    return await Repairer(office.route(engine)).run(office.record.leases, HOLDER)


async def spoilt(office: Office) -> dict[Fault, str]:
    """An index with one document of each fault, by the fault; the other entries and a report are as they should be."""
    stale, ahead, *missing_and_others = await office.firms(8)
    missing = missing_and_others[0]
    await office.report(stale)
    await office.carry()
    contents = await office.contents()
    generation = await office.engine.begin_rebuild()
    kept = [id_ for kind, id_ in contents if kind is Kind.FIRM and id_ != missing.id]
    await _copied(office, generation, kept, {stale.id: None, ahead.id: AHEAD})
    await office.engine.swap(generation, await office.engine.position())
    await office.engine.put([firm_document("nobody's", version=3)])
    return {
        Fault.STALE: stale.id,
        Fault.AHEAD: ahead.id,
        Fault.MISSING: missing.id,
        Fault.EXTRA: "nobody's",
    }


async def _copied(office: Office, generation: str, ids: list[str], spoil: dict[str, int | None]) -> None:
    """Writes right documents into a generation, and another's words at some version for those to spoil."""
    async with office.record.reader() as reader:
        head = await reader.head()
        reports = await reader.blockages_of_firms(ids)
        of_them = frozenset(each.id for some in reports.values() for each in some)
        built = await office.route().build(reader, Touched(frozenset(ids), of_them), head)
    documents = [
        firm_document(each.id, version=spoil[each.id] or head, name="别的名字") if each.id in spoil else each
        for each in built.documents
    ]
    assert await office.engine.put_into(generation, documents) == []


async def test_each_fault_is_mended_by_one_repair(office: Office) -> None:
    """Missing, stale at the record's own position, extra, and newer than the record."""
    planted = await spoilt(office)
    result = await repaired(office)
    assert {each.fault: each.id for each in result.found} == planted
    assert result.left == ()
    assert await office.differences() == []
    again = await repaired(office)
    assert (again.found, again.left, again.compared) == ((), (), result.compared)


async def test_only_what_differs_is_written(office: Office) -> None:
    """A repair costs what differs, not the whole index."""
    planted = await spoilt(office)
    before = await office.contents()
    noted = Noting(office)
    await repaired(office, noted)
    assert set(noted.rewritten) == set(planted.values())
    after = await office.contents()
    untouched = {key for key in before if key[1] not in planted.values()}
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}


class Noting:
    """An engine that notes what is written over."""

    def __init__(self, office: Office) -> None:
        self._engine = office.engine
        self.rewritten: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def rewrite(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Writes them over, and remembers which."""
        self.rewritten += [each.id for each in documents]
        return await self._engine.rewrite(documents)


class Polite(Noting):
    """A broken twin: an engine that keeps what says it is as new, or newer."""

    async def rewrite(self, documents: Sequence[Document]) -> Sequence[Refused]:
        """Puts them as a follower does."""
        return await self._engine.put(documents)


async def test_a_repair_that_could_not_write_over_would_be_told(office: Office) -> None:
    """What differs still is said, and never taken for mended."""
    planted = await spoilt(office)
    result = await repaired(office, Polite(office))
    assert {each.id for each in result.left} == {planted[Fault.STALE], planted[Fault.AHEAD]}


async def test_a_repaired_entry_goes_on_following_the_record(office: Office) -> None:
    """One that said it was newer than the record would have taken no change for ever."""
    firm = await office.firm()
    await office.carry()
    await office.engine.put([firm_document(firm.id, version=AHEAD)])
    await repaired(office)
    await office.rename(firm, "新名字")
    await office.seal()
    await follow_on(office)
    assert await office.found("新名字") == {firm.id}
    assert await office.differences() == []


async def follow_on(office: Office) -> None:
    """Carries the rest as the next leader."""
    epoch = await office.record.leases.acquire(LEASE, HOLDER, 60)
    assert epoch is not None
    await office.follower().catch_up(epoch)
    await office.record.leases.release(LEASE, HOLDER, epoch)


async def test_a_repair_beside_a_follower_and_a_busy_record_leaves_nothing(office: Office) -> None:
    """The follower hands over, takes up again, and no change is lost on the way."""
    await spoilt(office)
    firm = await office.firm()
    repairing = True

    async def write() -> None:
        nonlocal firm
        turn = 0
        while repairing:
            firm, turn = await office.rename(firm, f"第{turn}个名字"), turn + 1
            await office.seal()

    follower = office.follower(lease_seconds=AMPLE_SECONDS)
    async with running(follower, office, "follower"):
        await eventually(lambda: follower.health.leading)
        writing = asyncio.create_task(write())
        await Repairer(office.route(), lease_seconds=AMPLE_SECONDS).run(office.record.leases, HOLDER)
        repairing = False
        await writing
        await eventually(lambda: caught_up(office))
    assert await office.differences() == []


@pytest.mark.parametrize("turn", range(2))
async def test_a_repair_cut_off_can_be_run_again(office: Office, turn: int) -> None:
    """Before it writes or after: what is left is found by the next one."""
    await spoilt(office)

    class Dying(Noting):
        async def rewrite(self, documents: Sequence[Document]) -> Sequence[Refused]:
            if turn:
                await super().rewrite(documents[:2])
            raise KeyError("gone")

    with pytest.raises(KeyError):
        await repaired(office, Dying(office))
    assert (await repaired(office)).left == ()
    assert await office.differences() == []


async def test_what_cannot_be_built_is_left_and_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repair does not stop at it, and a rebuild would not help either."""
    firms = await office.firms(3)
    await office.carry()
    await office.engine.put([firm_document("nobody's", version=2)])
    unbuildable(monkeypatch, firms[1].id)
    result = await repaired(office)
    left = Difference(Kind.FIRM, firms[1].id, Fault.UNBUILT)
    assert result.left == (left,)
    assert await office.differences() == [left]
    assert (await Rebuilder(office.route()).run(office.record.leases, HOLDER)).refused == 1


def unbuildable(monkeypatch: pytest.MonkeyPatch, firm_id: str) -> None:
    """Lets the document of one entry fail, as a code does that nobody thought of."""
    real = documents.firm_document

    def failing(firm: Any, *arguments: Any, **flags: Any) -> Any:
        if firm.id == firm_id:
            raise KeyError(f"a secret of {firm.profile.name}")
        return real(firm, *arguments, **flags)

    monkeypatch.setattr(projection, "firm_document", failing)


@pytest.mark.elasticsearch
async def test_what_a_killed_repair_leaves_set_is_put_back_by_the_next_leader(
    sqlite_record: SqlRecord, elasticsearch_url: str, index_prefix: str
) -> None:
    """Killed between deleting a document and writing it anew, it leaves an engine that forgets every deletion at once."""
    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    office = Office(sqlite_record, engine)
    await office.firm()
    left = {"index.gc_deletes": "0s"}
    await asyncio.to_thread(request, elasticsearch_url, "PUT", f"/{index_prefix}-*/_settings", left)

    await office.carry()

    path = f"/{index_prefix}-firm/_settings/index.gc_deletes?flat_settings=true"
    kept = await asyncio.to_thread(request, elasticsearch_url, "GET", path)
    assert [each for each in kept.values() if each["settings"]] == []
    await engine.close()
