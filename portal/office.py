"""Pages for those in office (部门、督办): who is not is told what the page is for."""

from __future__ import annotations

from starlette.responses import Response

from portal.visit import Visit

OFFICES = ("AGENCY", "SUPERVISOR")


async def turned_away(visit: Visit, *roles: str) -> Response | None:
    """A page that says for whom this one is, for callers without one of the roles, offices if none is named; else None."""
    if visit.visitor.has(*(roles or OFFICES)):
        return None
    return await visit.show("office_only.html", status=403)
