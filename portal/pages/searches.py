"""Saved searches (订阅检索): what a search would tell of a day, keeping it, and what it has found since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.faults import PageFault, not_found
from portal.forms import Form
from portal.operation import Operation, operation
from portal.page import Page
from portal.report_filters import report_address, report_chips, report_filter
from portal.visit import Visit

ESTIMATE = operation("search_estimate")
SAVE = operation("search_save")
RENAME = operation("search_rename")
DELETE = operation("search_delete")
SEARCHES = operation("searches")
MATCHES = operation("search_matches")
KINDS = {"": "searches.all", "NEW": "searches.new", "CHANGED": "searches.changed"}
# Who may keep searches, by role.
MAY_SAVE = ("FIRM", "ANALYST", "AGENCY", "SUPERVISOR", "OPERATOR")


async def new(visit: Visit) -> Response:
    """What the address asks for, how much that would tell of a day, and a form to keep it."""
    return await _new(visit, Form())


async def save(visit: Visit) -> Response:
    """Keeps it, and goes on to all that are kept."""
    form = await visit.form()
    try:
        payload = await _named(visit, SAVE, form, filter=report_filter(visit.here))
    except PageFault as fault:
        if fault.kind != "limit":
            raise
        for sentence in fault.sentences:
            form.blame("", sentence)
        payload = None
    if payload is None:
        return await _new(visit, form, status=422)
    return visit.go("/searches", flash="flash.search_saved")


async def _named(visit: Visit, sent: Operation, form: Form, **fixed: Any) -> Mapping[str, Any] | None:
    """Sends the form with its name; one without a name is told so here, as the API's input cannot be without it."""
    if not form.value("name").strip():
        form.blame("name", visit.text("searches.name_missing"))
        return None
    return await visit.send(sent, form, **fixed)


async def _new(visit: Visit, form: Form, *, status: int = 200) -> Response:
    estimate = await visit.ask(ESTIMATE, filter=report_filter(visit.here))
    return await visit.show(
        "search_new.html",
        status=status,
        form=form,
        estimate=estimate["savedSearchEstimate"],
        words=visit.here.value("q"),
        chips=report_chips(visit.here, (), await visit.site.labels(), visit.language),
        to_search=visit.here.at("/blockages"),
    )


async def searches(visit: Visit) -> Response:
    """All that the visitor keeps, with how much each found."""
    _require_someone(visit)
    data = await visit.ask(SEARCHES)
    return await visit.show(
        "searches.html", saved=[await _shown(visit, one) for one in data["viewer"]["savedSearches"]]
    )


async def _shown(visit: Visit, saved: Mapping[str, Any]) -> Mapping[str, Any]:
    """The search with where it leads to, and what it asks for."""
    there = report_address("/blockages", saved["filter"])
    chips = report_chips(there, (), await visit.site.labels(), visit.language)
    return {**saved, "there": there, "words": there.value("q"), "chips": chips}


async def search(visit: Visit) -> Response:
    """What one search has found, new and changed apart."""
    return await _search(visit, Form())


async def change(visit: Visit) -> Response:
    """Gives the search another name, or gives it up."""
    form = await visit.form()
    form.values["savedSearch"] = [visit.given("id")]
    if form.value("do") == "delete":
        await visit.send(DELETE, form)
        return visit.go("/searches", flash="flash.search_deleted")
    if await _named(visit, RENAME, form) is None:
        return await _search(visit, form, status=422)
    return visit.go(f"/searches/{visit.given('id')}", flash="flash.search_renamed")


async def _search(visit: Visit, form: Form, *, status: int = 200) -> Response:
    _require_someone(visit)
    kind = visit.here.value("kind") if visit.here.value("kind") in KINDS else ""
    data = await visit.ask(
        MATCHES, id=visit.given("id"), kind=kind or None, after=visit.here.value("after") or None
    )
    if not data["node"]:
        raise not_found()
    saved = await _shown(visit, data["node"])
    return await visit.show("search.html", status=status, form=form, saved=saved, kind=kind, kinds=KINDS)


def _require_someone(visit: Visit) -> None:
    """Raises: PageFault 403, with where to sign in."""
    if not visit.visitor.has(*MAY_SAVE):
        raise PageFault(403, "forbidden")


PAGES = (
    Page("/searches", searches),
    Page("/searches/new", new, save),
    Page("/searches/{id}", search, change),
)
