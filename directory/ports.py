"""
What the rules and the readers need of the record, in domain words. `directory/record/` implements it over SQL.

One command is one unit of work: state and facts are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from directory.anchors import Anchor, Reached
from directory.duplicates import Identity
from directory.entities import Blockage, BlockingPoint, Contact, Entity, Firm, SealedRef, Submission
from directory.evidence_ports import EvidenceContents, EvidenceReads
from directory.facts import LogEntry
from directory.indexing_ports import IndexingReads
from directory.mail_ports import MailReads, MailSubscriptions
from directory.operating_ports import Grants, OperatingReads
from directory.overdue_levels import Waiting
from directory.profiles import ContactDetails
from directory.reminders import Inbox, Notice
from directory.saved_search_ports import SavedSearches, SavedSearchReads
from directory.states import BlockageStatus, EntityType, SubmissionStatus
from directory.supervision import Indicator
from directory.webhook_ports import WebhookReads, Webhooks

E = TypeVar("E", bound=Entity)


class Entities(Protocol[E]):
    """Entities of one kind inside a unit of work."""

    async def get(self, entity_id: str) -> E:
        """The present state. Raises: NotFound, Gone when it was erased."""

    async def find(self, entity_ids: Sequence[str]) -> Mapping[str, E]:
        """The present states of those that exist, by id, in one read."""

    async def held(self, entity_ids: Sequence[str]) -> Mapping[str, E]:
        """As `find`, and none of them changes until the transaction ends."""

    async def add(
        self, entity: E, *, kind: str, actor: str, at: datetime, data: Mapping[str, object] = ...
    ) -> E:
        """The entity as kept, version 1; logs one fact `kind` with its whole state. Raises: AlreadyExists."""

    async def save(
        self, entity: E, *, kind: str, actor: str, at: datetime, data: Mapping[str, object] = ...
    ) -> E:
        """The entity with the next version; logs one fact with what changed since `entity.version`.

        `entity` must carry the version it was loaded with. Raises: VersionConflict when the kept one has moved on,
        AlreadyExists when a unique identity (USCC, platform account) is taken by another live entry.
        """


class Firms(Entities[Firm], Protocol):
    """Entries (名录主体)."""

    async def by_entry_number(self, entry_number: str) -> Firm | None:
        """The entry with this canonical number, following merges to the survivor."""

    async def by_uscc(self, uscc: str) -> Firm | None:
        """The live entry with this normalised USCC, following merges."""

    async def by_account(self, account_key: str) -> Firm | None:
        """The live freelancer entry with this normalised account key."""

    async def sharing_keys(self, keys: frozenset[str], limit: int = 200) -> Sequence[Firm]:
        """Entries that share a blocking key (see `duplicates.blocking_keys`), rarest keys first, merged ones left out."""

    async def identities_sharing(self, keys: frozenset[str], limit: int = 200) -> Sequence[Identity]:
        """What the same entries are called and known by."""

    async def owned_by(self, subject: str) -> Sequence[Firm]:
        """The entries that `subject` submitted, newest first."""


class Submissions(Entities[Submission], Protocol):
    """Submissions (申报)."""

    async def of_firm(self, firm_id: str) -> Sequence[Submission]:
        """All submissions of an entry, oldest first."""


class Blockages(Entities[Blockage], Protocol):
    """Reports (堵点诉求)."""

    async def of_firm(self, firm_id: str) -> Sequence[Blockage]:
        """All reports of an entry, oldest first."""

    async def of_point(self, point_id: str) -> Sequence[Blockage]:
        """The reports that name a blocking point, in id order; none of them changes until the transaction ends."""


class BlockingPoints(Entities[BlockingPoint], Protocol):
    """Policy blocking points (政策堵点)."""


class Contacts(Protocol):
    """Contact details, apart from entries and log."""

    async def put(self, firm_id: str, details: ContactDetails) -> SealedRef:
        """Keeps the details; the result is what entries and log may hold."""

    async def get(self, ref: str) -> Contact | None:
        """The details, or None once erased."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a client mutation id led to the first time."""

    operation: str
    body_digest: str
    outcome: Mapping[str, str | None]


class Replies(Protocol):
    """First results by client mutation id (幂等), kept for a day."""

    async def recall(self, subject: str, key: str, now: datetime) -> Remembered | None:
        """What this caller's key led to within the last day."""

    async def remember(self, subject: str, key: str, remembered: Remembered, now: datetime) -> None:
        """Keeps the first result. Raises: AlreadyExists when another transaction kept one first."""


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice in an inbox; positions only grow, `read` is whether the owner of the inbox has read it."""

    position: int
    rule: str
    entity_type: EntityType
    entity_id: str
    at: datetime
    params: Mapping[str, str]
    read: bool


class Notices(Protocol):
    """What people are told (通知): an outbox that is its own ledger."""

    async def tell(self, told: Sequence[Notice]) -> int:
        """How many were new: the same rule tells the same addressee once of an entity's instant, also across crashes."""

    async def mark_read(self, inbox: Inbox, positions: Sequence[int]) -> int:
        """How many of these are the inbox's own; they are read from now on, by its owner alone."""

    async def forget_old(self, now: datetime, most: int) -> int:
        """How many were removed: notices, deliveries and mails past the time that they are kept for, up to `most` of each."""


class UnitOfWork(Protocol):
    """One transaction of the record.

    What is added may be written at its end only: an identity that somebody else took meanwhile is refused then.
    """

    @property
    def firms(self) -> Firms: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def blockages(self) -> Blockages: ...
    @property
    def blocking_points(self) -> BlockingPoints: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def saved_searches(self) -> SavedSearches: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def mail(self) -> MailSubscriptions: ...
    @property
    def grants(self) -> Grants: ...
    @property
    def evidence(self) -> EvidenceContents: ...

    def new_id(self, drawn: str) -> str:
        """The id just drawn, as it is to be used; known from now on as one that nothing is kept under."""

    async def finish(self) -> None:
        """Writes what is to be kept, as the end of the unit of work does. Raises: AlreadyExists, for what others have taken."""

    async def erase(self, firm_id: str, *, actor: str, at: datetime) -> None:
        """Erases an entry with its submissions, reports, contacts and personal values; logs one fact a row, `…:erased`.

        Reading them raises Gone from then on; the log's chain still verifies. Raises: NotFound, Gone.
        """

    async def note_about(
        self, kind: str, subject: str, *, actor: str, at: datetime, data: Mapping[str, object] | None = None
    ) -> None:
        """Logs something that happened to a person's data; the log names the person by reference only."""

    async def erase_person(self, subject: str, *, actor: str, at: datetime) -> str:
        """Erases all of whoever acts as `subject`; their reference in the log. Raises: NotFound, VersionConflict."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What many commands are going to ask the record for, so that it can be read for all of them at once.

    `uscc` and `accounts` are as in `Firms`, `keys` those that a command looks for together, `replies` are keys of `subject`.
    What is asked beyond that is read when it is asked for.
    """

    subject: str
    usccs: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    keys: tuple[frozenset[str], ...] = ()
    replies: frozenset[str] = frozenset()


class BulkWork(UnitOfWork, Protocol):
    """One transaction for many commands, which knows what they will ask; AlreadyExists at its end ends all of it."""

    @property
    def written(self) -> int:
        """How many writes were asked for so far."""

    def new_number(self) -> str | None:
        """One of the free entry numbers given to `foresee`; None when all are used."""

    async def foresee(self, expected: Expected, numbers: Sequence[str], now: datetime) -> None:
        """Reads what is expected; of `numbers`, drawn as entry numbers, keeps those that are free."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Ids in order with the total; `after` of the next page is the last id's (at, id) key."""

    ids: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class SubmissionQueue:
    """Which submissions to list: any of `statuses`, inside `region` (GB/T 2260 prefix), of `firm_id` or `owner`.

    `handed_in` leaves out drafts, also those that were given up; `waiting` leaves only those that any of it holds, all when
    empty.
    """

    statuses: tuple[SubmissionStatus, ...] = ()
    region_prefix: str | None = None
    firm_id: str | None = None
    owner: str | None = None
    handed_in: bool = False
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockageList:
    """Which reports to list from the record: of a firm, by status."""

    firm_id: str | None = None
    statuses: tuple[BlockageStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskQueue:
    """Which reports lie on a desk: any of `statuses`, of `agency`, inside `region_prefix`.

    `supervised` asks for those under supervision, `owes_reply` for those of them without the reply that is owed,
    `call_back` for those whose reporter is to be called back.
    """

    statuses: tuple[BlockageStatus, ...] = ()
    agency: str | None = None
    region_prefix: str | None = None
    supervised: bool = False
    owes_reply: bool = False
    call_back: bool = False


@dataclass(frozen=True, slots=True)
class AgencySigns:
    """How many of the reports that an agency leads, or led to their end, show each sign of being pushed around."""

    agency: str
    reports: int
    shown: Mapping[Indicator, int]


class Reader(
    SavedSearchReads, WebhookReads, MailReads, OperatingReads, EvidenceReads, IndexingReads, Protocol
):
    """Reads of the record outside commands; each method is one statement (or a fixed number)."""

    async def firms(self, ids: Sequence[str]) -> Mapping[str, Firm]:
        """Entries by id; merged ones as they are (`merged_into` set)."""

    async def entry_numbers(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The numbers of entries by id."""

    async def submissions(self, ids: Sequence[str]) -> Mapping[str, Submission]:
        """Submissions by id."""

    async def blockages(self, ids: Sequence[str]) -> Mapping[str, Blockage]:
        """Reports by id."""

    async def remains_of_blockages(self, ids: Sequence[str]) -> Mapping[str, Blockage]:
        """What is left of those that were erased (`remains.remains_of`), by id: for figures, for nobody to read."""

    async def blocking_points(self, ids: Sequence[str]) -> Mapping[str, BlockingPoint]:
        """Blocking points by id; merged ones as they are (`merged_into` set)."""

    async def contacts(self, refs: Sequence[str]) -> Mapping[str, Contact]:
        """Contact details by ref; erased ones are absent."""

    async def firm_by_entry_number(self, entry_number: str) -> Firm | None:
        """As `Firms.by_entry_number`."""

    async def firm_numbered(self, entry_number: str) -> Firm | None:
        """The entry that bears this canonical number itself, merged or not."""

    async def firm_by_uscc(self, uscc: str) -> Firm | None:
        """As `Firms.by_uscc`."""

    async def blockage_by_reference(self, reference: str) -> Blockage | None:
        """The report with this canonical reference."""

    async def blocking_point_numbered(self, reference: str) -> BlockingPoint | None:
        """The point that bears this canonical reference itself, merged or not."""

    async def firms_owned_by(self, subject: str) -> Sequence[Firm]:
        """As `Firms.owned_by`."""

    async def firms_sharing_keys(self, keys: frozenset[str], limit: int = 200) -> Sequence[Firm]:
        """As `Firms.sharing_keys`."""

    async def firms_sharing_each(
        self, groups: Sequence[frozenset[str]], limit: int = 200
    ) -> Sequence[Sequence[Firm]]:
        """The same for each of several groups of keys, each as if it were asked for alone."""

    async def submission_page(
        self, queue: SubmissionQueue, *, first: int, after: tuple[str, str] | None
    ) -> QueuePage:
        """A page of submissions, oldest change first, keyed by (updated_at ISO, id)."""

    async def blockage_page(
        self, wanted: BlockageList, *, first: int, after: tuple[str, str] | None
    ) -> QueuePage:
        """A page of reports, newest first, keyed by (reported_at ISO, id)."""

    async def desk_page(
        self, queue: DeskQueue, *, first: int, after: tuple[str, str] | None = None
    ) -> QueuePage:
        """A page of reports, first due first and those without a limit last, keyed by (due ISO, id)."""

    async def agency_signs(self) -> Sequence[AgencySigns]:
        """The signs of every agency that leads or led reports, by code, in one read."""

    async def step_desk(self, agency: str, first: int) -> Sequence[str]:
        """Ids of open reports on which the agency owes a step (`report_plans.step_desks`), first due first."""

    async def review_desk(self, region_prefix: str | None, first: int) -> Sequence[str]:
        """Ids of submissions that wait for a reviewer: the first due to be taken, to be decided, and with an objection."""

    async def submissions_of_firms(self, firm_ids: Sequence[str]) -> Mapping[str, Sequence[Submission]]:
        """All submissions of several entries, newest first, in one read."""

    async def blockages_of_firms(self, firm_ids: Sequence[str]) -> Mapping[str, Sequence[Blockage]]:
        """All reports of several entries in one read."""

    async def blockages_of_points(self, point_ids: Sequence[str]) -> Mapping[str, Sequence[Blockage]]:
        """All reports of several blocking points, oldest first, in one read."""

    async def points_of_clauses(self, clauses: Sequence[str]) -> Mapping[str, Sequence[BlockingPoint]]:
        """The blocking points that cite each of several clauses, oldest first; merged ones are left out."""

    async def points_on_desks(self, desks: Sequence[str], *, limit: int) -> Sequence[BlockingPoint]:
        """The blocking points that lie on any of these desks (`point_progress.desks`), least lately changed first."""

    async def last_erasure(self) -> datetime | None:
        """When something was last erased; None before the first time."""

    async def entity_ids(
        self, entity_type: EntityType, *, after: str = "", limit: int = 1000, erased: bool = False
    ) -> Sequence[str]:
        """Ids of all entities of a type in id order, with those that were erased if `erased`: the walk of a rebuild."""

    async def entity_count(self, entity_type: EntityType) -> int:
        """How many entities of a type there are, with those that were erased."""

    async def log_after(
        self,
        position: int,
        *,
        limit: int = 100,
        kinds: Sequence[str] = (),
        entity: tuple[EntityType, str] | None = None,
        until: int | None = None,
    ) -> Sequence[LogEntry]:
        """Sealed entries after `position`, in order; personal values joined in where they are not erased."""

    async def reached(
        self,
        anchor: Anchor,
        until: datetime,
        *,
        after: tuple[str, str] | None = None,
        limit: int = 100,
        reminder: tuple[str, datetime] | None = None,
    ) -> Sequence[Reached]:
        """What has an anchor at or before `until`, longest ago first, after the key `after`.

        With `reminder`, a rule and an instant: only what has its anchor after that instant and was not reminded by
        that rule of this anchor yet.
        """

    async def waiting_for_calendar(
        self, of: EntityType, published: frozenset[int], *, after: str = "", limit: int = 100
    ) -> Sequence[str]:
        """Ids of reports or submissions that waited for the holiday notice of one of these years, in id order."""

    async def inbox(
        self, inbox: Inbox, *, first: int, before: int | None = None, unread: bool = False
    ) -> Sequence[KeptNotice]:
        """Up to `first` notices, newest first, below the position `before`."""

    async def unread(self, inbox: Inbox) -> int:
        """How many notices of the inbox its owner has not read."""

    async def log_about(self, subject: str, kinds: Sequence[str]) -> Sequence[LogEntry]:
        """What was done with somebody's data, in log order: sealed entries of these kinds."""

    async def copy_of_person(self, subject: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """All that is kept of a person: rows by table, without secrets."""

    async def head(self) -> int:
        """The last sealed position; 0 before the first."""

    async def unsealed(self) -> tuple[int, int]:
        """The lowest and the highest id of entries written and not yet sealed; zeros when there are none."""

    async def unsealed_seconds(self) -> float:
        """For how long the first entry has waited for the sealer, by the database's clock; 0 when none does."""

    async def waiting_seconds(self, position: int) -> float:
        """For how long the first entry after `position` has been sealed, by the database's clock; 0 when none is."""

    async def head_at(self) -> datetime | None:
        """The instant of the last sealed entry's fact."""


class Record(Protocol):
    """The system of record."""

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A write transaction: commits when the block ends, rolls back when it raises. Raises: RecordUnavailable."""

    def bulk_work(self) -> AbstractAsyncContextManager[BulkWork]:
        """A write transaction for many commands. Raises: as `unit_of_work`; AlreadyExists, when it commits."""

    def reader(self) -> AbstractAsyncContextManager[Reader]:
        """A read-only view."""

    async def forget_replies(self, now: datetime) -> int:
        """How many first results older than a day were removed."""

    async def retire(self, now: datetime) -> int:
        """How many entries, submissions and reports were made anonymous, for they were kept long enough."""

    async def purge_sessions(self, now: datetime) -> int:
        """How many sessions that are over were removed."""


class Leases(Protocol):
    """Who leads, by the database's clock; an epoch grows with each new holder and fences stale writers."""

    async def acquire(self, name: str, holder: str, seconds: float) -> int | None:
        """The epoch when the lease was free, expired or the holder's own; None while another holds it."""

    async def renew(self, name: str, holder: str, epoch: int, seconds: float) -> bool:
        """True while the lease is still the holder's under this epoch."""

    async def release(self, name: str, holder: str, epoch: int) -> None:
        """Gives the lease up, if it is still held."""

    async def holder(self, name: str) -> str | None:
        """Who holds the lease now; None when it is free or expired."""
