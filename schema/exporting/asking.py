"""What an export is asked for: the API's own filter as JSON, read by the API's own types."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from graphql import GraphQLError, OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values
from strawberry.types.arguments import convert_argument

from directory.access import Operation
from indexer.documents import fields
from indexer.query.search import AnyOf, Both, Search, Sort
from schema.blockages.facets import BlockageSort
from schema.blockages.filters import BlockageFilter, blockage_search
from schema.context import Context
from schema.enums import Direction
from schema.errors import ApiCode, ApiError
from schema.exporting.words import Listing
from schema.firms.filters import FirmFilter, firm_search
from schema.firms.words import FirmSort
from schema.masking import shown_errors
from schema.root import SCHEMA

F = TypeVar("F")
AT_ONCE = 500


# Numbers are unique and never change: in their order nothing can slip past the walk while entries are written.
_BY_NUMBER = {
    Listing.FIRMS: Sort(fields.ENTRY_NUMBER, descending=False),
    Listing.BLOCKAGES: Sort(fields.REFERENCE, descending=False),
}


def own_only(context: Context) -> bool:
    """Whether the caller exports no more than their own. Raises: ApiError FORBIDDEN, for one who may export nothing."""
    if context.may(Operation.EXPORT):
        return False
    if context.may(Operation.EXPORT_OWN) and context.caller.subject is not None:
        return True
    raise ApiError(ApiCode.FORBIDDEN, "forbidden.export")


async def export_search(context: Context, listing: Listing, given: object) -> Search:
    """The search for the first rows. `given` is the filter as JSON, None for everything.

    Raises: ApiError FORBIDDEN, FIELD_NOT_ALLOWED, BAD_USER_INPUT for a value of the wrong form; InvalidInput.
    """
    only_own = own_only(context)
    search = await _asked(context, listing, given)
    visible = search.visible
    if only_own:
        visible = Both((visible, AnyOf(fields.OWNER, (str(context.caller.subject),))))
    return Search(
        kind=search.kind,
        visible=visible,
        text=search.text,
        filters=search.filters,
        sort=_BY_NUMBER[listing],
        first=AT_ONCE,
    )


async def _asked(context: Context, listing: Listing, given: object) -> Search:
    if listing is Listing.FIRMS:
        wanted = filter_of(given, FirmFilter)
        relevance = FirmSort.RELEVANCE
        return firm_search(context, wanted, [], relevance, Direction.DESC, first=AT_ONCE, total=False)[0]
    report = filter_of(given, BlockageFilter)
    order = (BlockageSort.RELEVANCE, Direction.DESC)
    return (await blockage_search(context, report, [], order, first=AT_ONCE, total=False))[0]


def filter_of(given: object, kind: type[F]) -> F:
    """The filter as resolvers get it; for None one that asks for everything.

    Raises: GraphQLError BAD_USER_INPUT, with the first wrong value.
    """
    document = parse(f"query($filter: {kind.__name__}) {{ __typename }}", no_location=True)
    (operation,) = document.definitions
    variables = cast("OperationDefinitionNode", operation).variable_definitions or ()
    inputs: dict[str, Any] = {"filter": given}
    read = get_variable_values(SCHEMA._schema, variables, inputs, max_errors=1, hide_suggestions=True)
    if isinstance(read, list):
        raise _in_both_languages(read)
    values = cast("dict[str, Any]", getattr(read, "coerced", read))
    wanted = convert_argument(
        values.get("filter"), kind, SCHEMA.schema_converter.scalar_registry, SCHEMA.config
    )
    return kind() if wanted is None else cast("F", wanted)


def _in_both_languages(errors: list[GraphQLError]) -> GraphQLError:
    return shown_errors(errors, validated=True)[0]
