"""The triage desk (分诊台): reports to take up and to assign, one by one or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.desk_choices import choices_for
from portal.forms import Form
from portal.office import turned_away
from portal.operation import Operation, operation
from portal.page import Page
from portal.pages.desk import level_of
from portal.report_acts import ASSIGN, TRIAGE
from portal.visit import Visit

QUEUE = operation("triage")
ACCEPT_ACT, ASSIGN_ACT = "triage_accept", "assign"
# The field by which the office says that it has read what it publishes.
READ = "wordsRead"


async def triage(visit: Visit) -> Response:
    """What lies at the desk, first due first."""
    away = await turned_away(visit)
    return away if away is not None else await _show(visit, Form())


async def send(visit: Visit) -> Response:
    """Takes up what was chosen, and assigns it where an agency was named; each report for itself."""
    form = await visit.form()
    chosen = [one.partition(" ") for one in form.all("chosen")]
    if not chosen:
        form.blame("chosen", visit.text("triage.none_chosen"))
        return await _show(visit, form)
    known = {one["blockage"]["id"]: one["blockage"] for one in await _queue(visit)}
    publishing = sum(publishes(known[id_]) for id_, *_ in chosen if id_ in known)
    if publishing and form.value(READ) != "true":
        form.blame(READ, visit.text("triage.words_unread", count=publishing))
        return await _show(visit, form)
    done = 0
    for id_, _, version in chosen:
        if id_ in known and version.isdecimal():
            done += await _handle(visit, form, known[id_], int(version))
    if form.faulty:
        return await _show(visit, form)
    return visit.go("/desk/triage", flash="flash.triage_done", count=str(done))


async def _handle(visit: Visit, form: Form, report: Mapping[str, Any], version: int) -> bool:
    """Whether all that was asked for the report was done; what stood in the way is told in the form."""
    agency, category = form.value("agency"), form.value("category")
    if ACCEPT_ACT in report["openActions"]:
        given = {"category": category} if category else {}
        payload = await _send(visit, form, TRIAGE, report, version, accept=True, **given)
        if payload is None or not agency:
            return payload is not None
        version = payload["blockage"]["version"]
    elif not agency:
        form.blame("agency", f"{report['reference']} {visit.text('triage.no_agency')}")
        return False
    return await _send(visit, form, ASSIGN, report, version, agency=agency) is not None


async def _send(
    visit: Visit, form: Form, wanted: Operation, report: Mapping[str, Any], version: int, **given: Any
) -> Mapping[str, Any] | None:
    own = Form()
    payload = await visit.send(wanted, own, blockage=report["id"], expectedVersion=version, **given)
    for problem in own.problems:
        field = problem.field if problem.field in ("agency", "category") else ""
        form.blame(field, f"{report['reference']} {problem.sentence}")
    return payload


async def _queue(visit: Visit) -> Sequence[Mapping[str, Any]]:
    data = await visit.ask(QUEUE)
    return [
        one
        for one in data["agencyTasks"]
        if one["blockage"] is not None and {ACCEPT_ACT, ASSIGN_ACT} & set(one["blockage"]["openActions"])
    ]


async def _show(visit: Visit, form: Form) -> Response:
    queue = await _queue(visit)
    held: dict[str, tuple[Mapping[str, Any], str]] = {}
    for task in queue:
        held.setdefault(task["blockage"]["id"], (task, level_of(task)))
    return await visit.show(
        "triage.html",
        status=422 if form.faulty else 200,
        tasks=[(task, level, act_of(task), publishes(task["blockage"])) for task, level in held.values()],
        form=form,
        choices=await choices_for(visit),
    )


def publishes(report: Mapping[str, Any]) -> bool:
    """Whether taking the report up without other words lets everyone read the reporter's own."""
    return ACCEPT_ACT in report["openActions"] and report["visibility"] == "PUBLIC"


def act_of(task: Mapping[str, Any]) -> str:
    """The form that the report's own page begins with."""
    return ACCEPT_ACT if ACCEPT_ACT in task["blockage"]["openActions"] else ASSIGN_ACT


PAGES = (Page("/desk/triage", triage, send),)
