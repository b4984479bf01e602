"""
Standing of an entry (名录主体): one table of moves, and what an approved submission makes of an entry.

    PENDING -list-> LISTED <-restore- SUSPENDED        LISTED <-relist- GRADUATED        any of these -delist-> DELISTED
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from directory.access import Role
from directory.assessments import assessed
from directory.entities import Firm, MetricReading, Submission
from directory.errors import NotAllowedNow, VersionConflict
from directory.identities import account_keys
from directory.profiles import Profile, ReadingClaim
from directory.provenance import declared_fields
from directory.rulebook import Rulebook
from directory.states import EntityKind, FirmStatus, SizeClass, SubmissionKind

S = FirmStatus


class Action(StrEnum):
    """A step in the standing of an entry."""

    LIST = "list"
    CLOSE = "close"
    SUSPEND = "suspend"
    RESTORE = "restore"
    GRADUATE = "graduate"
    RELIST = "relist"
    DELIST = "delist"


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads and who may take it.

    A `by_submission` move follows from the decision on a registration, it is nobody's command.
    """

    to: FirmStatus
    roles: frozenset[Role]
    by_submission: bool = False


_REVIEWERS = frozenset({Role.AGENCY, Role.SUPERVISOR})
_OR_CLOCK = _REVIEWERS | {Role.CLOCK}
_OR_FIRM = _REVIEWERS | {Role.FIRM}

MOVES: Mapping[tuple[FirmStatus, Action], Move] = {
    (S.PENDING, Action.LIST): Move(S.LISTED, _OR_CLOCK, by_submission=True),
    (S.PENDING, Action.CLOSE): Move(S.DELISTED, _OR_CLOCK | _OR_FIRM, by_submission=True),
    (S.LISTED, Action.SUSPEND): Move(S.SUSPENDED, _OR_CLOCK),
    (S.LISTED, Action.GRADUATE): Move(S.GRADUATED, _OR_CLOCK),
    (S.LISTED, Action.DELIST): Move(S.DELISTED, _OR_FIRM),
    (S.SUSPENDED, Action.RESTORE): Move(S.LISTED, _REVIEWERS),
    (S.SUSPENDED, Action.DELIST): Move(S.DELISTED, _REVIEWERS),
    (S.GRADUATED, Action.RELIST): Move(S.LISTED, _REVIEWERS),
    (S.GRADUATED, Action.DELIST): Move(S.DELISTED, _OR_FIRM),
}

FACTS: Mapping[Action, str] = {
    Action.LIST: "firm:listed",
    Action.CLOSE: "firm:closed",
    Action.SUSPEND: "firm:suspended",
    Action.RESTORE: "firm:restored",
    Action.GRADUATE: "firm:graduated",
    Action.RELIST: "firm:relisted",
    Action.DELIST: "firm:delisted",
}
AMENDMENT_SUBMITTED = "firm:amendment_submitted"
AMENDED = "firm:amended"
CONFIRMED = "firm:confirmed"

AMENDABLE = frozenset({S.LISTED, S.SUSPENDED, S.GRADUATED})
OUTGROWN = frozenset({SizeClass.MEDIUM, SizeClass.LARGE})


def moved(firm: Firm, action: Action, at: datetime, **changes: Any) -> Firm:
    """The entry after `action`, with `changes`. Raises: NotAllowedNow, when the table has no such row."""
    row = MOVES.get((firm.status, action))
    if row is None:
        raise NotAllowedNow.at("firm", key="firm.no_such_move", status=firm.status.value, action=action.value)
    standing = {"status": row.to, "status_since": at, "suspended_unconfirmed": False, "updated_at": at}
    return firm.model_copy(update={**standing, **changes})


def action_to(firm: Firm, to: FirmStatus) -> Action:
    """The action that leads from the entry's standing to `to`. Raises: NotAllowedNow."""
    for (status, action), row in MOVES.items():
        if status is firm.status and row.to is to and not row.by_submission:
            return action
    raise NotAllowedNow.at("to", key="firm.no_way_to", status=firm.status.value, to=to.value)


def with_approved(firm: Firm, submission: Submission, at: datetime, rulebook: Rulebook) -> tuple[Firm, str]:
    """The entry with what was approved, and the kind of the fact.

    A registration lists the entry; a yearly update confirms it, graduates it once it has outgrown small, and restores
    one that was suspended for want of it.
    Raises: NotAllowedNow, where the entry's standing has no such move; VersionConflict, when it changed meanwhile.
    """
    check_base(firm, submission)
    after = _with_declared(firm, submission, at).model_copy(update={"updated_at": at})
    after = assessed(after, at, rulebook)
    if submission.kind is SubmissionKind.REGISTRATION:
        return moved(after, Action.LIST, at, listed_at=at, confirmed_at=at), FACTS[Action.LIST]
    if firm.status not in AMENDABLE:
        raise NotAllowedNow.at("firm", key="firm.not_amendable", status=firm.status.value)
    if submission.kind is SubmissionKind.AMENDMENT:
        return after, AMENDED
    kind = CONFIRMED
    if firm.suspended_unconfirmed:
        after, kind = moved(after, Action.RESTORE, at, status_reason=None), FACTS[Action.RESTORE]
    if after.status is S.LISTED and after.size_class in OUTGROWN:
        return moved(after, Action.GRADUATE, at, confirmed_at=at), FACTS[Action.GRADUATE]
    return after.model_copy(update={"confirmed_at": at}), kind


def with_readings(
    known: tuple[MetricReading, ...], claims: tuple[ReadingClaim, ...], reported_at: datetime
) -> tuple[MetricReading, ...]:
    """The readings with new claims at their end; nothing is overwritten, and what is already said is not repeated."""
    current = {
        (reading.metric, reading.period): (reading.value, reading.source)
        for reading in latest_readings(known)
    }
    news = tuple(
        MetricReading(**claim.model_dump(), reported_at=reported_at)
        for claim in claims
        if current.get((claim.metric, claim.period)) != (claim.value, claim.source)
    )
    return (*known, *news)


def latest_readings(readings: tuple[MetricReading, ...]) -> tuple[MetricReading, ...]:
    """One reading a metric and period, the last reported, ordered by metric and period."""
    latest = {(reading.metric.value, reading.period): reading for reading in readings}
    return tuple(latest[place] for place in sorted(latest))


def other_names(firm: Firm) -> tuple[str, ...]:
    """The names beside the official ones by which the entry is known: brands, former names, accounts; each once."""
    accounts = (account.account_name for account in firm.profile.platforms)
    return tuple(dict.fromkeys((*firm.profile.other_names, *firm.former_names, *accounts)))


def former_names(firm: Firm, profile: Profile) -> tuple[str, ...]:
    """The names the entry no longer has once `profile` is approved, oldest first, accounts of a freelancer included.

    A freelancer who registers a business (个转企) is still found by the account that was the entry's identity.
    """
    before = firm.profile
    gone = [before.name] if before.name != profile.name else []
    if before.entity_kind is EntityKind.FREELANCER:
        kept = account_keys(profile)
        gone += [
            before.platforms[place].account_name
            for key, place in account_keys(before).items()
            if key not in kept
        ]
    return tuple(dict.fromkeys((*firm.former_names, *gone)))


def merged(source: Firm, survivor: Firm, taken_along: tuple[str, ...], at: datetime) -> tuple[Firm, Firm]:
    """Both entries after `source` went into `survivor`, which keeps its number and answers to the old ones."""
    gone = source.model_copy(
        update={"merged_into": survivor.id, "moved_by_merge": taken_along, "updated_at": at}
    )
    numbers = (*survivor.merged_from, source.entry_number, *source.merged_from)
    return gone, survivor.model_copy(update={"merged_from": numbers, "updated_at": at})


def on_its_own(source: Firm, at: datetime) -> Firm:
    """The merged entry as it stands on its own again."""
    return source.model_copy(update={"merged_into": None, "moved_by_merge": (), "updated_at": at})


def without_merged(survivor: Firm, source: Firm, at: datetime) -> Firm:
    """The entry that no longer answers to the numbers that `source` had brought, nor will bring along its reports."""
    theirs = {source.entry_number, *source.merged_from, *source.moved_by_merge}
    return survivor.model_copy(
        update={
            "merged_from": tuple(number for number in survivor.merged_from if number not in theirs),
            "moved_by_merge": tuple(
                moved_id for moved_id in survivor.moved_by_merge if moved_id not in theirs
            ),
            "updated_at": at,
        }
    )


def check_base(firm: Firm, submission: Submission) -> None:
    """Raises: VersionConflict, when the entry changed since the firm declared on it."""
    base = submission.base_firm_version
    if base is not None and base != firm.version:
        raise VersionConflict.of(expected=base, current=firm.version)


def _with_declared(firm: Firm, submission: Submission, at: datetime) -> Firm:
    profile = submission.profile or firm.profile
    stated_at = submission.submitted_at or at
    standing = firm.good_standing if submission.good_standing is None else submission.good_standing
    return firm.model_copy(
        update={
            "profile": profile,
            "former_names": former_names(firm, profile),
            "readings": with_readings(firm.readings, submission.readings, stated_at),
            "contact": submission.contact or firm.contact,
            "good_standing": standing,
            "provenance": declared_fields(firm, submission, stated_at),
        }
    )
