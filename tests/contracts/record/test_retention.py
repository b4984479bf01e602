"""What was kept long enough is made anonymous (到期匿名化): the values go, the figures stay. PIPL, article 19."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from directory.entities import Firm
from directory.privacy import Retention
from directory.record.open import SqlRecord
from directory.record.verify import verify_log
from directory.retention import MONTHS, ended_before
from directory.states import BlockageStatus, FirmStatus, SubmissionStatus
from tests.contracts.record.test_person_erasure import NAME, PHONE, kept_person
from tests.factories import NOW, make_blockage, make_firm
from tests.record.steps import change, firm_at, keep, seal
from tests.record.traces import tables_with

LONG_AFTER = NOW + timedelta(days=365 * 7)


def test_a_period_ends_on_its_day() -> None:
    """In months of the calendar."""
    now = datetime(2026, 3, 31, tzinfo=NOW.tzinfo)
    assert ended_before(now, Retention.APPLICATION) == datetime(2024, 3, 28, tzinfo=NOW.tzinfo)
    assert MONTHS[Retention.REPORT] == 60


async def ended_person(record: SqlRecord) -> str:
    """Somebody whose entry, submission and report all came to an end."""
    firm_id = await kept_person(record)
    async with record.reader() as reader:
        (submission,) = (await reader.submissions_of_firms([firm_id]))[firm_id]
        (report,) = (await reader.blockages_of_firms([firm_id]))[firm_id]
    await change(record, await firm_at(record, firm_id), status=FirmStatus.DELISTED)
    await change(record, submission, status=SubmissionStatus.REJECTED)
    await change(record, report, status=BlockageStatus.CLOSED_UNRESOLVED, closed_at=NOW)
    await seal(record)
    return firm_id


async def test_what_ended_long_ago_names_nobody(record: SqlRecord) -> None:
    """Neither state nor log; codes and dates stay, by which statistics count, and the chain verifies."""
    firm_id = await ended_person(record)
    async with record.reader() as reader:
        (before,) = (await reader.blockages_of_firms([firm_id]))[firm_id]

    assert await record.retire(LONG_AFTER) == 3
    await seal(record)

    found = {table for table, value in await tables_with(record, [NAME, PHONE])}
    assert found <= {"saved_searches", "webhooks"}
    async with record.reader() as reader:
        (after,) = (await reader.blockages_of_firms([firm_id]))[firm_id]
        assert await verify_log(reader) is None
    counted = ("status", "category", "severity", "region", "reported_at", "closed_at", "clauses", "disputes")
    assert [getattr(after, each) for each in counted] == [getattr(before, each) for each in counted]
    assert [each.state for each in after.resolutions] == [each.state for each in before.resolutions]
    assert [each.due_at for each in after.deadlines] == [each.due_at for each in before.deadlines]


async def test_it_happens_once(record: SqlRecord) -> None:
    """A round later there is nothing left to do."""
    await ended_person(record)
    await record.retire(LONG_AFTER)

    assert await record.retire(LONG_AFTER + timedelta(minutes=1)) == 0


@pytest.mark.parametrize(
    ("rule", "expected"), [(Retention.APPLICATION, 1), (Retention.ENTRY, 2), (Retention.REPORT, 3)]
)
async def test_each_kind_has_a_period_of_its_own(
    sqlite_record: SqlRecord, rule: Retention, expected: int
) -> None:
    """Rejected submissions go first, then delisted entries, then closed reports."""
    await ended_person(sqlite_record)
    after = NOW + timedelta(days=MONTHS[rule] * 31)

    assert await sqlite_record.retire(after) == expected


async def test_what_goes_on_is_kept(record: SqlRecord) -> None:
    """A listed entry and an open report, however old."""
    firm: Firm = make_firm()
    await keep(record, firm, make_blockage(firm_id=firm.id))

    assert await record.retire(LONG_AFTER) == 0
