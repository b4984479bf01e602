"""The inbox (消息): what the visitor is told, what of it is unread, and what each notice is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.faults import PageFault
from portal.operation import operation
from portal.page import Page
from portal.visit import Visit

NOTICES = operation("notices")
READ = operation("notices_read")


async def notices(visit: Visit) -> Response:
    """The notices, newest first; by the address only the unread ones."""
    only_unread = visit.here.value("show") == "unread"
    data = await visit.ask(NOTICES, after=visit.here.value("after") or None, unread=only_unread)
    viewer = data["viewer"]
    if not visit.visitor.signed_in:
        raise PageFault(403, "forbidden")
    shown = viewer["notices"]["nodes"]
    return await visit.show(
        "notices.html",
        viewer=viewer,
        only_unread=only_unread,
        to={one["id"]: page_about(visit, one["about"]) for one in shown},
        unread=[one["id"] for one in shown if one["unread"]],
    )


async def read(visit: Visit) -> Response:
    """Marks what was sent as read, and goes back to the list."""
    done = await visit.send(READ, await visit.form())
    return visit.go(visit.here, flash="flash.notices_read" if done else None)


def page_about(visit: Visit, about: Mapping[str, Any] | None) -> str | None:
    """The path, without the language, of the page about what a notice is about; None where there is none."""
    if about is None:
        return None
    match about["__typename"]:
        case "Blockage":
            return f"/reports/{about['reference']}"
        case "Firm":
            return f"/firms/{about['entryNumber']}"
        case "Submission" if visit.visitor.has("FIRM"):
            return f"/submissions/{about['id']}"
        case "BlockingPoint":
            return f"/points/{about['pointReference']}"
    return None


PAGES = (Page("/notices", notices, read),)
