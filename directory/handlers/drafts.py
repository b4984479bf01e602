"""Private drafts: kept as typed, resumed at will, handed in when complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.access import Operation
from directory.commands import SaveDraft, SubmitDraft
from directory.drafts import KeptDraft, as_typed, read_draft
from directory.entities import Submission
from directory.errors import ErrorCode, InvalidInput, Problem
from directory.handlers.entries import keep
from directory.handlers.finding import own_submission
from directory.handlers.registration import put_contact, read_declared, register
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.states import SubmissionKind, SubmissionStatus
from directory.submissions import FACTS, Action, check_move, moved


async def save_draft(command: SaveDraft, h: Handling) -> Outcome:
    """A new draft, or the old one with what is typed now. Raises: NotFound, VersionConflict, NotAllowedNow, InvalidInput."""
    if command.submission is None:
        return await _start(h, read_draft(command.profile))
    if command.expected_version is None:
        raise InvalidInput(Problem(ErrorCode.REQUIRED, ("expected_version",), "required"))
    draft = await own_submission(h, command.submission, command.expected_version)
    check_move(draft, Action.SAVE)
    typed = read_draft(command.profile)
    contact = await put_contact(h, draft.firm_id, typed.contact)
    saved = moved(draft, Action.SAVE, h.now, draft=typed.values, contact=contact, region=_region(typed))
    kept = await keep(h, saved, Action.SAVE)
    return Outcome(submission=kept.id)


async def submit_draft(command: SubmitDraft, h: Handling) -> Outcome:
    """The draft as a submission, with its pending entry.

    Raises: NotFound, VersionConflict, NotAllowedNow, InvalidInput, AlreadyExists.
    """
    draft = await own_submission(h, command.submission, command.expected_version)
    check_move(draft, Action.SUBMIT)
    raw = command.profile if command.profile is not None else await resumed(h, draft)
    return await register(h, read_declared(raw, h), draft)


async def resumed(h: Handling, draft: Submission) -> Mapping[str, Any]:
    """What was typed, contact details included, in the shape of the input."""
    return as_typed(draft, await h.uow.contacts.get(draft.contact.ref) if draft.contact else None)


async def _start(h: Handling, typed: KeptDraft) -> Outcome:
    # The entry gets its id now, so that the draft's personal values belong to it from the start.
    firm_id = h.new_id()
    draft = Submission(
        id=h.new_id(),
        version=0,
        firm_id=firm_id,
        kind=SubmissionKind.REGISTRATION,
        status=SubmissionStatus.DRAFT,
        owner=h.actor,
        region=_region(typed),
        draft=typed.values,
        contact=await put_contact(h, firm_id, typed.contact),
        created_at=h.now,
        updated_at=h.now,
    )
    kept = await h.uow.submissions.add(draft, kind=FACTS[Action.SAVE], actor=h.actor, at=h.now)
    return Outcome(submission=kept.id)


def _region(typed: KeptDraft) -> str | None:
    region = typed.values.get("region")
    return region if isinstance(region, str) else None


HANDLERS: Handlers = {
    SaveDraft: Handler(Operation.SAVE_DRAFT, save_draft),
    SubmitDraft: Handler(Operation.SUBMIT_FIRM, submit_draft),
}
