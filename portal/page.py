"""What makes a page: its path, and who answers at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from portal.visit import Visit

Answer = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page at `path`, in both languages: `show` answers who looks, `send` who sends its form."""

    path: str
    show: Answer | None = None
    send: Answer | None = None
