"""The clock on each kind of database: what is due is done once, however often and from wherever it is asked."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from directory.access import Caller
from directory.commands import Command, ExtendDeadline, SaveDraft, SubmitFirm, SuperviseMissedLimit
from directory.deadlines import Stage, running_of
from directory.entities import Blockage
from directory.handlers.registry import HANDLERS
from directory.handling import Directory, Outcome
from directory.mail import MailMode, MailSubscription
from directory.ports import Remembered
from directory.record.open import SqlRecord, open_record
from directory.reminders import NOTICES_KEPT, Inbox, reminder, window
from directory.rulebook import Rulebook
from directory.states import (
    BlockageStatus,
    FirmStatus,
    Language,
    ReviewDecision,
    Severity,
    SubmissionStatus,
)
from directory.vocabulary import Label
from directory.webhooks import Webhook
from directory.workdays import WorkCalendar, WorkYear
from newgrowth import clockwork
from newgrowth.clockwork import Done, mind_the_clock, one_round
from tests.commands.front_desk import Desk, a_firm_user
from tests.commands.report_desk import OFFICER, on, opened_desk
from tests.declarations import raw_enterprise
from tests.factories import NOW, make_blockage, make_firm
from tests.record.steps import change, keep, seal, whole_log
from tests.rulebooks import REFERENCE, RULEBOOK
from tests.rules.report_lives import LEAD, china, life_in

NOTHING = Done(
    notices=0,
    proposals=0,
    supervisions=0,
    lapses=0,
    suspensions=0,
    rescheduled=0,
    reminders=0,
    forgotten=0,
    sessions=0,
    anonymised=0,
)


def directory_at(record: SqlRecord, now: datetime, rulebook: Rulebook = RULEBOOK) -> Directory:
    """The command side with a clock that stands."""
    return Directory(record, rulebook, HANDLERS, clock=lambda: now)


async def round_at(record: SqlRecord, now: datetime, rulebook: Rulebook = RULEBOOK) -> Done:
    """One round of the clock at an instant."""
    return await one_round(directory_at(record, now, rulebook), now)


async def kept_report(record: SqlRecord, report: Blockage) -> Blockage:
    """The report as it stands."""
    async with record.reader() as reader:
        return (await reader.blockages([report.id]))[report.id]


async def in_progress(record: SqlRecord, reported: str = "2026-03-02 10:00", **given: object) -> Blockage:
    """A kept report in the hands of its agency."""
    firm = make_firm()
    life = life_in(BlockageStatus.IN_PROGRESS, reported=reported, **given)
    fresh = make_blockage()
    report = life.report.model_copy(
        update={"id": fresh.id, "reference": fresh.reference, "firm_id": firm.id, "version": 0}
    )
    await keep(record, firm, report)
    return report.model_copy(update={"version": 1})


async def facts(record: SqlRecord, kind: str) -> int:
    """How often the log tells of something."""
    await seal(record)
    return sum(entry.fact.kind == kind for entry in await whole_log(record))


async def test_a_missed_limit_is_supervised_once(record: SqlRecord) -> None:
    """From the first instant that is too late, and never again."""
    report = await in_progress(record, severity=Severity.CRITICAL)
    assert (await round_at(record, china("2026-03-09 23:59"))).supervisions == 0

    assert (await round_at(record, china("2026-03-10 00:00"))).supervisions == 1
    assert (await round_at(record, china("2026-03-10 00:00"))).supervisions == 0

    assert (await kept_report(record, report)).supervised
    assert await facts(record, "blockage:supervised") == 1


async def test_two_processes_at_once_supervise_each_report_once(
    empty_record_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction wins; the other finds it done. Of SQLite one process writes, in which two rounds may meet."""
    monkeypatch.setattr(clockwork, "BATCH", 3)
    late = china("2026-03-10 00:00")
    async with await open_record(empty_record_url) as one:
        for _ in range(8):
            await in_progress(one, severity=Severity.CRITICAL)
        other = one if "sqlite" in empty_record_url else await open_record(empty_record_url)
        rounds = await asyncio.gather(*(round_at(record, late) for record in (one, other)))
        if other is not one:
            await other.close()

        assert sum(each.supervisions for each in rounds) == 8
        assert await facts(one, "blockage:supervised") == 8


async def test_a_round_goes_through_more_than_one_batch(
    record: SqlRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where some of what is found cannot be done: they do not stand before the rest."""
    monkeypatch.setattr(clockwork, "BATCH", 2)
    for _ in range(5):
        await in_progress(record, severity=Severity.CRITICAL)
    assert (await round_at(record, china("2026-03-10 00:00"))).supervisions == 5


async def test_changes_that_nobody_made_end_the_submission(record: SqlRecord) -> None:
    """Twenty working days after the request, on the record, and once."""
    desk = Desk(record)
    outcome = await desk.done(SubmitFirm(profile=raw_enterprise()), a_firm_user())
    await desk.review(outcome, ReviewDecision.TAKE)
    await desk.review(outcome, ReviewDecision.REQUEST_CHANGES, note="请补充营业执照")

    assert (await round_at(record, china("2026-03-30 23:59"))).lapses == 0
    assert (await round_at(record, china("2026-03-31 00:00"))).lapses == 1
    assert (await round_at(record, china("2026-03-31 00:00"))).lapses == 0

    assert (await desk.submission(outcome)).status is SubmissionStatus.WITHDRAWN
    assert await facts(record, "submission:lapsed") == 1


async def test_an_entry_without_its_yearly_update_is_suspended_after_the_grace(record: SqlRecord) -> None:
    """Eighteen months after its last confirmation, and not an instant before."""
    confirmed = china("2024-08-31 15:00")
    firm, merged = make_firm(confirmed_at=confirmed), make_firm(confirmed_at=confirmed)
    await keep(record, firm, merged.model_copy(update={"merged_into": firm.id}))

    assert (await round_at(record, china("2026-02-28 23:59"))).suspensions == 0
    assert (await round_at(record, china("2026-03-01 00:00"))).suspensions == 1
    assert (await round_at(record, china("2026-03-01 00:00"))).suspensions == 0

    async with record.reader() as reader:
        found = (await reader.firms([firm.id]))[firm.id]
    assert (found.status, bool(found.status_reason)) == (FirmStatus.SUSPENDED, True)


async def test_first_results_older_than_a_day_are_forgotten(record: SqlRecord) -> None:
    """They are kept for repeats within a day; after it they are only weight."""
    async with record.unit_of_work() as uow:
        await uow.replies.remember("firm-user", "key", Remembered("SubmitFirm", "digest", {}), NOW)
    assert (await round_at(record, NOW + timedelta(hours=23))).forgotten == 0
    assert (await round_at(record, NOW + timedelta(hours=25))).forgotten == 1


async def test_a_published_holiday_moves_running_limits_once(record: SqlRecord) -> None:
    """The report says so in the log; what is met already stays as it was."""
    before = with_years(2026)
    running = await in_progress(record, "2026-12-25 10:00", severity=Severity.HIGH)
    assert running_of(running.deadlines, Stage.RESOLVE) is not None
    now = china("2026-12-28 10:00")
    assert await round_at(record, now, before) == NOTHING

    after = with_years(2026, 2027)
    assert (await round_at(record, now, after)).rescheduled == 1
    assert (await round_at(record, now, after)).rescheduled == 0

    moved = await kept_report(record, running)
    old, new = (running_of(each.deadlines, Stage.RESOLVE) for each in (running, moved))
    assert old is not None
    assert new is not None
    assert (old.provisional, new.provisional) == (True, False)
    assert new.due_at == old.due_at + timedelta(days=3)
    assert [each for each in moved.deadlines if each.met_at] == [
        each for each in running.deadlines if each.met_at
    ]
    assert await facts(record, "blockage:rescheduled") == 1


async def test_a_limit_missed_before_the_notice_came_stays_missed(record: SqlRecord) -> None:
    """No later calendar heals it, nor is it asked about again."""
    report = await in_progress(record, "2026-12-25 10:00", severity=Severity.HIGH)
    limit = running_of(report.deadlines, Stage.RESOLVE)
    assert limit is not None
    late = limit.due_at + timedelta(hours=1)
    after = with_years(2026, 2027)

    assert (await round_at(record, late, after)).rescheduled == 1
    assert (await round_at(record, late, after)).rescheduled == 0

    kept = running_of((await kept_report(record, report)).deadlines, Stage.RESOLVE)
    assert kept is not None
    assert (kept.due_at, kept.provisional) == (limit.due_at, False)


async def test_a_published_holiday_moves_the_end_of_a_running_notice_at_once(record: SqlRecord) -> None:
    """The public reads the new last day from then on, and not only when the old one has come; once."""
    desk = Desk(record, with_years(2026), china("2026-12-29 10:00"))
    outcome = await desk.approve(await desk.done(SubmitFirm(profile=raw_enterprise()), a_firm_user()))
    announced = (await desk.submission(outcome)).notice_ends_at
    assert announced is not None
    now = china("2026-12-30 10:00")

    assert (await round_at(record, now, with_years(2026, 2027))).rescheduled == 1
    assert (await round_at(record, now, with_years(2026, 2027))).rescheduled == 0

    moved = await desk.submission(outcome)
    assert (moved.status, moved.notice_provisional) == (SubmissionStatus.PUBLIC_NOTICE, False)
    assert moved.notice_ends_at is not None
    assert moved.notice_ends_at > announced


async def test_what_was_told_long_ago_is_forgotten_and_not_told_again(record: SqlRecord) -> None:
    """After two years, also of an entry that still lies as it lay; what was sent of it goes after ninety days."""
    firm = make_firm(confirmed_at=NOW - timedelta(days=500), status=FirmStatus.SUSPENDED)
    await keep(record, firm)
    notice = reminder(next(each for each in REFERENCE.rungs if each.rule == "firm.lapsed"), firm, NOW, NOW)
    async with record.unit_of_work() as uow:
        await uow.webhooks.add(Webhook("w1", firm.owner, "https://hooks.example/", "whsec_", NOW), 1)
        await uow.mail.put(subscribed_by(firm.owner), None)
        await uow.notices.tell([notice])
        assert await uow.mail.gather(NOW, 10) == 1

    assert await forgotten_at(record, NOW + timedelta(days=90)) == 0
    assert await forgotten_at(record, NOW + timedelta(days=91)) == 2
    assert await forgotten_at(record, NOW + timedelta(days=730)) == 0
    assert await forgotten_at(record, NOW + timedelta(days=731)) == 1
    assert await forgotten_at(record, NOW + timedelta(days=731)) == 0


async def test_no_rung_reaches_further_back_than_notices_are_kept() -> None:
    """Or what was forgotten would be said again."""
    for rung in REFERENCE.rungs:
        since, _ = window(rung, NOW, RULEBOOK)
        assert since > NOW - NOTICES_KEPT


async def forgotten_at(record: SqlRecord, now: datetime) -> int:
    """How much of what was told is no longer kept."""
    async with record.unit_of_work() as uow:
        return await uow.notices.forget_old(now, 10)


def subscribed_by(owner: str) -> MailSubscription:
    """A confirmed address."""
    return MailSubscription(
        id="m1",
        owner=owner,
        address="owner@firm.example",
        language=Language.ZH,
        mode=MailMode.AT_ONCE,
        hour=8,
        created_at=NOW,
        confirm_token="token",
        unsubscribe_token="other-token",
        confirmed_at=NOW,
    )


NEW_YEAR = WorkYear(
    year=2027,
    status="official",
    days_off={date(2027, 1, 1): Label(zh="元旦", en="New Year's Day")},
    make_up_workdays={},
)


def with_years(*years: int) -> Rulebook:
    """The rulebook with just these years published; the notice of 2027 gives New Year's Day off, a Friday."""
    known = {2026: REFERENCE.work_years[2026], 2027: NEW_YEAR}
    return Rulebook(REFERENCE, WorkCalendar({year: known[year] for year in years}), REFERENCE.limits)


async def test_a_reminder_goes_out_once_whoever_sends_it(empty_record_url: str) -> None:
    """Two rounds at once and a third later: one notice an addressee, for the table of notices is the ledger."""
    soon = china("2026-03-06 10:00")
    async with await open_record(empty_record_url) as one:
        for _ in range(3):
            await in_progress(one, severity=Severity.CRITICAL)
        other = one if "sqlite" in empty_record_url else await open_record(empty_record_url)
        rounds = await asyncio.gather(*(round_at(record, soon) for record in (one, other)))
        if other is not one:
            await other.close()
        again = await round_at(one, soon)

        assert (sum(each.reminders for each in rounds), again.reminders) == (3, 0)
        async with one.reader() as reader:
            inbox = await reader.inbox(Inbox("officer", agency=LEAD), first=10)
        assert [notice.rule for notice in inbox] == ["notice.report.resolve_now"] * 3


async def test_an_extension_is_a_new_limit_to_be_reminded_of(record: SqlRecord) -> None:
    """The ledger is by instant: what moved is said anew in its time."""
    desk = await opened_desk(record)
    report = await desk.in_progress(severity=Severity.CRITICAL)
    assert (await round_at(record, china("2026-03-06 10:00"))).reminders == 1
    desk.at("2026-03-06 11:00")
    await desk.does(ExtendDeadline(**on(report), working_days=2, reason="须会商"), OFFICER)

    assert (await round_at(record, china("2026-03-06 12:00"))).reminders == 1
    assert (await round_at(record, china("2026-03-10 10:00"))).reminders == 1
    async with record.reader() as reader:
        inbox = await reader.inbox(Inbox("officer", agency=LEAD), first=10)
    assert [notice.params.get("until") for notice in inbox if "resolve" in notice.rule] == [
        "2026-03-11",
        "2026-03-11",
        "2026-03-09",
    ]


async def test_a_stale_draft_is_chased_once(record: SqlRecord) -> None:
    """Thirty days after it was begun, however often it was saved meanwhile."""
    desk = Desk(record)
    owner = a_firm_user()
    outcome = await desk.done(SaveDraft(profile={"name": "杭州微光"}), owner)
    desk.wait(days=20)
    draft = await desk.submission(outcome)
    await desk.done(
        SaveDraft(profile={"name": "杭州微光"}, submission=draft.id, expected_version=draft.version), owner
    )
    assert (await round_at(record, NOW + timedelta(days=29))).reminders == 0
    assert (await round_at(record, NOW + timedelta(days=31))).reminders == 1
    assert (await round_at(record, NOW + timedelta(days=90))).reminders == 0


async def test_an_erased_entry_leaves_no_notice(record: SqlRecord) -> None:
    """What was told about it names whom it was told to; both go, and nothing is told after."""
    confirmed = china("2025-03-01 10:00")
    firm = make_firm(confirmed_at=confirmed)
    await keep(record, firm)
    assert (await round_at(record, china("2026-03-02 10:00"))).reminders == 1
    async with record.unit_of_work() as uow:
        await uow.notices.mark_read(Inbox("firm-user"), [1])
        await uow.erase(firm.id, actor="operator", at=NOW)

    async with record.reader() as reader:
        assert await reader.inbox(Inbox("firm-user"), first=10) == []
    assert (await round_at(record, china("2026-06-02 10:00"))).reminders == 0


async def test_what_came_with_a_merge_is_forgotten_with_the_survivor(record: SqlRecord) -> None:
    """A notice names the entry that a report belonged to then; the report may have gone on since."""
    report = await in_progress(record, severity=Severity.CRITICAL)
    assert (await round_at(record, china("2026-03-06 10:00"))).reminders == 1
    survivor = make_firm()
    await keep(record, survivor)
    await change(record, report, firm_id=survivor.id)
    async with record.unit_of_work() as uow:
        await uow.erase(survivor.id, actor="operator", at=NOW)

    async with record.reader() as reader:
        assert await reader.inbox(Inbox("officer", agency=LEAD), first=10) == []


async def test_a_mistake_of_ours_costs_the_clock_a_round_and_no_more(
    record: SqlRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next round does what the failed one left undone."""
    report = await in_progress(record, severity=Severity.CRITICAL)
    done, rounds = asyncio.Event(), iter((ZeroDivisionError, None))

    async def at_first_mistaken(directory: Directory) -> Done:
        mistake = next(rounds, None)
        if mistake is not None:
            raise mistake
        found = await one_round(directory, china("2026-03-10 00:00"))
        done.set()
        return found

    monkeypatch.setattr(clockwork, "one_round", at_first_mistaken)
    monkeypatch.setattr(clockwork, "PERIOD_SECONDS", 0.0)
    clock = asyncio.create_task(mind_the_clock(directory_at(record, china("2026-03-10 00:00"))))
    await done.wait()
    clock.cancel()
    await asyncio.wait({clock})
    assert (await kept_report(record, report)).supervised


async def test_a_report_that_cannot_be_moved_holds_up_no_other(
    record: SqlRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails by a mistake of ours is told and passed over."""
    broken = await in_progress(record, severity=Severity.CRITICAL)
    whole = await in_progress(record, severity=Severity.CRITICAL)
    directory = directory_at(record, china("2026-03-10 00:00"))
    handle = directory.handle

    async def mistaken(command: Command, caller: Caller) -> Outcome:
        if command == SuperviseMissedLimit(blockage=broken.id):
            raise ZeroDivisionError
        return await handle(command, caller)

    monkeypatch.setattr(directory, "handle", mistaken)
    assert (await one_round(directory, china("2026-03-10 00:00"))).supervisions == 1
    assert (await kept_report(record, whole)).supervised
