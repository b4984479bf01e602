"""Submissions by entry, drafts left out, and entries by the number that they bear themselves."""

from __future__ import annotations

from datetime import timedelta

from directory.ports import SubmissionQueue
from directory.record.open import SqlRecord
from directory.states import SubmissionStatus
from tests.factories import NOW, make_firm, make_submission
from tests.record.steps import change, keep


async def test_submissions_of_several_entries_come_in_one_read_newest_first(record: SqlRecord) -> None:
    """Each entry has its own list, also one without any."""
    one, two, bare = make_firm(), make_firm(), make_firm()
    early, late = (
        make_submission(firm_id=one.id, created_at=NOW + timedelta(hours=hours)) for hours in (1, 2)
    )
    other = make_submission(firm_id=two.id)
    await keep(record, one, two, bare, early, late, other)

    async with record.reader() as reader:
        found = await reader.submissions_of_firms([one.id, two.id, bare.id])

    assert {firm_id: [each.id for each in theirs] for firm_id, theirs in found.items()} == {
        one.id: [late.id, early.id],
        two.id: [other.id],
        bare.id: [],
    }


async def test_what_was_handed_in_has_an_entry(record: SqlRecord) -> None:
    """A draft, kept or given up, is in no list of what was handed in."""
    firm = make_firm()
    handed_in = make_submission(firm_id=firm.id)
    draft = make_submission(status=SubmissionStatus.DRAFT, submitted_at=None)
    given_up = make_submission(status=SubmissionStatus.WITHDRAWN, submitted_at=None)
    await keep(record, firm, handed_in, draft, given_up)

    async with record.reader() as reader:
        all_of_them = await reader.submission_page(SubmissionQueue(), first=10, after=None)
        page = await reader.submission_page(SubmissionQueue(handed_in=True), first=10, after=None)

    assert all_of_them.total == 3
    assert (page.ids, page.total) == ((handed_in.id,), 1)


async def test_a_merged_entry_still_bears_its_number(record: SqlRecord) -> None:
    """Asked for by what it was, not by where it went."""
    gone, survivor = make_firm(), make_firm()
    await keep(record, gone, survivor)
    await change(record, gone.model_copy(update={"version": 1}), merged_into=survivor.id)

    async with record.reader() as reader:
        bearer = await reader.firm_numbered(gone.entry_number)
        followed = await reader.firm_by_entry_number(gone.entry_number)
        nobody = await reader.firm_numbered("NG-0000-0000")

    assert bearer is not None
    assert followed is not None
    assert (bearer.id, followed.id, nobody) == (gone.id, survivor.id, None)
