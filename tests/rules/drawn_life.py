"""The whole life of a report as the design draws it, written down apart from the code: state -> move -> state, whose."""

from __future__ import annotations

from directory.moves import Action
from directory.states import BlockageStatus

A = Action
S = BlockageStatus

DRAWN_LIFE: dict[S, dict[A, tuple[S, str]]] = {
    S.REPORTED: {
        A.TRIAGE_ACCEPT: (S.TRIAGED, "triage supervisor"),
        A.TRIAGE_REJECT: (S.REJECTED, "triage supervisor"),
        A.MARK_DUPLICATE: (S.DUPLICATE, "triage supervisor"),
        A.SUPERVISE: (S.REPORTED, "supervisor clock"),
        A.REPLY: (S.REPORTED, "triage"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.TRIAGED: {
        A.ASSIGN: (S.ASSIGNED, "triage supervisor"),
        A.SUPERVISE: (S.TRIAGED, "supervisor clock"),
        A.REPLY: (S.TRIAGED, "triage"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.ASSIGNED: {
        A.ACCEPT: (S.IN_PROGRESS, "lead"),
        A.RETURN: (S.TRIAGED, "lead"),
        A.TRANSFER: (S.ASSIGNED, "supervisor"),
        A.SUPERVISE: (S.ASSIGNED, "supervisor clock"),
        A.REPLY: (S.ASSIGNED, "lead"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.IN_PROGRESS: {
        A.REQUEST_INFORMATION: (S.INFORMATION_NEEDED, "lead"),
        A.POST_PROGRESS: (S.IN_PROGRESS, "lead co_agency"),
        A.EXTEND: (S.IN_PROGRESS, "lead supervisor"),
        A.TRANSFER: (S.ASSIGNED, "supervisor"),
        A.PROPOSE: (S.RESOLUTION_PROPOSED, "lead"),
        A.CLOSE_UNRESOLVED: (S.CLOSED_UNRESOLVED, "supervisor"),
        A.SUPERVISE: (S.IN_PROGRESS, "supervisor clock"),
        A.REPLY: (S.IN_PROGRESS, "lead"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.INFORMATION_NEEDED: {
        A.PROVIDE_INFORMATION: (S.IN_PROGRESS, "reporter"),
        A.POST_PROGRESS: (S.INFORMATION_NEEDED, "lead co_agency"),
        A.CLOSE_UNRESOLVED: (S.CLOSED_UNRESOLVED, "supervisor"),
        A.SUPERVISE: (S.INFORMATION_NEEDED, "supervisor clock"),
        A.REPLY: (S.INFORMATION_NEEDED, "lead"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.RESOLUTION_PROPOSED: {
        A.CONFIRM: (S.RESOLVED, "reporter"),
        A.CONFIRM_PART: (S.IN_PROGRESS, "reporter"),
        A.DISPUTE: (S.IN_PROGRESS, "reporter"),
        A.LAPSE: (S.RESOLVED, "clock"),
        A.LAPSE_PART: (S.IN_PROGRESS, "clock"),
        A.SUPERVISE: (S.RESOLUTION_PROPOSED, "supervisor clock"),
        A.REPLY: (S.RESOLUTION_PROPOSED, "lead"),
        A.WITHDRAW: (S.WITHDRAWN, "reporter"),
    },
    S.RESOLVED: {A.REOPEN: (S.IN_PROGRESS, "reporter")},
    S.CLOSED_UNRESOLVED: {},
    S.REJECTED: {},
    S.DUPLICATE: {},
    S.WITHDRAWN: {
        A.CALL_BACK: (S.WITHDRAWN, "supervisor"),
        A.REINSTATE: (S.REPORTED, "supervisor"),
    },
}

# Beside the life itself: writing to each other while it is open, steps planned while it is worked on and settled while an
# agency has it, the public's text and files once it is public, files added while it is open, taken back and unsealed ever.
for status, holder in (
    (S.REPORTED, "triage"),
    (S.TRIAGED, "triage"),
    (S.ASSIGNED, "lead"),
    (S.IN_PROGRESS, "lead"),
    (S.INFORMATION_NEEDED, "lead"),
    (S.RESOLUTION_PROPOSED, "lead"),
):
    DRAWN_LIFE[status][A.MESSAGE_REPORTER] = (status, f"{holder} supervisor")
    DRAWN_LIFE[status][A.MESSAGE_AGENCY] = (status, "reporter")
    DRAWN_LIFE[status][A.ADD_EVIDENCE] = (status, "reporter")
    DRAWN_LIFE[status][A.ADD_OFFICE_EVIDENCE] = (status, f"{holder} supervisor")
for status in (S.ASSIGNED, S.IN_PROGRESS, S.INFORMATION_NEEDED, S.RESOLUTION_PROPOSED):
    DRAWN_LIFE[status][A.SETTLE_STEP] = (status, "lead step_owner supervisor")
for status in (S.IN_PROGRESS, S.INFORMATION_NEEDED):
    DRAWN_LIFE[status][A.PLAN_STEP] = (status, "lead supervisor")
for status, moves in DRAWN_LIFE.items():
    moves[A.UNSEAL] = (status, "supervisor")
    moves[A.WITHDRAW_EVIDENCE] = (status, "reporter triage lead supervisor")
    if status not in (S.REPORTED, S.REJECTED, S.DUPLICATE):
        for action in (A.APPROVE_TEXT, A.REDACT_EVIDENCE, A.PUBLISH_EVIDENCE):
            moves[action] = (status, "triage lead supervisor")
