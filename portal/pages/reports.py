"""The visitor's own reports (我的诉求), and the way to any report by its number."""

from __future__ import annotations

from starlette.responses import Response

from portal.operation import operation
from portal.page import Page
from portal.visit import Visit

REPORTS = operation("my_reports")


async def reports(visit: Visit) -> Response:
    """The list, with a box for a number; a number in the address leads to its report."""
    reference = visit.here.value("reference")
    if reference:
        return visit.go(f"/reports/{reference.replace('/', '')}")
    data = await visit.ask(REPORTS, after=visit.here.value("after") or None)
    return await visit.show("reports.html", firm=data["viewer"]["firm"])


PAGES = (Page("/reports", reports),)
