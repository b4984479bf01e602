"""Blocking points (政策堵点): the list, and all that is known of one; a firm says that it is hindered too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from directory.states import OPEN_STATUSES, BlockageStatus
from portal.address import Address
from portal.faults import not_found
from portal.filters import Choice, chips, cleared, groups
from portal.forms import Form, Problem
from portal.operation import operation
from portal.page import Page
from portal.provinces import by_province
from portal.tables import csv_file
from portal.visit import Visit

POINTS = operation("points")
POINT = operation("point")
ALIKE = operation("points_alike")
JOIN = operation("point_join")
OWN_FIRMS = operation("own_firms")

CHOICES: Sequence[Choice] = (
    Choice("status", "statuses", "STATUS", "points.status", "blocking_point_statuses", open=True),
    Choice("category", "categories", "CATEGORY", "blockages.category", "blockage_categories", open=True),
    Choice("clause", "clauses", "CLAUSE", "blockages.clause"),
)
PER_PAGE = 20
# What can happen to a point, as the log names it; the text of each.
HAPPENED: Mapping[str, str] = {
    "blocking_point:created": "point.change.created",
    "blocking_point:amended": "point.change.amended",
    "blocking_point:linked": "point.change.linked",
    "blocking_point:split": "point.change.split",
    "blocking_point:started": "point.change.started",
    "blocking_point:progress_posted": "point.change.progress_posted",
    "blocking_point:step_planned": "point.change.step_planned",
    "blocking_point:step_settled": "point.change.step_settled",
    "blocking_point:resolved": "point.change.resolved",
    "blocking_point:carried_over": "point.change.carried_over",
    "blocking_point:reopened": "point.change.reopened",
    "blocking_point:merged": "point.change.merged",
    "blocking_point:unmerged": "point.change.unmerged",
    "blocking_point:recurred": "point.change.recurred",
    "blocking_point:beneficiaries_counted": "point.change.beneficiaries_counted",
}
STEP_TEXTS = {"PLANNED": "point.step.planned", "DONE": "point.step.done", "DROPPED": "point.step.dropped"}
LATE_TEXTS = {"DUE_SOON": "point.late.soon", "OVERDUE": "point.late.yes", "LONG_OVERDUE": "point.late.long"}
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")


async def points(visit: Visit) -> Response:
    """A page of the points that the address asks for."""
    here = visit.here
    asked = {choice.field: here.all(choice.name) or None for choice in CHOICES}
    data = await visit.ask(
        POINTS,
        text=here.value("q") or None,
        facets=[choice.facet for choice in CHOICES],
        first=PER_PAGE,
        after=here.value("after") or None,
        **asked,
    )
    found = data["blockingPoints"]
    return await visit.show(
        "points.html",
        found=found,
        groups=groups(here, CHOICES, found["facets"]),
        chips=chips(here, CHOICES, found["facets"], {}),
        cleared=cleared(here, CHOICES),
        kept_in_search=_kept(here, *(choice.name for choice in CHOICES)),
        kept_in_panel=_kept(here, "q"),
        late=LATE_TEXTS,
    )


def _kept(here: Address, *names: str) -> list[tuple[str, str]]:
    return [(name, value) for name in names for value in here.all(name)]


async def point(visit: Visit) -> Response:
    """The point with the number in the path; of one that was merged, the point that it lives on in."""
    found = await _asked(visit)
    if found["blockingPoint"]["reference"] != visit.given("reference"):
        return visit.go(f"/points/{found['blockingPoint']['reference']}")
    return await _shown(visit, found, Form())


async def join(visit: Visit) -> Response:
    """Says for one of the visitor's own firms that the point hinders it too; on to its report."""
    form, found = await visit.form(), await _asked(visit)
    payload = await visit.send(JOIN, form, blockingPoint=found["blockingPoint"]["id"])
    if payload is None:
        # What is wrong with the point as such, such as that it was reported already, belongs to no field.
        form.problems = [
            Problem("" if one.field == "blockingPoint" else one.field, one.sentence) for one in form.problems
        ]
        return await _shown(visit, found, form, status=422)
    return visit.go(f"/points/{found['blockingPoint']['reference']}", flash="flash.point_joined")


async def _asked(visit: Visit) -> Mapping[str, Any]:
    data = await visit.ask(POINT, reference=visit.given("reference"), after=visit.here.value("after") or None)
    if data["blockingPoint"] is None:
        raise not_found()
    return data


async def _shown(visit: Visit, data: Mapping[str, Any], form: Form, *, status: int = 200) -> Response:
    found = data["blockingPoint"]
    values, names = regions(found)
    entries = await _own_firms(visit)
    known = [(one, _open_report(one, found)) for one in entries]
    return await visit.show(
        "point.html",
        status=status,
        form=form,
        point=found,
        offices={one["code"]: one["name"] for one in data["agencies"]},
        entries=entries,
        reporting=[one for one, report in known if one["mayReport"] and report is None],
        reported=[(one, report) for one, report in known if report is not None],
        alike=await _alike(visit, found),
        values=values,
        names=names,
        happened=[
            (one["at"], visit.text(HAPPENED.get(one["kind"], "change.other")), None)
            for one in found["history"]["nodes"]
        ],
        severities=SEVERITIES,
        late=LATE_TEXTS,
        steps=STEP_TEXTS,
    )


async def _own_firms(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """The entries that the visitor may speak for, newest first."""
    if not visit.visitor.has("FIRM"):
        return ()
    firms: Sequence[Mapping[str, Any]] = (await visit.ask(OWN_FIRMS))["viewer"]["firms"]
    return firms


def _open_report(entry: Mapping[str, Any], point: Mapping[str, Any]) -> str | None:
    """The number of the entry's report that names the point and is still open: as long as there is one, none is added.

    Looked for among the latest twenty; the command looks among all.
    """
    for one in entry["blockages"]["nodes"]:
        named = one["blockingPoint"] and one["blockingPoint"]["reference"] == point["reference"]
        if named and BlockageStatus[one["status"]] in OPEN_STATUSES:
            return str(one["reference"])
    return None


async def _alike(visit: Visit, found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Points like this one; none while they cannot be looked for."""
    data = await visit.ask_if_possible(
        ALIKE,
        title=found["title"],
        description=found["description"],
        clauses=[clause["code"] for clause in found["clauses"]],
    )
    offered = [one["blockingPoint"] for one in data["suggestBlockingPoints"]] if data else []
    return [one for one in offered if one["reference"] != found["reference"]]


def regions(found: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """Reports by province as far as they are told, and the provinces' names."""
    compared = [one for one in found["regionsCompared"] if one["reported"]]
    told = by_province({one["region"]["code"]: one["reported"] for one in compared})
    return told, {one["region"]["code"]: one["region"]["name"] for one in compared}


async def regions_data(visit: Visit) -> Response:
    """The point's clauses compared across provinces, as a file."""
    found = (await _asked(visit))["blockingPoint"]
    header = ("reported", "open", "confirmed", "unanswered", "closedUnresolved", "precedent")
    rows = [
        [one["region"]["code"], one["region"]["name"], *(one[name] for name in header)]
        for one in found["regionsCompared"]
    ]
    return csv_file(f"{found['reference']}-regions", ["region", "regionLabel", *header], rows)


PAGES = (
    Page("/points", points),
    Page("/points/{reference}", point, join),
    Page("/points/{reference}/regions.csv", regions_data),
)
