"""For operators (运维): how the index stands, refused documents, vain deliveries, machines' keys, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.acts import Act, chosen
from portal.admin_lists import ACTS, DONE, LISTINGS, Listing
from portal.faults import not_found
from portal.forms import Form
from portal.office import turned_away
from portal.operation import operation
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
    counts = {name: str(done[name]) for name in ("replayed", "refused", "untried")}
    flash = "flash.admin_replayed_part" if done["untried"] else "flash.admin_replayed"
    return visit.go(PATH, flash=flash, **counts)


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


def _showing(listing: Listing) -> Answer:
    """A page of the list, with the form that the address names for one of its lines."""

    async def showing(visit: Visit) -> Response:
        away = await turned_away(visit, "OPERATOR")
        return away if away is not None else await _listed(visit, listing, Form())

    return showing


def _sending(listing: Listing) -> Answer:
    """Does to a line of the list what its form says."""

    async def sending(visit: Visit) -> Response:
        form = await visit.form()
        act = next((one for one in ACTS if one.name == form.value("act")), None)
        if act is None:
            raise not_found()
        if await visit.send(act.operation, form) is None:
            return await _listed(visit, listing, form)
        return visit.go(listing.path, flash=DONE[act.name])

    return sending


async def _listed(visit: Visit, listing: Listing, form: Form) -> Response:
    data = await visit.ask(listing.asked, after=visit.here.value("after") or None)
    found = data[listing.asked.fields[0]]
    which = visit.here.value("which")
    line = next((one for one in found["nodes"] if one[listing.called] == which), None)
    return await visit.show(
        listing.template,
        status=422 if form.faulty else 200,
        found=found,
        listing=listing,
        line=line,
        names=await _names(visit, data),
        act=chosen(listing.open_acts(line), visit) if line is not None else None,
        form=form,
    )


async def _names(visit: Visit, data: Mapping[str, Any]) -> Mapping[str, str]:
    """What the codes of agencies and regions are called, for a list that shows some."""
    regions = await visit.site.regions(visit.language) if "agencies" in data else ()
    agencies = [(one["code"], one["name"]) for one in data.get("agencies", ())]
    return dict([*agencies, *(region for _, inside in regions for region in inside)])


PAGES: Sequence[Page] = (
    Page(PATH, index, replay),
    *(Page(listing.path, _showing(listing), _sending(listing)) for listing in LISTINGS),
)
