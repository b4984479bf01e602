"""For operators (运维): how the index stands, refused documents, vain deliveries, machines' keys, accounts."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from portal.acts import Act, chosen
from portal.faults import not_found
from portal.forms import Form
from portal.office import turned_away
from portal.operation import Operation, operation
from portal.page import Answer, Page
from portal.visit import Visit

PATH = "/admin"
INDEX = operation("admin")
REPLAY = Act("replay", operation("admin_replay"), "admin.replay")


async def index(visit: Visit) -> Response:
    """The index with the documents that it refused, and the form that the address names."""
    away = await turned_away(visit, "OPERATOR")
    return away if away is not None else await _index(visit, Form())


async def replay(visit: Visit) -> Response:
    """Has the refused documents built anew."""
    form = await visit.form()
    if form.value("act") != REPLAY.name:
        raise not_found()
    done = await visit.send(REPLAY.operation, form)
    if done is None:
        return await _index(visit, form, REPLAY)
    counts = {name: str(done[name]) for name in ("replayed", "refused")}
    return visit.go(PATH, flash="flash.admin_replayed", **counts)


async def _index(visit: Visit, form: Form, sent: Act | None = None) -> Response:
    data = await visit.ask(INDEX, after=visit.here.value("after") or None)
    return await visit.show(
        "admin.html",
        status=422 if form.faulty else 200,
        index=data["indexStatus"],
        letters=data["deadLetters"],
        replay=REPLAY,
        act=sent or chosen([REPLAY], visit),
        form=form,
    )


def _listing(asked: Operation, template: str) -> Answer:
    """A page of the list that the operation asks for."""

    async def listing(visit: Visit) -> Response:
        away = await turned_away(visit, "OPERATOR")
        if away is not None:
            return away
        data = await visit.ask(asked, after=visit.here.value("after") or None)
        return await visit.show(template, found=data[asked.fields[0]])

    return listing


PAGES: Sequence[Page] = (
    Page(PATH, index, replay),
    Page(f"{PATH}/deliveries", _listing(operation("admin_deliveries"), "admin_deliveries.html")),
    Page(f"{PATH}/keys", _listing(operation("admin_keys"), "admin_keys.html")),
    Page(f"{PATH}/accounts", _listing(operation("admin_accounts"), "admin_accounts.html")),
)
