"""One command is one transaction: states and log together, or nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from directory.anchors import Anchor
from directory.deadlines import Stage
from directory.entities import Blockage, Deadline, Firm, Objection
from directory.errors import AlreadyExists, NotFound, VersionConflict
from directory.record.open import SqlRecord
from directory.states import BlockageStatus, FirmStatus, SubmissionStatus
from tests.factories import NOW, make_blockage, make_firm, make_profile, make_submission, make_uscc
from tests.record.steps import CLERK, change, firm_at, keep, seal, whole_log

HOUR = timedelta(hours=1)


async def test_what_was_added_reads_back_as_it_was(record: SqlRecord) -> None:
    """Entry, submission and report come back with every field, as version 1."""
    firm = make_firm()
    submission, blockage = make_submission(firm_id=firm.id), make_blockage(firm_id=firm.id)

    await keep(record, firm, submission, blockage)

    async with record.reader() as reader:
        assert (await reader.firms([firm.id]))[firm.id] == firm.model_copy(update={"version": 1})
        assert (await reader.submissions([submission.id]))[submission.id].profile == submission.profile
        assert (await reader.blockages([blockage.id]))[blockage.id].title == blockage.title


async def test_a_unit_of_work_reads_its_own_writes(record: SqlRecord) -> None:
    """A handler that saves twice builds on its first change."""
    firm = make_firm()
    async with record.unit_of_work() as uow:
        added = await uow.firms.add(firm, kind="firm:submitted", **CLERK)
        await uow.firms.save(
            added.model_copy(update={"status": FirmStatus.SUSPENDED}), kind="firm:suspended", **CLERK
        )
        assert (await uow.firms.get(firm.id)).status is FirmStatus.SUSPENDED
    assert (await firm_at(record, firm.id)).version == 2


async def test_a_command_that_fails_leaves_no_trace(record: SqlRecord) -> None:
    """Neither state nor log nor first result of a failed command is kept."""
    firm = make_firm()

    async def stumbling() -> None:
        async with record.unit_of_work() as uow:
            await uow.firms.add(firm, kind="firm:submitted", **CLERK)
            raise RuntimeError("the handler stumbled")

    with pytest.raises(RuntimeError):
        await stumbling()
    async with record.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await uow.firms.get(firm.id)
    assert await seal(record) == 0


async def test_an_id_that_is_not_there_is_not_found(record: SqlRecord) -> None:
    """The problem's path names what was looked for."""
    async with record.unit_of_work() as uow:
        with pytest.raises(NotFound) as refused:
            await uow.blockages.get("nothing")
    assert refused.value.problems[0].path == ("blockage",)


async def test_an_older_version_is_refused_with_the_present_one(record: SqlRecord) -> None:
    """Two clerks opened version 1; the later one is told that it is now version 2."""
    firm = make_firm()
    await keep(record, firm)
    opened = await firm_at(record, firm.id)
    await change(record, opened, status_reason="first")

    with pytest.raises(VersionConflict) as refused:
        await change(record, opened, status_reason="second")

    assert refused.value.problems[0].params == {"expected": 1, "current": 2}
    assert (await firm_at(record, firm.id)).status_reason == "first"


async def test_a_refused_write_that_is_ignored_still_keeps_nothing(record: SqlRecord) -> None:
    """A handler that swallows the refusal cannot commit the other half of its work."""
    taken, other = make_firm(), make_firm()
    await keep(record, taken)
    twin = make_firm(profile=make_profile(uscc=taken.profile.uscc))

    async def deaf() -> None:
        async with record.unit_of_work() as uow:
            await uow.firms.add(other, kind="firm:submitted", **CLERK)
            with suppress(AlreadyExists):
                await uow.firms.add(twin, kind="firm:submitted", **CLERK)
            await uow.firms.owned_by("li")

    with pytest.raises(AlreadyExists):
        await deaf()
    async with record.reader() as reader:
        assert await reader.firms([other.id]) == {}


async def test_a_report_of_an_entry_that_is_not_there_is_refused(record: SqlRecord) -> None:
    """No report without its entry."""
    with pytest.raises(NotFound) as refused:
        await keep(record, make_blockage())
    assert refused.value.problems[0].path == ("firm",)


async def test_find_gives_those_that_exist(record: SqlRecord) -> None:
    """Ids that are not there are left out."""
    one, two = make_firm(), make_firm()
    await keep(record, one, two)
    async with record.unit_of_work() as uow:
        assert set(await uow.firms.find([one.id, "nothing", two.id])) == {one.id, two.id}


async def test_a_merged_entry_is_found_as_its_survivor(record: SqlRecord) -> None:
    """Number and USCC of an entry that was merged twice lead to the one that is left."""
    first, second, last = make_firm(), make_firm(), make_firm()
    await keep(record, first, second, last)
    await change(record, await firm_at(record, first.id), merged_into=second.id)
    await change(record, await firm_at(record, second.id), merged_into=last.id)
    async with record.unit_of_work() as uow:
        for lookup in (
            uow.firms.by_entry_number(first.entry_number),
            uow.firms.by_uscc(str(first.profile.uscc)),
            uow.firms.by_uscc(str(last.profile.uscc)),
        ):
            assert (await lookup or first).id == last.id
        assert await uow.firms.by_uscc(make_uscc()) is None
        assert await uow.firms.by_entry_number("NG-0000-0000") is None


async def test_a_circle_of_merges_ends(record: SqlRecord) -> None:
    """Two entries merged into each other, by whatever mistake, are found as nothing and hang nobody."""
    one, two = make_firm(), make_firm()
    await keep(record, one, two)
    await change(record, await firm_at(record, one.id), merged_into=two.id)
    await change(record, await firm_at(record, two.id), merged_into=one.id)
    async with record.reader() as reader:
        assert await reader.firm_by_entry_number(one.entry_number) is None


async def test_entries_of_an_owner_come_newest_first(record: SqlRecord) -> None:
    """A firm user sees the latest entry on top."""
    old, new = make_firm(owner="li", created_at=NOW), make_firm(owner="li", created_at=NOW + HOUR)
    await keep(record, new, old, make_firm(owner="other"))
    async with record.unit_of_work() as uow:
        assert [firm.id for firm in await uow.firms.owned_by("li")] == [new.id, old.id]


async def test_notices_that_are_over_are_found_from_the_very_instant(record: SqlRecord) -> None:
    """A notice (公示) that ends now is over; one that ends later, or of another status, is not."""
    firm = make_firm()
    notice = {"firm_id": firm.id, "status": SubmissionStatus.PUBLIC_NOTICE}
    over = make_submission(**notice, notice_ends_at=NOW)
    later = make_submission(**notice, notice_ends_at=NOW + timedelta(microseconds=1))
    decided = make_submission(firm_id=firm.id, status=SubmissionStatus.APPROVED, notice_ends_at=NOW)
    await keep(record, firm, over, later, decided)
    async with record.reader() as reader:
        assert [each.id for each in await reader.reached(Anchor.NOTICE_ENDS, NOW)] == [over.id]


async def test_a_notice_held_by_an_objection_is_not_offered_to_the_clock(record: SqlRecord) -> None:
    """However many objections are undecided, they do not stand before the notices that can end."""
    firm = make_firm()
    objection = Objection(id="1", at=NOW, by=None, reason="The shop closed last year.")
    notice = {"firm_id": firm.id, "status": SubmissionStatus.PUBLIC_NOTICE, "notice_ends_at": NOW}
    held = make_submission(**notice, objections=(objection,))
    dismissed = make_submission(**notice, objections=(objection.model_copy(update={"upheld": False}),))
    await keep(record, firm, held, dismissed)
    async with record.reader() as reader:
        assert [each.id for each in await reader.reached(Anchor.NOTICE_ENDS, NOW)] == [dismissed.id]


async def test_proposals_without_an_answer_are_found_by_their_running_limit(record: SqlRecord) -> None:
    """Only a running confirm limit counts: one already met, or not over yet, does not."""
    firm = make_firm()
    unanswered = _proposed(firm, due_in=timedelta(0))
    await keep(record, firm, unanswered, _proposed(firm, due_in=HOUR), _proposed(firm, answered=True))
    async with record.reader() as reader:
        found = await reader.reached(Anchor.ANSWER_DUE, NOW)
    assert [each.id for each in found] == [unanswered.id]


def _proposed(firm: Firm, *, due_in: timedelta = timedelta(0), answered: bool = False) -> Blockage:
    limit = Deadline(
        stage=Stage.CONFIRM,
        started_at=NOW - HOUR,
        due_at=NOW + due_in,
        working_days=10,
        met_at=NOW if answered else None,
    )
    status = BlockageStatus.RESOLUTION_PROPOSED
    return make_blockage(firm_id=firm.id, status=status, deadlines=(limit,))


async def test_submissions_and_reports_of_an_entry_come_oldest_first(record: SqlRecord) -> None:
    """The history of an entry reads from its beginning."""
    firm = make_firm()
    later = make_submission(firm_id=firm.id, created_at=NOW + HOUR)
    earlier = make_submission(firm_id=firm.id)
    second = make_blockage(firm_id=firm.id, reported_at=NOW + HOUR)
    first = make_blockage(firm_id=firm.id)
    await keep(record, firm, later, earlier, second, first)
    async with record.unit_of_work() as uow:
        assert [each.id for each in await uow.submissions.of_firm(firm.id)] == [earlier.id, later.id]
        assert [each.id for each in await uow.blockages.of_firm(firm.id)] == [first.id, second.id]


async def test_each_command_logs_what_it_changed_and_nothing_else(record: SqlRecord) -> None:
    """The fact of a change names the changed field with the value before and after, who and when."""
    firm = make_firm()
    await keep(record, firm)
    await change(record, await firm_at(record, firm.id), status=FirmStatus.SUSPENDED)
    await seal(record)

    fact = (await whole_log(record))[-1].fact

    assert (fact.kind, fact.actor, fact.at, fact.entity_version) == ("entity:changed", "clerk", NOW, 2)
    assert [(each.field, each.before, each.after) for each in fact.changes] == [
        ("status", "LISTED", "SUSPENDED")
    ]
