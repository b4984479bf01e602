"""
Who is told what, and when (提醒与通知): the ladders of reminders, and the notices that go with the steps of a report.

A rung fires once an anchor has come near or passed by so much; it gives way to the next rung of its ladder, so that
after an outage one reminder goes out and not all that were missed. Rule, entity, instant and addressee make a notice
unique: the table of notices is the ledger, and what was said once is not said again by a second round or process. An
anchor that moves (an extension, a new question) is a new instant and may be reminded of anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from directory.access import Caller, Role
from directory.anchors import Anchor
from directory.blockages import state_since
from directory.confirmations import confirmed_too_long_ago
from directory.entities import ENTITY_TYPES, Blockage, Firm, Submission
from directory.ladders import Rung, To, Unit
from directory.moves import SIDES_OF_ACTION, Action, Side
from directory.rulebook import Rulebook
from directory.standing import may_lead
from directory.states import BlockageStatus, EntityType
from directory.submissions import Action as ReviewStep
from directory.vocabulary import Agencies
from directory.workdays import end_of_day, local_date

_INSTANT = timedelta(microseconds=1)
# For so long a notice is kept; of what lies further back nobody is reminded any more, for it may have been said.
NOTICES_KEPT = timedelta(days=730)
_LONG_AGO = NOTICES_KEPT - timedelta(days=60)


class Addressee(StrEnum):
    """Whose inbox a notice goes to: a subject's, an agency's, the desks' of a region, or the supervisors'."""

    SUBJECT = "subject"
    AGENCY = "agency"
    DESK = "desk"
    SUPERVISORS = "supervisors"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that somebody is told, about an entity; `due_at` is the instant that it is about."""

    addressee: Addressee
    recipient: str
    rule: str
    entity_type: EntityType
    entity_id: str
    firm_id: str
    due_at: datetime
    at: datetime
    params: Mapping[str, str]


# Who is told of a step: first whom it concerns most. What the others read has a sentence of its own. A reporter is
# told of every step by which others move the report on, and whoever holds it of what the reporter does.
STEPS: Mapping[Action, tuple[To, ...]] = {
    Action.TRIAGE_ACCEPT: (To.FIRM,),
    Action.TRIAGE_REJECT: (To.FIRM,),
    Action.MARK_DUPLICATE: (To.FIRM,),
    Action.ASSIGN: (To.HOLDER, To.FIRM),
    Action.TRANSFER: (To.HOLDER, To.FIRM),
    Action.ACCEPT: (To.FIRM,),
    Action.RETURN: (To.SUPERVISORS, To.FIRM),
    Action.REQUEST_INFORMATION: (To.FIRM,),
    Action.PROVIDE_INFORMATION: (To.HOLDER,),
    Action.POST_PROGRESS: (To.FIRM,),
    Action.PLAN_STEP: (To.FIRM,),
    Action.SETTLE_STEP: (To.FIRM,),
    Action.EXTEND: (To.FIRM,),
    Action.PROPOSE: (To.FIRM,),
    Action.CONFIRM: (To.HOLDER,),
    Action.CONFIRM_PART: (To.HOLDER,),
    Action.DISPUTE: (To.HOLDER,),
    Action.LAPSE: (To.FIRM, To.HOLDER),
    Action.LAPSE_PART: (To.FIRM, To.HOLDER),
    Action.REOPEN: (To.HOLDER,),
    Action.SUPERVISE: (To.HOLDER, To.FIRM),
    Action.REPLY: (To.SUPERVISORS, To.FIRM),
    Action.CLOSE_UNRESOLVED: (To.FIRM, To.HOLDER),
    Action.WITHDRAW: (To.HOLDER,),
    Action.REINSTATE: (To.FIRM, To.HOLDER),
    Action.MESSAGE_REPORTER: (To.FIRM,),
    Action.MESSAGE_AGENCY: (To.HOLDER,),
    Action.APPROVE_TEXT: (To.FIRM,),
    Action.UNSEAL: (To.FIRM,),
    Action.ADD_EVIDENCE: (To.HOLDER,),
    Action.ADD_OFFICE_EVIDENCE: (To.FIRM,),
    Action.REDACT_EVIDENCE: (To.FIRM,),
    Action.PUBLISH_EVIDENCE: (To.FIRM,),
}
# Reports whose reporter waits for others; where it is the reporter's turn, ladders of their own speak.
IN_HAND = frozenset(
    {BlockageStatus.REPORTED, BlockageStatus.TRIAGED, BlockageStatus.ASSIGNED, BlockageStatus.IN_PROGRESS}
)
# Steps of reviewers, of those who object and of the clock, which the firm is told of.
REVIEW_STEPS = frozenset(
    {
        ReviewStep.TAKE,
        ReviewStep.REQUEST_CHANGES,
        ReviewStep.LAPSE,
        ReviewStep.REJECT,
        ReviewStep.OPEN_NOTICE,
        ReviewStep.APPROVE,
        ReviewStep.OBJECT,
        ReviewStep.UPHOLD_OBJECTION,
        ReviewStep.END_NOTICE,
    }
)
# Anchors that are the first instant after a last day; the others are instants of a first day.
_ENDS = frozenset(
    {Anchor.ANSWER_DUE, Anchor.HANDLING_DUE, Anchor.RESOLUTION_DUE, Anchor.REPLY_DUE, Anchor.NOTICE_ENDS}
)


def window(rung: Rung, now: datetime, rulebook: Rulebook) -> tuple[datetime, datetime]:
    """After which and up to which instant an anchor lies for which the rung fires at `now`."""
    later = [each for each in rulebook.reference.rungs if (each.anchor, each.to) == (rung.anchor, rung.to)]
    after = min(
        (each for each in later if each.offset > rung.offset), key=lambda each: each.offset, default=None
    )
    since = now - _LONG_AGO if after is None else _latest_anchor(after, now, rulebook)
    return since, _latest_anchor(rung, now, rulebook)


def _latest_anchor(rung: Rung, now: datetime, rulebook: Rulebook) -> datetime:
    calendar, offset = rulebook.calendar, rung.offset
    if rung.unit is Unit.MONTHS:
        return confirmed_too_long_ago(now, offset)
    if rung.unit is Unit.DAYS:
        day = local_date(now) - timedelta(days=offset + 1)
    elif offset < 0:
        day = calendar.latest_end(now, -offset)
    else:
        day = calendar.latest_start(now, offset)
    return end_of_day(day) if rung.anchor in _ENDS else end_of_day(day) - _INSTANT


def reminder(rung: Rung, about: Firm | Submission | Blockage, due_at: datetime, now: datetime) -> Notice:
    """What the rung says about an entity whose anchor is at `due_at`."""
    params = {} if rung.anchor not in _ENDS else {"until": str(local_date(due_at - _INSTANT))}
    return _notice(f"notice.{rung.rule}", about, rung.to, due_at, now, params)


def knows_of(action: str) -> bool:
    """Whether the reporter knows of a step of a report's timeline: its own, or one that it is told of."""
    if action not in {each.value for each in Action}:
        return False
    made = Action(action)
    return SIDES_OF_ACTION[made] <= {Side.REPORTER} or To.FIRM in STEPS.get(made, ())


def last_news(blockage: Blockage) -> datetime:
    """When the reporter last learnt something of a report that others have in hand; of another, since when it is so.

    What an agency does without telling does not count: silence is what the reporter hears. Nor does what the reporter
    writes: who keeps asking has had no news.
    """
    if blockage.status not in IN_HAND:
        return state_since(blockage)
    own = (Action.MESSAGE_AGENCY, Action.ADD_EVIDENCE)
    known = (
        step.at for step in reversed(blockage.timeline) if knows_of(step.action) and step.action not in own
    )
    return next(known, blockage.reported_at)


def step_rule(action: Action, to: To) -> str:
    """The rule by which `to` is told of a step."""
    first, *_ = STEPS[action]
    return f"notice.step.{action.value}" + ("" if to is first else f".{to.value}")


def step_notices(blockage: Blockage, action: Action) -> list[Notice]:
    """What is told of a step that was just made; nothing of one that everyone concerned knows of."""
    at = blockage.updated_at
    # A second dispute puts the report under supervision: whoever holds it owes a reply from then on.
    by_itself = blockage.supervision is not None and blockage.supervision.since == at
    actions = [action, *([Action.SUPERVISE] if by_itself and action is not Action.SUPERVISE else [])]
    return [
        _notice(step_rule(each, to), blockage, to, at, at, {})
        for each in actions
        for to in STEPS.get(each, ())
    ]


def review_notice(submission: Submission, action: ReviewStep) -> Notice | None:
    """What the firm is told of a step of its submission; None for one of its own."""
    if action not in REVIEW_STEPS:
        return None
    at = submission.updated_at
    return _notice(f"notice.review.{action.value}", submission, To.FIRM, at, at, {})


def _notice(
    rule: str,
    about: Firm | Submission | Blockage,
    to: To,
    due_at: datetime,
    at: datetime,
    params: Mapping[str, str],
) -> Notice:
    addressee, recipient = _addressed(about, to)
    return Notice(
        addressee=addressee,
        recipient=recipient,
        rule=rule,
        entity_type=ENTITY_TYPES[type(about)],
        entity_id=about.id,
        firm_id=about.id if isinstance(about, Firm) else about.firm_id,
        due_at=due_at,
        at=at,
        params={**_named(about), **params},
    )


def _named(about: Firm | Submission | Blockage) -> Mapping[str, str]:
    if isinstance(about, Submission):
        return {}
    return {"reference": about.entry_number if isinstance(about, Firm) else about.reference}


def _addressed(about: Firm | Submission | Blockage, to: To) -> tuple[Addressee, str]:
    if to is To.SUPERVISORS:
        return Addressee.SUPERVISORS, ""
    if to is To.FIRM:
        return Addressee.SUBJECT, about.reporter if isinstance(about, Blockage) else about.owner
    if isinstance(about, Blockage) and about.agency is not None:
        return Addressee.AGENCY, about.agency
    return Addressee.DESK, about.region or "" if not isinstance(about, Firm) else about.profile.region


@dataclass(frozen=True, slots=True)
class Inbox:
    """Whose notices a caller reads; `region` bounds the desk's (None: not the desk's at all, "": the whole nation)."""

    subject: str
    agency: str | None = None
    region: str | None = None
    supervisors: bool = False


def inbox_of(caller: Caller, agencies: Agencies) -> Inbox | None:
    """The caller's own inbox with that of the office; None for a caller without a name."""
    if caller.subject is None:
        return None
    code = caller.agency if caller.has(Role.AGENCY) else None
    agency = agencies.get(code) if code else None
    return Inbox(
        subject=caller.subject,
        agency=code,
        region=(caller.region or "") if agency is not None and may_lead(agency) else None,
        supervisors=caller.has(Role.SUPERVISOR),
    )
