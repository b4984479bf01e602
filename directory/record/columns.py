"""What of an entity's state the record can look up: one function a kind, and the one table of kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from directory import blockages, submissions
from directory.deadlines import Stage, handling_due_at, running_of
from directory.entities import ENTITY_TYPES, Blockage, BlockingPoint, Entity, Firm, Submission
from directory.identities import account_keys
from directory.notices import open_objections, provisional_notice_year
from directory.record import tables
from directory.record.encoding import instant_text, optional_instant_text
from directory.remains import remains_of
from directory.reminders import last_news
from directory.rescheduling import provisional_year
from directory.states import EntityKind, EntityType, FirmStatus
from directory.supervision import indicators

E = TypeVar("E", bound=Entity)
Columns = Mapping[str, Any]

# An erased row keeps what must not be reused or what orders it; the rest of its look-ups goes.
KEPT_AFTER_ERASURE = frozenset(
    {"entry_number", "reference", "firm_id", "created_at", "updated_at", "reported_at"}
)


def nothing_remains(entity: Entity, at: datetime) -> Mapping[str, Any]:
    """What stays of an entity of most kinds when it is erased."""
    return {}


@dataclass(frozen=True, slots=True)
class Kind(Generic[E]):
    """A kind of entity: its class, its table, how its look-up columns follow from its state, and what an erasure leaves."""

    entity: type[E]
    table: Table
    columns: Callable[[E], Columns]
    remains: Callable[[E, datetime], Mapping[str, Any]] = nothing_remains

    @property
    def type(self) -> EntityType:
        """How the log names this kind."""
        return ENTITY_TYPES[self.entity]

    @property
    def erased_columns(self) -> Columns:
        """The row's values once the entity is erased."""
        kept = {"id", "version", "erased", "state", *KEPT_AFTER_ERASURE}
        columns = [column for column in self.table.columns if column.name not in kept]
        return {column.name: None if column.nullable else False for column in columns}


def is_live(firm: Firm) -> bool:
    """Whether the entry holds its identity (统一社会信用代码, 平台账号) against others: neither delisted nor merged away."""
    return firm.status is not FirmStatus.DELISTED and firm.merged_into is None


def held_accounts(firm: Firm) -> frozenset[str]:
    """The platform accounts that no other live freelancer may claim."""
    if firm.profile.entity_kind is not EntityKind.FREELANCER or not is_live(firm):
        return frozenset()
    return frozenset(account_keys(firm.profile))


def _end_of(blockage: Blockage, stage: Stage) -> str | None:
    """The end of the running limit of a stage."""
    limit = running_of(blockage.deadlines, stage)
    return optional_instant_text(limit.due_at if limit else None)


def firm_columns(firm: Firm) -> Columns:
    """Look-ups of an entry."""
    return {
        "entry_number": firm.entry_number,
        "uscc": firm.profile.uscc,
        "live": is_live(firm),
        "owner": firm.owner,
        "status": firm.status.value,
        "region": firm.profile.region,
        "merged_into": firm.merged_into,
        "created_at": instant_text(firm.created_at),
        "updated_at": instant_text(firm.updated_at),
        "confirmed_at": optional_instant_text(firm.confirmed_at if firm.merged_into is None else None),
    }


def submission_columns(submission: Submission) -> Columns:
    """Look-ups of a submission."""
    return {
        "firm_id": submission.firm_id,
        "owner": submission.owner,
        "status": submission.status.value,
        "region": submission.region,
        "created_at": instant_text(submission.created_at),
        "updated_at": instant_text(submission.updated_at),
        # An undecided objection holds the listing: the clock is not to find it, however many are held.
        "notice_ends_at": optional_instant_text(
            None if open_objections(submission) else submission.notice_ends_at
        ),
        "since": optional_instant_text(submissions.state_since(submission)),
        "waits_for_year": provisional_notice_year(submission),
    }


def blockage_columns(blockage: Blockage) -> Columns:
    """Look-ups of a report."""
    return {
        "reference": blockage.reference,
        "firm_id": blockage.firm_id,
        "status": blockage.status.value,
        "agency": blockage.agency,
        "region": blockage.region,
        "reported_at": instant_text(blockage.reported_at),
        "updated_at": instant_text(blockage.updated_at),
        "confirm_due_at": _end_of(blockage, Stage.CONFIRM),
        "handling_due_at": optional_instant_text(handling_due_at(blockage.deadlines)),
        "resolve_due_at": _end_of(blockage, Stage.RESOLVE),
        "reply_due_at": _end_of(blockage, Stage.REPLY),
        "since": instant_text(last_news(blockage)),
        "signs": " ".join(indicators(blockage)),
        "supervised": blockage.supervised,
        "call_back": blockages.needs_call_back(blockage),
        "waits_for_year": provisional_year(blockage),
        "blocking_point": blockage.blocking_point,
    }


def blocking_point_columns(point: BlockingPoint) -> Columns:
    """Look-ups of a blocking point."""
    return {
        "reference": point.reference,
        "status": point.status.value,
        "merged_into": point.merged_into,
        "created_at": instant_text(point.created_at),
        "updated_at": instant_text(point.updated_at),
    }


FIRM = Kind(Firm, tables.firms, firm_columns)
SUBMISSION = Kind(Submission, tables.submissions, submission_columns)
BLOCKAGE = Kind(Blockage, tables.blockages, blockage_columns, remains_of)
BLOCKING_POINT = Kind(BlockingPoint, tables.blocking_points, blocking_point_columns)

KINDS: Mapping[EntityType, Kind[Any]] = {
    kind.type: kind for kind in (FIRM, SUBMISSION, BLOCKAGE, BLOCKING_POINT)
}
