"""The command `newgrowth export`: the same rows that the API exports for such a caller, on standard output."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any, BinaryIO

from graphql import GraphQLError
from rich.console import Console

from directory.access import Caller
from directory.errors import UserFault
from newgrowth.serving import services_of
from newgrowth.settings import Settings
from newgrowth.wiring import opened
from schema.errors import errors_of_fault
from schema.exporting.formats import has_columns, written
from schema.exporting.snapshot import snapshot
from schema.exporting.words import Format, Listing
from schema.root import context_for


class NotExported(Exception):
    """Nothing was written; the text says why."""


async def export(
    settings: Settings,
    listing: Listing,
    form: Format,
    wanted: Any,
    caller: Caller,
    *,
    out: BinaryIO,
    console: Console,
) -> None:
    """Writes the file to `out`; `wanted` is the API's filter as JSON, None for everything.

    Raises: NotExported for a filter or a caller that the API would refuse; SearchUnavailable, RecordUnavailable.
    """
    async with opened(settings, mode="read") as parts:
        context = context_for(services_of(parts), caller)
        try:
            found = await snapshot(context, listing, wanted, beside=has_columns(form))
        except GraphQLError as error:
            raise NotExported(error.message) from None
        except UserFault as fault:
            raise NotExported("\n".join(_told(error) for error in errors_of_fault(fault))) from None
        async with aclosing(written(found, form)) as pieces:
            async for piece in pieces:
                out.write(piece)
        out.flush()
    console.print(f"Exported at log position {found.position}.", highlight=False)


def _told(error: GraphQLError) -> str:
    place = ".".join(str(step) for step in (error.extensions or {}).get("argument", ()))
    return f"{place}: {error.message}"
