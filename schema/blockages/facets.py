"""What can be counted in a search for reports, and the orders that its result can come in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from directory.reference import Reference
from directory.vocabulary import Label
from indexer.documents import fields
from indexer.query.search import Sort
from indexer.query.syntax import TextQuery
from schema.enums import Direction, expose
from schema.facets import Countable, of_plain, of_regions, of_terms, of_terms_or_unknown


class BlockageFacet(StrEnum):
    """The facets of reports."""

    STATUS = "STATUS"
    CATEGORY = "CATEGORY"
    SEVERITY = "SEVERITY"
    FORM = "FORM"
    PLATFORM = "PLATFORM"
    REGION = "REGION"
    AGENCY = "AGENCY"
    CLAUSE = "CLAUSE"
    CAUSE_LEVEL = "CAUSE_LEVEL"
    PROCEDURE_STEP = "PROCEDURE_STEP"
    REPORTED_MONTH = "REPORTED_MONTH"


expose(
    BlockageFacet,
    "What a search for reports can count.",
    {
        BlockageFacet.STATUS: "By where they stand.",
        BlockageFacet.CATEGORY: "By kind of obstacle.",
        BlockageFacet.SEVERITY: "By severity.",
        BlockageFacet.FORM: "By business form.",
        BlockageFacet.PLATFORM: "By platform.",
        BlockageFacet.REGION: "By region.",
        BlockageFacet.AGENCY: "By responsible agency.",
        BlockageFacet.CLAUSE: "By clause.",
        BlockageFacet.CAUSE_LEVEL: "By whose rule or practice is the cause; `unknown` is a value.",
        BlockageFacet.PROCEDURE_STEP: "By the step of the procedure in which the cause sits; `unknown` is a value.",
        BlockageFacet.REPORTED_MONTH: "By month of the report in Asia/Shanghai, as YYYY-MM.",
    },
)


class BlockageSort(StrEnum):
    """The orders of reports."""

    RELEVANCE = "RELEVANCE"
    REPORTED_AT = "REPORTED_AT"
    UPDATED_AT = "UPDATED_AT"
    SEVERITY = "SEVERITY"
    DUE_AT = "DUE_AT"


expose(
    BlockageSort,
    "The order of a search for reports; equal ones are ordered by id.",
    {
        BlockageSort.RELEVANCE: "By how well the text matches, which may shift between two pages when reports come in; "
        "by the time of the report where no text is asked for.",
        BlockageSort.REPORTED_AT: "By the time of the report.",
        BlockageSort.UPDATED_AT: "By the last change.",
        BlockageSort.SEVERITY: "By severity.",
        BlockageSort.DUE_AT: "By the first limit that runs for those who handle it; those without one come last.",
    },
)

SORT_FIELDS: Mapping[BlockageSort, str] = {
    BlockageSort.REPORTED_AT: fields.REPORTED_AT,
    BlockageSort.UPDATED_AT: fields.UPDATED_AT,
    BlockageSort.SEVERITY: fields.SEVERITY_RANK,
    BlockageSort.DUE_AT: fields.DUE_AT,
}


def sort_of(order_by: BlockageSort, direction: Direction, text: TextQuery | None) -> Sort:
    """The order for the engine."""
    descending = direction is Direction.DESC
    if order_by is BlockageSort.RELEVANCE:
        return Sort(None if text else fields.REPORTED_AT, descending)
    return Sort(SORT_FIELDS[order_by], descending)


def _agency_label(reference: Reference, code: str) -> Label:
    agency = reference.agencies.get(code)
    return agency.label if agency else Label(code, code)


def _clause_label(reference: Reference, code: str) -> Label:
    clause = reference.clause(code)
    return clause.heading if clause else Label(code, code)


COUNTABLE: Mapping[str, Countable] = {
    BlockageFacet.STATUS: of_terms(fields.STATUS, "blockage_statuses"),
    BlockageFacet.CATEGORY: of_terms(fields.CATEGORY, "blockage_categories"),
    BlockageFacet.SEVERITY: of_terms(fields.SEVERITY, "severities"),
    BlockageFacet.FORM: of_terms(fields.FORMS, "business_forms"),
    BlockageFacet.PLATFORM: of_terms(fields.PLATFORMS, "platforms"),
    BlockageFacet.REGION: of_regions(fields.REGION),
    BlockageFacet.AGENCY: Countable(fields.AGENCY, _agency_label, lambda _, code: (code,)),
    BlockageFacet.CLAUSE: Countable(fields.CLAUSES, _clause_label, lambda _, code: (code,)),
    BlockageFacet.CAUSE_LEVEL: of_terms_or_unknown(fields.CAUSE_LEVEL, "cause_levels"),
    BlockageFacet.PROCEDURE_STEP: of_terms_or_unknown(fields.PROCEDURE_STEP, "procedure_steps"),
    BlockageFacet.REPORTED_MONTH: of_plain(fields.REPORTED_MONTH),
}
