"""Query texts read once: parsed documents by text, and the operation a request means."""

from __future__ import annotations

from functools import lru_cache

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
)

from schema.errors import ApiCode, ApiError, extensions_of
from schema.limits import QUERY_BYTES, TOKENS

CACHED_DOCUMENTS = 256


def read_document(query: str | None) -> DocumentNode:
    """The parsed query. Raises: GraphQLError, typed, for a text that is missing, too long or not GraphQL."""
    if not query or not query.strip():
        raise ApiError(ApiCode.BAD_REQUEST, "body.no_query")
    if len(query) > QUERY_BYTES or len(query.encode("utf-8", "replace")) > QUERY_BYTES:
        raise ApiError(ApiCode.QUERY_TOO_COMPLEX, "query.too_long", limit=QUERY_BYTES)
    try:
        return _parsed(query)
    except GraphQLSyntaxError as error:
        raise GraphQLError(
            error.message,
            source=error.source,
            positions=error.positions,
            extensions=extensions_of(ApiCode.GRAPHQL_PARSE_FAILED, "query.invalid", detail=error.message),
        ) from None


@lru_cache(maxsize=CACHED_DOCUMENTS)
def _parsed(query: str) -> DocumentNode:
    return parse(query, max_tokens=TOKENS)


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The document's fragments by name."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation that `name` means, or the only one. Raises: ApiError BAD_REQUEST, when that is not one."""
    operations = [
        definition
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        and (name is None or (definition.name is not None and definition.name.value == name))
    ]
    if len(operations) != 1:
        raise ApiError(ApiCode.BAD_REQUEST, "body.which_operation")
    return operations[0]
