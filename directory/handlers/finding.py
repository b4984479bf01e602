"""Entries and submissions as a caller may act on them: what the caller may not know of is not found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from directory.access import Operation, may, reaches
from directory.entities import Entity, Firm, Submission
from directory.errors import Forbidden, NotAllowedNow, NotFound, VersionConflict
from directory.handling import Handling
from directory.ports import Entities, UnitOfWork
from directory.states import SubmissionStatus
from directory.submissions import is_open
from directory.visibility import may_see_firm, may_see_submission

E = TypeVar("E", bound=Entity)


async def visible_firm(h: Handling, firm_id: str, step: str = "firm") -> Firm:
    """The entry, or the one it was merged into. Raises: NotFound, Gone."""
    firm = await surviving(h.uow, await _get(h.uow.firms, firm_id, step))
    if not may_see_firm(h.caller, firm):
        raise NotFound.at(step, key="not_found")
    return firm


async def own_firm(h: Handling, firm_id: str) -> Firm:
    """The caller's own entry. Raises: NotFound, Gone, Forbidden for another's public one."""
    firm = await visible_firm(h, firm_id)
    if firm.owner != h.caller.subject:
        raise Forbidden.at("firm", key="firm.not_yours")
    return firm


async def held_own_firm(h: Handling, firm_id: str) -> Firm:
    """As `own_firm`, held until the command ends: no other report of it and no merge happens in the meantime."""
    firm = await own_firm(h, firm_id)
    while True:
        await h.uow.firms.held([firm.id])
        present = await own_firm(h, firm.id)
        if present.id == firm.id:
            return present
        # It was merged while this command waited for it.
        firm = present


async def hold_firms(h: Handling, firm_ids: Sequence[str]) -> None:
    """Holds entries until the command ends; ids that are none are passed over."""
    await h.uow.firms.held([each for each in firm_ids if each.isascii() and each.isalnum()])


async def firm_in_reach(h: Handling, firm_id: str, step: str) -> Firm:
    """The entry itself, merged or not, for a reviewer within whose reach it lies. Raises: NotFound, Gone, Forbidden."""
    firm = await _get(h.uow.firms, firm_id, step)
    if not may_see_firm(h.caller, firm):
        raise NotFound.at(step, key="not_found")
    check_reach(h, firm.profile.region, step)
    return firm


async def own_submission(h: Handling, submission_id: str, expected_version: int) -> Submission:
    """The caller's own submission. Raises: NotFound, Gone, Forbidden, VersionConflict."""
    submission = await visible_submission(h, submission_id)
    if submission.owner != h.caller.subject:
        raise Forbidden.at("submission", key="submission.not_yours")
    check_version(submission, expected_version)
    return submission


async def reviewed_submission(h: Handling, submission_id: str, expected_version: int) -> Submission:
    """A submission within the reviewer's reach. Raises: NotFound, Gone, Forbidden, VersionConflict."""
    submission = await _get(h.uow.submissions, submission_id, "submission")
    if submission.status is SubmissionStatus.DRAFT or submission.submitted_at is None:
        raise NotFound.at("submission", key="not_found")
    check_reach(h, submission.region or "", "submission")
    check_version(submission, expected_version)
    return submission


async def visible_submission(h: Handling, submission_id: str) -> Submission:
    """A submission that exists for the caller. Raises: NotFound, Gone."""
    submission = await _get(h.uow.submissions, submission_id, "submission")
    if not may_see_submission(h.caller, submission):
        raise NotFound.at("submission", key="not_found")
    return submission


async def clock_submission(h: Handling, submission_id: str) -> Submission:
    """A submission for the clock, which sees no versions. Raises: NotFound, Gone."""
    return await _get(h.uow.submissions, submission_id, "submission")


async def surviving(uow: UnitOfWork, firm: Firm) -> Firm:
    """The entry in which a merged one lives on; an entry of its own is its own."""
    while firm.merged_into is not None:
        firm = await uow.firms.get(firm.merged_into)
    return firm


async def open_submissions(h: Handling, firm_id: str) -> Sequence[Submission]:
    """The submissions of an entry that are handed in and not decided, oldest first."""
    return [submission for submission in await h.uow.submissions.of_firm(firm_id) if is_open(submission)]


async def refuse_second_submission(h: Handling, firm: Firm) -> None:
    """Raises: NotAllowedNow, while another submission of the entry is open."""
    if await open_submissions(h, firm.id):
        raise NotAllowedNow.at("firm", key="submission.another_open")


def check_reach(h: Handling, region: str, step: str) -> None:
    """Raises: Forbidden, when the region lies outside the reviewer's."""
    if not may(h.caller, Operation.READ_SUBMISSION_QUEUE) or not reaches(h.caller, region):
        raise Forbidden.at(step, key="forbidden.reach")


def check_version(entity: Entity, expected_version: int) -> None:
    """Raises: VersionConflict, when the caller saw another version."""
    if entity.version != expected_version:
        raise VersionConflict.of(expected=expected_version, current=entity.version)


async def _get(entities: Entities[E], entity_id: str, step: str) -> E:
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (entity_id.isascii() and entity_id.isalnum()):
        raise NotFound.at(step, key="not_found")
    try:
        return await entities.get(entity_id)
    except NotFound:
        raise NotFound.at(step, key="not_found") from None
