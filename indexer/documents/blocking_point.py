"""
The searchable form of a blocking point (政策堵点): what staff wrote of it, which anyone may read.

Nothing of its reports is in it, so that no search can tell more of them than the reports themselves do.
"""

from __future__ import annotations

from typing import Any

from directory.clause_graph import changes_named
from directory.entities import BlockingPoint
from directory.point_progress import progress_since
from directory.reference import Reference
from directory.workdays import local_date
from indexer.documents import fields
from indexer.documents.paths import (
    clause_headings,
    epoch_days,
    epoch_seconds,
    labels,
    with_ancestors,
    without_empty,
)


def blocking_point_document(point: BlockingPoint, reference: Reference) -> dict[str, Any]:
    """The document of `point`; fields without a value are left out."""
    return without_empty(
        {
            fields.REFERENCE: point.reference,
            fields.CODES: [point.reference, *point.merged_from],
            fields.PUBLIC: True,
            fields.STATUS: point.status.value,
            fields.CATEGORY: point.category,
            fields.CATEGORY_PATH: with_ancestors(
                (point.category,), reference.vocabulary("blockage_categories")
            ),
            fields.AGENCY: point.lead_agency,
            fields.CO_AGENCIES: list(point.co_agencies),
            fields.CLAUSES: list(point.clauses),
            fields.CHANGED: changes_named(point.resolutions, reference),
            fields.CREATED_AT: epoch_seconds(point.created_at),
            fields.PROGRESS_SINCE: epoch_days(local_date(since))
            if (since := progress_since(point))
            else None,
            fields.UPDATED_AT: epoch_seconds(point.updated_at),
            fields.RESOLVED_AT: epoch_seconds(point.resolved_at),
            fields.TITLE: point.title,
            fields.TITLE_EN: point.title_en,
            fields.LABELS: labels([("blockage_categories", point.category)], reference),
            fields.CLAUSE_HEADINGS: clause_headings(point.clauses, reference),
            fields.DESCRIPTION: point.description,
            fields.DESCRIPTION_EN: point.description_en,
            fields.RESOLUTION: point.resolutions[-1].summary if point.resolutions else None,
        }
    )
