"""A verification finds every document that is not what the record says, and none that is only on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from indexer import verify as verification
from indexer.query.search import Document, Kind, SearchEngine
from indexer.verify import Difference, Fault, verify
from tests.chaos.twins import Twin
from tests.contracts.engines.corpus import firm as firm_document
from tests.indexer.office import EPOCH, Office


async def test_an_index_that_was_followed_has_no_differences(any_office: Office) -> None:
    """Neither for entries nor for reports, living, merged or erased."""
    firms = await any_office.firms(4)
    await any_office.report(firms[0])
    await any_office.erase(firms[3])
    await any_office.carry()
    found = await verify(any_office.route())
    assert (found.compared, found.differences) == (5, ())


async def test_a_missing_document_is_found(office: Office) -> None:
    """As after an engine lost one."""
    (firm,) = await office.firms(1)
    await office.seal()
    assert await office.differences() == [Difference(Kind.FIRM, firm.id, Fault.MISSING)]


async def test_a_document_of_another_content_is_found(office: Office) -> None:
    """However new it says it is."""
    firm = await office.firm()
    await office.carry()
    await office.rename(firm, "新名字")
    assert await office.differences() == [Difference(Kind.FIRM, firm.id, Fault.STALE)]


async def test_a_document_that_nobody_has_is_found(office: Office) -> None:
    """Also one of an entry that was erased."""
    erased = await office.firm()
    await office.carry()
    await office.erase(erased)
    await office.engine.put([firm_document("nobody's")])
    assert set(await office.differences()) == {
        Difference(Kind.FIRM, erased.id, Fault.EXTRA),
        Difference(Kind.FIRM, "nobody's", Fault.EXTRA),
    }


async def test_a_document_newer_than_the_record_is_found(office: Office) -> None:
    """Nothing that happens to the entry now would be newer: only a rebuild helps."""
    firm = await office.firm()
    await office.seal()
    await office.engine.put([firm_document(firm.id, version=1_000)])
    assert await office.differences() == [Difference(Kind.FIRM, firm.id, Fault.AHEAD)]


async def test_a_tombstone_without_entity_is_no_difference(office: Office) -> None:
    """What is gone from the record should be gone from the index."""
    await office.engine.put([Document(Kind.FIRM, "gone", 1, None)])
    assert await office.differences() == []


async def test_what_is_being_written_is_no_difference(office: Office) -> None:
    """A verification beside a busy record and its follower finds nothing, and comes to an end."""
    firms = await office.firms(30)
    await office.carry()
    verifying = True

    async def write() -> None:
        at = 0
        while verifying:
            place = at % len(firms)
            firms[place] = await office.rename(firms[place], f"第{at}个名字")
            at += 1
            await office.seal()

    async def follow() -> None:
        follower = office.follower()
        while verifying:
            await follower.catch_up(EPOCH)
            await asyncio.sleep(0.01)

    others = [asyncio.create_task(write()), asyncio.create_task(follow())]
    for _ in range(5):
        assert await office.differences(patience_seconds=60) == []
    verifying = False
    await asyncio.gather(*others)


class Counting(Twin):
    """An engine that notes how many of the versions it gave are not yet compared."""

    def __init__(self, engine: SearchEngine) -> None:
        super().__init__(engine)
        self.given = 0
        self.compared = 0
        self.most = 0

    async def versions(self, kind: Kind, after: str, limit: int) -> Sequence[tuple[str, int, str | None]]:
        """As the engine, counted."""
        rows: Sequence[tuple[str, int, str | None]] = await self._engine.versions(kind, after, limit)
        self.given += len(rows)
        self.most = max(self.most, self.given - self.compared)
        return rows

    def note(self, compared: int) -> None:
        """So many are done with."""
        self.compared += compared


async def test_a_verification_needs_no_more_memory_for_more_documents(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides are walked in the order of ids: of what the index holds, two chunks at most wait to be compared."""
    monkeypatch.setattr(verification, "CHUNK", 10)
    await office.firms(120)
    await office.carry()
    await office.engine.refresh()
    counting = Counting(office.engine)

    found = await verify(office.route(counting), counting.note)

    assert (found.compared, found.differences, counting.given) == (120, (), 120)
    assert counting.most <= 20


async def test_differences_at_either_end_of_the_walk_are_found(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first id of the record, behind the last one, and between two chunks."""
    monkeypatch.setattr(verification, "CHUNK", 2)
    await office.firms(7)
    await office.carry()
    nobodys = ["0", "7", *(f"z{number}" for number in range(5))]
    await office.engine.put([firm_document(id_) for id_ in nobodys])

    assert set(await office.differences()) == {Difference(Kind.FIRM, id_, Fault.EXTRA) for id_ in nobodys}
