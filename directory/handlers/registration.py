"""Registering an entry: what a finished declaration leads to, whether it comes at once or from a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from directory.duplicates import Identity, blocking_keys, candidates, identifying_keys
from directory.entities import DuplicateCandidate, Firm, SealedRef, Submission
from directory.errors import AlreadyExists, ErrorCode, NotAllowedNow, Path, Problem
from directory.handling import Handling, Outcome
from directory.identifiers import Prefix
from directory.identities import account_keys, described, identity_keys
from directory.names import place_names
from directory.profile_reading import Declaration, DeclaredOn, read_profile
from directory.profiles import ContactDetails, Profile
from directory.provenance import declared_by
from directory.states import EntityKind, FirmStatus, SubmissionKind, SubmissionStatus
from directory.submissions import FACTS, Action
from directory.vocabulary import RegionTree
from directory.workdays import local_date

MOST_CANDIDATES = 5


def read_declared(raw: object, h: Handling, before: DeclaredOn | None = None) -> Declaration:
    """The declaration as of today, which may have been read `before` on this same day. Raises: InvalidInput."""
    today = local_date(h.now)
    if before is not None and before.day == today:
        return before.declaration
    return read_profile(raw, h.rulebook, today)


async def register(h: Handling, declared: Declaration, draft: Submission | None = None) -> Outcome:
    """A pending entry with its submission; a draft becomes that submission.

    Raises: AlreadyExists, when a live entry has this identity; NotAllowedNow, when it was refused too recently.
    """
    profile = declared.profile
    # Where the draft's own entry is there already, the draft was handed in meanwhile: its version tells.
    await refuse_taken_identity(h, profile, own=draft.firm_id if draft else None)
    firm_id = draft.firm_id if draft else h.new_id()
    # Everything is read before the first write, so that all is written together.
    duplicates = await near_duplicates(h, firm_id, profile)
    await _refuse_early_repeat(h, profile)
    contact = await put_contact(h, firm_id, declared.contact)
    said = submitted_values(h, declared, contact, duplicates)
    # The submission first: of two who hand in one draft at once, the later one learns of a conflict.
    kept = await _submit_draft(h, draft, said) if draft else await _submit_new(h, firm_id, said)
    await _add_pending(h, firm_id, profile, contact)
    return Outcome(firm=firm_id, submission=kept.id)


def submitted_values(
    h: Handling,
    declared: Declaration,
    contact: SealedRef | None,
    duplicates: Sequence[DuplicateCandidate],
) -> Mapping[str, Any]:
    """The fields of a submission that hold what was declared, with the near duplicates shown to the reviewer."""
    return {
        "profile": declared.profile,
        "region": declared.profile.region,
        "readings": declared.readings,
        "contact": contact,
        "submitted_at": h.now,
        "possible_duplicates": duplicates,
    }


async def put_contact(h: Handling, firm_id: str, details: ContactDetails | None) -> SealedRef | None:
    """The pointer to contact details that are now kept; None for none."""
    return await h.uow.contacts.put(firm_id, details) if details else None


async def refuse_taken_identity(h: Handling, profile: Profile, own: str | None = None) -> None:
    """Raises: AlreadyExists, naming each field whose identity another live entry than `own` has.

    For a good answer only: two that race are told apart by the record's unique indexes.
    """
    problems = []
    if profile.uscc and _taken(await h.uow.firms.by_uscc(profile.uscc), own):
        problems.append(_taken_at(("profile", "uscc"), key="firm.uscc_taken"))
    if profile.entity_kind is EntityKind.FREELANCER:
        for key, place in account_keys(profile).items():
            if _taken(await h.uow.firms.by_account(key), own):
                path = ("profile", "platforms", str(place), "account_name")
                problems.append(_taken_at(path, key="firm.account_taken"))
    if problems:
        raise AlreadyExists(*problems)


async def near_duplicates(h: Handling, firm_id: str, profile: Profile) -> tuple[DuplicateCandidate, ...]:
    """Other entries that may be the same, likeliest first, with the reasons."""
    places = _places(h.rulebook.reference.regions)
    entry = described(firm_id, profile)
    others = await h.uow.firms.identities_sharing(blocking_keys(entry, places))
    return tuple(
        DuplicateCandidate(
            firm_id=found.id, score=found.score, reasons=tuple(reason.kind.value for reason in found.reasons)
        )
        for found in candidates(entry, others, places=places, limit=MOST_CANDIDATES)
    )


async def _add_pending(h: Handling, firm_id: str, profile: Profile, contact: SealedRef | None) -> None:
    await h.uow.firms.add(
        Firm(
            id=firm_id,
            version=0,
            entry_number=h.new_number(Prefix.ENTRY),
            status=FirmStatus.PENDING,
            status_since=h.now,
            owner=h.actor,
            profile=profile,
            contact=contact,
            provenance=declared_by(profile, h.actor, h.now),
            created_at=h.now,
            updated_at=h.now,
        ),
        kind="firm:registered",
        actor=h.actor,
        at=h.now,
    )


async def _submit_draft(h: Handling, draft: Submission, said: Mapping[str, Any]) -> Submission:
    from_draft = {"status": SubmissionStatus.SUBMITTED, "draft": None, "updated_at": h.now, **said}
    return await h.uow.submissions.save(
        draft.model_copy(update=from_draft), kind=FACTS[Action.SUBMIT], actor=h.actor, at=h.now
    )


async def _submit_new(h: Handling, firm_id: str, said: Mapping[str, Any]) -> Submission:
    submission = Submission(
        id=h.new_id(),
        version=0,
        firm_id=firm_id,
        kind=SubmissionKind.REGISTRATION,
        status=SubmissionStatus.SUBMITTED,
        owner=h.actor,
        created_at=h.now,
        updated_at=h.now,
        **said,
    )
    return await h.uow.submissions.add(submission, kind=FACTS[Action.SUBMIT], actor=h.actor, at=h.now)


async def _refuse_early_repeat(h: Handling, profile: Profile) -> None:
    """Raises: NotAllowedNow, when a registration of this identity was refused and may not be repeated yet."""
    identity = identity_keys(profile)
    today = local_date(h.now)
    for firm in await h.uow.firms.sharing_keys(identifying_keys(described("", profile))):
        if firm.status is not FirmStatus.DELISTED or identity.isdisjoint(identity_keys(firm.profile)):
            continue
        for submission in await h.uow.submissions.of_firm(firm.id):
            if submission.reapply_from is not None and today < submission.reapply_from:
                raise NotAllowedNow.at(
                    "profile", key="firm.reapply_too_early", reapply_from=submission.reapply_from.isoformat()
                )


def _taken(other: Firm | None, own: str | None) -> bool:
    return other is not None and other.id != own


def _taken_at(path: Path, *, key: str) -> Problem:
    return Problem(ErrorCode.DUPLICATE, path, key)


def keys_of(entry: Identity, regions: RegionTree) -> frozenset[str]:
    """The keys under which an entry like this one is looked for when it is registered."""
    return blocking_keys(entry, _places(regions))


@lru_cache(maxsize=4)
def _places(regions: RegionTree) -> frozenset[str]:
    return place_names(regions)
