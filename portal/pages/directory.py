"""The directory: search of entries with facets, all of it in the address, and the file of exactly what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.address import Address
from portal.faults import fault_of, not_found
from portal.filters import Choice, Group, Name, chips, cleared, filter_of, groups
from portal.operation import operation
from portal.page import Page
from portal.region_choice import asked_of, opened
from portal.visit import Visit
from schema.exporting.words import Format, Listing
from schema.refusing import NotAnswered

DIRECTORY = operation("directory")

CHOICES: Sequence[Choice] = (
    Choice("form", "forms", "FORM", "directory.form", open=True),
    # Counted by province, and by region inside those that are chosen.
    Choice("region", "regions", "PROVINCE", "directory.region", open=True),
    Choice("kind", "entityKinds", "ENTITY_KIND", "directory.kind", "entity_kinds", open=True),
    Choice("platform", "platforms", "PLATFORM", "directory.platform"),
    Choice("occupation", "occupations", "OCCUPATION", "directory.occupation"),
    Choice("industry", "industries", "INDUSTRY", "directory.industry"),
    Choice("size", "sizeClasses", "SIZE_CLASS", "directory.size", "size_classes"),
    Choice("status", "statuses", "STATUS", "directory.status", "firm_statuses"),
)
RELEVANCE = "RELEVANCE"
# Each order with the end that comes first.
SORTS = {RELEVANCE: "DESC", "NAME": "ASC", "LISTED_AT": "DESC", "UPDATED_AT": "DESC", "FOLLOWERS": "DESC"}
SORT_KEYS = {
    RELEVANCE: "directory.sort.relevance",
    "NAME": "directory.sort.name",
    "LISTED_AT": "directory.sort.listed_at",
    "UPDATED_AT": "directory.sort.updated_at",
    "FOLLOWERS": "directory.sort.followers",
}
PER_PAGE = 20


async def directory(visit: Visit) -> Response:
    """A page of what the address asks for."""
    here = visit.here
    sort = here.value("sort") if here.value("sort") in SORTS else RELEVANCE
    places = here.all("region")
    data = await visit.ask(
        DIRECTORY,
        filter=_filter(here),
        facets=[*(choice.facet for choice in CHOICES), *(["REGION"] if places else [])],
        orderBy=sort,
        direction=SORTS[sort],
        first=PER_PAGE,
        after=here.value("after") or None,
    )
    found = data["firms"]
    return await visit.show(
        "directory.html",
        found=found,
        groups=_groups(here, found["facets"]),
        chips=chips(here, CHOICES, found["facets"], {"region": await _names(visit, found["facets"])}),
        cleared=cleared(here, CHOICES),
        sort=sort,
        sorts=SORT_KEYS,
        formats=list(Format),
        kept_in_search=_kept(here, "sort", *(choice.name for choice in CHOICES)),
        kept_in_panel=_kept(here, "q", "sort"),
    )


def _filter(here: Address) -> dict[str, Any]:
    asked = filter_of(here, CHOICES)
    asked.pop("regions", None)
    return {**asked, **asked_of(here.all("region"))}


def _groups(here: Address, facets: Sequence[Mapping[str, Any]]) -> list[Group]:
    regions = next((facet for facet in facets if facet["field"] == "REGION"), None)
    return [
        opened(group, here.all("region"), regions) if group.name == "region" else group
        for group in groups(here, CHOICES, facets)
    ]


async def _names(visit: Visit, facets: Sequence[Mapping[str, Any]]) -> Name:
    """What regions are called, whether they are counted or not. Raises: PageFault."""
    listed = {code: name for _, group in await visit.site.regions(visit.language) for code, name in group}
    counted = {
        one["value"]: one["label"]
        for facet in facets
        if facet["field"] == "REGION"
        for one in facet["values"]
    }
    names = {**listed, **counted}
    return lambda code: names.get(code, code)


def _kept(here: Address, *names: str) -> list[tuple[str, str]]:
    """The parameters that a form of its own fields keeps as they are."""
    return [(name, value) for name in names for value in here.all(name)]


async def export(visit: Visit) -> Response:
    """The file of what the address asks for, in the format that its path names."""
    try:
        form = Format(visit.given("format"))
    except ValueError:
        raise not_found() from None
    try:
        wanted = _filter(visit.here)
        return await visit.site.common.exports.file(visit.context(), Listing.FIRMS, form, wanted)
    except NotAnswered as cause:
        raise fault_of(cause.errors, visit.language) from None


PAGES = (Page("/directory", directory), Page("/directory/export.{format}", export))
