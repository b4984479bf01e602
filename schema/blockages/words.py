"""The enumerations of reports, each value with its description."""

from __future__ import annotations

from directory.states import (
    BlockageStatus,
    CallBackOutcome,
    ResolutionKind,
    ResolutionState,
    Severity,
    SupervisionCause,
    Visibility,
    WaitingOn,
)
from directory.supervision import Indicator
from schema.enums import expose

__all__ = [
    "BlockageStatus",
    "CallBackOutcome",
    "Indicator",
    "ResolutionKind",
    "ResolutionState",
    "Severity",
    "SupervisionCause",
    "Visibility",
    "WaitingOn",
]

expose(
    BlockageStatus,
    "Where a report (堵点诉求) stands.",
    {
        BlockageStatus.REPORTED: "Received, waiting for triage (待分诊).",
        BlockageStatus.TRIAGED: "Accepted; category and clauses are checked; waiting for an agency (待转办).",
        BlockageStatus.ASSIGNED: "An agency is responsible and has not accepted yet (待签收).",
        BlockageStatus.IN_PROGRESS: "The agency works on it (办理中).",
        BlockageStatus.INFORMATION_NEEDED: "The reporter has to answer a question; the clock is stopped (待补充).",
        BlockageStatus.RESOLUTION_PROPOSED: "A resolution is claimed and waits for the reporter's word (待确认).",
        BlockageStatus.RESOLVED: "Confirmed by the reporter, or unanswered past the confirmation period (已解决).",
        BlockageStatus.CLOSED_UNRESOLVED: "Nothing more can be done now; counts as unresolved, the reason is public "
        "(未解决办结).",
        BlockageStatus.REJECTED: "Out of scope; the reporter is told why and where to turn to (不予受理).",
        BlockageStatus.DUPLICATE: "Merged into another report of the same firm (并案).",
        BlockageStatus.WITHDRAWN: "Taken back by the reporter (撤回).",
    },
)
expose(
    WaitingOn,
    "Who has to act next.",
    {
        WaitingOn.REPORTER: "The reporter: to answer a question or a proposal.",
        WaitingOn.TRIAGE: "The triage desk: to take the report up, or to assign it.",
        WaitingOn.AGENCY: "The responsible agency.",
        WaitingOn.SUPERVISOR: "A supervisor: to assign a report that an agency returned.",
    },
)
expose(
    Severity,
    "How badly the obstacle hinders; decides the limit for a resolution.",
    {
        Severity.LOW: "30 working days to a resolution.",
        Severity.MEDIUM: "15 working days to a resolution.",
        Severity.HIGH: "10 working days to a resolution.",
        Severity.CRITICAL: "5 working days to a resolution.",
    },
)
expose(
    Visibility,
    "Who may read a report at all.",
    {
        Visibility.PUBLIC: "Anyone once triage has taken it up, never who reported.",
        Visibility.AGENCIES_ONLY: "The reporter and the agencies concerned only.",
    },
)
expose(
    ResolutionKind,
    "What removed the obstacle.",
    {
        ResolutionKind.POLICY_CHANGED: "A rule was changed or repealed.",
        ResolutionKind.RULE_CLARIFIED: "A rule was explained, and the explanation binds.",
        ResolutionKind.CASE_SETTLED: "This one case was settled.",
        ResolutionKind.SERVICE_PROVIDED: "A service was provided: a permit, a loan, an appointment.",
        ResolutionKind.PLATFORM_REMEDIED: "A platform changed what it does.",
    },
)
expose(
    ResolutionState,
    "How far a claimed resolution can be believed; the four are never added together.",
    {
        ResolutionState.CLAIMED: "The agency says so; the reporter has not answered.",
        ResolutionState.CONFIRMED: "The reporter confirmed it.",
        ResolutionState.CONTESTED: "The reporter says it is not so.",
        ResolutionState.UNANSWERED: "The reporter did not answer within the confirmation period.",
    },
)
expose(
    SupervisionCause,
    "What put a report under supervision (督办).",
    {
        SupervisionCause.CLOCK: "Its limit for a resolution was missed (超期).",
        SupervisionCause.SUPERVISOR: "A supervisor ordered it (挂牌督办).",
        SupervisionCause.DISPUTES: "The reporter disputed a claimed resolution for the second time (两次不认可).",
    },
)
expose(
    CallBackOutcome,
    "What a reporter said when called back about a withdrawal (撤单回访).",
    {
        CallBackOutcome.WITHDRAWN_FREELY: "The withdrawal was the reporter's own wish; it stands.",
        CallBackOutcome.REOPENED: "It was not: the report starts over at the triage desk, its age kept.",
    },
)
expose(
    Indicator,
    "A sign that a report is pushed around instead of followed up (监督预警).",
    {
        Indicator.PING_PONG: "Handed on three times, or back to an agency that had it before (推诿).",
        Indicator.EXTENDED: "Its limit was extended (延期).",
        Indicator.WITHDRAWAL_ASKED: "An agency asked the reporter to withdraw it (劝撤).",
    },
)
