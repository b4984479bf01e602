"""What a search box offers while someone types, as JSON for `static/js/suggest.js`."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from portal.operation import operation
from portal.page import Page
from portal.pages.policies import clause_path
from portal.visit import Visit

SUGGESTIONS = operation("suggestions")
LONGEST = 100


async def suggestions(visit: Visit) -> Response:
    """A list of {text, kind, to}; `to` is null where choosing it only fills the box."""
    prefix = visit.here.value("q")[:LONGEST]
    data = await visit.ask(SUGGESTIONS, prefix=prefix) if prefix else {"suggest": []}
    found = [
        {
            "text": one["text"],
            "kind": visit.text(f"suggestion.{one['kind']}"),
            "to": _page_of(visit, one["node"]),
        }
        for one in data["suggest"]
    ]
    return JSONResponse(found, headers={"cache-control": "no-store"})


def _page_of(visit: Visit, node: dict[str, Any] | None) -> str | None:
    if not node:
        return None
    if number := node.get("entryNumber"):
        return visit.to(f"/firms/{number}")
    if reference := node.get("reference"):
        return visit.to(f"/points/{reference}")
    return visit.to(clause_path(code)) if (code := node.get("code")) else None


PAGES = (Page("/suggestions", suggestions),)
