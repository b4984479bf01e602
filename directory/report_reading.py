"""
The door for what a firm reports (堵点报送): raw values in, clean values out, every problem at once.

What the firm leaves out comes from its entry: forms, platforms and region. Clauses and where the cause sits may be left
out, for many firms do not know which rule stops them; triage completes them. What a firm names stays a claim until triage.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from directory.causes import CAUSES, read_cause
from directory.coded_fields import check_code
from directory.commands import ReportBlockage
from directory.deadlines import Stage, begun
from directory.entities import Blockage, BlockingPoint, Firm, Holding, Impact, TimelineEntry
from directory.errors import AlreadyExists, ErrorCode, InvalidInput, NotAllowedNow, Problem, UserFault
from directory.impact import BANDS
from directory.moves import Action, Side
from directory.raw_fields import RawFields
from directory.reference import Reference
from directory.rulebook import Rulebook
from directory.states import OPEN_STATUSES, BlockageStatus, FirmStatus
from directory.text import detect_language, run_texts
from directory.vocabulary import Vocabulary
from directory.workdays import local_date

SHORTEST_TITLE, LONGEST_TITLE = 4, 120
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 10, 5000
LONGEST_EXPLANATION = 2000
LONGEST_CODE = 60
MOST_CODES = 20
MONTHS_AFTER_GRADUATION = 12

REPORTING_STATUSES = frozenset({FirmStatus.LISTED, FirmStatus.SUSPENDED, FirmStatus.GRADUATED})
REPORT_FIELDS = (
    "title", "description", "category", "forms", "platforms", "region", "clauses", *CAUSES, "impact",
)  # fmt: skip
IMPACT_FIELDS = tuple(Impact.model_fields)


class Identity(NamedTuple):
    """What names a new report: opaque id and canonical reference."""

    id: str
    reference: str


def may_report(firm: Firm, now: datetime) -> bool:
    """Whether the entry may report.

    A listed one may; so may a suspended one, for the obstacle may be what keeps it from its yearly update; and a
    graduated one for 12 months more. A pending or delisted one may not.
    """
    return _refusal(firm, now) is None


def check_may_report(firm: Firm, now: datetime) -> None:
    """Raises: NotAllowedNow, unless the entry may report."""
    refusal = _refusal(firm, now)
    if refusal is not None:
        raise refusal


def _refusal(firm: Firm, now: datetime) -> UserFault | None:
    if firm.status not in REPORTING_STATUSES:
        return NotAllowedNow.at("firm", key="blockage.firm_not_listed")
    if firm.status is FirmStatus.GRADUATED and local_date(now) > _last_day_after_graduation(firm):
        return NotAllowedNow.at("firm", key="blockage.firm_graduated", months=MONTHS_AFTER_GRADUATION)
    return None


def _last_day_after_graduation(firm: Firm) -> date:
    """12 calendar months after the entry got its present standing."""
    on = local_date(firm.status_since or firm.updated_at)
    year, month = divmod(on.month - 1 + MONTHS_AFTER_GRADUATION, 12)
    last = monthrange(on.year + year, month + 1)[1]
    return date(on.year + year, month + 1, min(on.day, last))


def read_report(
    command: ReportBlockage,
    firm: Firm,
    earlier: Sequence[Blockage],
    rulebook: Rulebook,
    today: date,
    point: BlockingPoint | None = None,
) -> Mapping[str, Any]:
    """The clean values of a new report by field name, with what the entry supplies.

    `earlier` are the firm's reports, `today` the date in Shanghai, `point` the blocking point that the command names.
    Raises: InvalidInput, with every problem at once; AlreadyExists, when an open report says the same.
    """
    problems = list[Problem]()
    raw = {name: getattr(command, name) for name in REPORT_FIELDS}
    fields = RawFields(raw, (), problems, REPORT_FIELDS)
    values: dict[str, Any] = {
        "title": fields.text("title", longest=LONGEST_TITLE, shortest=SHORTEST_TITLE, required=True),
        "description": fields.text(
            "description",
            longest=LONGEST_DESCRIPTION,
            shortest=SHORTEST_DESCRIPTION,
            multiline=True,
            required=True,
        ),
        "severity": command.severity,
        "visibility": command.visibility,
        **_read_subject(fields, firm, rulebook.reference, today),
        "impact": _read_impact(fields, rulebook.reference, today),
        "blocking_point": point.id if point else None,
    }
    if values["title"] is not None and not run_texts(values["title"]):
        fields.note("title", key="blockage.no_words")
    if command.blocking_point is not None and point is None:
        problems.append(Problem(ErrorCode.NOT_FOUND, ("blocking_point",), "not_found"))
    if problems:
        raise InvalidInput.all_of(problems)
    _refuse_repetition(values["title"], values["category"], earlier)
    values["language"] = command.language or detect_language(f"{values['title']}\n{values['description']}")
    return values


def _read_subject(fields: RawFields, firm: Firm, reference: Reference, today: date) -> Mapping[str, Any]:
    own_platforms = tuple(dict.fromkeys(account.platform for account in firm.profile.platforms))
    category = fields.text("category", longest=LONGEST_CODE, required=True)
    if category is not None:
        check_code(fields, ("category",), category, reference.vocabulary("blockage_categories"), today)
    forms = read_codes(fields, "forms", reference.vocabulary("business_forms"), today)
    platforms = read_codes(fields, "platforms", reference.vocabulary("platforms"), today)
    region = fields.text("region", longest=LONGEST_CODE)
    if region is not None and not reference.regions.is_known(region):
        fields.note("region", key="code.unknown", given=region)
    return {
        "category": category,
        "forms": forms or firm.profile.forms,
        "platforms": platforms or own_platforms,
        "region": region or firm.profile.region,
        "clauses": read_clauses(fields, reference),
        **read_cause(fields, reference, today),
    }


def read_clauses(fields: RawFields, reference: Reference) -> tuple[str, ...]:
    """Known clause codes, each once; none where the cause is not known."""
    clauses = fields.texts("clauses", longest=LONGEST_CODE, most=MOST_CODES)
    for code, place in clauses.items():
        if reference.clause(code) is None:
            fields.note("clauses", place, key="code.unknown", given=code)
    return tuple(clauses)


def read_public_words(fields: RawFields, title: str, summary: str) -> tuple[str | None, str | None]:
    """What the public is to read of a report, under these names; None for what is left out."""
    return (
        fields.text(title, longest=LONGEST_TITLE, shortest=SHORTEST_TITLE),
        fields.text(summary, longest=LONGEST_DESCRIPTION, shortest=SHORTEST_DESCRIPTION, multiline=True),
    )


def read_codes(fields: RawFields, name: str, vocabulary: Vocabulary, today: date) -> tuple[str, ...]:
    """Codes of a vocabulary that may be used today, each once."""
    codes = fields.texts(name, longest=LONGEST_CODE, most=MOST_CODES)
    for code, place in codes.items():
        check_code(fields, (name, place), code, vocabulary, today)
    return tuple(codes)


def _read_impact(fields: RawFields, reference: Reference, today: date) -> Impact | None:
    raw = fields.given("impact")
    if raw is None:
        return None
    impact = RawFields(raw, ("impact",), fields.problems, IMPACT_FIELDS)
    values: dict[str, str | None] = {}
    for name, vocabulary in BANDS.items():
        values[name] = impact.text(name, longest=LONGEST_CODE)
        if (code := values[name]) is not None:
            check_code(impact, (name,), code, reference.vocabulary(vocabulary), today)
    values["explanation"] = impact.text("explanation", longest=LONGEST_EXPLANATION, multiline=True)
    return Impact(**values) if any(values.values()) else None


def _refuse_repetition(title: str, category: str, earlier: Sequence[Blockage]) -> None:
    for blockage in earlier:
        if blockage.status not in OPEN_STATUSES or blockage.category != category:
            continue
        if says_the_same(blockage.title, title):
            raise AlreadyExists.at("title", key="blockage.reported_before", reference=blockage.reference)


def says_the_same(one: str, other: str) -> bool:
    """True when two texts differ at most in width, case, script variant, spaces and punctuation."""
    first, second = ("".join(part for _, part in run_texts(text)) for text in (one, other))
    return first == second


def new_report(
    identity: Identity, firm: Firm, values: Mapping[str, Any], reporter: str, at: datetime, rulebook: Rulebook
) -> Blockage:
    """The report as received: waiting for triage, its first limit running, held by the triage desk."""
    received = TimelineEntry(
        at=at, actor=Side.REPORTER.value, action=Action.REPORT.value, after=BlockageStatus.REPORTED
    )
    return Blockage(
        id=identity.id,
        version=0,
        reference=identity.reference,
        firm_id=firm.id,
        reporter=reporter,
        status=BlockageStatus.REPORTED,
        deadlines=begun((), Stage.TRIAGE, values["severity"], at, rulebook),
        holdings=(Holding(holder=Side.TRIAGE.value, started_at=at),),
        timeline=(received,),
        reported_at=at,
        updated_at=at,
        **values,
    )
