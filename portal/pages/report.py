"""
Reporting what hinders a firm (报送堵点): its own words first, then what kind of obstacle it is, beside what others reported.

Nothing of it is kept here until it is sent: what was filled in stays in the form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.firms_only import turned_away
from portal.forms import Form
from portal.operation import operation
from portal.page import Page
from portal.terms import grouped, options
from portal.visit import Visit

FORM = operation("report_form")
ALIKE = operation("report_alike")
SEND = operation("report_send")
JOIN = operation("report_join")
SHORTEST_TITLE = 4
MOST_CLAUSES = 6


async def report(visit: Visit) -> Response:
    """The first step: the words."""
    return await _shown(visit, Form(), step=1)


async def send(visit: Visit) -> Response:
    """On to the second step, joining a point, or sending the report; what is wrong is said at its field."""
    form = await visit.form()
    if form.value("join"):
        done = await visit.send(JOIN, form, blockingPoint=form.value("join"))
    elif form.value("ask") == "send":
        done = await visit.send(SEND, form)
    else:
        return await _second(visit, form)
    if done is None:
        return await _shown(visit, form, step=2, status=422)
    return visit.go(f"/reports/{done['blockage']['reference']}", flash="flash.report_sent")


async def _second(visit: Visit, form: Form) -> Response:
    title, description = form.value("title").strip(), form.value("description").strip()
    if len(title) < SHORTEST_TITLE:
        form.blame("title", visit.text("report.title_short"))
    if len(description) < 10:
        form.blame("description", visit.text("report.description_short"))
    if form.faulty:
        return await _shown(visit, form, step=1, status=422)
    return await _shown(visit, form, step=2)


async def alike(visit: Visit) -> Response:
    """The part of the page that shows what others reported, for what is typed so far."""
    form = await visit.form()
    return await visit.show("report_alike.html", alike=await _alike(visit, form), form=form)


async def _shown(visit: Visit, form: Form, *, step: int, status: int = 200) -> Response:
    away = await turned_away(visit, "report.title", "report.signed_out")
    if away is not None:
        return away
    data = await visit.ask(FORM)
    entries = data["viewer"]["firms"]
    found = await _alike(visit, form)
    _suggest(form, found)
    return await visit.show(
        "report.html",
        status=status,
        form=form,
        entries=entries,
        reporting=[one for one in entries if one["mayReport"]],
        step=step,
        alike=found,
        suggested=_likeliest(_bearing(found)),
        clauses=_clauses(found),
        categories=grouped(data["categories"]),
        levels=options(data["levels"]),
        steps=options(data["steps"]),
        costs=options(data["costs"]),
        jobs=options(data["jobs"]),
    )


async def _alike(visit: Visit, form: Form) -> Mapping[str, Any] | None:
    """Reports and points like the words typed so far; None for too few words, or while they cannot be looked for."""
    title = form.value("title").strip()
    if len(title) < SHORTEST_TITLE:
        return None
    return await visit.ask_if_possible(
        ALIKE,
        title=title,
        description=form.value("description").strip() or None,
        category=form.value("category") or None,
    )


def _bearing(found: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """What is alike, points before reports."""
    if found is None:
        return ()
    return [
        *(one["blockingPoint"] for one in found["suggestBlockingPoints"]),
        *(one["blockage"] for one in found["similarReports"]),
    ]


def _likeliest(bearing: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The category that most of what is alike bears."""
    categories = [one["category"] for one in bearing]
    counted = Counter(one["code"] for one in categories)
    if not counted:
        return None
    ((commonest, _),) = counted.most_common(1)
    likeliest: Mapping[str, Any] = next(one for one in categories if one["code"] == commonest)
    return likeliest


def _clauses(found: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """The clauses that most of what is alike cites, each once."""
    cited = {clause["code"]: clause for one in _bearing(found) for clause in one["clauses"]}
    return list(cited.values())[:MOST_CLAUSES]


def _suggest(form: Form, found: Mapping[str, Any] | None) -> None:
    """The likeliest category is the one that the form begins with."""
    likeliest = _likeliest(_bearing(found))
    if likeliest is not None and not form.value("category"):
        form.values["category"] = [likeliest["code"]]


PAGES = (Page("/report", report, send), Page("/report/alike", None, alike))
