"""The submissions (申报) that an office may see, or those whose review is just so late."""

from __future__ import annotations

from starlette.responses import Response

from portal.office import turned_away
from portal.operation import operation
from portal.page import Page
from portal.visit import Visit

QUEUE = operation("desk_submissions")
LEVEL = "level"
# How late a review is, most pressing first, with the text of each level.
LEVELS = {
    "LONG_OVERDUE": "submissions.long_overdue",
    "OVERDUE": "submissions.overdue",
    "DUE_SOON": "submissions.due_soon",
}
TONES = {"LONG_OVERDUE": "bad", "OVERDUE": "bad", "DUE_SOON": "warn"}


async def submissions(visit: Visit) -> Response:
    """A page of them; of an address that names levels, those of any of these."""
    away = await turned_away(visit)
    if away is not None:
        return away
    chosen = [level for level in LEVELS if level in visit.here.all(LEVEL)]
    data = await visit.ask(QUEUE, levels=chosen or None, after=visit.here.value("after") or None)
    return await visit.show(
        "desk_submissions.html", found=data["submissions"], chosen=chosen, levels=LEVELS, tones=TONES
    )


PAGES = (Page("/desk/submissions", submissions),)
