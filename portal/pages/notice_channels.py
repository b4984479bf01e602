"""Where notices go beside the inbox: mail (邮件提醒) at once or as a digest, and webhooks (推送)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from portal.faults import PageFault, not_found
from portal.forms import Form
from portal.operation import Operation, operation
from portal.page import Page
from portal.visit import Visit

CHANNELS = operation("notice_channels")
# What the page's forms ask for, by the name of their button, and what is said once it is done.
ASKED: Mapping[str, tuple[Operation, str]] = {
    "subscribe": (operation("mail_subscribe"), "flash.mail_subscribed"),
    "confirm": (operation("mail_confirm"), "flash.mail_confirmed"),
    "unsubscribe": (operation("mail_unsubscribe"), "flash.mail_unsubscribed"),
    "create": (operation("webhook_create"), "flash.webhook_created"),
    "test": (operation("webhook_test"), "flash.webhook_tested"),
    "enable": (operation("webhook_enable"), "flash.webhook_enabled"),
    "delete": (operation("webhook_delete"), "flash.webhook_deleted"),
}
PATH = "/notices/channels"


async def channels(visit: Visit) -> Response:
    """The settings as they are."""
    return await _shown(visit, Form())


async def change(visit: Visit) -> Response:
    """Changes one of them. A webhook's secret is shown here, once, and nowhere again."""
    form = await visit.form()
    asked = form.value("ask")
    if asked not in ASKED:
        raise not_found()
    mutation, flash = ASKED[asked]
    done = await visit.send(mutation, form)
    if done is None:
        return await _shown(visit, form, status=422)
    if done.get("secret"):
        return await _shown(visit, Form(), secret=done["secret"])
    return visit.go(PATH, flash=flash)


async def _shown(visit: Visit, form: Form, status: int = 200, secret: str | None = None) -> Response:
    if not visit.visitor.signed_in:
        raise PageFault(403, "forbidden")
    data = await visit.ask(CHANNELS)
    return await visit.show("notice_channels.html", status=status, form=form, secret=secret, **data["viewer"])


PAGES = (Page(PATH, channels, change),)
