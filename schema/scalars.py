"""
The custom scalars: what they take, and what they give.

They check form only. What a value means is the rules' affair: a USCC passes here in any of the ways people write it
and is normalised and verified by `directory.identifiers`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from schema.errors import ApiCode, ApiError

USCC = NewType("USCC", str)

LONGEST_USCC = 64
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DECIMAL = re.compile(r"-?[0-9]{1,18}([.][0-9]{1,6})?")


def refused(detail: str) -> GraphQLError:
    """The error for a value of the wrong form; `detail` says in English what would be right."""
    return ApiError(ApiCode.BAD_USER_INPUT, "query.input", detail=detail)


def parse_date(value: object) -> date:
    """The calendar date of an ISO 8601 text, YYYY-MM-DD. Raises: GraphQLError."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise refused("A Date is a calendar date as YYYY-MM-DD.")


def parse_date_time(value: object) -> datetime:
    """The instant, in UTC, of an ISO 8601 text with offset. Raises: GraphQLError, also for one without an offset."""
    if isinstance(value, str) and _DATE_TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise refused("A DateTime is an instant as YYYY-MM-DDTHH:MM:SS with an offset (Z or +08:00).")


def parse_decimal(value: object) -> Decimal:
    """The exact number of a text or whole number. Raises: GraphQLError, also for floats, which are not exact."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and _DECIMAL.fullmatch(text):
        return Decimal(text)
    raise refused('A Decimal is a text of up to 18 digits, with up to 6 after the point: "1200.50".')


def _decimal_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> Decimal:
    """The exact number as written in the query: there even 0.1 is exact."""
    if isinstance(node, StringValueNode | IntValueNode | FloatValueNode):
        return parse_decimal(node.value)
    return parse_decimal(None)


def parse_uscc(value: object) -> USCC:
    """The code as written; normalised and verified by the rules. Raises: GraphQLError, when it cannot be one."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_USCC:
        return USCC(value)
    raise refused("A USCC is a text of 18 characters.")


def _give_date_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


SCALARS: Mapping[object, ScalarDefinition] = {
    date: strawberry.scalar(
        name="Date",
        description="A calendar date, ISO 8601: 2020-07-14.",
        serialize=date.isoformat,
        parse_value=parse_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, ISO 8601, given in UTC with its offset; an offset is required on the way in.",
        serialize=_give_date_time,
        parse_value=parse_date_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, as a text: up to 18 digits and 6 after the point.",
        serialize=lambda value: format(value, "f"),
        parse_value=parse_decimal,
        parse_literal=_decimal_literal,
    ),
    USCC: strawberry.scalar(
        name="USCC",
        description="Unified Social Credit Code (统一社会信用代码), GB 32100-2015: 18 characters, checksum verified. "
        "Full-width and lower-case letters are taken and normalised.",
        serialize=str,
        parse_value=parse_uscc,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
