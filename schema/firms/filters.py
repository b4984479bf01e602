"""The filter of entries, its facets and sorts, and what they ask of the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import strawberry

from directory.access import Operation
from directory.industries import industry_path, industry_term
from directory.reference import Reference
from directory.vocabulary import Label
from indexer.documents import fields
from indexer.query.search import Kind, Search, Sort
from indexer.query.syntax import Code, TextQuery
from schema.context import Context
from schema.enums import Direction
from schema.errors import ApiCode, ApiError
from schema.facets import Countable, facets_wanted, of_plain, of_regions, of_terms
from schema.filters import DateRange, DecimalRange, FilterReading, IntRange, read_text
from schema.firms.lapses import lapsed_now, not_silent
from schema.firms.sight import visible_firms, with_open_blockages
from schema.firms.words import EntityKind, FirmFacet, FirmSort, FirmStatus, SizeClass


@strawberry.input(
    description="What entries to find. Lists mean 'any of', an empty one is as if left out; fields are combined with "
    "AND. A code finds everything below it: a province its cities, a group of forms its forms."
)
class FirmFilter:
    """The API's filter; `reading` makes it a search's."""

    text: str | None = strawberry.field(
        default=None,
        description='Full text over names, labels and summaries, Chinese and English: words are combined with AND, "a '
        'quoted phrase", word OR word, -excluded, prefix*, and name:, platform:, region: and the like before a word. '
        "Anything else in it is text, never an error; words of the same meaning are found too. An entry number or USCC, "
        "in any spacing, finds that entry alone. At most 1,000 characters and 64 terms.",
    )
    statuses: list[FirmStatus] | None = strawberry.field(default=None, description="Standings.")
    entity_kinds: list[EntityKind] | None = strawberry.field(default=None, description="Kinds in law.")
    forms: list[str] | None = strawberry.field(
        default=None, description="Business forms: codes of the vocabulary `business_forms`."
    )
    occupations: list[str] | None = strawberry.field(
        default=None, description="Occupations: codes of the vocabulary `occupations`."
    )
    industries: list[str] | None = strawberry.field(
        default=None,
        description="Industries: codes of GB/T 4754-2017, two to four digits or a section's letter.",
    )
    regions: list[str] | None = strawberry.field(
        default=None, description="Regions: six-digit codes, GB/T 2260."
    )
    provinces: list[str] | None = strawberry.field(
        default=None,
        description="Provinces (省级行政区): six-digit codes, GB/T 2260. With `regions` too, both hold.",
    )
    platforms: list[str] | None = strawberry.field(
        default=None, description="Platforms: codes of the vocabulary `platforms`."
    )
    size_classes: list[SizeClass] | None = strawberry.field(default=None, description="Size classes.")
    growth_qualified: bool | None = strawberry.field(
        default=None,
        description="Whether the last growth assessment qualifies; entries without one match neither.",
    )
    followers: IntRange | None = strawberry.field(
        default=None, description="Followers of the largest account."
    )
    monthly_turnover_cny: DecimalRange | None = strawberry.field(
        default=None,
        description="Latest monthly turnover, in CNY; FIELD_NOT_ALLOWED unless the caller may read exact figures.",
    )
    founded_on: DateRange | None = strawberry.field(default=None, description="Day of founding.")
    listed_at: DateRange | None = strawberry.field(
        default=None, description="Day of listing, in Asia/Shanghai."
    )
    lapsed: bool | None = strawberry.field(
        default=None,
        description="Whether it is listed without a yearly update for 15 months, as of now. Where neither this nor "
        "`statuses` is given, nor a number as `text`, a search leaves out entries without one for 18 months.",
    )
    has_open_blockages: bool | None = strawberry.field(
        default=None,
        description="Whether it has open reports, of those whose reporter the caller may know: the own ones "
        "for a firm, none for all others.",
    )


def _of_industries() -> Countable:
    def label(reference: Reference, code: str) -> Label:
        found = industry_term(reference.vocabulary("industries"), code)
        return found.label if found else Label(code, code)

    return Countable(
        fields.INDUSTRY,
        label,
        lambda reference, code: industry_path(reference.vocabulary("industries"), code),
    )


COUNTABLE: Mapping[str, Countable] = {
    FirmFacet.STATUS.value: of_terms(fields.STATUS, "firm_statuses"),
    FirmFacet.ENTITY_KIND.value: of_terms(fields.ENTITY_KIND, "entity_kinds"),
    FirmFacet.FORM.value: of_terms(fields.FORMS, "business_forms"),
    FirmFacet.OCCUPATION.value: of_terms(fields.OCCUPATION, "occupations"),
    FirmFacet.INDUSTRY.value: _of_industries(),
    FirmFacet.REGION.value: of_regions(fields.REGION),
    FirmFacet.PROVINCE.value: replace(of_regions(fields.PROVINCE), beside=(FirmFacet.REGION.value,)),
    FirmFacet.PLATFORM.value: of_terms(fields.PLATFORMS, "platforms"),
    FirmFacet.SIZE_CLASS.value: of_terms(fields.SIZE_CLASS, "size_classes"),
    FirmFacet.LISTED_MONTH.value: of_plain(fields.LISTED_MONTH),
}

SORTED_BY: Mapping[FirmSort, str] = {
    FirmSort.NAME: fields.NAME_KEY,
    FirmSort.LISTED_AT: fields.LISTED_AT,
    FirmSort.UPDATED_AT: fields.UPDATED_AT,
    FirmSort.FOLLOWERS: fields.FOLLOWERS,
    FirmSort.MONTHLY_TURNOVER: fields.TURNOVER_FEN,
}


def firm_search(
    context: Context,
    asked: FirmFilter,
    facets: list[FirmFacet],
    order_by: FirmSort,
    direction: Direction,
    *,
    first: int,
    total: bool,
) -> tuple[Search, FilterReading]:
    """The search, and the reading with what the filter selects; who is silent past the grace is left out by default.

    Raises: InvalidInput, with every wrong value; ApiError QUERY_TOO_LONG, FIELD_NOT_ALLOWED.
    """
    if asked.monthly_turnover_cny is not None:
        _require_exact_figures(context, "monthlyTurnoverCny")
    if order_by is FirmSort.MONTHLY_TURNOVER:
        _require_exact_figures(context, FirmSort.MONTHLY_TURNOVER.value)
    text = read_text(asked.text, context.reference)
    reading = _read(context, asked)
    if _asks_for_none_silent(asked, text):
        reading.add(not_silent(context), FirmFacet.LAPSED)
    search = Search(
        kind=Kind.FIRM,
        visible=visible_firms(context.caller),
        text=text,
        filters=reading.finish(),
        facets=facets_wanted(facets, COUNTABLE, reading.selected),
        sort=_sort(order_by, direction, has_text=text is not None),
        first=first,
        total=total,
    )
    return search, reading


def _asks_for_none_silent(asked: FirmFilter, text: TextQuery | None) -> bool:
    return asked.lapsed is None and not asked.statuses and not isinstance(text, Code)


def _require_exact_figures(context: Context, field: str) -> None:
    if not context.may(Operation.READ_EXACT_FIGURES):
        raise ApiError(ApiCode.FIELD_NOT_ALLOWED, "search.field_not_allowed", field=field)


def _sort(order_by: FirmSort, direction: Direction, *, has_text: bool) -> Sort:
    descending = direction is Direction.DESC
    if order_by is FirmSort.RELEVANCE:
        return Sort(None if has_text else fields.LISTED_AT, descending)
    return Sort(SORTED_BY[order_by], descending)


def _read(context: Context, asked: FirmFilter) -> FilterReading:
    reading = FilterReading(context.reference)
    industries = context.reference.vocabulary("industries")
    reading.words(asked.statuses, fields.STATUS, FirmFacet.STATUS)
    reading.words(asked.entity_kinds, fields.ENTITY_KIND, FirmFacet.ENTITY_KIND)
    reading.terms("forms", asked.forms, "business_forms", fields.FORM_PATH, FirmFacet.FORM)
    reading.terms(
        "occupations", asked.occupations, "occupations", fields.OCCUPATION_PATH, FirmFacet.OCCUPATION
    )
    reading.codes(
        "industries",
        asked.industries,
        lambda code: industry_term(industries, code) is not None,
        fields.INDUSTRY_PATH,
        FirmFacet.INDUSTRY,
    )
    reading.regions("regions", asked.regions, fields.REGION_PATH, FirmFacet.REGION)
    provinces = {province.code for province in context.reference.regions.children(None)}
    reading.codes("provinces", asked.provinces, provinces.__contains__, fields.PROVINCE, FirmFacet.PROVINCE)
    reading.terms("platforms", asked.platforms, "platforms", fields.PLATFORM_PATH, FirmFacet.PLATFORM)
    reading.words(asked.size_classes, fields.SIZE_CLASS, FirmFacet.SIZE_CLASS)
    reading.flag(asked.growth_qualified, fields.GROWTH_QUALIFIED)
    reading.whole(asked.followers, fields.FOLLOWERS)
    reading.fen(asked.monthly_turnover_cny, fields.TURNOVER_FEN)
    reading.days(asked.founded_on, fields.FOUNDED_ON)
    reading.instants(asked.listed_at, fields.LISTED_AT, FirmFacet.LISTED_MONTH)
    if asked.lapsed is not None:
        reading.add(lapsed_now(context, wanted=asked.lapsed), FirmFacet.LAPSED)
    if asked.has_open_blockages is not None:
        reading.add(with_open_blockages(context.caller, asked.has_open_blockages))
    return reading
