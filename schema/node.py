"""Relay's global ids: which type, and its key, in one opaque text."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.context import Context

LONGEST_ID = 512


@strawberry.interface(description="Anything with a global id, to be fetched again by `node`.")
class Node:
    """A thing with an identity. `key` is what the record or the reference data call it."""

    key: strawberry.Private[str]

    @strawberry.field(description="The global id: opaque, stable for ever.")
    def id(self) -> strawberry.ID:
        return global_id(type(self).__name__, self.key)


Fetch = Callable[["Context", str], Awaitable[Node | None]]
Fetchers = Mapping[str, Fetch]
"""How to fetch a node by its key, by type name. A fetcher answers None for what the caller may not know of."""

GlobalId = Annotated[
    strawberry.ID, strawberry.argument(description="A global id, as `id` of any node gives it.")
]
GlobalIds = Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, from 1 to 100.")]


def global_id(type_name: str, key: str) -> strawberry.ID:
    """The global id of the node of that type and key."""
    return strawberry.ID(base64.urlsafe_b64encode(f"{type_name}:{key}".encode()).rstrip(b"=").decode())


def parse_global_id(text: str) -> tuple[str, str] | None:
    """Type name and key, or None for what is no global id."""
    if len(text) > LONGEST_ID or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    type_name, colon, key = raw.partition(":")
    return (type_name, key) if colon and key else None


def key_of(type_name: str, text: str) -> str | None:
    """The key inside a global id of that type; None for any other text, so that a lookup by it finds nothing."""
    parsed = parse_global_id(text)
    return parsed[1] if parsed and parsed[0] == type_name else None


async def fetch_node(context: Context, text: str) -> Node | None:
    """The node, or None: no global id, unknown type, unknown key, or not for this caller's eyes."""
    parsed = parse_global_id(text)
    if parsed is None or (fetch := context.fetchers.get(parsed[0])) is None:
        return None
    return await fetch(context, parsed[1])
