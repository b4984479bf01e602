"""
How errors reach a caller.

What a mutation's caller can correct comes back in its payload as `UserError`s. Everything else is a GraphQL error
with `extensions.code` (`ApiCode`) and `extensions.messages` in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import strawberry
from graphql import GraphQLError

from directory.errors import Problem, SearchBusy, ServiceFault, UserFault
from directory.messages.catalogue import api_path, message
from schema.arguments import InEnglish
from schema.enums import ErrorCode, Language
from schema.messages import sentences


class ApiCode(StrEnum):
    """`extensions.code` of errors that belong to no mutation payload; those of `ErrorCode` appear there too."""

    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    TOO_LARGE = "TOO_LARGE"
    TOO_SLOW = "TOO_SLOW"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    QUERY_TOO_LONG = "QUERY_TOO_LONG"
    FIELD_NOT_ALLOWED = "FIELD_NOT_ALLOWED"
    CURSOR_INVALID = "CURSOR_INVALID"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    POSITION_UNKNOWN = "POSITION_UNKNOWN"
    UNAVAILABLE = "UNAVAILABLE"
    SEARCH_UNAVAILABLE = "SEARCH_UNAVAILABLE"
    BUSY = "BUSY"
    TIMEOUT = "TIMEOUT"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL = "INTERNAL"


def extensions_of(code: str, key: str, **params: Any) -> dict[str, Any]:
    """What stands in `extensions` of an error: its code and its sentence in both languages."""
    return {"code": code, "messages": sentences(key, params)}


class ApiError(GraphQLError):
    """An error on purpose, shown to the caller as it is; the sentence is that of `key` in `schema/messages.py`."""

    def __init__(self, code: ApiCode, key: str, **params: Any) -> None:
        extensions = extensions_of(code, key, **params)
        super().__init__(extensions["messages"]["en"], extensions=extensions)


def errors_of_fault(fault: UserFault) -> list[GraphQLError]:
    """One GraphQL error a problem, for a fault outside a mutation's payload; `extensions.argument` is its path."""
    return [
        GraphQLError(
            message(problem, Language.EN),
            extensions={
                "code": problem.code.value,
                "messages": {
                    "zh": message(problem, Language.ZH),
                    "en": message(problem, Language.EN),
                },
                "argument": api_path(problem)[1:],
            },
        )
        for problem in fault.problems
    ]


def error_of_outage(fault: ServiceFault) -> ApiError:
    """What a caller is told of a fault that only time corrects; its own text stays in the log."""
    if isinstance(fault, SearchBusy):
        return try_later(ApiCode.BUSY, "unavailable.busy", fault.retry_after)
    if fault.code == ApiCode.SEARCH_UNAVAILABLE:
        return ApiError(ApiCode.SEARCH_UNAVAILABLE, "unavailable.search")
    return ApiError(ApiCode.UNAVAILABLE, "unavailable.record")


def try_later(code: ApiCode, key: str, retry_after: int, **params: Any) -> ApiError:
    """The error with `extensions.retryAfter`, the seconds to wait; its sentence may name them as `seconds`."""
    error = ApiError(code, key, **{"seconds": retry_after, **params})
    error.extensions = {**(error.extensions or {}), "retryAfter": retry_after}
    return error


def retry_after(errors: Iterable[GraphQLError]) -> int | None:
    """The longest wait that the errors name."""
    waits = [(error.extensions or {}).get("retryAfter") for error in errors]
    return max((wait for wait in waits if isinstance(wait, int)), default=None)


@strawberry.type(
    description="Something that the caller can correct. `path` points into the mutation's input, "
    'for example ["input", "profile", "uscc"].'
)
class UserError:
    """A problem of a command, as its payload shows it."""

    code: ErrorCode = strawberry.field(description="What kind of mistake it is.")
    path: list[str] = strawberry.field(description="Where in the input it is, from `input` down.")
    problem: strawberry.Private[Problem]

    @strawberry.field(description="With CONFLICT, the version that is the present one; null for all else.")
    def current_version(self) -> int | None:
        version = self.problem.params.get("current") if self.code is ErrorCode.CONFLICT else None
        return version if isinstance(version, int) else None

    @strawberry.field(description="What to tell the user.")
    def message(self, language: InEnglish = Language.EN) -> str:
        return message(self.problem, language or Language.EN)


def user_errors(problems: Iterable[Problem]) -> list[UserError]:
    """The problems of a command's outcome for its payload, in their order."""
    return [UserError(code=problem.code, path=api_path(problem), problem=problem) for problem in problems]
