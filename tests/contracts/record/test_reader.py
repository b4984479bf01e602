"""Reads outside commands: pages, walks, dead letters."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from directory.dead_letter_ports import DeadLetter
from directory.overdue_levels import Waiting
from directory.ports import BlockageList, SubmissionQueue
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, EntityType, SubmissionStatus, Visibility
from tests.factories import NOW, make_blockage, make_firm, make_submission
from tests.record.steps import CLERK, keep, seal

SUBMITTED, APPROVED = SubmissionStatus.SUBMITTED, SubmissionStatus.APPROVED
UNDER_REVIEW = SubmissionStatus.UNDER_REVIEW


async def test_a_queue_is_paged_without_gaps_or_repeats(record: SqlRecord) -> None:
    """Oldest change first, equal instants by id; every page tells the same total."""
    firm = make_firm()
    queue = [
        make_submission(firm_id=firm.id, updated_at=NOW + timedelta(seconds=number // 2))
        for number in range(7)
    ]
    await keep(record, firm, *queue)
    seen: list[str] = []
    after, more = None, True
    async with record.reader() as reader:
        while more:
            page = await reader.submission_page(SubmissionQueue(), first=3, after=after)
            seen += page.ids
            after, more = page.keys[-1], page.has_more
            assert page.total == 7
    assert seen == [each.id for each in sorted(queue, key=lambda each: (each.updated_at, each.id))]


async def test_a_queue_is_narrowed_by_status_region_entry_and_owner(record: SqlRecord) -> None:
    """Each condition alone leaves the one that fits; a region's prefix takes its districts in."""
    firm, other = make_firm(), make_firm()
    fits = make_submission(firm_id=firm.id, status=APPROVED, region="330106", owner="li")
    rest = make_submission(firm_id=other.id, status=SUBMITTED, region="440300", owner="wang")
    await keep(record, firm, other, fits, rest)
    async with record.reader() as reader:
        for queue in (
            SubmissionQueue(statuses=(APPROVED,)),
            SubmissionQueue(region_prefix="3301"),
            SubmissionQueue(firm_id=firm.id),
            SubmissionQueue(owner="li"),
        ):
            page = await reader.submission_page(queue, first=10, after=None)
            assert (page.ids, page.total, page.has_more) == ((fits.id,), 1, False)
        wildcard = await reader.submission_page(SubmissionQueue(region_prefix="%"), first=10, after=None)
        assert wildcard.ids == ()


async def test_a_queue_is_narrowed_by_how_long_submissions_wait(record: SqlRecord) -> None:
    """From an instant on and before another one, in the status that is asked for; any of several spans is enough."""
    firm, day = make_firm(), timedelta(days=1)
    queue = [
        make_submission(
            firm_id=firm.id, status=SUBMITTED, submitted_at=NOW + day * number, updated_at=NOW + day * 5
        )
        for number in range(4)
    ]
    taken = make_submission(
        firm_id=firm.id, status=UNDER_REVIEW, submitted_at=NOW, taken_at=NOW + day, updated_at=NOW + day
    )
    await keep(record, firm, *queue, taken)
    for spans, found in (
        ((Waiting(SUBMITTED, None, NOW + day),), {queue[0].id}),
        ((Waiting(SUBMITTED, NOW + day, NOW + day * 3),), {queue[1].id, queue[2].id}),
        ((Waiting(UNDER_REVIEW, NOW + day, NOW + day * 2),), {taken.id}),
        (
            (Waiting(SUBMITTED, NOW + day * 3, NOW + day * 9), Waiting(UNDER_REVIEW, None, NOW + day)),
            {queue[3].id},
        ),
    ):
        async with record.reader() as reader:
            page = await reader.submission_page(SubmissionQueue(waiting=spans), first=10, after=None)
        assert (set(page.ids), page.total) == (found, len(found)), spans


async def test_reports_are_paged_newest_first(record: SqlRecord) -> None:
    """The list of an entry, or of a status, from the latest report on."""
    firm = make_firm()
    reports = [
        make_blockage(firm_id=firm.id, reported_at=NOW + timedelta(hours=number)) for number in range(3)
    ]
    closed = make_blockage(firm_id=firm.id, status=BlockageStatus.WITHDRAWN)
    await keep(record, firm, *reports, closed)
    async with record.reader() as reader:
        open_ones = BlockageList(firm_id=firm.id, statuses=(BlockageStatus.REPORTED,))
        first = await reader.blockage_page(open_ones, first=2, after=None)
        rest = await reader.blockage_page(open_ones, first=2, after=first.keys[-1])
        everything = await reader.blockage_page(BlockageList(), first=10, after=None)
    assert [*first.ids, *rest.ids] == [report.id for report in reversed(reports)]
    assert (first.has_more, rest.has_more, everything.total) == (True, False, 4)


async def test_a_walk_passes_every_entity_once(record: SqlRecord) -> None:
    """A rebuild goes through all ids in order, page by page."""
    firms = [make_firm() for _ in range(5)]
    await keep(record, *firms)
    async with record.reader() as reader:
        walked: list[str] = []
        while page := await reader.entity_ids(EntityType.FIRM, after=walked[-1] if walked else "", limit=2):
            walked += page
    assert walked == sorted(firm.id for firm in firms)


async def test_look_ups_outside_commands_find_the_same(record: SqlRecord) -> None:
    """By number, code, reference, owner and keys."""
    firm = make_firm(owner="li")
    report = make_blockage(firm_id=firm.id)
    await keep(record, firm, report)
    async with record.unit_of_work() as uow:
        keys = uow.firms._keys(firm)
    async with record.reader() as reader:
        assert (await reader.firm_by_entry_number(firm.entry_number) or make_firm()).id == firm.id
        assert (await reader.firm_by_uscc(str(firm.profile.uscc)) or make_firm()).id == firm.id
        assert (await reader.blockage_by_reference(report.reference) or make_blockage()).id == report.id
        assert [found.id for found in await reader.firms_owned_by("li")] == [firm.id]
        assert [found.id for found in await reader.firms_sharing_keys(keys)] == [firm.id]
        reports = await reader.blockages_of_firms([firm.id, "nothing"])
    assert ([each.id for each in reports[firm.id]], reports["nothing"]) == ([report.id], [])


async def test_the_record_tells_of_which_entries_a_report_is_open(record: SqlRecord) -> None:
    """Whoever may read that report; one that is resolved is open no more."""
    settled, hindered, free = make_firm(), make_firm(), make_firm()
    done = [make_blockage(firm_id=each.id, status=BlockageStatus.RESOLVED) for each in (settled, hindered)]
    hidden = [
        make_blockage(firm_id=hindered.id, status=BlockageStatus.TRIAGED, visibility=Visibility.AGENCIES_ONLY)
        for _ in range(2)
    ]
    await keep(record, settled, hindered, free, *done, *hidden)
    async with record.reader() as reader:
        found = await reader.with_open_blockages([settled.id, hindered.id, free.id, "nothing"])
        of_reports = await reader.firms_of_blockages([done[0].id, *(each.id for each in hidden), "nothing"])
    assert found == {hindered.id}
    assert of_reports == {settled.id, hindered.id}


async def test_many_ids_are_read_at_once(record: SqlRecord) -> None:
    """More ids than one statement takes are no error, and no ids give nothing."""
    firm = make_firm()
    await keep(record, firm)
    async with record.reader() as reader:
        assert set(await reader.firms([firm.id, *(f"no-{n}" for n in range(40_000))])) == {firm.id}
        assert await reader.firms([]) == {}


async def test_several_tasks_share_one_reader(record: SqlRecord) -> None:
    """Loaders of one request read at the same time over one connection."""
    firms = [make_firm() for _ in range(10)]
    await keep(record, *firms)
    async with record.reader() as reader:
        found = await asyncio.gather(*(reader.firms([firm.id]) for firm in firms))
    assert [list(each) for each in found] == [[firm.id] for firm in firms]


async def test_a_reader_sees_what_was_committed_before_each_read(record: SqlRecord) -> None:
    """A caller who reads after its own command sees it, also with a reader opened before."""
    firm = make_firm()
    async with record.reader() as reader:
        assert await reader.firms([firm.id]) == {}
        await keep(record, firm)
        assert set(await reader.firms([firm.id])) == {firm.id}


def letter(document_id: str, version: int, reason: str = "mapping") -> DeadLetter:
    """A refused document."""
    return DeadLetter("firm", document_id, version, reason, NOW)


async def test_one_letter_is_kept_a_document_the_newest(record: SqlRecord) -> None:
    """A late letter of an older version does not replace the newer one."""
    letters = record.dead_letters
    await letters.keep([letter("a", 1), letter("b", 5)])
    await letters.keep([letter("a", 2, "too long"), letter("b", 4, "late")])
    assert await letters.page(first=10) == [letter("a", 2, "too long"), letter("b", 5)]
    assert await letters.page(first=10, after="a") == [letter("b", 5)]
    assert await letters.count() == 2


async def test_a_letter_goes_when_its_document_is_taken(record: SqlRecord) -> None:
    """Only of the very document: kind and id."""
    await record.dead_letters.keep([letter("a", 1), letter("b", 1)])
    await record.dead_letters.clear([("firm", "a", 1), ("blockage", "b", 1), ("firm", "c", 1)])
    assert await record.dead_letters.page(first=10) == [letter("b", 1)]
    await record.dead_letters.clear([])
    assert await record.dead_letters.count() == 1


async def test_an_older_document_that_was_taken_leaves_a_newer_letter(record: SqlRecord) -> None:
    """A follower that slept comes late with what was true before."""
    await record.dead_letters.keep([letter("a", 5)])
    await record.dead_letters.clear([("firm", "a", 4)])
    assert await record.dead_letters.count() == 1
    await record.dead_letters.clear([("firm", "a", 5)])
    assert await record.dead_letters.count() == 0


async def test_how_long_an_entry_waits_is_told_by_the_database(record: SqlRecord) -> None:
    """From its sealing on, whenever the fact it tells of happened."""
    await keep(record, make_firm(), make_firm())
    async with record.reader() as reader:
        assert await reader.waiting_seconds(0) == 0
        await seal(record)
        assert 0 < await reader.waiting_seconds(0) < 3600
        assert await reader.waiting_seconds(await reader.head()) == 0


async def test_what_waits_to_be_sealed_is_known(record: SqlRecord) -> None:
    """By the ids of the first and the last of it."""
    async with record.reader() as reader:
        assert await reader.unsealed() == (0, 0)
        await keep(record, make_firm(), make_firm(), make_firm())
        lowest, highest = await reader.unsealed()
        assert (lowest, highest) == (highest - 2, highest)
        await seal(record)
        assert await reader.unsealed() == (0, 0)


async def test_a_walk_can_take_in_the_erased(record: SqlRecord) -> None:
    """For whoever has to say of each that it is gone."""
    firm = make_firm()
    await keep(record, firm)
    async with record.unit_of_work() as uow:
        await uow.erase(firm.id, **CLERK)
    async with record.reader() as reader:
        assert await reader.entity_ids(EntityType.FIRM) == []
        assert await reader.entity_ids(EntityType.FIRM, erased=True) == [firm.id]
