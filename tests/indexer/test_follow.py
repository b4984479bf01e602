"""What is committed becomes searchable, once and in order, however often the indexer dies on the way."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.documents.blockage import remains_document
from indexer.documents.digest import content_digest
from indexer.follow import IndexAhead
from indexer.query.search import Document, Kind, Refused
from seeds.reference import load_reference
from tests.factories import make_firm
from tests.indexer.office import EPOCH, Crash, Failing, Office
from tests.record.steps import change, keep

REFERENCE = load_reference()
CRASHES = [
    ("put", "before"),
    ("put", "inside"),
    ("put", "after"),
    ("set_position", "before"),
    ("set_position", "after"),
]


async def test_a_committed_change_is_searchable_after_sealing_and_a_step(any_office: Office) -> None:
    """One step of the follower carries whatever was sealed."""
    firm = await any_office.firm(name="杭州微光直播有限公司")
    assert await any_office.follower().step(EPOCH) == 0
    await any_office.seal()
    assert await any_office.follower().step(EPOCH) == 1
    assert await any_office.found("微光直播") == {firm.id}
    assert await any_office.differences() == []


async def test_the_last_of_several_changes_is_the_one_found(any_office: Office) -> None:
    """Also when they are carried over in batches of one."""
    firm = await any_office.firm(name="第一个名字")
    firm = await any_office.rename(firm, "第二个名字")
    await any_office.rename(firm, "最后的名字")
    assert await any_office.carry(batch=1) == 3
    assert await any_office.found("第一个") == await any_office.found("第二个") == set()
    assert await any_office.found("最后的") == {firm.id}


async def test_a_report_changes_its_firms_document_too(office: Office) -> None:
    """An entry knows whether reports of its are open."""
    firm = await office.firm()
    await office.carry()
    before = (await office.contents())[Kind.FIRM, firm.id]
    report = await office.report(firm, title="平台抽成过高")
    await office.carry()
    assert await office.found("抽成", Kind.BLOCKAGE) == {report.id}
    assert (await office.contents())[Kind.FIRM, firm.id][1] != before[1]
    assert await office.differences() == []


async def test_a_report_that_moves_changes_the_firm_it_leaves(office: Office) -> None:
    """Undoing a merger gives reports back; the entry that had them has fewer then."""
    left, joined = await office.firm(), await office.firm()
    report = await office.report(left)
    await office.carry()
    await change(office.record, report, firm_id=joined.id)
    await office.carry()
    assert await office.differences() == []


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
async def test_replaying_any_batch_changes_nothing(office: Office, batch: int) -> None:
    """What comes again, cut in whatever way, is older than what is there or the same."""
    firms = await office.firms(4)
    await office.report(firms[0])
    await office.rename(firms[1], "新名字")
    await office.carry(batch=2)
    before = await office.contents()
    follower = office.follower(Replaying(office, 0), batch=batch)
    for _ in range(4):
        await follower.step(EPOCH)
    after = await office.contents()
    assert {key: digest for key, (_, digest) in after.items()} == {
        key: digest for key, (_, digest) in before.items()
    }
    assert await office.differences() == []


class Replaying:
    """An engine that has forgotten how far it was."""

    def __init__(self, office: Office, position: int) -> None:
        self._engine = office.engine
        self._position = position

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    async def position(self) -> int:
        """Where the replay has come to."""
        return self._position

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Moves the replay on."""
        self._position = position
        return position


@pytest.mark.parametrize(("call", "when"), CRASHES)
async def test_a_crash_at_any_point_loses_nothing(office: Office, call: str, when: str) -> None:
    """The next indexer takes up where the position says, and what it writes again is the same."""
    firms = await office.firms(5)
    await office.carry()
    await office.rename(firms[0], "新名字")
    await office.report(firms[1])
    await office.erase(firms[2])
    await office.seal()
    with pytest.raises(Crash):
        await office.follower(Failing(office.engine, call, when=when)).catch_up(EPOCH)
    await office.follower().catch_up(EPOCH + 1)
    assert await office.differences() == []
    assert (await office.status()).lag_seconds == 0


async def test_the_position_moves_only_after_the_documents(office: Office) -> None:
    """A batch whose documents were not answered is a batch not done."""
    await office.firm()
    await office.seal()
    with pytest.raises(Crash):
        await office.follower(Failing(office.engine, "put", when="after")).step(EPOCH)
    assert await office.engine.position() == 0


async def test_an_erased_entry_stays_gone_whatever_comes_late(office: Office) -> None:
    """Its document is a tombstone newer than every batch that could still come; of its report figures are left."""
    firm = await office.firm(name="要被遗忘的人")
    report = await office.report(firm)
    await office.carry()
    await office.erase(firm)
    await office.carry()
    assert await office.found("遗忘") == set()
    contents = await office.contents()
    assert contents[Kind.FIRM, firm.id][1] is None
    async with office.record.reader() as reader:
        (left,) = (await reader.remains_of_blockages([report.id])).values()
    assert contents[Kind.BLOCKAGE, report.id][1] == content_digest(remains_document(left, REFERENCE))
    assert await office.differences() == []


async def test_a_late_batch_of_a_leader_that_slept_brings_nobody_back(office: Office) -> None:
    """It read the entry before the erasure and writes it after a rebuild that knew of it."""
    firm = await office.firm(name="要被遗忘的人")
    await office.seal()
    asleep = Sleeping(office)
    await office.follower(asleep).step(EPOCH)
    await office.carry()
    await office.erase(firm)
    await office.carry()
    await office.rebuilt()
    await office.engine.put(asleep.documents)
    assert await office.found("遗忘") == set()
    assert await office.differences() == []


class Sleeping:
    """An engine to which the indexer falls asleep just before it would write."""

    def __init__(self, office: Office) -> None:
        self._engine = office.engine
        self.documents: list[Document] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def put(self, documents: list[Document]) -> list[Refused]:
        """Keeps the documents for later."""
        self.documents = documents
        return []

    async def set_position(self, position: int, epoch: int, since: int = 0) -> int:
        """Never comes to this."""
        return position


async def test_a_merged_firm_is_no_longer_found(office: Office) -> None:
    """Only the entry it was merged into is."""
    kept, merged = await office.firm(name="留下的公司"), await office.firm(name="并入的公司")
    await office.carry()
    await change(office.record, merged, merged_into=kept.id)
    await office.carry()
    assert await office.found("公司") == {kept.id}
    await office.rebuilt()
    assert await office.found("公司") == {kept.id}


async def test_an_index_of_a_later_record_is_not_followed_into(office: Office) -> None:
    """A record put back from an older copy gives positions a second meaning: a rebuild is asked for."""
    await office.firms(2)
    await office.carry()
    await office.engine.set_position(100, EPOCH)
    with pytest.raises(IndexAhead, match="index rebuild"):
        await office.follower().step(EPOCH)


async def test_a_rebuild_ends_an_index_of_a_later_record(office: Office) -> None:
    """From then on it is as of this record, and followed again."""
    await office.firms(2)
    await office.carry()
    await office.engine.set_position(100, EPOCH)
    await office.rebuilt()
    assert await office.engine.position() == 2
    await office.firm()
    assert await office.carry() == 1
    assert await office.differences() == []


async def test_a_unit_of_work_longer_than_a_batch_is_carried_whole(office: Office) -> None:
    """Batches are cut without regard to who wrote the entries."""
    await keep(office.record, *(make_firm() for _ in range(7)))
    assert await office.carry(batch=3) == 7
    assert (await office.status()).documents == 7
