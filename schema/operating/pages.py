"""Lists for operators, read from the record page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

import strawberry

from directory.access import Operation
from directory.operating_ports import Key, Keyed
from directory.ports import Reader
from schema.connections import PageInfo
from schema.context import Context
from schema.limits import page_size
from schema.searching import keyed_page, opened_key

Kept = TypeVar("Kept", covariant=True)
Found = TypeVar("Found")
Shown = TypeVar("Shown")


@strawberry.type(description="A page of a list that only operators read.")
class Connection(Generic[Shown]):
    """Its items and where it stands."""

    nodes: list[Shown] = strawberry.field(description="The items, in the order of the list.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")


class Read(Protocol[Kept]):
    """A list of the record."""

    def __call__(self, *, first: int, after: Key | None = None) -> Awaitable[Keyed[Kept]]: ...


async def listed(
    context: Context,
    operation: Operation,
    name: str,
    *,
    first: int | None,
    after: str | None,
    read: Callable[[Reader], Read[Found]],
    shown: Callable[[Found], Shown],
) -> Connection[Shown]:
    """A page of what `read` lists. Raises: ApiError FORBIDDEN, BAD_USER_INPUT, CURSOR_INVALID, CURSOR_EXPIRED."""
    context.require(operation)
    most = page_size(first)
    behind = opened_key(context, name, None, after)
    async with context.services.record.reader() as reader:
        found = await read(reader)(first=most + 1, after=behind)
    page = found[:most]
    _, info = keyed_page(context, name, None, [key for key, _ in page], after=after, more=len(found) > most)
    return Connection(nodes=[shown(each) for _, each in page], page_info=info)
