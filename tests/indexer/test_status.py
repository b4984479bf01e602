"""The figures by which an operator sees how far search is behind."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs

from directory.dead_letter_ports import DeadLetter
from indexer.leading import LEASE, held, leading
from indexer.status import index_status
from newgrowth.watches import LagWatch
from tests.conditions import eventually
from tests.factories import NOW
from tests.indexer.office import HOLDER, Cut, Hanging, Office
from tests.indexer.test_leading import SECONDS, Frozen, caught_up, running


async def test_an_empty_index_of_an_empty_record_is_not_behind(any_office: Office) -> None:
    """Nothing is waiting."""
    status = await any_office.status()
    assert (status.record_position, status.indexed_position, status.lag_seconds) == (0, 0, 0)
    assert (status.documents, status.rejected, status.reachable) == (0, 0, True)
    assert status.engine == any_office.engine.name


async def test_lag_counts_from_sealing_not_from_the_fact(any_office: Office) -> None:
    """A fact of years ago that was written a moment ago is a moment late."""
    await any_office.firms(3)
    await any_office.seal()
    status = await any_office.status()
    assert (status.record_position, status.indexed_position, status.documents) == (3, 0, 0)
    assert 0 < status.lag_seconds < 3600


async def test_lag_is_that_of_the_oldest_entry_waiting(office: Office) -> None:
    """What was carried over no longer counts, and lag grows until the rest is."""
    await office.firms(3)
    await office.carry()
    assert (await office.status()).lag_seconds == 0
    await office.firm()
    await office.seal()
    first = await office.status()
    assert (first.indexed_position, first.documents) == (3, 3)
    assert first.lag_seconds < (await office.status()).lag_seconds


async def test_erased_and_merged_entries_are_not_counted(office: Office) -> None:
    """Documents are what searches can find."""
    firms = await office.firms(3)
    await office.erase(firms[0])
    await office.carry()
    assert (await office.status()).documents == 2


async def test_the_first_dead_letters_come_with_their_reasons(office: Office) -> None:
    """A few of them: the command line lists them all."""
    await office.record.dead_letters.keep(
        [DeadLetter("firm", f"f{number}", 1, "refused", NOW) for number in range(7)]
    )

    status = await office.status()

    assert (status.rejected, [letter.id for letter in status.letters]) == (7, ["f0", "f1", "f2", "f3", "f4"])


async def test_an_engine_without_answer_is_told(office: Office) -> None:
    """The record's own figures are right all the same."""
    await office.firms(2)
    await office.carry()
    status = await index_status(office.route(Cut(office.engine)), office.record.leases)
    assert (status.reachable, status.record_position, status.documents) == (False, 2, 0)


async def test_a_status_does_not_wait_for_an_engine_that_hangs(office: Office) -> None:
    """It is told as one that cannot be reached, beside the record's own figures."""
    await office.firms(2)
    await office.carry()
    hanging = office.route(Hanging(office.engine))
    status = await index_status(hanging, office.record.leases, patience_seconds=0.01)
    assert (status.reachable, status.record_position, status.documents) == (False, 2, 0)


async def test_an_index_that_is_filled_from_the_beginning_says_so(office: Office) -> None:
    """An emptied one as well as a new one, to every process, until it holds what the record held when it was found empty."""
    await office.firms(6)
    await office.seal()
    assert (await office.status()).filling
    await office.carry()
    assert not (await office.status()).filling

    follower = office.follower(frozen := FrozenAt(office, 3), batch=2, lease_seconds=SECONDS)
    with capture_logs() as logs:
        async with running(follower, office, "follower"):
            await eventually(lambda: follower.health.leading)
            await office.engine.swap(await office.engine.begin_rebuild(), 0)
            await office.firm()
            await office.seal()
            await frozen.reached.wait()
            status = await office.status()
            assert (status.filling, status.indexed_position) == (True, 4)
            frozen.thawed.set()
            await eventually(lambda: caught_up(office))
            await eventually(lambda: not follower.health.filling)
            assert not (await office.status()).filling
    (alarm,) = [each for each in logs if each["event"] == "index_fell_back"]
    assert (alarm["log_level"], alarm["position"], alarm["before"]) == ("error", 0, 6)


class FrozenAt(Frozen):
    """An engine whose indexer stops at its write of this number."""

    def __init__(self, office: Office, number: int) -> None:
        super().__init__(office)
        self._left = number

    async def put(self, documents: Any) -> Any:
        """Sleeps before the one write."""
        self._left -= 1
        return await (super().put(documents) if self._left == 0 else self._engine.put(documents))


async def test_the_generations_and_who_is_at_work_are_told(office: Office) -> None:
    """Nobody at first; then a follower, and one that has taken over to rebuild."""
    first = await office.status()
    assert (first.generations.previous, first.following, first.rebuilding) == (None, False, False)
    await office.firms(2)
    await office.carry()
    await office.rebuilt()
    status = await office.status()
    assert status.generations.previous == first.generations.live != status.generations.live
    async with held(office.record.leases, LEASE, HOLDER):
        assert (await office.status()).following
    async with leading(office.record.leases, HOLDER):
        status = await office.status()
        assert (status.following, status.rebuilding) == (False, True)


async def test_an_index_that_stays_behind_is_told_once_and_its_end_too(office: Office) -> None:
    """As an error with how far it is, also when nobody is at work on it."""
    watch = LagWatch(office.status, most_seconds=0)
    with capture_logs() as logged:
        await watch.look()
        assert logged == []
        await office.firms(2)
        await office.seal()
        await watch.look()
        await watch.look()
        await office.carry()
        await watch.look()

    assert [line["event"] for line in logged] == ["index_behind", "index_caught_up"]
    told = logged[0]
    assert (told["log_level"], told["position"], told["head"]) == ("error", 0, 2)
    assert (told["reachable"], told["following"]) == (True, False)
