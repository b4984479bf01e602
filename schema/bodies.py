"""
The bodies of requests: read within bounds, then taken apart strictly.

Nothing here knows GraphQL beyond the shape of a request (GraphQL over HTTP): an object with `query`, `operationName`,
`variables` and `extensions`.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from schema.errors import ApiCode, ApiError

LONGEST_INTEGER = 30
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """A request that is answered without being run: an HTTP status and the error to show."""

    def __init__(self, status: int, error: ApiError) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a request asks to run."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None


async def read_body(request: Request, *, most_bytes: int, within_seconds: float) -> bytes:
    """The whole body. Raises: Refused, when it is too large (413) or too slow (408)."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and int(declared[:20]) > most_bytes:
        raise Refused(413, ApiError(ApiCode.TOO_LARGE, "body.too_large", bytes=most_bytes))
    try:
        async with asyncio.timeout(within_seconds):
            return await _collect(request, most_bytes)
    except TimeoutError:
        slow = ApiError(ApiCode.TOO_SLOW, "body.too_slow", seconds=f"{within_seconds:g}")
        raise Refused(408, slow) from None
    except ClientDisconnect:
        raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.not_json")) from None


async def _collect(request: Request, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise Refused(413, ApiError(ApiCode.TOO_LARGE, "body.too_large", bytes=most_bytes))
        parts.append(part)
    return b"".join(parts)


def read_json(body: bytes | str) -> Any:
    """The JSON value (RFC 8259) of a UTF-8 text. Raises: ValueError, also for nesting and numbers beyond bounds.

    A half of a surrogate pair, as a cut emoji leaves it, becomes U+FFFD: it can be neither stored nor sent back.
    """
    text = body.decode("utf-8") if isinstance(body, bytes) else body
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded)
        return _mended(value) if "\\u" in text else value
    except RecursionError:
        raise ValueError("nested too deep") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number out of range")
    return number


def _bounded(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise ValueError("a number out of range")
    return int(text)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(item) for name, item in value.items()}
    return value


def read_request(body: bytes) -> GraphQLRequest:
    """What the body asks to run. Raises: Refused (400)."""
    try:
        asked = read_json(body)
    except ValueError:
        raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.not_json")) from None
    if not isinstance(asked, dict):
        raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.not_object"))
    try:
        return as_request(asked)
    except ApiError as error:
        raise Refused(400, error) from None


def as_request(asked: dict[str, Any]) -> GraphQLRequest:
    """The request in a JSON object. Raises: ApiError BAD_REQUEST, for a missing query or a part of another type."""
    query = asked.get("query")
    if query is None or query == "":
        raise ApiError(ApiCode.BAD_REQUEST, "body.no_query")
    for field, kind in (("query", str), ("operationName", str), ("variables", dict), ("extensions", dict)):
        if asked.get(field) is not None and not isinstance(asked[field], kind):
            raise ApiError(ApiCode.BAD_REQUEST, "body.field_type", field=field)
    return GraphQLRequest(query, asked.get("operationName") or None, asked.get("variables"))
