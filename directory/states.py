"""The words of the states: enumerations shared by entities, rules, index and API (names as in the public contract)."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The two languages of the directory."""

    ZH = "ZH"
    EN = "EN"


class EntityKind(StrEnum):
    """What a firm is in law: enterprise (企业), individual household (个体工商户) or freelancer (自由职业者)."""

    ENTERPRISE = "ENTERPRISE"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS"
    FREELANCER = "FREELANCER"


class SizeClass(StrEnum):
    """Statistical size class (统计上大中小微型企业), NBS 2017."""

    LARGE = "LARGE"
    MEDIUM = "MEDIUM"
    SMALL = "SMALL"
    MICRO = "MICRO"


class FirmStatus(StrEnum):
    """Standing of an entry; GRADUATED (毕业) outgrew small and stays visible."""

    PENDING = "PENDING"
    LISTED = "LISTED"
    SUSPENDED = "SUSPENDED"
    GRADUATED = "GRADUATED"
    DELISTED = "DELISTED"


class SubmissionKind(StrEnum):
    """Why a firm submits."""

    REGISTRATION = "REGISTRATION"
    AMENDMENT = "AMENDMENT"
    ANNUAL_UPDATE = "ANNUAL_UPDATE"


class SubmissionStatus(StrEnum):
    """Where a submission stands; PUBLIC_NOTICE (公示) is open to objections."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    UNDER_REVIEW = "UNDER_REVIEW"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    PUBLIC_NOTICE = "PUBLIC_NOTICE"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class ReviewDecision(StrEnum):
    """What a reviewer decides."""

    TAKE = "TAKE"
    APPROVE = "APPROVE"
    REQUEST_CHANGES = "REQUEST_CHANGES"
    REJECT = "REJECT"


class Metric(StrEnum):
    """A figure read over time."""

    FOLLOWERS = "FOLLOWERS"
    MONTHLY_TURNOVER_CNY = "MONTHLY_TURNOVER_CNY"
    ANNUAL_REVENUE_CNY = "ANNUAL_REVENUE_CNY"
    CUSTOMERS = "CUSTOMERS"
    EMPLOYEES = "EMPLOYEES"
    ORDERS = "ORDERS"
    WORKS_PUBLISHED = "WORKS_PUBLISHED"


class BlockageStatus(StrEnum):
    """Where a report of a policy blocking point (政策堵点) stands."""

    REPORTED = "REPORTED"
    TRIAGED = "TRIAGED"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    INFORMATION_NEEDED = "INFORMATION_NEEDED"
    RESOLUTION_PROPOSED = "RESOLUTION_PROPOSED"
    RESOLVED = "RESOLVED"
    CLOSED_UNRESOLVED = "CLOSED_UNRESOLVED"
    REJECTED = "REJECTED"
    DUPLICATE = "DUPLICATE"
    WITHDRAWN = "WITHDRAWN"


class OverdueLevel(StrEnum):
    """How late something owed is (逾期等级), gravest first; three working days before it is late it is due soon."""

    LONG_OVERDUE = "LONG_OVERDUE"
    OVERDUE = "OVERDUE"
    DUE_SOON = "DUE_SOON"


class PlanStepStatus(StrEnum):
    """Where a step of an action plan stands."""

    PLANNED = "PLANNED"
    DONE = "DONE"
    DROPPED = "DROPPED"


OPEN_STATUSES = frozenset(
    {
        BlockageStatus.REPORTED,
        BlockageStatus.TRIAGED,
        BlockageStatus.ASSIGNED,
        BlockageStatus.IN_PROGRESS,
        BlockageStatus.INFORMATION_NEEDED,
        BlockageStatus.RESOLUTION_PROPOSED,
    }
)


class WaitingOn(StrEnum):
    """Who has to act next."""

    REPORTER = "REPORTER"
    TRIAGE = "TRIAGE"
    AGENCY = "AGENCY"
    SUPERVISOR = "SUPERVISOR"


class Severity(StrEnum):
    """How badly the obstacle hinders; decides the limit for a resolution."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class SupervisionCause(StrEnum):
    """What put a report under supervision (督办): a missed limit, a supervisor, or the second dispute."""

    CLOCK = "CLOCK"
    SUPERVISOR = "SUPERVISOR"
    DISPUTES = "DISPUTES"


class CallBackOutcome(StrEnum):
    """What the reporter said when called back about a withdrawal that an agency had asked for (撤单回访)."""

    WITHDRAWN_FREELY = "WITHDRAWN_FREELY"
    REOPENED = "REOPENED"


class ResolutionState(StrEnum):
    """A claim is not a confirmation: the four are never added together."""

    CLAIMED = "CLAIMED"
    CONFIRMED = "CONFIRMED"
    CONTESTED = "CONTESTED"
    UNANSWERED = "UNANSWERED"


class BlockingPointStatus(StrEnum):
    """Where a policy blocking point (政策堵点) stands; RESOLVED is a claim that each reporter still answers for itself."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"


class ResolutionKind(StrEnum):
    """What removed the obstacle."""

    POLICY_CHANGED = "POLICY_CHANGED"
    RULE_CLARIFIED = "RULE_CLARIFIED"
    CASE_SETTLED = "CASE_SETTLED"
    SERVICE_PROVIDED = "SERVICE_PROVIDED"
    PLATFORM_REMEDIED = "PLATFORM_REMEDIED"


class Visibility(StrEnum):
    """Who may read a report at all."""

    PUBLIC = "PUBLIC"
    AGENCIES_ONLY = "AGENCIES_ONLY"


class EntityType(StrEnum):
    """What a log entry is about."""

    FIRM = "firm"
    SUBMISSION = "submission"
    BLOCKAGE = "blockage"
    BLOCKING_POINT = "blocking_point"
    MACHINE_KEY = "machine_key"
    ACCOUNT = "account"
    PERSON = "person"
