"""The queue of reports under supervision (督办), most overdue first, and for supervisors the signs on each agency's reports."""

from __future__ import annotations

from starlette.responses import Response

from portal.office import turned_away
from portal.operation import operation
from portal.page import Page
from portal.pages.desk_report import CAUSES
from portal.visit import Visit

QUEUE = operation("supervision")
INDICATORS = operation("supervision_indicators")
SIGNS = {
    "EXTENDED": "supervision.extended",
    "PING_PONG": "supervision.ping_pong",
    "WITHDRAWAL_ASKED": "supervision.withdrawal_asked",
}


async def supervision(visit: Visit) -> Response:
    """The queue; an agency sees what it leads."""
    away = await turned_away(visit)
    if away is not None:
        return away
    data = await visit.ask(QUEUE, after=visit.here.value("after") or None)
    told = await visit.ask(INDICATORS) if visit.visitor.has("SUPERVISOR") else {"agencyIndicators": []}
    return await visit.show(
        "supervision.html",
        found=data["supervisedBlockages"],
        causes=CAUSES,
        signs=SIGNS,
        agencies=[
            (one, {sign["indicator"]: sign for sign in one["indicators"]}) for one in told["agencyIndicators"]
        ],
    )


PAGES = (Page("/desk/supervision", supervision),)
