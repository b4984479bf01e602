"""Enumerations of the directory as the API shows them, each value with its description."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import TypeVar

import strawberry
from strawberry.types.enum import has_enum_definition

from directory.consents import ConsentPurpose
from directory.errors import ErrorCode
from directory.looks import ViewWay
from directory.person_commands import ViewPurpose
from directory.states import Language, OverdueLevel

__all__ = [
    "ConsentPurpose",
    "Direction",
    "ErrorCode",
    "Language",
    "OverdueLevel",
    "ViewPurpose",
    "ViewWay",
    "expose",
]

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
expose(
    ConsentPurpose,
    "What is published of a natural person only while they agree.",
    {
        ConsentPurpose.PUBLISH_CONTACT: "Contact details, to everyone (公开联系方式).",
        ConsentPurpose.PUBLISH_NAME: "The name that the entry is listed under; agreed to by handing in (公开名称).",
    },
)
expose(
    ViewPurpose,
    "What contact details are looked at for.",
    {
        ViewPurpose.REVIEW: "To review a submission (审核).",
        ViewPurpose.FOLLOW_UP: "To follow up on a report (跟进堵点).",
        ViewPurpose.CALL_BACK: "To call a reporter back (回访).",
    },
)
expose(
    ViewWay,
    "How somebody came to be seen.",
    {
        ViewWay.LOOKED_AT: "Their contact details were looked at, by `viewContact` (查看联系方式).",
        ViewWay.UNSEALED: "A supervisor was shown who made a report, by `unsealReporter` (启封).",
        ViewWay.EVIDENCE_READ: "An office read a file that was added to their report (查阅材料).",
        ViewWay.COPIED: "Whoever runs the directory made a copy of all that is kept of them (导出副本).",
    },
)
expose(
    OverdueLevel,
    "How late something owed is (逾期等级).",
    {
        OverdueLevel.LONG_OVERDUE: "Late by ten working days or more.",
        OverdueLevel.OVERDUE: "Late by less.",
        OverdueLevel.DUE_SOON: "In time, with at most three working days left.",
    },
)
