"""
Who may do what: one table, asked by commands and by field visibility alike.

Roles: PUBLIC (公众) reads what is listed; FIRM (申报主体) its own entry, submissions and reports; ANALYST (分析人员) all
public text, not contacts; AGENCY (部门经办人) reviews and handles within its agency and region; SUPERVISOR (协调督办人)
assigns across agencies; OPERATOR (运维) everything technical and no decision; CLOCK is the running server itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role of the API, and CLOCK, which no token can carry."""

    PUBLIC = "PUBLIC"
    FIRM = "FIRM"
    ANALYST = "ANALYST"
    AGENCY = "AGENCY"
    SUPERVISOR = "SUPERVISOR"
    OPERATOR = "OPERATOR"
    CLOCK = "CLOCK"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `agency` is an agency code, `region` a GB/T 2260 code that bounds an agency's reach (None: the nation).

    `bound_to` is all that the caller may ask for, whatever the roles allow; None sets no such bound.
    """

    subject: str | None
    roles: frozenset[Role]
    agency: str | None = None
    region: str | None = None
    bound_to: frozenset[Operation] | None = None

    def has(self, *roles: Role) -> bool:
        """True when the caller holds one of `roles`."""
        return not self.roles.isdisjoint(roles)


ANYONE = Caller(subject=None, roles=frozenset({Role.PUBLIC}))
THE_CLOCK = Caller(subject="clock", roles=frozenset({Role.CLOCK}))


class Operation(StrEnum):
    """Something a caller may ask for; each has a row in `PERMISSIONS`."""

    SUBMIT_FIRM = "submit_firm"
    SAVE_DRAFT = "save_draft"
    AMEND_FIRM = "amend_firm"
    RESUBMIT = "resubmit"
    WITHDRAW_SUBMISSION = "withdraw_submission"
    REVIEW_SUBMISSION = "review_submission"
    RAISE_OBJECTION = "raise_objection"
    DECIDE_OBJECTION = "decide_objection"
    END_NOTICE = "end_notice"
    LAPSE_SUBMISSION = "lapse_submission"
    MERGE_FIRMS = "merge_firms"
    CHANGE_FIRM_STATUS = "change_firm_status"
    REPORT_BLOCKAGE = "report_blockage"
    TRIAGE_BLOCKAGE = "triage_blockage"
    ASSIGN_BLOCKAGE = "assign_blockage"
    ACCEPT_ASSIGNMENT = "accept_assignment"
    RETURN_ASSIGNMENT = "return_assignment"
    REQUEST_INFORMATION = "request_information"
    PROVIDE_INFORMATION = "provide_information"
    POST_PROGRESS = "post_progress"
    PLAN_STEP = "plan_step"
    SETTLE_STEP = "settle_step"
    PROPOSE_RESOLUTION = "propose_resolution"
    ANSWER_RESOLUTION = "answer_resolution"
    CLOSE_UNANSWERED = "close_unanswered"
    REOPEN_BLOCKAGE = "reopen_blockage"
    WITHDRAW_BLOCKAGE = "withdraw_blockage"
    EXTEND_DEADLINE = "extend_deadline"
    CLOSE_UNRESOLVED = "close_unresolved"
    SUPERVISE_BLOCKAGE = "supervise_blockage"
    REPLY_TO_SUPERVISION = "reply_to_supervision"
    CALL_BACK = "call_back"
    SEND_REPORT_MESSAGE = "send_report_message"
    APPROVE_PUBLIC_TEXT = "approve_public_text"
    UNSEAL_REPORTER = "unseal_reporter"
    ADD_EVIDENCE = "add_evidence"
    WITHDRAW_EVIDENCE = "withdraw_evidence"
    REDACT_EVIDENCE = "redact_evidence"
    PUBLISH_EVIDENCE = "publish_evidence"
    READ_EVIDENCE = "read_evidence"
    SUSPEND_UNCONFIRMED = "suspend_unconfirmed"
    RESCHEDULE = "reschedule"
    HANDLE_BLOCKING_POINT = "handle_blocking_point"
    MERGE_BLOCKING_POINTS = "merge_blocking_points"
    FOLLOW_UP_POINT = "follow_up_point"
    READ_SUBMISSION_QUEUE = "read_submission_queue"
    READ_CONTACT = "read_contact"
    DECIDE_ON_OWN_DATA = "decide_on_own_data"
    READ_OWN_DATA = "read_own_data"
    READ_EXACT_FIGURES = "read_exact_figures"
    READ_EXACT_STATISTICS = "read_exact_statistics"
    READ_OFFICERS = "read_officers"
    READ_NOTICES = "read_notices"
    SAVE_SEARCH = "save_search"
    READ_AGENCY_SIGNS = "read_agency_signs"
    READ_PROPOSED_POINTS = "read_proposed_points"
    READ_EVERY_IMPACT = "read_every_impact"
    READ_CHANGES = "read_changes"
    READ_INDEX_STATUS = "read_index_status"
    READ_DEAD_LETTERS = "read_dead_letters"
    REPLAY_DEAD_LETTERS = "replay_dead_letters"
    READ_UNDELIVERED = "read_undelivered"
    RESEND_DELIVERY = "resend_delivery"
    READ_GRANTS = "read_grants"
    CHANGE_GRANTS = "change_grants"
    EXPORT = "export"
    EXPORT_OWN = "export_own"


_OWNER = frozenset({Role.FIRM})
_REVIEWERS = frozenset({Role.AGENCY, Role.SUPERVISOR})
_HANDLERS = frozenset({Role.AGENCY})
_SUPERVISORS = frozenset({Role.SUPERVISOR})
_OPERATORS = frozenset({Role.OPERATOR})
_CLOCK = frozenset({Role.CLOCK})

PERMISSIONS: Mapping[Operation, frozenset[Role]] = {
    Operation.SUBMIT_FIRM: _OWNER,
    Operation.SAVE_DRAFT: _OWNER,
    Operation.AMEND_FIRM: _OWNER,
    Operation.RESUBMIT: _OWNER,
    Operation.WITHDRAW_SUBMISSION: _OWNER,
    Operation.REVIEW_SUBMISSION: _REVIEWERS,
    Operation.RAISE_OBJECTION: frozenset(Role) - {Role.CLOCK},
    Operation.DECIDE_OBJECTION: _REVIEWERS,
    Operation.END_NOTICE: _CLOCK,
    Operation.LAPSE_SUBMISSION: _CLOCK,
    Operation.MERGE_FIRMS: _REVIEWERS,
    Operation.CHANGE_FIRM_STATUS: _REVIEWERS | _CLOCK | _OWNER,
    Operation.REPORT_BLOCKAGE: _OWNER,
    Operation.TRIAGE_BLOCKAGE: _REVIEWERS,
    Operation.ASSIGN_BLOCKAGE: _REVIEWERS,
    Operation.ACCEPT_ASSIGNMENT: _HANDLERS,
    Operation.RETURN_ASSIGNMENT: _HANDLERS,
    Operation.REQUEST_INFORMATION: _HANDLERS,
    Operation.PROVIDE_INFORMATION: _OWNER,
    Operation.POST_PROGRESS: _HANDLERS,
    Operation.PLAN_STEP: _HANDLERS | _SUPERVISORS,
    Operation.SETTLE_STEP: _HANDLERS | _SUPERVISORS,
    Operation.PROPOSE_RESOLUTION: _HANDLERS,
    Operation.ANSWER_RESOLUTION: _OWNER,
    Operation.CLOSE_UNANSWERED: _CLOCK,
    Operation.REOPEN_BLOCKAGE: _OWNER,
    Operation.WITHDRAW_BLOCKAGE: _OWNER,
    Operation.EXTEND_DEADLINE: _HANDLERS | _SUPERVISORS,
    Operation.CLOSE_UNRESOLVED: _SUPERVISORS,
    Operation.SUPERVISE_BLOCKAGE: _SUPERVISORS | _CLOCK,
    Operation.REPLY_TO_SUPERVISION: _HANDLERS,
    Operation.CALL_BACK: _SUPERVISORS,
    Operation.SEND_REPORT_MESSAGE: _OWNER | _REVIEWERS,
    Operation.APPROVE_PUBLIC_TEXT: _REVIEWERS,
    Operation.UNSEAL_REPORTER: _SUPERVISORS,
    Operation.ADD_EVIDENCE: _OWNER | _REVIEWERS,
    Operation.WITHDRAW_EVIDENCE: _OWNER | _REVIEWERS,
    Operation.REDACT_EVIDENCE: _REVIEWERS,
    Operation.PUBLISH_EVIDENCE: _REVIEWERS,
    Operation.READ_EVIDENCE: _OWNER | _REVIEWERS,
    Operation.SUSPEND_UNCONFIRMED: _CLOCK,
    Operation.RESCHEDULE: _CLOCK,
    Operation.HANDLE_BLOCKING_POINT: _HANDLERS | _SUPERVISORS,
    Operation.MERGE_BLOCKING_POINTS: _SUPERVISORS,
    Operation.FOLLOW_UP_POINT: _CLOCK,
    Operation.READ_SUBMISSION_QUEUE: _REVIEWERS,
    Operation.READ_CONTACT: _REVIEWERS,
    Operation.DECIDE_ON_OWN_DATA: frozenset(Role) - {Role.PUBLIC, Role.CLOCK},
    Operation.READ_OWN_DATA: frozenset(Role) - {Role.PUBLIC, Role.CLOCK},
    Operation.READ_EXACT_FIGURES: _REVIEWERS | {Role.ANALYST},
    Operation.READ_EXACT_STATISTICS: _REVIEWERS | {Role.ANALYST},
    Operation.READ_OFFICERS: _REVIEWERS | {Role.OPERATOR},
    Operation.READ_AGENCY_SIGNS: _SUPERVISORS,
    Operation.READ_PROPOSED_POINTS: frozenset({Role.ANALYST, Role.AGENCY, Role.SUPERVISOR}),
    Operation.READ_EVERY_IMPACT: _SUPERVISORS,
    Operation.READ_NOTICES: frozenset(Role) - {Role.PUBLIC, Role.CLOCK},
    Operation.SAVE_SEARCH: frozenset(Role) - {Role.PUBLIC, Role.CLOCK},
    Operation.READ_CHANGES: frozenset({Role.ANALYST, Role.AGENCY, Role.SUPERVISOR, Role.OPERATOR}),
    Operation.READ_INDEX_STATUS: frozenset(Role) - {Role.CLOCK},
    Operation.READ_DEAD_LETTERS: _OPERATORS,
    Operation.REPLAY_DEAD_LETTERS: _OPERATORS,
    Operation.READ_UNDELIVERED: _OPERATORS,
    Operation.RESEND_DELIVERY: _OPERATORS,
    Operation.READ_GRANTS: _OPERATORS,
    Operation.CHANGE_GRANTS: _OPERATORS,
    Operation.EXPORT: frozenset({Role.ANALYST, Role.AGENCY, Role.SUPERVISOR}),
    Operation.EXPORT_OWN: _OWNER,
}

# Bodies that help with a report or issue policies: they decide on no entry, and read none that is not public.
WITHOUT_AUTHORITY = frozenset(
    {"platform-operator", "industry-association", "state-council", "state-council-go", "npc"}
)
FOR_AUTHORITIES = frozenset(
    {
        Operation.REVIEW_SUBMISSION,
        Operation.DECIDE_OBJECTION,
        Operation.MERGE_FIRMS,
        Operation.CHANGE_FIRM_STATUS,
        Operation.READ_SUBMISSION_QUEUE,
        Operation.READ_CONTACT,
        Operation.READ_EXACT_FIGURES,
        Operation.READ_EXACT_STATISTICS,
    }
)


def may(caller: Caller, operation: Operation) -> bool:
    """True when one of the caller's roles has a place in the operation's row; own entries and reach are asked apart.

    What is for authorities is not for officers of a platform, of an association or of a body that only issues policies.
    """
    if caller.bound_to is not None and operation not in caller.bound_to:
        return False
    roles = caller.roles
    if operation in FOR_AUTHORITIES and caller.agency in WITHOUT_AUTHORITY:
        roles = roles - {Role.AGENCY}
    return not roles.isdisjoint(PERMISSIONS[operation])


def reaches(caller: Caller, region: str) -> bool:
    """True when `region` lies inside the caller's own: GB/T 2260 codes nest by prefix of two digits a level."""
    return caller.region is None or region.startswith(region_prefix(caller.region))


def region_prefix(region: str) -> str:
    """What the codes of a region and of everything inside it begin with: 330000 gives 33, 330100 gives 3301."""
    prefix = region
    while prefix.endswith("00") and len(prefix) > 2:
        prefix = prefix[:-2]
    return prefix
