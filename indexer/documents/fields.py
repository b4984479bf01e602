"""
The fields of the documents, named once: Elasticsearch's mapping, the embedded tables and the searches are made of them.

Codes of a tree stand in two fields. The one in the singular or plural of the thing (`forms`, `region`) holds what was
assigned and is what facets count; its `_path` holds the ancestors too and is what filters ask, so that a province
finds its cities and micro-economy all of its forms; `province` is the first of a region's path, to be counted. Instants
are whole seconds since 1970 in UTC, dates are days since 1970-01-01, money is a whole number of fen. Contact details have
no field here and never will.

A text field holds what everyone may read who sees the document. The exact turnover is in `TURNOVER_FEN`, for filters
and sorts of those who may read exact figures; its public band is in `TURNOVER_BAND`. `HAS_OPEN_BLOCKAGES` counts
reports of every visibility and says who reports, so it is for a firm about itself. `COST_BAND` is what a reporter told the
parties of its report, so it is for sums of those who read them all; no filter, facet or box asks for it. `CHANGED` has the
clauses and policies that resolutions name as what they changed, or as what changed them. The title and description of a
report that anyone may read are the approved ones, also for its parties. `REMAINS` marks what is left of an erased report:
tallies count it, no search finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from indexer.query.search import Kind


class FieldKind(StrEnum):
    """How the values of a field are compared."""

    KEYWORD = "keyword"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `many` holds a list, `weight` says how much a match in a text counts."""

    name: str
    kind: FieldKind
    many: bool = False
    weight: float = 1.0


def _keyword(name: str) -> Field:
    return Field(name, FieldKind.KEYWORD)


def _keywords(name: str) -> Field:
    return Field(name, FieldKind.KEYWORD, many=True)


def _number(name: str) -> Field:
    return Field(name, FieldKind.NUMBER)


def _flag(name: str) -> Field:
    return Field(name, FieldKind.FLAG)


def _text(name: str, weight: float) -> Field:
    return Field(name, FieldKind.TEXT, weight=weight)


def _texts(name: str, weight: float) -> Field:
    return Field(name, FieldKind.TEXT, many=True, weight=weight)


# Of both kinds
CODES = "codes"
PUBLIC = "public"
OWNER = "owner"
STATUS = "status"
FORMS = "forms"
FORM_PATH = "form_path"
PLATFORMS = "platforms"
PLATFORM_PATH = "platform_path"
REGION = "region"
REGION_PATH = "region_path"
PROVINCE = "province"
UPDATED_AT = "updated_at"
LABELS = "labels"

# Of firms
ENTRY_NUMBER = "entry_number"
ENTITY_KIND = "entity_kind"
OCCUPATION = "occupation"
OCCUPATION_PATH = "occupation_path"
INDUSTRY = "industry"
INDUSTRY_PATH = "industry_path"
SIZE_CLASS = "size_class"
TURNOVER_BAND = "turnover_band"
TURNOVER_FEN = "turnover_fen"
FOLLOWERS = "followers"
GROWTH_QUALIFIED = "growth_qualified"
HAS_OPEN_BLOCKAGES = "has_open_blockages"
FOUNDED_ON = "founded_on"
LISTED_AT = "listed_at"
LISTED_MONTH = "listed_month"
CONFIRMED_AT = "confirmed_at"
NAME_KEY = "name_key"
NAME = "name"
NAME_EN = "name_en"
OTHER_NAMES = "other_names"
SUMMARY = "summary"
SUMMARY_EN = "summary_en"

# Of reports
REFERENCE = "reference"
FIRM = "firm"
VISIBILITY = "visibility"
OPEN = "open"
SUPERVISED = "supervised"
LANGUAGE = "language"
CATEGORY = "category"
CATEGORY_PATH = "category_path"
SEVERITY = "severity"
SEVERITY_RANK = "severity_rank"
COST_BAND = "cost_band"
CAUSE_LEVEL = "cause_level"
PROCEDURE_STEP = "procedure_step"
AGENCY = "agency"
CO_AGENCIES = "co_agencies"
CLAUSES = "clauses"
BLOCKING_POINT = "blocking_point"
CHANGED = "changed"
REPORTED_AT = "reported_at"
REPORTED_MONTH = "reported_month"
RESOLVED_AT = "resolved_at"
CLOSED_AT = "closed_at"
DUE_AT = "due_at"
OUTCOME = "outcome"
TIMELINESS = "timeliness"
RESOLVE_DUE_AT = "resolve_due_at"
REPORTED_ON = "reported_on"
RESOLUTION_DAYS = "resolution_days"
ASSIGNED_ON = "assigned_on"
ACCEPT_DAYS = "accept_days"
FORMER_AGENCIES = "former_agencies"
REOPENS = "reopens"
RATING = "rating"
TERMS = "terms"
REMAINS = "remains"
TITLE = "title"
DESCRIPTION = "description"
CLAUSE_HEADINGS = "clause_headings"
RESOLUTION = "resolution"

# Of blocking points
TITLE_EN = "title_en"
DESCRIPTION_EN = "description_en"
CREATED_AT = "created_at"
PROGRESS_SINCE = "progress_since"

# A search is most often for a name, and a name is short: one match in it says more than ten in a summary.
NAME_WEIGHT = 8.0
# Former names and brands are names too, but of two entries the one that is called so now comes first.
OTHER_NAME_WEIGHT = 6.0
# A title says what a report is about; its description mentions much else.
TITLE_WEIGHT = 4.0
# Labels and headings are in both languages and chosen with care, but many documents share each.
LABEL_WEIGHT = 2.0
# The measure of the others.
PROSE_WEIGHT = 1.0

FIRM_FIELDS: tuple[Field, ...] = (
    _keyword(ENTRY_NUMBER),
    _keywords(CODES),
    _flag(PUBLIC),
    _keyword(OWNER),
    _keyword(STATUS),
    _keyword(ENTITY_KIND),
    _keywords(FORMS),
    _keywords(FORM_PATH),
    _keyword(OCCUPATION),
    _keywords(OCCUPATION_PATH),
    _keyword(INDUSTRY),
    _keywords(INDUSTRY_PATH),
    _keyword(REGION),
    _keywords(REGION_PATH),
    _keyword(PROVINCE),
    _keywords(PLATFORMS),
    _keywords(PLATFORM_PATH),
    _keyword(SIZE_CLASS),
    _keyword(TURNOVER_BAND),
    _number(TURNOVER_FEN),
    _number(FOLLOWERS),
    _flag(GROWTH_QUALIFIED),
    _flag(HAS_OPEN_BLOCKAGES),
    _number(FOUNDED_ON),
    _number(LISTED_AT),
    _keyword(LISTED_MONTH),
    _number(CONFIRMED_AT),
    _number(UPDATED_AT),
    _keyword(NAME_KEY),
    _text(NAME, NAME_WEIGHT),
    _text(NAME_EN, NAME_WEIGHT),
    _texts(OTHER_NAMES, OTHER_NAME_WEIGHT),
    _texts(LABELS, LABEL_WEIGHT),
    _text(SUMMARY, PROSE_WEIGHT),
    _text(SUMMARY_EN, PROSE_WEIGHT),
)

BLOCKAGE_FIELDS: tuple[Field, ...] = (
    _keyword(REFERENCE),
    _keywords(CODES),
    _flag(PUBLIC),
    _keywords(OWNER),
    _keyword(FIRM),
    _keyword(VISIBILITY),
    _keyword(STATUS),
    _flag(OPEN),
    _flag(SUPERVISED),
    _keyword(LANGUAGE),
    _keyword(CATEGORY),
    _keywords(CATEGORY_PATH),
    _keyword(SEVERITY),
    _number(SEVERITY_RANK),
    _keyword(COST_BAND),
    _keyword(CAUSE_LEVEL),
    _keyword(PROCEDURE_STEP),
    _keywords(FORMS),
    _keywords(FORM_PATH),
    _keywords(PLATFORMS),
    _keywords(PLATFORM_PATH),
    _keyword(REGION),
    _keywords(REGION_PATH),
    _keyword(AGENCY),
    _keywords(CO_AGENCIES),
    _keywords(CLAUSES),
    _keyword(BLOCKING_POINT),
    _keywords(CHANGED),
    _number(REPORTED_AT),
    _keyword(REPORTED_MONTH),
    _number(UPDATED_AT),
    _number(RESOLVED_AT),
    _number(CLOSED_AT),
    _number(DUE_AT),
    _keyword(OUTCOME),
    _keyword(TIMELINESS),
    _number(RESOLVE_DUE_AT),
    _number(REPORTED_ON),
    _number(RESOLUTION_DAYS),
    _number(ASSIGNED_ON),
    _number(ACCEPT_DAYS),
    _keywords(FORMER_AGENCIES),
    _number(REOPENS),
    _number(RATING),
    _keywords(TERMS),
    _flag(REMAINS),
    _text(TITLE, TITLE_WEIGHT),
    _texts(LABELS, LABEL_WEIGHT),
    _texts(CLAUSE_HEADINGS, LABEL_WEIGHT),
    _text(DESCRIPTION, PROSE_WEIGHT),
    _text(RESOLUTION, PROSE_WEIGHT),
)

BLOCKING_POINT_FIELDS: tuple[Field, ...] = (
    _keyword(REFERENCE),
    _keywords(CODES),
    _flag(PUBLIC),
    _keyword(STATUS),
    _keyword(CATEGORY),
    _keywords(CATEGORY_PATH),
    _keyword(AGENCY),
    _keywords(CO_AGENCIES),
    _keywords(CLAUSES),
    _keywords(CHANGED),
    _number(CREATED_AT),
    _number(PROGRESS_SINCE),
    _number(UPDATED_AT),
    _number(RESOLVED_AT),
    _text(TITLE, TITLE_WEIGHT),
    _text(TITLE_EN, TITLE_WEIGHT),
    _texts(LABELS, LABEL_WEIGHT),
    _texts(CLAUSE_HEADINGS, LABEL_WEIGHT),
    _text(DESCRIPTION, PROSE_WEIGHT),
    _text(DESCRIPTION_EN, PROSE_WEIGHT),
    _text(RESOLUTION, PROSE_WEIGHT),
)

FIELDS: Mapping[Kind, Mapping[str, Field]] = MappingProxyType(
    {
        Kind.FIRM: MappingProxyType({field.name: field for field in FIRM_FIELDS}),
        Kind.BLOCKAGE: MappingProxyType({field.name: field for field in BLOCKAGE_FIELDS}),
        Kind.BLOCKING_POINT: MappingProxyType({field.name: field for field in BLOCKING_POINT_FIELDS}),
    }
)


def text_fields(kind: Kind) -> tuple[Field, ...]:
    """The text fields of the kind, most telling first."""
    return tuple(field for field in FIELDS[kind].values() if field.kind is FieldKind.TEXT)


# Short texts, whose words are found with other spaces or a letter wrong; long ones would make the index several times as large.
SPELLED: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.FIRM: (NAME, NAME_EN, OTHER_NAMES, LABELS),
        Kind.BLOCKAGE: (TITLE, LABELS, CLAUSE_HEADINGS),
        Kind.BLOCKING_POINT: (TITLE, TITLE_EN, LABELS, CLAUSE_HEADINGS),
    }
)

# What a suggestion may complete, and what makes two reports alike.
SUGGESTED: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {Kind.FIRM: (NAME, NAME_EN, OTHER_NAMES), Kind.BLOCKAGE: (), Kind.BLOCKING_POINT: (TITLE, TITLE_EN)}
)
ALIKE: tuple[str, ...] = (TITLE, DESCRIPTION, LABELS)
ALIKE_POINT: tuple[str, ...] = (TITLE, TITLE_EN, DESCRIPTION, DESCRIPTION_EN, LABELS)
