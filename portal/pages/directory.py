"""The directory: search of entries with facets, all of it in the address, and the file of exactly what is shown."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from portal.address import Address
from portal.faults import fault_of, not_found
from portal.filters import Choice, chips, cleared, filter_of, groups
from portal.operation import operation
from portal.page import Page
from portal.visit import Visit
from schema.exporting.endpoint import ExportRefused
from schema.exporting.words import Format, Listing

DIRECTORY = operation("directory")

CHOICES: Sequence[Choice] = (
    Choice("form", "forms", "FORM", "directory.form", open=True),
    Choice("region", "regions", "REGION", "directory.region", open=True),
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
    data = await visit.ask(
        DIRECTORY,
        filter=filter_of(here, CHOICES),
        facets=[choice.facet for choice in CHOICES],
        orderBy=sort,
        direction=SORTS[sort],
        first=PER_PAGE,
        after=here.value("after") or None,
    )
    found = data["firms"]
    return await visit.show(
        "directory.html",
        found=found,
        groups=groups(here, CHOICES, found["facets"]),
        chips=chips(here, CHOICES, found["facets"], {}),
        cleared=cleared(here, CHOICES),
        sort=sort,
        sorts=SORT_KEYS,
        formats=list(Format),
        kept_in_search=_kept(here, "sort", *(choice.name for choice in CHOICES)),
        kept_in_panel=_kept(here, "q", "sort"),
    )


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
        wanted = filter_of(visit.here, CHOICES)
        return await visit.site.common.exports.file(visit.context(), Listing.FIRMS, form, wanted)
    except ExportRefused as refused:
        raise fault_of(refused.errors, visit.language) from None


PAGES = (Page("/directory", directory), Page("/directory/export.{format}", export))
