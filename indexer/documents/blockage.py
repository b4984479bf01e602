"""The searchable form of a report (堵点诉求). Its texts do not tell who reported: only `FIRM` and `OWNER` do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from directory.causes import UNKNOWN
from directory.clause_graph import changes_named
from directory.deadlines import Stage, is_running
from directory.entities import Blockage, Firm
from directory.public_texts import own_words, public_words
from directory.reference import Reference
from directory.standing import is_public
from directory.states import OPEN_STATUSES, BlockageStatus, Severity
from directory.statistics import (
    days_to_resolution,
    former_agencies,
    last_assignment,
    outcome_of,
    rating_of,
    resolve_limit,
    timeliness_of,
)
from directory.terms import distinct_terms
from directory.workdays import WorkCalendar, local_date
from indexer.documents import fields
from indexer.documents.paths import (
    clause_headings,
    epoch_days,
    epoch_seconds,
    labels,
    month_in_china,
    region_path,
    with_ancestors,
    without_empty,
)

SEVERITY_RANKS = {severity: rank for rank, severity in enumerate(Severity, start=1)}


def blockage_document(blockage: Blockage, firm: Firm, reference: Reference) -> dict[str, Any]:
    """The document of `blockage`, reported by `firm`; fields without a value are left out."""
    of_its_own = counted_fields(blockage, reference)
    return without_empty({**of_its_own, fields.OWNER: [firm.owner], **_texts(blockage, reference)})


def counted_fields(blockage: Blockage, reference: Reference) -> dict[str, Any]:
    """What of the document statistics can select and count: all but its texts and who reported."""
    return without_empty(
        _identity(blockage)
        | _taxonomy(blockage, reference)
        | _times(blockage)
        | _measures(blockage, reference.calendar)
    )


def remains_document(remains: Blockage, reference: Reference) -> dict[str, Any]:
    """The document of what is left of an erased report: for tallies alone."""
    counted = counted_fields(remains, reference)
    unnamed = {name: value for name, value in counted.items() if name not in (fields.REFERENCE, fields.CODES)}
    return {**unnamed, fields.REMAINS: True}


def _identity(blockage: Blockage) -> dict[str, Any]:
    return {
        fields.REFERENCE: blockage.reference,
        fields.CODES: [blockage.reference],
        fields.PUBLIC: is_public(blockage),
        fields.FIRM: blockage.firm_id,
        fields.VISIBILITY: blockage.visibility.value,
        fields.STATUS: blockage.status.value,
        fields.OPEN: blockage.status in OPEN_STATUSES,
        fields.SUPERVISED: blockage.supervised,
        fields.LANGUAGE: blockage.language.value,
        fields.AGENCY: blockage.agency,
        fields.CO_AGENCIES: list(blockage.co_agencies),
        fields.BLOCKING_POINT: blockage.blocking_point,
    }


def _taxonomy(blockage: Blockage, reference: Reference) -> dict[str, Any]:
    return {
        fields.CATEGORY: blockage.category,
        fields.CATEGORY_PATH: with_ancestors(
            (blockage.category,), reference.vocabulary("blockage_categories")
        ),
        fields.SEVERITY: blockage.severity.value,
        fields.SEVERITY_RANK: SEVERITY_RANKS[blockage.severity],
        fields.COST_BAND: blockage.impact.yearly_cost_band if blockage.impact else None,
        # Kept as a value of its own, so that what is not known can be chosen and counted like everything else.
        fields.CAUSE_LEVEL: blockage.cause_level or UNKNOWN,
        fields.PROCEDURE_STEP: blockage.procedure_step or UNKNOWN,
        fields.FORMS: list(blockage.forms),
        fields.FORM_PATH: with_ancestors(blockage.forms, reference.vocabulary("business_forms")),
        fields.PLATFORMS: list(blockage.platforms),
        fields.PLATFORM_PATH: with_ancestors(blockage.platforms, reference.vocabulary("platforms")),
        fields.REGION: blockage.region,
        fields.REGION_PATH: region_path(blockage.region, reference.regions),
        fields.CLAUSES: list(blockage.clauses),
        fields.CHANGED: changes_named(blockage.resolutions, reference),
    }


def _times(blockage: Blockage) -> dict[str, Any]:
    resolved = blockage.status is BlockageStatus.RESOLVED
    return {
        fields.REPORTED_AT: epoch_seconds(blockage.reported_at),
        fields.REPORTED_MONTH: month_in_china(blockage.reported_at),
        fields.UPDATED_AT: epoch_seconds(blockage.updated_at),
        fields.CLOSED_AT: epoch_seconds(blockage.closed_at),
        fields.RESOLVED_AT: epoch_seconds(blockage.closed_at) if resolved else None,
        fields.DUE_AT: _due_at(blockage),
    }


def _due_at(blockage: Blockage) -> int | None:
    """The first running limit of those who handle the report: overdue is `DUE_AT` at or before now."""
    running = [each for each in blockage.deadlines if is_running(each) and each.stage != Stage.CONFIRM]
    return min((int(each.due_at.timestamp()) for each in running), default=None)


def _measures(blockage: Blockage, calendar: WorkCalendar) -> dict[str, Any]:
    """What statistics count: nothing here depends on the present instant."""
    given = last_assignment(blockage)
    return {
        fields.OUTCOME: outcome_of(blockage).value,
        fields.TIMELINESS: timeliness_of(blockage),
        fields.RESOLVE_DUE_AT: epoch_seconds(resolve_limit(blockage)),
        fields.REPORTED_ON: epoch_days(local_date(blockage.reported_at)),
        fields.RESOLUTION_DAYS: days_to_resolution(blockage, calendar),
        fields.ASSIGNED_ON: epoch_days(local_date(given.at)) if given else None,
        fields.ACCEPT_DAYS: calendar.workdays_between(given.at, given.accepted_at)
        if given and given.accepted_at
        else None,
        fields.FORMER_AGENCIES: list(former_agencies(blockage)),
        fields.REOPENS: blockage.reopens,
        fields.RATING: rating_of(blockage),
    }


def _texts(blockage: Blockage, reference: Reference) -> dict[str, Any]:
    """Its texts, none of which says more than everyone may read who sees the document."""
    words = public_words(blockage) if is_public(blockage) else own_words(blockage)
    return {
        fields.TITLE: words.title,
        fields.DESCRIPTION: words.description,
        fields.RESOLUTION: blockage.resolutions[-1].summary if blockage.resolutions else None,
        fields.CLAUSE_HEADINGS: clause_headings(blockage.clauses, reference),
        fields.LABELS: labels(_labelled(blockage), reference),
        fields.TERMS: distinct_terms((words.title, words.description), reference.lexicon),
    }


def _labelled(blockage: Blockage) -> Iterator[tuple[str, str | None]]:
    yield "blockage_categories", blockage.category
    yield from (("business_forms", code) for code in blockage.forms)
    yield from (("platforms", code) for code in blockage.platforms)
