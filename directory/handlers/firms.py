"""Registering an entry, changing a listed one, changing its standing."""

from __future__ import annotations

from directory import firms
from directory.access import Operation, Role, reaches
from directory.commands import AmendFirm, ChangeFirmStatus, SubmitFirm, SuspendUnconfirmed
from directory.confirmations import suspended_by_clock
from directory.entities import Firm, Submission
from directory.errors import Forbidden, NotAllowedNow
from directory.handlers.entries import rebase_open, withdraw_open
from directory.handlers.finding import check_version, own_firm, refuse_second_submission, visible_firm
from directory.handlers.registration import (
    near_duplicates,
    put_contact,
    read_declared,
    refuse_taken_identity,
    register,
    submitted_values,
)
from directory.handlers.wording import require_text
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.states import FirmStatus, SubmissionKind, SubmissionStatus
from directory.submissions import FACTS, Action

# The reason is kept with the entry, for its firm and its reviewers.
UNCONFIRMED = "逾期未进行年度更新，系统自动暂停；年度更新审核通过后自动恢复。"


async def submit_firm(command: SubmitFirm, h: Handling) -> Outcome:
    """A pending entry with its submission. Raises: InvalidInput, AlreadyExists, NotAllowedNow."""
    return await register(h, read_declared(command.profile, h, command.declared))


async def amend_firm(command: AmendFirm, h: Handling) -> Outcome:
    """A submission beside the listed version, whose values stay as they are until approval.

    The entry gets a version with the submission, so that of two amendments at once one is a conflict.
    Raises: NotFound, Gone, Forbidden, VersionConflict, NotAllowedNow, InvalidInput, AlreadyExists.
    """
    firm = await own_firm(h, command.firm)
    check_version(firm, command.expected_version)
    if firm.status not in firms.AMENDABLE:
        raise NotAllowedNow.at("firm", key="firm.not_amendable", status=firm.status.value)
    await refuse_second_submission(h, firm)
    declared = read_declared(command.profile, h)
    await refuse_taken_identity(h, declared.profile, own=firm.id)
    duplicates = await near_duplicates(h, firm.id, declared.profile)
    contact = await put_contact(h, firm.id, declared.contact)
    submission_id = h.new_id()
    firm = await h.uow.firms.save(
        firm, kind=firms.AMENDMENT_SUBMITTED, actor=h.actor, at=h.now, data={"submission": submission_id}
    )
    submission = Submission(
        id=submission_id,
        version=0,
        firm_id=firm.id,
        kind=SubmissionKind.ANNUAL_UPDATE if command.annual_update else SubmissionKind.AMENDMENT,
        status=SubmissionStatus.SUBMITTED,
        owner=h.actor,
        base_firm_version=firm.version,
        created_at=h.now,
        updated_at=h.now,
        **submitted_values(h, declared, contact, duplicates),
    )
    kept = await h.uow.submissions.add(submission, kind=FACTS[Action.SUBMIT], actor=h.actor, at=h.now)
    return Outcome(firm=firm.id, submission=kept.id)


async def change_firm_status(command: ChangeFirmStatus, h: Handling) -> Outcome:
    """The entry in another standing, with the reason kept.

    Raises: NotFound, Gone, VersionConflict, NotAllowedNow, Forbidden, InvalidInput.
    """
    firm = await visible_firm(h, command.firm)
    check_version(firm, command.expected_version)
    reason = require_text(command.reason, "reason")
    action = firms.action_to(firm, command.to)
    _check_role(h, firm, firms.MOVES[firm.status, action].roles)
    after = firms.moved(firm, action, h.now, status_reason=reason)
    kept = await h.uow.firms.save(after, kind=firms.FACTS[action], actor=h.actor, at=h.now)
    if kept.status is FirmStatus.DELISTED:
        await withdraw_open(h, kept, reason)
    else:
        await rebase_open(h, kept)
    return Outcome(firm=kept.id)


async def suspend_unconfirmed(command: SuspendUnconfirmed, h: Handling) -> Outcome:
    """The clock: an entry suspended for want of a yearly update. Raises: NotFound, Gone, NotAllowedNow, VersionConflict."""
    firm = await h.uow.firms.get(command.firm)
    after = suspended_by_clock(firm, h.now, h.rulebook, UNCONFIRMED)
    kind = firms.FACTS[firms.Action.SUSPEND]
    kept = await h.uow.firms.save(after, kind=kind, actor=h.actor, at=h.now)
    await rebase_open(h, kept)
    return Outcome(firm=kept.id)


def _check_role(h: Handling, firm: Firm, roles: frozenset[Role]) -> None:
    """Raises: Forbidden, unless the caller is the clock, a reviewer in reach or the firm itself, as the move allows."""
    caller = h.caller
    is_clock = caller.has(*(roles & {Role.CLOCK}))
    is_reviewer = caller.has(*(roles & {Role.AGENCY, Role.SUPERVISOR})) and reaches(
        caller, firm.profile.region
    )
    is_firm = caller.has(*(roles & {Role.FIRM})) and caller.subject == firm.owner
    if not (is_clock or is_reviewer or is_firm):
        raise Forbidden.at("firm", key="firm.status_not_yours")


HANDLERS: Handlers = {
    SubmitFirm: Handler(Operation.SUBMIT_FIRM, submit_firm),
    AmendFirm: Handler(Operation.AMEND_FIRM, amend_firm),
    ChangeFirmStatus: Handler(Operation.CHANGE_FIRM_STATUS, change_firm_status),
    SuspendUnconfirmed: Handler(Operation.SUSPEND_UNCONFIRMED, suspend_unconfirmed),
}
