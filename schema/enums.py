"""Enumerations of the directory as the API shows them, each value with its description."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import TypeVar

import strawberry
from strawberry.types.enum import has_enum_definition

from directory.errors import ErrorCode
from directory.states import Language

__all__ = ["Direction", "ErrorCode", "Language", "expose"]

E = TypeVar("E", bound=Enum)


def expose(enumeration: type[E], description: str, values: Mapping[E, str]) -> type[E]:
    """The enumeration, made known to the schema under its own name. `values` describes each member.

    Raises: KeyError, for a member without a description.
    """
    exposed = strawberry.enum(enumeration, description=description)
    if not has_enum_definition(exposed):
        raise TypeError(f"{enumeration.__name__} is no enumeration")
    for shown in exposed.__strawberry_definition__.values:
        shown.description = values[enumeration[shown.name]]
    return enumeration


class Direction(StrEnum):
    """The order of a list."""

    ASC = "ASC"
    DESC = "DESC"


expose(
    Language,
    "The two languages of the directory.",
    {Language.ZH: "Chinese (中文).", Language.EN: "English (英文)."},
)
expose(
    Direction,
    "The order of a list.",
    {Direction.ASC: "Smallest, earliest or first first.", Direction.DESC: "Largest, latest or last first."},
)
expose(
    ErrorCode,
    "What kind of mistake a caller can correct.",
    {
        ErrorCode.INVALID: "A value breaks its own rule: format, range, unknown code.",
        ErrorCode.REQUIRED: "A value that must be there is missing.",
        ErrorCode.DUPLICATE: "An entry or report with this identity exists.",
        ErrorCode.NOT_FOUND: "There is no such thing, or none that the caller may know of.",
        ErrorCode.NOT_ALLOWED_NOW: "The state machine has no such transition from the present state.",
        ErrorCode.FORBIDDEN: "The caller's role may not do this here.",
        ErrorCode.CONFLICT: "`expectedVersion` is not the present version: someone else was first.",
        ErrorCode.TOO_LARGE: "A text or list is longer than its limit.",
        ErrorCode.LIMIT_EXCEEDED: "A limit of the rules, such as the one extension of a report.",
        ErrorCode.INVALID_TEXT: "A text holds characters that no text may hold, such as control characters.",
        ErrorCode.IDEMPOTENCY_MISMATCH: "The `clientMutationId` was used before, for another request.",
        ErrorCode.GONE: "What was asked for has been erased.",
    },
)
