"""
Queries by GET (GraphQL over HTTP): read only, and only for programs.

A link, an image or a form of a foreign page makes browsers send a GET, with the reader's cookies. So a query is run by GET only
for who names a media type of answers in Accept, which these cannot, and who brings no cookies; and never a mutation.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from schema.answers import GRAPHQL_JSON, JSON
from schema.bodies import GraphQLRequest, Refused, as_request, read_json
from schema.errors import ApiCode, ApiError

OBJECTS = ("variables", "extensions")


def check_method(request: Request) -> None:
    """Raises: Refused (405), for what may run nothing."""
    if request.method != "POST" and not _may_ask(request):
        raise Refused(405, ApiError(ApiCode.METHOD_NOT_ALLOWED, "body.method"))


def _may_ask(request: Request) -> bool:
    named = {part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "").split(",")}
    return (
        request.method == "GET"
        and "cookie" not in request.headers
        and not named.isdisjoint((JSON, GRAPHQL_JSON))
    )


def read_link(request: Request) -> GraphQLRequest:
    """What the address asks to run; `variables` and `extensions` are objects as JSON. Raises: Refused (400)."""
    asked: dict[str, Any] = {}
    for name, text in request.query_params.multi_items():
        if name in asked:
            raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.field_type", field=name))
        asked[name] = _object(text) if name in OBJECTS else text
    try:
        return as_request(asked)
    except ApiError as error:
        raise Refused(400, error) from None


def _object(text: str) -> Any:
    try:
        return read_json(text) if text else None
    except ValueError:
        raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.not_json")) from None
