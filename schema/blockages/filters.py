"""What a search for reports can ask for, and the filters that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from directory.causes import CAUSES
from directory.deadlines import long_overdue_since
from directory.overdue_levels import window
from directory.reference import Reference
from directory.rulebook import Rulebook
from indexer.documents import fields
from indexer.query.search import NOTHING, AnyOf, Between, Either, Filter, Kind, Not, Search
from schema.blockages.facets import COUNTABLE, BlockageFacet, BlockageSort, sort_of
from schema.blockages.seeing import is_owner, surviving_firm
from schema.blockages.sight import visible_to
from schema.blockages.words import BlockageStatus, Severity
from schema.blocking_points.seeing import surviving_point
from schema.context import Context
from schema.enums import Direction, OverdueLevel
from schema.errors import ApiCode, ApiError
from schema.facets import facets_wanted
from schema.filters import DateRange, FilterReading, read_text
from schema.node import key_of


@strawberry.input(
    description='`text` is full text over Chinese and English: words are combined with AND, "quoted phrase", word OR '
    "word, -excluded, prefix*. Anything else in it is text, never an error. Lists mean 'any of'; fields are combined "
    "with AND. A region matches everything inside it, a category everything below it."
)
class BlockageFilter:
    """An empty list is as if it was left out."""

    text: str | None = strawberry.field(
        default=None,
        description='Full text over titles, descriptions and labels, Chinese and English: words are combined with AND, "a '
        'quoted phrase", word OR word, -excluded, prefix*, and title:, category:, clause: and the like before a word. '
        "Anything else in it is text, never an error; words of the same meaning are found too. A report's number, in any "
        "spacing, finds exactly that report. At most 1,000 characters and 64 terms.",
    )
    statuses: list[BlockageStatus] | None = strawberry.field(default=None, description="Where it stands.")
    open: bool | None = strawberry.field(default=None, description="Whether it is still being followed up.")
    overdue: bool | None = strawberry.field(
        default=None, description="Whether a limit of those who handle it has passed, as of now."
    )
    long_overdue: bool | None = strawberry.field(
        default=None, description="Whether that limit passed ten whole working days ago or longer, as of now."
    )
    overdue_levels: list[OverdueLevel] | None = strawberry.field(
        default=None, description="How late those who handle it are, as of now; any of these."
    )
    supervised: bool | None = strawberry.field(
        default=None, description="Whether it is under supervision (督办)."
    )
    categories: list[str] | None = strawberry.field(
        default=None, description="Codes of the vocabulary `blockage_categories`."
    )
    severities: list[Severity] | None = strawberry.field(default=None, description="How badly it hinders.")
    forms: list[str] | None = strawberry.field(
        default=None, description="Codes of the vocabulary `business_forms`."
    )
    platforms: list[str] | None = strawberry.field(
        default=None, description="Codes of the vocabulary `platforms`."
    )
    regions: list[str] | None = strawberry.field(default=None, description="Regions, GB/T 2260.")
    agencies: list[str] | None = strawberry.field(
        default=None, description="Codes of agencies that are responsible for it."
    )
    clauses: list[str] | None = strawberry.field(default=None, description="Codes of clauses.")
    cause_levels: list[str] | None = strawberry.field(
        default=None,
        description="Whose rule or practice is the cause: codes of the vocabulary `cause_levels`, `unknown` for what is not "
        "known.",
    )
    procedure_steps: list[str] | None = strawberry.field(
        default=None,
        description="Steps of the procedure in which the cause sits: codes of the vocabulary `procedure_steps`, `unknown` "
        "for what is not known.",
    )
    blocking_point: strawberry.ID | None = strawberry.field(
        default=None, description="The policy blocking point (政策堵点) that it is linked to."
    )
    reported_by: strawberry.ID | None = strawberry.field(
        default=None,
        description="The firm that reported; for the firm itself, as nobody else may search by it.",
    )
    reported_at: DateRange | None = strawberry.field(
        default=None, description="The day of the report, in Asia/Shanghai."
    )
    resolved_at: DateRange | None = strawberry.field(
        default=None, description="The day of its resolution, in Asia/Shanghai."
    )


async def blockage_search(
    context: Context,
    wanted: BlockageFilter,
    counted: Sequence[BlockageFacet],
    order: tuple[BlockageSort, Direction],
    *,
    first: int,
    total: bool,
) -> tuple[Search, FilterReading]:
    """The search, and the reading with what the filter selects.

    Raises: InvalidInput, with every wrong value; ApiError QUERY_TOO_LONG, FIELD_NOT_ALLOWED.
    """
    text = read_text(wanted.text, context.reference)
    reading = read_filter(wanted, context.services.clock(), context.services.directory.rulebook)
    await read_reporter(reading, wanted, context)
    await read_point(reading, wanted, context)
    search = Search(
        Kind.BLOCKAGE,
        visible_to(context.caller, context.reference.agencies),
        text=text,
        filters=reading.finish(),
        facets=facets_wanted(counted, COUNTABLE, reading.selected),
        sort=sort_of(*order, text),
        first=first,
        total=total,
    )
    return search, reading


def read_filter(wanted: BlockageFilter, now: datetime, rulebook: Rulebook) -> FilterReading:
    """The filters that need no look at the record; `text` is read apart."""
    reference = rulebook.reference
    reading = FilterReading(reference)
    reading.words(wanted.statuses, fields.STATUS, BlockageFacet.STATUS)
    reading.words(wanted.severities, fields.SEVERITY, BlockageFacet.SEVERITY)
    reading.flag(wanted.open, fields.OPEN)
    reading.flag(wanted.supervised, fields.SUPERVISED)
    if wanted.overdue is not None:
        reading.add(due_before(now, wanted=wanted.overdue))
    if wanted.long_overdue is not None:
        reading.add(due_before(long_overdue_since(now, rulebook), wanted=wanted.long_overdue))
    if wanted.overdue_levels:
        reading.add(Either(tuple(so_late(each, now, rulebook) for each in wanted.overdue_levels)))
    _read_codes(reading, wanted, reference)
    reading.instants(wanted.reported_at, fields.REPORTED_AT, BlockageFacet.REPORTED_MONTH)
    reading.instants(wanted.resolved_at, fields.RESOLVED_AT)
    return reading


def _read_codes(reading: FilterReading, wanted: BlockageFilter, reference: Reference) -> None:
    reading.terms(
        "categories",
        wanted.categories,
        "blockage_categories",
        fields.CATEGORY_PATH,
        BlockageFacet.CATEGORY,
    )
    reading.terms("forms", wanted.forms, "business_forms", fields.FORM_PATH, BlockageFacet.FORM)
    reading.terms("platforms", wanted.platforms, "platforms", fields.PLATFORM_PATH, BlockageFacet.PLATFORM)
    reading.regions("regions", wanted.regions, fields.REGION_PATH, BlockageFacet.REGION)
    reading.codes(
        "agencies",
        wanted.agencies,
        lambda code: reference.agencies.get(code) is not None,
        fields.AGENCY,
        BlockageFacet.AGENCY,
    )
    reading.codes(
        "clauses",
        wanted.clauses,
        lambda code: reference.clause(code) is not None,
        fields.CLAUSES,
        BlockageFacet.CLAUSE,
    )
    _read_cause(reading, "causeLevels", wanted.cause_levels, BlockageFacet.CAUSE_LEVEL, reference)
    _read_cause(reading, "procedureSteps", wanted.procedure_steps, BlockageFacet.PROCEDURE_STEP, reference)


def _read_cause(
    reading: FilterReading,
    name: str,
    codes: Sequence[str] | None,
    facet: BlockageFacet,
    reference: Reference,
) -> None:
    countable = COUNTABLE[facet]
    vocabulary = reference.vocabulary(CAUSES[countable.field])
    reading.codes(
        name, codes, lambda code: code == countable.unknown or code in vocabulary, countable.field, facet
    )


async def read_reporter(reading: FilterReading, wanted: BlockageFilter, context: Context) -> None:
    """The filter by who reported, for the caller's own entry.

    Raises: ApiError FIELD_NOT_ALLOWED, for everyone else, also about a firm that does not exist, or the answer would
    tell. Unsealing opens one report and no list.
    """
    if wanted.reported_by is None:
        return
    key = key_of("Firm", wanted.reported_by)
    firm = await surviving_firm(context, key) if key else None
    if firm is None or not is_owner(context.caller, firm):
        raise ApiError(ApiCode.FIELD_NOT_ALLOWED, "search.field_not_allowed", field="reportedBy")
    reading.add(_keyed(fields.FIRM, firm.id))


def due_before(at: datetime, *, wanted: bool) -> Filter:
    """Reports with a limit that had passed at `at`, or those without."""
    late = Between(fields.DUE_AT, at_most=int(at.timestamp()))
    return late if wanted else Not(late)


def so_late(level: OverdueLevel, now: datetime, rulebook: Rulebook) -> Filter:
    """Reports whose handling is just so late at `now`."""
    ends = window(level, now, rulebook)
    # Limits end at midnight, so whole seconds tell them apart from the instants around them.
    first = None if ends.after is None else int(ends.after.timestamp()) + 1
    return Between(fields.DUE_AT, at_least=first, at_most=int(ends.until.timestamp()))


async def read_point(reading: FilterReading, wanted: BlockageFilter, context: Context) -> None:
    """The filter by blocking point; of one that was merged away by the point that it lives on in."""
    if wanted.blocking_point is None:
        return
    key = key_of("BlockingPoint", wanted.blocking_point)
    point = await surviving_point(context, key) if key else None
    reading.add(_keyed(fields.BLOCKING_POINT, point.id if point else None))


def _keyed(field: str, key: str | None) -> Filter:
    """The filter for one key; an id of anything else finds nothing."""
    return AnyOf(field, (key,)) if key else NOTHING
