"""The search of reports (堵点检索): facets, words marked, charts of the selection, the files of what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.address import Address
from portal.faults import fault_of, not_found
from portal.filters import groups
from portal.operation import operation
from portal.page import Page
from portal.report_figures import file_header, file_rows, heat, months, provinces
from portal.report_filters import (
    CHOICES,
    DAYS,
    FLAGS,
    NAMES,
    report_chips,
    report_filter,
    without_filters,
)
from portal.tables import csv_file
from portal.visit import Visit
from schema.exporting.words import Format, Listing
from schema.refusing import NotAnswered

BLOCKAGES = operation("blockages")
FIGURES = operation("blockages_figures")
TERMS = operation("blockages_terms")

RELEVANCE = "RELEVANCE"
SORTS = {
    RELEVANCE: "directory.sort.relevance",
    "REPORTED_AT": "blockages.sort.reported_at",
    "UPDATED_AT": "directory.sort.updated_at",
    "SEVERITY": "blockages.severity",
    "DUE_AT": "blockages.sort.due_at",
}
ASCENDING = frozenset({"DUE_AT"})
VIEW, CHARTS = "view", "charts"
PER_PAGE = 20
# The files of the charts: their dimensions by name.
DATA: Mapping[str, tuple[str, ...]] = {
    "months": ("month",),
    "provinces": ("region",),
    "agencies": ("agency", "category"),
}
# Searches to try, by the key of what they show.
EXAMPLES: Mapping[str, str] = {
    "blockages.help.phrase": '"营业执照"',
    "blockages.help.or": "微短剧 OR 短视频",
    "blockages.help.without": "直播 -带货",
    "blockages.help.prefix": "live*",
    "blockages.help.title": "title:抽成",
    "blockages.help.region": "region:浙江",
    "blockages.help.platform": "platform:抖音",
}


async def blockages(visit: Visit) -> Response:
    """A page of the reports that the address asks for, or the charts of all of them."""
    here = visit.here
    charts = here.value(VIEW) == CHARTS
    wanted, sort = report_filter(here), here.value("sort") if here.value("sort") in SORTS else RELEVANCE
    data = await visit.ask(
        BLOCKAGES,
        filter=wanted,
        facets=[choice.facet for choice in CHOICES],
        orderBy=sort,
        direction="ASC" if sort in ASCENDING else "DESC",
        first=1 if charts else PER_PAGE,
        after=None if charts else here.value("after") or None,
    )
    found = data["blockages"]
    chips = report_chips(here, found["facets"], await visit.site.labels(), visit.language)
    return await visit.show(
        "blockages.html",
        found=found,
        groups=groups(here, CHOICES, found["facets"]),
        chips=chips,
        cleared=without_filters(here),
        flags=FLAGS,
        days=DAYS,
        examples=EXAMPLES,
        sort=sort,
        sorts=SORTS,
        formats=list(Format),
        kept_in_search=kept(here, "sort", VIEW, *NAMES[1:]),
        kept_in_panel=kept(here, "q", "sort", VIEW),
        selection=selection(here),
        charts_shown=charts,
        drawn_of=await _charts(visit, wanted) if charts else None,
    )


def kept(here: Address, *names: str) -> list[tuple[str, str]]:
    """The parameters that a form of its own fields keeps as they are."""
    return [(name, value) for name in names for value in here.all(name)]


def selection(here: Address) -> Address:
    """What decides over what is found, and nothing else, at no path yet."""
    return Address("", tuple(kept(here, *NAMES)))


async def _charts(visit: Visit, wanted: dict[str, Any]) -> Mapping[str, Any]:
    """What the charts show; where it is not `told`, `refused` says why."""
    data, refused = await visit.ask_if_told(FIGURES, filter=wanted)
    if data is None:
        return {"told": False, "refused": refused}
    terms, _ = await visit.ask_if_told(TERMS, filter=wanted)
    values, names = provinces(data["provinces"]["rows"])
    columns, lines = heat(data["agencies"]["rows"])
    return {
        "told": True,
        "total": data["total"],
        "terms": terms["significantTerms"] if terms else [],
        "months": months(data["months"]["rows"]),
        "provinces": values,
        "province_names": names,
        "columns": columns,
        "lines": lines,
        "suppressed": {name: data[name]["suppressed"] for name in DATA},
    }


async def chart_data(visit: Visit) -> Response:
    """The data of one chart of the selection."""
    name, wanted = visit.given("chart"), report_filter(visit.here)
    if name == "terms":
        found = (await visit.ask(TERMS, filter=wanted))["significantTerms"]
        rows = [[one["term"], one["count"], one["backgroundCount"], one["score"]] for one in found]
        return csv_file("reports-terms", ["term", "count", "backgroundCount", "score"], rows)
    if name not in DATA:
        raise not_found()
    data = await visit.ask(FIGURES, filter=wanted)
    return csv_file(f"reports-{name}", file_header(*DATA[name]), file_rows(data[name]["rows"]))


async def export(visit: Visit) -> Response:
    """The file of what the address asks for, in the format that its path names."""
    try:
        form = Format(visit.given("format"))
    except ValueError:
        raise not_found() from None
    try:
        wanted = report_filter(visit.here)
        return await visit.site.common.exports.file(visit.context(), Listing.BLOCKAGES, form, wanted)
    except NotAnswered as cause:
        raise fault_of(cause.errors, visit.language) from None


PAGES = (
    Page("/blockages", blockages),
    Page("/blockages/export.{format}", export),
    Page("/blockages/data/{chart}.csv", chart_data),
)
