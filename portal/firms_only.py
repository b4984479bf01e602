"""Pages that only firms can use: who is no firm is told what the page is for, and what to do first."""

from __future__ import annotations

from starlette.responses import Response

from portal.visit import Visit


async def turned_away(visit: Visit, title: str, text: str) -> Response | None:
    """A page with those texts, by their keys, for who is not signed in as a firm; None for a firm."""
    if visit.visitor.has("FIRM"):
        return None
    return await visit.show("firms_only.html", title=visit.text(title), text=visit.text(text))
