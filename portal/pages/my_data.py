"""What is kept of the visitor (个人信息): consents, who looked at the contact details, a copy of everything, and erasure."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from portal.faults import PageFault, not_found
from portal.forms import Form
from portal.operation import Operation, operation
from portal.page import Page
from portal.visit import Visit

MY_DATA = operation("my_data")
COPY = operation("my_data_copy")
PATH = "/my-data"
ASKED: Mapping[str, tuple[Operation, str]] = {
    "give": (operation("consent_give"), "flash.consent_given"),
    "withdraw": (operation("consent_withdraw"), "flash.consent_withdrawn"),
    "erase": (operation("erase_me"), "flash.erased"),
}


async def my_data(visit: Visit) -> Response:
    """The page."""
    return await _shown(visit, Form())


async def change(visit: Visit) -> Response:
    """Gives or takes back a consent, or erases the visitor."""
    form = await visit.form()
    asked = form.value("ask")
    if asked not in ASKED:
        raise not_found()
    mutation, flash = ASKED[asked]
    if await visit.send(mutation, form) is None:
        return await _shown(visit, form, status=422)
    return visit.go("/" if asked == "erase" else PATH, flash=flash)


async def copy(visit: Visit) -> Response:
    """The copy as a file."""
    kept = (await visit.ask(COPY))["viewer"]["myData"]
    if kept is None:
        raise PageFault(403, "forbidden")
    headers = {"content-disposition": 'attachment; filename="my-data.json"', "cache-control": "no-store"}
    return Response(kept["json"], media_type="application/json", headers=headers)


async def _shown(visit: Visit, form: Form, status: int = 200) -> Response:
    if not visit.visitor.signed_in:
        raise PageFault(403, "forbidden")
    data = await visit.ask(MY_DATA)
    viewer = data["viewer"]
    firm = viewer["firm"]
    holding = {one["purpose"]: one for one in (firm and firm["consents"]) or () if one["withdrawnAt"] is None}
    return await visit.show(
        "my_data.html",
        status=status,
        form=form,
        viewer=viewer,
        firm=firm,
        holding=holding,
        names={one["code"]: one["name"] for one in data["agencies"]},
    )


PAGES = (Page(PATH, my_data, change), Page(f"{PATH}/copy.json", copy))
