"""The workbench of blocking points (堵点归集): clusters to be named, points that stand, and every act on one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.acts import Act, chosen, offered
from portal.desk_choices import choices_for, vocabulary
from portal.faults import not_found
from portal.forms import Form
from portal.office import turned_away
from portal.operation import operation
from portal.page import Page
from portal.point_acts import CREATE, POINT_ACTS, UNMERGE
from portal.visit import Visit

POINTS = operation("desk_points")
POINT = operation("desk_point")
REPORTS = operation("desk_point_reports")
LATE = {
    "DUE_SOON": "points_desk.due_soon",
    "OVERDUE": "desk.late",
    "LONG_OVERDUE": "points_desk.long_overdue",
}
STEP_STATES = {"PLANNED": "points_desk.planned", "DONE": "points_desk.done", "DROPPED": "points_desk.dropped"}
MOST_REPORTS = 100
AMEND, MERGE = "amend", "merge"

Options = list[tuple[str, str, None]]


async def points(visit: Visit) -> Response:
    """Clusters that nobody has named, and the points that stand."""
    away = await turned_away(visit)
    if away is not None:
        return away
    data = await visit.ask(POINTS, after=visit.here.value("after") or None)
    return await visit.show(
        "desk_points.html",
        proposals=data["proposedBlockingPoints"],
        found=data["blockingPoints"],
        late=LATE,
    )


async def new(visit: Visit) -> Response:
    """The form of a new point, begun with the cluster in the address."""
    away = await turned_away(visit)
    return away if away is not None else await _show_new(visit, Form())


async def create(visit: Visit) -> Response:
    """Names the point, and goes on to it."""
    form = await visit.form()
    payload = await visit.send(CREATE.operation, form)
    if payload is None:
        return await _show_new(visit, form)
    return visit.go(f"/desk/points/{payload['blockingPoint']['reference']}", flash="flash.point_done")


async def _show_new(visit: Visit, form: Form) -> Response:
    here = visit.here
    named = list(here.all("report"))[:MOST_REPORTS]
    reports, known = await _reports(visit, None, named), await choices_for(visit)
    return await visit.show(
        "desk_point_new.html",
        status=422 if form.faulty else 200,
        act=CREATE,
        form=form,
        choices={
            **known,
            "co_agencies": _helping(known),
            "reports": reports[1],
            "begun": {
                "category": here.value("category"),
                "clauses": list(here.all("clause")),
                "blockages": named,
            },
        },
    )


async def point(visit: Visit) -> Response:
    """The point with the form that the address names, if it is open."""
    away = await turned_away(visit)
    return away if away is not None else await _show(visit, Form())


async def send(visit: Visit) -> Response:
    """Does what the form says."""
    form = await visit.form()
    act = next((one for one in (*POINT_ACTS, UNMERGE) if one.name == form.value("act")), None)
    if act is None:
        raise not_found()
    payload = await visit.send(act.operation, form, **act.fixed)
    if payload is None:
        return await _show(visit, form, act)
    return visit.go(f"/desk/points/{payload['blockingPoint']['reference']}", flash="flash.point_done")


async def _show(visit: Visit, form: Form, sent: Act | None = None) -> Response:
    data = await visit.ask(POINT, reference=visit.given("reference"))
    found = data["blockingPoint"]
    if found is None:
        raise not_found()
    acts = _open(found)
    act = sent or chosen(acts, visit)
    return await visit.show(
        "desk_point.html",
        status=422 if form.faulty else 200,
        point=found,
        acts=acts,
        act=act,
        form=form,
        late=LATE,
        step_states=STEP_STATES,
        choices={
            **await _choices(visit, found, data["blockingPoints"]["nodes"]),
            "begun": _begun(found) if act is not None and act.name == AMEND else {},
        },
    )


def _open(found: Mapping[str, Any]) -> list[Act]:
    """What the API says is open; what was merged may be parted again by whoever may merge."""
    acts = offered(POINT_ACTS, found["openActions"])
    return [*acts, UNMERGE] if MERGE in found["openActions"] and found["mergedFrom"] else acts


def _helping(
    choices: Mapping[str, Any], own: Sequence[Mapping[str, Any]] = ()
) -> list[tuple[str, str, None]]:
    """Agencies that can help, each once, those of the point first."""
    names = {one["code"]: one["name"] for one in own} | choices["names"]
    return [(code, name, None) for code, name in names.items()]


async def _choices(
    visit: Visit, found: Mapping[str, Any], others: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    alike = [one["id"] for one in found["suspectedRecurrences"]]
    unlinked, recurring = await _reports(visit, found["category"]["code"], alike)
    planned = [one for one in found["plan"] if one["status"] == "PLANNED"]
    lead = found["leadAgency"]
    own = [one for one in (lead, *found["coAgencies"]) if one]
    choices = await choices_for(visit, own)
    return {
        **choices,
        "co_agencies": _helping(choices, found["coAgencies"]),
        "merged": [(reference, reference) for reference in found["mergedFrom"]],
        "resolution_kinds": await vocabulary(visit, "resolution_kinds"),
        "unlinked": list(dict.fromkeys((*recurring, *unlinked))),
        "reports": [_option(one) for one in found["blockages"]["nodes"]],
        "steps": [(one["key"], one["what"]) for one in planned],
        "step_states": [(state, visit.text(STEP_STATES[state])) for state in ("DONE", "DROPPED")],
        "points": [
            (one["id"], f"{one['reference']} {one['title']}") for one in others if one["id"] != found["id"]
        ],
    }


def _begun(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the form of a change begins with: the point as it is."""
    lead = found["leadAgency"]
    return {
        **{name: found[name] or "" for name in ("title", "titleEn", "description", "descriptionEn")},
        "category": found["category"]["code"],
        "clauses": [one["code"] for one in found["clauses"]],
        "leadAgency": lead["code"] if lead else "",
        "coAgencies": [one["code"] for one in found["coAgencies"]],
    }


async def _reports(visit: Visit, category: str | None, ids: Sequence[str]) -> tuple[Options, Options]:
    """Open reports of the category that no point has, and the ones with these ids."""
    data = await visit.ask(REPORTS, category=[category] if category else None, ids=list(ids) or [""])
    free = [one for one in data["blockages"]["nodes"] if one["blockingPoint"] is None]
    return [_option(one) for one in free], [_option(one) for one in data["nodes"] if one]


def _option(report: Mapping[str, Any]) -> tuple[str, str, None]:
    return report["id"], f"{report['reference']} {report['title']}", None


PAGES = (
    Page("/desk/points", points),
    Page("/desk/points/new", new, create),
    Page("/desk/points/{reference}", point, send),
)
