"""What goes wrong with a page: one table from the API's error codes to the kinds of page that tell of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from portal.language import SEGMENT_OF
from schema.enums import Language
from schema.errors import retry_after

# Code -> status and kind; a kind has its texts `fault.<kind>.title` and `fault.<kind>.text`.
KIND_OF: Mapping[str, tuple[int, str]] = {
    "NOT_FOUND": (404, "not_found"),
    "GONE": (410, "gone"),
    "FORBIDDEN": (403, "forbidden"),
    "FIELD_NOT_ALLOWED": (403, "forbidden"),
    "UNAUTHENTICATED": (403, "forbidden"),
    "CURSOR_INVALID": (400, "cursor"),
    "CURSOR_EXPIRED": (400, "cursor"),
    "BAD_USER_INPUT": (400, "address"),
    "INVALID": (400, "address"),
    "INVALID_TEXT": (400, "address"),
    "TOO_LARGE": (400, "address"),
    "QUERY_TOO_LONG": (400, "address"),
    "LIMIT_EXCEEDED": (400, "limit"),
    "RATE_LIMITED": (429, "busy"),
    "BUSY": (503, "busy"),
    "TIMEOUT": (503, "busy"),
    "SEARCH_UNAVAILABLE": (503, "search"),
    "UNAVAILABLE": (503, "unavailable"),
}
OURS = (500, "internal")
KINDS = frozenset({kind for _, kind in KIND_OF.values()} | {OURS[1], "form", "rebuilding"})
RETRY_SECONDS: Mapping[str, int] = {"busy": 5, "search": 30, "unavailable": 30, "rebuilding": 60}


class PageFault(Exception):
    """A request that gets a page of another kind than the one asked for; `sentences` are the API's own."""

    def __init__(
        self,
        status: int,
        kind: str,
        *,
        sentences: Sequence[str] = (),
        seconds: int | None = None,
        reference: str | None = None,
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.sentences = sentences
        self.seconds = seconds if seconds is not None else RETRY_SECONDS.get(kind)
        self.reference = reference


def not_found() -> PageFault:
    """That there is no such page, or none for the visitor's eyes."""
    return PageFault(404, "not_found")


def fault_of(errors: Sequence[GraphQLError], language: Language) -> PageFault:
    """The fault to show for errors of an operation: the first one decides."""
    extensions = errors[0].extensions or {}
    status, kind = KIND_OF.get(str(extensions.get("code")), OURS)
    return PageFault(
        status,
        kind,
        sentences=[sentence(error, language) for error in errors]
        if status == 400 and kind != "cursor"
        else (),
        seconds=retry_after(errors),
    )


def sentence(error: GraphQLError, language: Language) -> str:
    """What the error says, in the page's language."""
    messages: Any = (error.extensions or {}).get("messages") or {}
    return str(messages.get(SEGMENT_OF[language], error.message))
