"""Merging an entry into another (合并), and taking that back: old numbers, ids and codes keep resolving."""

from __future__ import annotations

from directory import firms
from directory.access import Operation
from directory.commands import MergeFirms, UnmergeFirm
from directory.entities import Firm, Submission
from directory.errors import InvalidInput, NotAllowedNow
from directory.handlers.entries import rebase_open
from directory.handlers.finding import check_reach, firm_in_reach, hold_firms, open_submissions
from directory.handlers.wording import require_text
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.states import FirmStatus, SubmissionKind, SubmissionStatus
from directory.submissions import is_open

MERGED, UNMERGED = "firm:merged", "firm:unmerged"
SUBMISSION_MOVED, BLOCKAGE_MOVED = "submission:moved", "blockage:moved"


async def merge_firms(command: MergeFirms, h: Handling) -> Outcome:
    """The surviving entry, with the other's reports and open submissions.

    Raises: NotFound, Gone, Forbidden, NotAllowedNow, InvalidInput.
    """
    # Held first: a report or submission that comes now waits, and then lands on the survivor.
    await hold_firms(h, [command.source, command.into])
    source = await firm_in_reach(h, command.source, "from")
    survivor = await firm_in_reach(h, command.into, "into")
    reason = require_text(command.reason, "reason")
    if source.id == survivor.id:
        raise InvalidInput.at("into", key="merge.same")
    _refuse_gone(source, "from")
    _refuse_gone(survivor, "into")
    submissions = await open_submissions(h, source.id)
    if any(submission.status is SubmissionStatus.PUBLIC_NOTICE for submission in submissions):
        # The end of the notice would make the source's values those of the survivor, and nobody had announced that.
        raise NotAllowedNow.at("from", key="merge.under_notice")
    reports = await h.uow.blockages.of_firm(source.id)
    moved_ids = tuple(each.id for each in (*submissions, *reports))
    gone, stays = firms.merged(source, survivor, moved_ids, h.now)
    # The source first: it lets go of an identity that the survivor may share.
    await _keep(h, gone, MERGED, reason=reason, into=survivor.id)
    kept = await _keep(h, stays, MERGED, reason=reason, source=source.id)
    await rebase_open(h, kept)
    for submission in submissions:
        await _move_submission(h, submission, _as_amendment(submission, kept))
    await _move_reports(h, [report.id for report in reports], kept.id)
    return Outcome(firm=kept.id)


async def unmerge_firm(command: UnmergeFirm, h: Handling) -> Outcome:
    """The entry on its own again, with what it had brought along.

    Raises: NotFound, Gone, Forbidden, NotAllowedNow, InvalidInput; AlreadyExists, when its identity is taken by now.
    """
    source = await firm_in_reach(h, command.firm, "firm")
    reason = require_text(command.reason, "reason")
    if source.merged_into is None:
        raise NotAllowedNow.at("firm", key="merge.not_merged")
    survivor = await h.uow.firms.get(source.merged_into)
    check_reach(h, survivor.profile.region, "firm")
    await _leave(h, source, survivor, reason)
    alone = await _keep(h, firms.on_its_own(source, h.now), UNMERGED, reason=reason)
    await _move_reports(h, source.moved_by_merge, alone.id)
    back = await h.uow.submissions.find(source.moved_by_merge)
    still_open = [submission for submission in back.values() if is_open(submission)]
    for submission in still_open:
        await _move_submission(h, submission, _as_own(submission, alone))
    if alone.status is FirmStatus.PENDING and not still_open:
        # Its registration was decided while it was merged: nothing is left that could list it.
        closed = firms.moved(alone, firms.Action.CLOSE, h.now)
        alone = await _keep(h, closed, firms.FACTS[firms.Action.CLOSE], reason=reason)
    return Outcome(firm=alone.id)


async def _leave(h: Handling, source: Firm, survivor: Firm, reason: str) -> None:
    """Takes what `source` had brought out of the entry it was merged into, and out of those that one was merged into."""
    above: Firm | None = survivor
    while above is not None:
        without = firms.without_merged(above, source, h.now)
        kept = await _keep(h, without, UNMERGED, reason=reason, source=source.id)
        await rebase_open(h, kept)
        above = await h.uow.firms.get(kept.merged_into) if kept.merged_into else None


def _refuse_gone(firm: Firm, step: str) -> None:
    if firm.merged_into is not None:
        raise NotAllowedNow.at(step, key="merge.already_merged")
    if firm.status is FirmStatus.DELISTED:
        raise NotAllowedNow.at(step, key="merge.delisted")


def _as_amendment(submission: Submission, survivor: Firm) -> Submission:
    """The submission as one of the survivor: what would have registered the source can only amend it now."""
    registration = submission.kind is SubmissionKind.REGISTRATION
    return submission.model_copy(
        update={
            "firm_id": survivor.id,
            "kind": SubmissionKind.AMENDMENT if registration else submission.kind,
            "base_firm_version": survivor.version,
        }
    )


def _as_own(submission: Submission, firm: Firm) -> Submission:
    unlisted = firm.status is FirmStatus.PENDING
    return submission.model_copy(
        update={
            "firm_id": firm.id,
            "kind": SubmissionKind.REGISTRATION if unlisted else submission.kind,
            "base_firm_version": None if unlisted else firm.version,
        }
    )


async def _keep(h: Handling, firm: Firm, kind: str, **data: object) -> Firm:
    return await h.uow.firms.save(firm, kind=kind, actor=h.actor, at=h.now, data=data)


async def _move_submission(h: Handling, before: Submission, after: Submission) -> None:
    await h.uow.submissions.save(
        after, kind=SUBMISSION_MOVED, actor=h.actor, at=h.now, data={"from": before.firm_id}
    )


async def _move_reports(h: Handling, ids: list[str] | tuple[str, ...], firm_id: str) -> None:
    """The reports as another entry's. Their time of change stays: with the merge's it would tell whose they are."""
    for report in (await h.uow.blockages.find(ids)).values():
        await h.uow.blockages.save(
            report.model_copy(update={"firm_id": firm_id}),
            kind=BLOCKAGE_MOVED,
            actor=h.actor,
            at=h.now,
            data={"from": report.firm_id},
        )


HANDLERS: Handlers = {
    MergeFirms: Handler(Operation.MERGE_FIRMS, merge_firms),
    UnmergeFirm: Handler(Operation.MERGE_FIRMS, unmerge_firm),
}
