"""What is asked of the record again and again: by those who search and work, by the indexer, and by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from directory.anchors import Anchor
from directory.looks import WAYS
from directory.overdue_levels import Waiting
from directory.ports import BlockageList, DeskQueue, SubmissionQueue
from directory.record.open import SqlRecord
from directory.record.personal import forget_values
from directory.record.reader import SqlReader
from directory.record.reply_store import forget_replies
from directory.record.unit_of_work import SqlUnitOfWork
from directory.reminders import Inbox
from directory.retention import ENDED_FIRMS, ENDED_REPORTS, ENDED_SUBMISSIONS
from directory.states import OPEN_STATUSES, BlockageStatus, EntityType, SubmissionStatus
from tests.record.filled import ROWS

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
AFTER = ("2020-01-01T00:00:00.000000Z", "")
OPEN = tuple(sorted(OPEN_STATUSES))


class TakenBack(Exception):
    """Ends a transaction, so that what was written is not kept."""


@dataclass(frozen=True, slots=True)
class Question:
    """One of them; `walks` names tables that are read from one end all the same, each with the reason."""

    name: str
    ask: Callable[[SqlRecord], Awaitable[object]]
    walks: Mapping[str, str] = field(default_factory=dict)


def read(
    name: str, ask: Callable[[SqlReader], Awaitable[object]], walks: Mapping[str, str] | None = None
) -> Question:
    """A read outside transactions."""

    async def asked(record: SqlRecord) -> object:
        async with record.reader() as reader:
            return await ask(reader)

    return Question(name, asked, walks or {})


def written(
    name: str, ask: Callable[[SqlUnitOfWork], Awaitable[object]], walks: Mapping[str, str] | None = None
) -> Question:
    """What a command or the clock asks while it writes."""

    async def asked(record: SqlRecord) -> object:
        try:
            async with record.unit_of_work() as uow:
                await ask(uow)
                raise TakenBack
        except TakenBack:
            return None

    return Question(name, asked, walks or {})


def _of_entities() -> list[Question]:
    return [
        read("entries by id", lambda r: r.firms(["firm-7", "firm-8"])),
        read("numbers of entries", lambda r: r.entry_numbers(["firm-7", "firm-8"])),
        read("submissions by id", lambda r: r.submissions(["submission-7"])),
        read("reports by id", lambda r: r.blockages(["report-7"])),
        read("blocking points by id", lambda r: r.blocking_points(["point-7"])),
        read("of which report a file is", lambda r: r.report_of_evidence("file-7")),
        read("what is in a file", lambda r: r.evidence_content("file-7")),
        read("contact details", lambda r: r.contacts(["contact-7"])),
        read("an entry by its number", lambda r: r.firm_by_entry_number("number-7")),
        read("an entry by its USCC", lambda r: r.firm_by_uscc("uscc-7")),
        read("a report by its reference", lambda r: r.blockage_by_reference("reference-7")),
        read("a blocking point by its reference", lambda r: r.blocking_point_numbered("reference-7")),
        read("the entries of an owner", lambda r: r.firms_owned_by("owner-7")),
        read("near duplicates", lambda r: r.firms_sharing_keys(frozenset({"key-7", "key-8", "none"}))),
        read("the submissions of an entry", lambda r: r.submissions_of_firms(["firm-7"])),
        read("the reports of an entry", lambda r: r.blockages_of_firms(["firm-7"])),
        read("whether a report of an entry is open", lambda r: r.with_open_blockages(["firm-7"])),
        read("the entry of a report", lambda r: r.firms_of_blockages(["report-7"])),
        read("the reports of a blocking point", lambda r: r.blockages_of_points(["point-8"])),
        read("the blocking points of a clause", lambda r: r.points_of_clauses(["clause-7"])),
        written("a freelancer by an account", lambda u: u.firms.by_account("account-7")),
        written("first results", lambda u: u.replies.recall("owner-7", "key-7", NOW)),
    ]


def _of_desks() -> list[Question]:
    statuses = (SubmissionStatus.SUBMITTED, SubmissionStatus.UNDER_REVIEW)
    waiting = SubmissionQueue(statuses=statuses, region_prefix="33", handed_in=True)
    late = (Waiting(SubmissionStatus.SUBMITTED, None, NOW),)
    drafts = SubmissionQueue(owner="owner-7", statuses=(SubmissionStatus.DRAFT,))
    agency = DeskQueue(statuses=OPEN, agency="agency-7")
    return [
        read("submissions that wait", lambda r: r.submission_page(waiting, first=20, after=None)),
        read("further ones", lambda r: r.submission_page(waiting, first=20, after=AFTER)),
        read(
            "late submissions",
            lambda r: r.submission_page(SubmissionQueue(waiting=late), first=20, after=None),
        ),
        read("somebody's drafts", lambda r: r.submission_page(drafts, first=20, after=None)),
        read("the review desk", lambda r: r.review_desk("33", 20)),
        read("reports of an entry", lambda r: r.blockage_page(BlockageList("firm-7"), first=20, after=None)),
        read("an agency's reports by due date", lambda r: r.desk_page(agency, first=20)),
        read("further ones of the agency", lambda r: r.desk_page(agency, first=20, after=AFTER)),
        read(
            "replies that an agency owes",
            lambda r: r.desk_page(DeskQueue(agency="agency-7", owes_reply=True), first=20),
        ),
        read(
            "supervised reports",
            lambda r: r.desk_page(DeskQueue(statuses=OPEN, supervised=True), first=20),
        ),
        read("call-backs", lambda r: r.desk_page(DeskQueue(call_back=True), first=20)),
        read(
            "reports of a region",
            lambda r: r.desk_page(
                DeskQueue(statuses=(BlockageStatus.REPORTED,), region_prefix="33"), first=20
            ),
        ),
        read("steps of reports' plans by due date", lambda r: r.step_desk("agency-7", 20)),
        read("plans' late steps", lambda r: r.points_on_desks(["agency-7", "supervisor"], limit=100)),
    ]


def _of_readers() -> list[Question]:
    own, office = Inbox("owner-7"), Inbox("officer", agency="agency-7", region="", supervisors=True)
    return [
        read("an inbox", lambda r: r.inbox(own, first=20)),
        read("further notices", lambda r: r.inbox(own, first=20, before=ROWS // 2)),
        read("unread notices", lambda r: r.unread(own)),
        read(
            "an office's inbox",
            lambda r: r.inbox(office, first=20, unread=True),
            {
                "notices": "SQLite, which knows no more than averages, begins with the newest until the page is full"
            },
        ),
        read("deliveries that are due", lambda r: r.parcels(NOW, 10)),
        read("deliveries to an address", lambda r: r.deliveries("webhook-7", 20)),
        read("mails that are due", lambda r: r.letters(NOW, 10)),
        read(
            "what was tried in vain",
            lambda r: r.undelivered(first=20),
            {"deliveries": "SQLite takes each state for as frequent", "mails": "the same"},
        ),
        read("somebody's addresses", lambda r: r.mail_of("owner-7")),
        read("somebody's saved searches", lambda r: r.saved_searches("owner-7")),
        read("what a saved search found", lambda r: r.matches("search-7", first=20, after=(9, ""))),
        read("which reports were found before", lambda r: r.met(["report-7", "report-8"])),
        read("who has seen somebody's contact details", lambda r: r.log_about("owner-7", tuple(WAYS))),
        read("whose contact details somebody has seen", lambda r: r.viewed_by("owner-7", tuple(WAYS))),
        read(
            "a copy of a person",
            lambda r: r.copy_of_person("owner-7"),
            {"sessions": "they end within twelve hours: there are never many"},
        ),
    ]


def _of_the_log() -> list[Question]:
    near = ROWS - 10
    return [
        read("the log after a position", lambda r: r.log_after(near, limit=10)),
        read("what the log touches after a position", lambda r: r.touches_after(near, limit=10)),
        read("a page of the log", lambda r: r.log_after(ROWS // 2, limit=10, until=ROWS // 2 + 10)),
        read("some kinds of entries", lambda r: r.log_after(near, limit=10, kinds=("firm:submitted",))),
        read("an entry's history", lambda r: r.log_after(0, limit=100, entity=(EntityType.FIRM, "firm-7"))),
        read(
            "the head",
            lambda r: r.head(),
            {"log_seals": "one row from the end of its key"},
        ),
        read("the head's instant", lambda r: r.head_at(), {"log_seals": "one row from the end of its key"}),
        read("the lag", lambda r: r.waiting_seconds(ROWS - 1)),
        read("the last erasure", lambda r: r.last_erasure()),
        read("ids for a rebuild", lambda r: r.entity_ids(EntityType.FIRM, after="firm-5", limit=100)),
    ]


async def _reached(anchor: Anchor, reminder: tuple[str, datetime] | None, reader: SqlReader) -> object:
    return await reader.reached(anchor, NOW, limit=100, reminder=reminder)


async def _waiting(of: EntityType, reader: SqlReader) -> object:
    return await reader.waiting_for_calendar(of, frozenset({2027}))


def _of_the_clock() -> list[Question]:
    def ended(store: str, statuses: frozenset[Any]) -> Question:
        values = [each.value for each in statuses]
        before = NOW - timedelta(days=10.2 * 365)
        return written(f"{store} that ended", lambda u: getattr(u, store).ended(values, before, 100))

    return [
        *(read(f"reached: {anchor.value}", partial(_reached, anchor, None)) for anchor in Anchor),
        *(
            read(
                f"to be reminded of: {anchor.value}",
                partial(_reached, anchor, ("notice.due", NOW - timedelta(days=30))),
            )
            for anchor in Anchor
        ),
        *(
            read(
                f"{of.value}s that wait for a calendar",
                partial(_waiting, of),
            )
            for of in (EntityType.BLOCKAGE, EntityType.SUBMISSION)
        ),
        ended("firms", ENDED_FIRMS),
        ended("submissions", ENDED_SUBMISSIONS),
        ended("blockages", ENDED_REPORTS),
        written("values of one report", lambda u: forget_values(u.session, "report-7", {"title"})),
        written(
            "old notices, deliveries and mails",
            lambda u: u.notices.forget_old(LONG_AGO, 100),
            {"notices": "the oldest, as many as are forgotten at once"},
        ),
        written("old first results", lambda u: forget_replies(u.session, LONG_AGO)),
        written("old matches", lambda u: u.saved_searches.forget_matches(LONG_AGO)),
        written("mails to be made", lambda u: u.mail.gather(NOW, 10)),
        written(
            "an erasure",
            lambda u: u.erase("firm-7", actor="clerk", at=NOW),
            {"sessions": "they end within twelve hours: there are never many"},
        ),
        Question("sessions that are over", lambda record: record.purge_sessions(LONG_AGO)),
    ]


QUESTIONS = (*_of_entities(), *_of_desks(), *_of_readers(), *_of_the_log(), *_of_the_clock())
