"""What the end of a submission does to its entry, and what a change of an entry does to its open submissions."""

from __future__ import annotations

from directory import firms
from directory.entities import Firm, Submission
from directory.handlers.finding import open_submissions
from directory.handling import Handling
from directory.reminders import review_notice
from directory.states import SubmissionKind
from directory.submissions import FACTS, Action, moved

REBASED = "submission:rebased"


async def keep(h: Handling, submission: Submission, action: Action, **data: object) -> Submission:
    """The submission as written, with one fact for the action."""
    kept = await h.uow.submissions.save(
        submission, kind=FACTS[action], actor=h.actor, at=h.now, data={"action": action.value, **data}
    )
    if (notice := review_notice(kept, action)) is not None:
        await h.uow.notices.tell([notice])
    return kept


async def make_live(h: Handling, submission: Submission) -> Firm:
    """The entry with what was approved. Raises: NotAllowedNow, VersionConflict, AlreadyExists."""
    firm = await h.uow.firms.get(submission.firm_id)
    after, kind = firms.with_approved(firm, submission, h.now, h.rulebook)
    return await h.uow.firms.save(
        after, kind=kind, actor=h.actor, at=h.now, data={"submission": submission.id}
    )


async def close_unlisted(h: Handling, submission: Submission) -> None:
    """Frees the identity of an entry whose registration ended without a listing."""
    if submission.kind is not SubmissionKind.REGISTRATION or submission.submitted_at is None:
        return
    firm = await h.uow.firms.get(submission.firm_id)
    await h.uow.firms.save(
        firms.moved(firm, firms.Action.CLOSE, h.now),
        kind=firms.FACTS[firms.Action.CLOSE],
        actor=h.actor,
        at=h.now,
        data={"submission": submission.id},
    )


async def rebase_open(h: Handling, firm: Firm) -> None:
    """Lets open submissions stand on the entry's new version, when what changed is nothing that they declare."""
    for submission in await open_submissions(h, firm.id):
        if submission.base_firm_version is not None:
            rebased = submission.model_copy(update={"base_firm_version": firm.version})
            await h.uow.submissions.save(rebased, kind=REBASED, actor=h.actor, at=h.now)


async def withdraw_open(h: Handling, firm: Firm, reason: str) -> None:
    """Ends the open submissions of an entry that left the directory."""
    for submission in await open_submissions(h, firm.id):
        ended = moved(submission, Action.WITHDRAW, h.now, decided_at=h.now)
        await keep(h, ended, Action.WITHDRAW, reason=reason)
