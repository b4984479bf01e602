"""The root fields about entries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from directory import entities
from directory.errors import InvalidInput
from directory.identifiers import InvalidUscc, Prefix, check_uscc, parse_number
from schema.arguments import After, First
from schema.context import Context, Info
from schema.enums import Direction
from schema.errors import ApiCode, ApiError
from schema.facets import FacetMode, FacetsUnder
from schema.firms.connections import FirmConnection, found_firms
from schema.firms.filters import FirmFilter
from schema.firms.types import Firm, fetch_firm, shown_firm
from schema.firms.versions import as_of as stood_as_of
from schema.firms.words import FirmFacet, FirmSort
from schema.limits import page_size
from schema.node import Fetchers
from schema.scalars import USCC

FETCHERS: Fetchers = {"Firm": fetch_firm}


@strawberry.type
class FirmQueries:
    """Single entries by what they are known by, and the search."""

    @strawberry.field(
        description="The entry with this number or code; null where there is none for the caller's eyes. With both, both "
        "must fit. The number of a merged entry gives the one that it lives on in. With `asOf` it is the entry as it "
        "stood then, replayed from the log; related entries are the present ones."
    )
    async def firm(
        self,
        info: Info,
        entry_number: Annotated[
            str | None,
            strawberry.argument(
                description="The entry's number, in any case and spacing; O reads as 0, I and L as 1."
            ),
        ] = None,
        uscc: Annotated[
            USCC | None,
            strawberry.argument(description="Unified Social Credit Code, in any case and spacing."),
        ] = None,
        as_of: Annotated[
            datetime | None,
            strawberry.argument(description="The instant at which to look; now when left out."),
        ] = None,
    ) -> Firm | None:
        if entry_number is None and uscc is None:
            raise ApiError(ApiCode.BAD_USER_INPUT, "firm.by_what")
        code = _checked(uscc) if uscc is not None else None
        found = await _found(info.context, entry_number, code)
        if found is None or (code is not None and found.profile.uscc != code):
            return None
        if as_of is not None:
            found = await _as_it_stood(info.context, found, entry_number, as_of)
        return shown_firm(info.context.caller, found)

    @strawberry.field(
        description="Search the entries that the caller may see. Facets leave out their own selection unless asked."
    )
    async def firms(
        self,
        info: Info,
        filter: Annotated[
            FirmFilter | None, strawberry.argument(description="What to find; everything when left out.")
        ] = None,
        facets: Annotated[
            list[FirmFacet] | None,
            strawberry.argument(
                description="What to count by; values of the 50 highest counts and those selected."
            ),
        ] = None,
        facet_mode: FacetsUnder = FacetMode.OTHER_FILTERS,
        order_by: Annotated[
            FirmSort | None, strawberry.argument(description="What to sort by.")
        ] = FirmSort.RELEVANCE,
        direction: Annotated[
            Direction | None, strawberry.argument(description="Which end first.")
        ] = Direction.DESC,
        first: First = 20,
        after: After = None,
    ) -> FirmConnection:
        return await found_firms(
            info,
            filter or FirmFilter(),
            facets or [],
            facet_mode or FacetMode.OTHER_FILTERS,
            order_by or FirmSort.RELEVANCE,
            direction or Direction.DESC,
            first=page_size(first),
            after=after,
        )


def _checked(uscc: USCC) -> str:
    """The code, normalised. Raises: InvalidInput."""
    try:
        return check_uscc(uscc)
    except InvalidUscc as refused:
        raise InvalidInput(refused.problem_at("uscc")) from None


async def _found(context: Context, entry_number: str | None, uscc: str | None) -> entities.Firm | None:
    """The present entry, merges followed, that the caller may see. A caller learns nothing of the past of another."""
    async with context.services.record.reader() as reader:
        if entry_number is None:
            firm = await reader.firm_by_uscc(uscc or "")
        else:
            number = parse_number(entry_number)
            if number is None or number.prefix is not Prefix.ENTRY:
                return None
            firm = await reader.firm_by_entry_number(number.canonical)
    return firm if shown_firm(context.caller, firm) else None


async def _as_it_stood(
    context: Context, present: entities.Firm, entry_number: str | None, at: datetime
) -> entities.Firm | None:
    """What the number led to at that instant, as it stood: a merged entry stood on its own before. Raises: Gone."""
    bearer: entities.Firm | None = present
    number = parse_number(entry_number or "")
    if number is not None and number.canonical != present.entry_number:
        async with context.services.record.reader() as reader:
            bearer = await reader.firm_numbered(number.canonical)
    past = await stood_as_of(context, bearer, at)
    while past is not None and past.merged_into is not None:
        past = await stood_as_of(context, await context.loaders.firm.load(past.merged_into), at)
    return past
