"""
Which errors a caller sees as they are.

Errors on purpose pass with their code; what is wrong with the query or its values passes as GraphQL words it. All else
is logged under a reference, and the caller sees only the reference.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import structlog
from graphql import GraphQLError

from directory.errors import ServiceFault, UserFault
from schema.errors import ApiCode, ApiError, error_of_outage, errors_of_fault, extensions_of

log = structlog.get_logger(__name__)


def shown_errors(errors: Iterable[GraphQLError], *, validated: bool) -> list[GraphQLError]:
    """The errors as the caller may see them. `validated`: the document was valid, so a bare error is a bad value."""
    return [shown for error in errors for shown in _shown(error, validated=validated)]


def _shown(error: GraphQLError, *, validated: bool) -> list[GraphQLError]:
    cause = _cause(error)
    if isinstance(cause, UserFault):
        return [_placed(shown, error) for shown in errors_of_fault(cause)]
    if isinstance(cause, ServiceFault):
        # Where nothing lies behind it, its place says nothing, and under load there are very many of these.
        traced = cause if cause.__cause__ else None
        log.warning(
            "service_unavailable", code=cause.code, reason=str(cause), path=error.path, exc_info=traced
        )
        return [_placed(error_of_outage(cause), error)]
    if isinstance(cause, GraphQLError) and not _is_ours(error, cause):
        return [_worded(error, cause, validated=validated)]
    return [_masked(error, cause)]


def _is_ours(error: GraphQLError, cause: GraphQLError) -> bool:
    """Whether the fault is a value that we gave and that its type cannot show: GraphQL's words quote it.

    Of what the caller sent GraphQL knows the place in the document; an error on purpose has a code.
    """
    return error.path is not None and not cause.nodes and "code" not in (cause.extensions or {})


def _cause(error: GraphQLError) -> BaseException:
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _worded(error: GraphQLError, cause: GraphQLError, *, validated: bool) -> GraphQLError:
    """An error of the query or of its values, with a code and both languages."""
    if cause.extensions and "code" in cause.extensions and error.message == cause.message:
        return error if error.extensions else _placed(cause, error)
    if cause.extensions and "code" in cause.extensions:
        code = str(cause.extensions["code"])
    else:
        code = ApiCode.BAD_USER_INPUT if validated else ApiCode.GRAPHQL_VALIDATION_FAILED
    key = "query.input" if code == ApiCode.BAD_USER_INPUT else "query.invalid"
    shown = GraphQLError(error.message, extensions=extensions_of(code, key, detail=error.message))
    return _placed(shown, error)


def _masked(error: GraphQLError, cause: BaseException) -> GraphQLError:
    reference = uuid.uuid4().hex[:12]
    log.error("resolver_failed", reference=reference, path=error.path, exc_info=cause)
    return _placed(ApiError(ApiCode.INTERNAL, "internal", reference=reference), error)


def _placed(shown: GraphQLError, at: GraphQLError) -> GraphQLError:
    """The error to show at the place of another; nothing else of that one is kept."""
    return GraphQLError(
        shown.message,
        nodes=at.nodes,
        source=at.source,
        positions=at.positions,
        path=at.path,
        extensions=shown.extensions,
    )
