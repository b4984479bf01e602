"""
Following a report up (跟进办理): what each move asks besides its row in the table. Pure: report in, report out.

All raise NotAllowedNow when the table has no such move, and LimitExceeded where a rule allows it only so often or so
long. Rights were asked before (`blockages.admitted`); texts are clean.
"""

from __future__ import annotations

from collections.abc import Sequence

from directory.blockages import Step, is_partial, moved
from directory.deadlines import Stage, extended, is_overdue, reopens_until, running_of
from directory.entities import Blockage, Resolution
from directory.errors import AlreadyExists, InvalidInput, LimitExceeded, NotAllowedNow, NotFound
from directory.moves import Action, Side
from directory.public_texts import Words
from directory.report_reading import says_the_same
from directory.states import BlockageStatus, ResolutionState, Severity, SupervisionCause
from directory.supervision import supervised

DISPUTES_BEFORE_SUPERVISION = 2


def accepted_by_triage(
    blockage: Blockage,
    step: Step,
    *,
    category: str,
    severity: Severity,
    clauses: tuple[str, ...],
    note: str | None,
    cause_level: str | None = None,
    procedure_step: str | None = None,
    public: Words | None = None,
) -> Blockage:
    """The report taken up. Its cause is known from now on when triage named a clause or left the reporter's standing.

    A level or step that is not known is None; `public` is what the public reads, None for the reporter's own words.
    """
    return moved(
        blockage,
        Action.TRIAGE_ACCEPT,
        step,
        note,
        category=category,
        severity=severity,
        clauses=clauses,
        cause_known=bool(clauses),
        cause_level=cause_level,
        procedure_step=procedure_step,
        public_title=public.title if public else None,
        public_summary=public.description if public else None,
    )


def rejected(blockage: Blockage, step: Step, *, reason: str, note: str) -> Blockage:
    """The report refused: `reason` a code of `refusal_reasons` or a text, `note` what the reporter reads."""
    return moved(blockage, Action.TRIAGE_REJECT, step, note, close_reason=reason)


def marked_duplicate(blockage: Blockage, step: Step, original: Blockage, *, note: str | None) -> Blockage:
    """The report merged into `original`, another one of the same firm that stands.

    Raises: NotFound, for a report of another firm, which the parties need not hear of; InvalidInput.
    """
    if original.firm_id != blockage.firm_id:
        raise NotFound.at("duplicate_of", key="not_found")
    if original.id == blockage.id:
        raise InvalidInput.at("duplicate_of", key="blockage.duplicate_of_itself")
    if original.status in (BlockageStatus.REJECTED, BlockageStatus.DUPLICATE, BlockageStatus.WITHDRAWN):
        raise InvalidInput.at("duplicate_of", key="blockage.duplicate_of_void", reference=original.reference)
    return moved(blockage, Action.MARK_DUPLICATE, step, note, duplicate_of=original.id, close_reason=note)


def assigned(
    blockage: Blockage, step: Step, *, agency: str, co_agencies: tuple[str, ...], note: str | None
) -> Blockage:
    """The report with one responsible agency, for the first time or handed on; a transfer is counted, never restarts it."""
    action = assignment_of(blockage)
    if action is Action.TRANSFER and agency == blockage.agency:
        raise InvalidInput.at("agency", key="blockage.leads_already", agency=agency)
    transfers = blockage.transfers + (action is Action.TRANSFER)
    return moved(
        blockage,
        action,
        step,
        note,
        agency=agency,
        co_agencies=co_agencies,
        transfers=transfers,
        suggested_agency=None,
    )


def assignment_of(blockage: Blockage) -> Action:
    """What assigning means now: a transfer (转交) once an agency has the report."""
    return Action.TRANSFER if blockage.agency is not None else Action.ASSIGN


def accepted(blockage: Blockage, step: Step, *, note: str | None) -> Blockage:
    """The report in the hands of its agency (签收)."""
    return moved(blockage, Action.ACCEPT, step, note)


def returned(blockage: Blockage, step: Step, *, reason: str, suggested: str | None) -> Blockage:
    """The report back in the triage basket, with who should have it; once a report and within the accept limit."""
    if blockage.returns:
        raise LimitExceeded.at(key="blockage.returned_before")
    limit = running_of(blockage.deadlines, Stage.ACCEPT)
    if limit is not None and is_overdue(limit, step.at):
        raise LimitExceeded.at(key="blockage.return_too_late")
    gone = () if blockage.agency is None else (blockage.agency,)
    return moved(
        blockage,
        Action.RETURN,
        step,
        reason,
        agency=None,
        co_agencies=(),
        returned_by=(*blockage.returned_by, *gone),
        returns=blockage.returns + 1,
        suggested_agency=suggested,
    )


def information_requested(blockage: Blockage, step: Step, *, question: str) -> Blockage:
    """The report with a question to its reporter, and its clock stopped. Raises: AlreadyExists, for a question asked before."""
    if any(says_the_same(question, asked) for asked in _questions(blockage)):
        raise AlreadyExists.at("note", key="blockage.asked_before")
    return moved(blockage, Action.REQUEST_INFORMATION, step, question)


def _questions(blockage: Blockage) -> Sequence[str]:
    return [
        step.note for step in blockage.timeline if step.action == Action.REQUEST_INFORMATION and step.note
    ]


def information_provided(blockage: Blockage, step: Step, *, answer: str) -> Blockage:
    """The report with the reporter's answer, and its clock running again."""
    return moved(blockage, Action.PROVIDE_INFORMATION, step, answer)


def progress_posted(blockage: Blockage, step: Step, *, note: str) -> Blockage:
    """The report with a note on what was done; nothing else changes."""
    return moved(blockage, Action.POST_PROGRESS, step, note)


def with_extension(blockage: Blockage, step: Step, *, working_days: int, reason: str) -> Blockage:
    """The report with its one extension (延期)."""
    after = moved(blockage, Action.EXTEND, step, reason, extensions=blockage.extensions + 1)
    deadlines = extended(blockage, working_days, reason, step.at, step.rulebook)
    return after.model_copy(update={"deadlines": deadlines})


def proposed(blockage: Blockage, step: Step, resolution: Resolution) -> Blockage:
    """The report with a claimed resolution, waiting for the reporter's word."""
    return moved(
        blockage,
        Action.PROPOSE,
        step,
        resolution.summary,
        resolutions=(*blockage.resolutions, resolution),
    )


def answer_to(blockage: Blockage, *, confirm: bool) -> Action:
    """What the reporter's yes or no means: a yes to a partial resolution confirms that part only."""
    if not confirm:
        return Action.DISPUTE
    return Action.CONFIRM_PART if is_partial(blockage) else Action.CONFIRM


def lapse_of(blockage: Blockage) -> Action:
    """What silence means: an unanswered partial resolution leaves the rest of the obstacle open."""
    return Action.LAPSE_PART if is_partial(blockage) else Action.LAPSE


def answered(
    blockage: Blockage, step: Step, *, confirm: bool, rating: int | None, comment: str | None
) -> Blockage:
    """The report after the reporter's answer; the second dispute puts it under supervision."""
    after = moved(
        blockage,
        answer_to(blockage, confirm=confirm),
        step,
        comment,
        disputes=blockage.disputes + (not confirm),
    )
    resolutions = _concluded(
        after,
        ResolutionState.CONFIRMED if confirm else ResolutionState.CONTESTED,
        answered_at=after.updated_at,
        confirmed_by_reporter=confirm,
        rating=rating,
        comment=comment,
    )
    after = after.model_copy(update={"resolutions": resolutions})
    if not confirm and after.disputes >= DISPUTES_BEFORE_SUPERVISION and not after.supervised:
        by_rule = Step(Side.CLOCK.value, step.at, step.rulebook)
        return supervised(after, by_rule, cause=SupervisionCause.DISPUTES, note=None)
    return after


def lapsed(blockage: Blockage, step: Step) -> Blockage:
    """The report whose proposal nobody answered in time: resolved without the reporter's word, and said so."""
    limit = running_of(blockage.deadlines, Stage.CONFIRM)
    if limit is not None and not is_overdue(limit, step.at):
        raise NotAllowedNow.at(key="blockage.answer_still_due")
    after = moved(blockage, lapse_of(blockage), step)
    return after.model_copy(update={"resolutions": _concluded(after, ResolutionState.UNANSWERED)})


def reopened(blockage: Blockage, step: Step, *, reason: str) -> Blockage:
    """The report contested after its close; the agency is waited on again, and the count is public."""
    if blockage.closed_at is not None and step.at >= reopens_until(blockage.closed_at, step.rulebook):
        raise LimitExceeded.at(key="blockage.reopen_too_late", days=step.rulebook.limits.reopen)
    after = moved(blockage, Action.REOPEN, step, reason, reopens=blockage.reopens + 1)
    contested = _concluded(
        after, ResolutionState.CONTESTED, answered_at=after.updated_at, confirmed_by_reporter=False
    )
    return after.model_copy(update={"resolutions": contested})


def _concluded(blockage: Blockage, state: ResolutionState, **answer: object) -> tuple[Resolution, ...]:
    """The resolutions with the reporter's word, or silence, on the last one."""
    *earlier, last = blockage.resolutions
    return (*earlier, last.model_copy(update={"state": state, **answer}))


def closed_unresolved(blockage: Blockage, step: Step, *, reason: str) -> Blockage:
    """The report ended honestly: nothing more can be done now; it counts as unresolved and the reason is public."""
    return moved(blockage, Action.CLOSE_UNRESOLVED, step, reason, close_reason=reason)


def withdrawn(blockage: Blockage, step: Step, *, reason: str, asked_by_agency: bool) -> Blockage:
    """The report taken back by its reporter, with who asked for it (撤单)."""
    return moved(
        blockage,
        Action.WITHDRAW,
        step,
        reason,
        close_reason=reason,
        withdrawal_asked_by_agency=asked_by_agency,
    )
