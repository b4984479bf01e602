"""
The moves of a report (堵点诉求), as one table that rules, pages and tests read alike.

    REPORTED -triage-> TRIAGED -assign-> ASSIGNED -accept-> IN_PROGRESS -propose-> RESOLUTION_PROPOSED -confirm-> RESOLVED

A row says where a move leads, on whose side it is, and which limits it meets, voids and starts.

A row deserves a reason: a supervisor may close a report as unresolved also while an answer of the reporter is
outstanding. Otherwise a reporter who fell silent would keep it open for ever. And a withdrawal that an agency asked
for (撤单) is followed by a call-back: where the reporter did not mean it, the report starts over at the triage desk.
Messages stop no clock, unlike questions; who reported may be unsealed in every state, for what it is needed for does
not end with the report. Steps are planned while the agency works on the report, and settled as long as it is open.
Evidence is added to open reports, and taken back ever: a file that should not be there must not have to stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.access import Operation
from directory.deadlines import Stage
from directory.states import OPEN_STATUSES
from directory.states import BlockageStatus as S


class Side(StrEnum):
    """What a caller is to one report; earlier ones are named first where a caller is several."""

    REPORTER = "reporter"
    LEAD = "lead"
    CO_AGENCY = "co_agency"
    STEP_OWNER = "step_owner"
    TRIAGE = "triage"
    SUPERVISOR = "supervisor"
    CLOCK = "clock"


class Action(StrEnum):
    """A step in the life of a report; the timeline uses these words."""

    REPORT = "report"
    TRIAGE_ACCEPT = "triage_accept"
    TRIAGE_REJECT = "triage_reject"
    MARK_DUPLICATE = "mark_duplicate"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    ACCEPT = "accept"
    RETURN = "return"
    REQUEST_INFORMATION = "request_information"
    PROVIDE_INFORMATION = "provide_information"
    POST_PROGRESS = "post_progress"
    PLAN_STEP = "plan_step"
    SETTLE_STEP = "settle_step"
    EXTEND = "extend"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    CONFIRM_PART = "confirm_part"
    DISPUTE = "dispute"
    LAPSE = "lapse"
    LAPSE_PART = "lapse_part"
    REOPEN = "reopen"
    SUPERVISE = "supervise"
    REPLY = "reply_to_supervision"
    CLOSE_UNRESOLVED = "close_unresolved"
    WITHDRAW = "withdraw"
    CALL_BACK = "call_back"
    REINSTATE = "reinstate"
    MESSAGE_REPORTER = "message_reporter"
    MESSAGE_AGENCY = "message_agency"
    APPROVE_TEXT = "approve_public_text"
    UNSEAL = "unseal_reporter"
    ADD_EVIDENCE = "add_evidence"
    ADD_OFFICE_EVIDENCE = "add_office_evidence"
    WITHDRAW_EVIDENCE = "withdraw_evidence"
    REDACT_EVIDENCE = "redact_evidence"
    PUBLISH_EVIDENCE = "publish_evidence"


OPERATIONS: Mapping[Action, Operation] = {
    Action.REPORT: Operation.REPORT_BLOCKAGE,
    Action.TRIAGE_ACCEPT: Operation.TRIAGE_BLOCKAGE,
    Action.TRIAGE_REJECT: Operation.TRIAGE_BLOCKAGE,
    Action.MARK_DUPLICATE: Operation.TRIAGE_BLOCKAGE,
    Action.ASSIGN: Operation.ASSIGN_BLOCKAGE,
    Action.TRANSFER: Operation.ASSIGN_BLOCKAGE,
    Action.ACCEPT: Operation.ACCEPT_ASSIGNMENT,
    Action.RETURN: Operation.RETURN_ASSIGNMENT,
    Action.REQUEST_INFORMATION: Operation.REQUEST_INFORMATION,
    Action.PROVIDE_INFORMATION: Operation.PROVIDE_INFORMATION,
    Action.POST_PROGRESS: Operation.POST_PROGRESS,
    Action.PLAN_STEP: Operation.PLAN_STEP,
    Action.SETTLE_STEP: Operation.SETTLE_STEP,
    Action.EXTEND: Operation.EXTEND_DEADLINE,
    Action.PROPOSE: Operation.PROPOSE_RESOLUTION,
    Action.CONFIRM: Operation.ANSWER_RESOLUTION,
    Action.CONFIRM_PART: Operation.ANSWER_RESOLUTION,
    Action.DISPUTE: Operation.ANSWER_RESOLUTION,
    Action.LAPSE: Operation.CLOSE_UNANSWERED,
    Action.LAPSE_PART: Operation.CLOSE_UNANSWERED,
    Action.REOPEN: Operation.REOPEN_BLOCKAGE,
    Action.SUPERVISE: Operation.SUPERVISE_BLOCKAGE,
    Action.REPLY: Operation.REPLY_TO_SUPERVISION,
    Action.CLOSE_UNRESOLVED: Operation.CLOSE_UNRESOLVED,
    Action.WITHDRAW: Operation.WITHDRAW_BLOCKAGE,
    Action.CALL_BACK: Operation.CALL_BACK,
    Action.REINSTATE: Operation.CALL_BACK,
    Action.MESSAGE_REPORTER: Operation.SEND_REPORT_MESSAGE,
    Action.MESSAGE_AGENCY: Operation.SEND_REPORT_MESSAGE,
    Action.APPROVE_TEXT: Operation.APPROVE_PUBLIC_TEXT,
    Action.UNSEAL: Operation.UNSEAL_REPORTER,
    Action.ADD_EVIDENCE: Operation.ADD_EVIDENCE,
    Action.ADD_OFFICE_EVIDENCE: Operation.ADD_EVIDENCE,
    Action.WITHDRAW_EVIDENCE: Operation.WITHDRAW_EVIDENCE,
    Action.REDACT_EVIDENCE: Operation.REDACT_EVIDENCE,
    Action.PUBLISH_EVIDENCE: Operation.PUBLISH_EVIDENCE,
}

FACTS: Mapping[Action, str] = {
    Action.REPORT: "blockage:reported",
    Action.TRIAGE_ACCEPT: "blockage:triaged",
    Action.TRIAGE_REJECT: "blockage:rejected",
    Action.MARK_DUPLICATE: "blockage:duplicate",
    Action.ASSIGN: "blockage:assigned",
    Action.TRANSFER: "blockage:transferred",
    Action.ACCEPT: "blockage:accepted",
    Action.RETURN: "blockage:returned",
    Action.REQUEST_INFORMATION: "blockage:information_requested",
    Action.PROVIDE_INFORMATION: "blockage:information_provided",
    Action.POST_PROGRESS: "blockage:progress_posted",
    Action.PLAN_STEP: "blockage:step_planned",
    Action.SETTLE_STEP: "blockage:step_settled",
    Action.EXTEND: "blockage:extended",
    Action.PROPOSE: "blockage:resolution_proposed",
    Action.CONFIRM: "blockage:confirmed",
    Action.CONFIRM_PART: "blockage:partly_confirmed",
    Action.DISPUTE: "blockage:disputed",
    Action.LAPSE: "blockage:closed_unanswered",
    Action.LAPSE_PART: "blockage:partly_unanswered",
    Action.REOPEN: "blockage:reopened",
    Action.SUPERVISE: "blockage:supervised",
    Action.REPLY: "blockage:supervision_replied",
    Action.CLOSE_UNRESOLVED: "blockage:closed_unresolved",
    Action.WITHDRAW: "blockage:withdrawn",
    Action.CALL_BACK: "blockage:called_back",
    Action.REINSTATE: "blockage:reinstated",
    Action.MESSAGE_REPORTER: "blockage:reporter_messaged",
    Action.MESSAGE_AGENCY: "blockage:agency_messaged",
    Action.APPROVE_TEXT: "blockage:public_text_approved",
    Action.UNSEAL: "blockage:reporter_unsealed",
    Action.ADD_EVIDENCE: "blockage:evidence_added",
    Action.ADD_OFFICE_EVIDENCE: "blockage:office_evidence_added",
    Action.WITHDRAW_EVIDENCE: "blockage:evidence_withdrawn",
    Action.REDACT_EVIDENCE: "blockage:evidence_redacted",
    Action.PUBLISH_EVIDENCE: "blockage:evidence_published",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table: where the move leads, whose it is, and what it does to the limits."""

    to: S
    by: frozenset[Side]
    meets: Stage | None = None
    voids: Stage | None = None
    starts: tuple[Stage, ...] = ()


_REPORTER = frozenset({Side.REPORTER})
_LEAD = frozenset({Side.LEAD})
_HANDLERS = frozenset({Side.LEAD, Side.CO_AGENCY})
_DESK = frozenset({Side.TRIAGE, Side.SUPERVISOR})
_PLANNERS = frozenset({Side.LEAD, Side.SUPERVISOR})
_SUPERVISORS = frozenset({Side.SUPERVISOR})
_CLOCK = frozenset({Side.CLOCK})
_TRIAGE = frozenset({Side.TRIAGE})
_AT_THE_DESK = frozenset({S.REPORTED, S.TRIAGED})
_NEVER_PUBLIC = frozenset({S.REPORTED, S.REJECTED, S.DUPLICATE})
_OFFICES = _TRIAGE | _LEAD | _SUPERVISORS
_AT_AN_AGENCY = (S.ASSIGNED, S.IN_PROGRESS, S.INFORMATION_NEEDED, S.RESOLUTION_PROPOSED)
_TRANSFER = Move(S.ASSIGNED, _SUPERVISORS, voids=Stage.ACCEPT, starts=(Stage.ACCEPT,))

MOVES: Mapping[tuple[S, Action], Move] = {
    (S.REPORTED, Action.TRIAGE_ACCEPT): Move(S.TRIAGED, _DESK, meets=Stage.TRIAGE, starts=(Stage.ASSIGN,)),
    (S.REPORTED, Action.TRIAGE_REJECT): Move(S.REJECTED, _DESK, meets=Stage.TRIAGE),
    (S.REPORTED, Action.MARK_DUPLICATE): Move(S.DUPLICATE, _DESK, meets=Stage.TRIAGE),
    (S.TRIAGED, Action.ASSIGN): Move(
        S.ASSIGNED, _DESK, meets=Stage.ASSIGN, starts=(Stage.ACCEPT, Stage.RESOLVE)
    ),
    (S.ASSIGNED, Action.TRANSFER): _TRANSFER,
    (S.IN_PROGRESS, Action.TRANSFER): _TRANSFER,
    (S.ASSIGNED, Action.ACCEPT): Move(S.IN_PROGRESS, _LEAD, meets=Stage.ACCEPT),
    (S.ASSIGNED, Action.RETURN): Move(S.TRIAGED, _LEAD, meets=Stage.ACCEPT, starts=(Stage.ASSIGN,)),
    (S.IN_PROGRESS, Action.REQUEST_INFORMATION): Move(S.INFORMATION_NEEDED, _LEAD),
    (S.INFORMATION_NEEDED, Action.PROVIDE_INFORMATION): Move(S.IN_PROGRESS, _REPORTER),
    (S.IN_PROGRESS, Action.POST_PROGRESS): Move(S.IN_PROGRESS, _HANDLERS),
    (S.INFORMATION_NEEDED, Action.POST_PROGRESS): Move(S.INFORMATION_NEEDED, _HANDLERS),
    (S.IN_PROGRESS, Action.PLAN_STEP): Move(S.IN_PROGRESS, _PLANNERS),
    (S.INFORMATION_NEEDED, Action.PLAN_STEP): Move(S.INFORMATION_NEEDED, _PLANNERS),
    **{(status, Action.SETTLE_STEP): Move(status, _PLANNERS | {Side.STEP_OWNER}) for status in _AT_AN_AGENCY},
    (S.IN_PROGRESS, Action.EXTEND): Move(S.IN_PROGRESS, _LEAD | _SUPERVISORS),
    (S.IN_PROGRESS, Action.PROPOSE): Move(
        S.RESOLUTION_PROPOSED, _LEAD, meets=Stage.RESOLVE, starts=(Stage.CONFIRM,)
    ),
    (S.RESOLUTION_PROPOSED, Action.CONFIRM): Move(S.RESOLVED, _REPORTER, meets=Stage.CONFIRM),
    (S.RESOLUTION_PROPOSED, Action.CONFIRM_PART): Move(
        S.IN_PROGRESS, _REPORTER, meets=Stage.CONFIRM, starts=(Stage.RESOLVE,)
    ),
    (S.RESOLUTION_PROPOSED, Action.DISPUTE): Move(
        S.IN_PROGRESS, _REPORTER, meets=Stage.CONFIRM, starts=(Stage.RESOLVE,)
    ),
    (S.RESOLUTION_PROPOSED, Action.LAPSE): Move(S.RESOLVED, _CLOCK, voids=Stage.CONFIRM),
    (S.RESOLUTION_PROPOSED, Action.LAPSE_PART): Move(
        S.IN_PROGRESS, _CLOCK, voids=Stage.CONFIRM, starts=(Stage.RESOLVE,)
    ),
    (S.RESOLVED, Action.REOPEN): Move(S.IN_PROGRESS, _REPORTER, starts=(Stage.RESOLVE,)),
    (S.IN_PROGRESS, Action.CLOSE_UNRESOLVED): Move(S.CLOSED_UNRESOLVED, _SUPERVISORS),
    (S.INFORMATION_NEEDED, Action.CLOSE_UNRESOLVED): Move(S.CLOSED_UNRESOLVED, _SUPERVISORS),
    **{
        (status, Action.SUPERVISE): Move(status, _SUPERVISORS | _CLOCK, starts=(Stage.REPLY,))
        for status in sorted(OPEN_STATUSES)
    },
    **{
        (status, Action.REPLY): Move(status, _TRIAGE if status in _AT_THE_DESK else _LEAD, meets=Stage.REPLY)
        for status in sorted(OPEN_STATUSES)
    },
    **{(status, Action.WITHDRAW): Move(S.WITHDRAWN, _REPORTER) for status in sorted(OPEN_STATUSES)},
    (S.WITHDRAWN, Action.CALL_BACK): Move(S.WITHDRAWN, _SUPERVISORS),
    (S.WITHDRAWN, Action.REINSTATE): Move(S.REPORTED, _SUPERVISORS, starts=(Stage.TRIAGE,)),
    **{
        (status, action): Move(status, _REPORTER)
        for status in sorted(OPEN_STATUSES)
        for action in (Action.MESSAGE_AGENCY, Action.ADD_EVIDENCE)
    },
    **{
        (status, action): Move(status, (_TRIAGE if status in _AT_THE_DESK else _LEAD) | _SUPERVISORS)
        for status in sorted(OPEN_STATUSES)
        for action in (Action.MESSAGE_REPORTER, Action.ADD_OFFICE_EVIDENCE)
    },
    **{
        (status, action): Move(status, _OFFICES)
        for status in S
        if status not in _NEVER_PUBLIC
        for action in (Action.APPROVE_TEXT, Action.REDACT_EVIDENCE, Action.PUBLISH_EVIDENCE)
    },
    **{(status, Action.UNSEAL): Move(status, _SUPERVISORS) for status in S},
    **{(status, Action.WITHDRAW_EVIDENCE): Move(status, _REPORTER | _OFFICES) for status in S},
}

SIDES_OF_ACTION: Mapping[Action, frozenset[Side]] = {
    action: frozenset[Side]().union(*(move.by for (_, made), move in MOVES.items() if made is action))
    for action in Action
}
