"""How reports are handled (办理情况): agencies compared by the same rules, and one agency over the months."""

from __future__ import annotations

from starlette.responses import Response

from portal.faults import not_found
from portal.operation import operation
from portal.page import Page
from portal.report_figures import by_key, compared, file_header, file_rows, months
from portal.report_filters import DAY
from portal.tables import csv_file
from portal.visit import Visit

ACCOUNTABILITY = operation("accountability")
AGENCY = operation("agency")
MONTHS = operation("agency_months")


async def accountability(visit: Visit) -> Response:
    """All agencies beside each other, with what each figure means."""
    found, refused = await visit.ask_if_told(ACCOUNTABILITY, filter={"reportedAt": _period(visit)})
    figures = found["blockageStatistics"] if found else None
    rows, few = compared(by_key(figures["rows"]) if figures else [])
    return await visit.show(
        "accountability.html",
        figures=figures,
        rows=rows,
        few=few,
        refused=refused,
        period=_period(visit),
    )


async def accountability_data(visit: Visit) -> Response:
    """The same as a file."""
    data = await visit.ask(ACCOUNTABILITY, filter={"reportedAt": _period(visit)})
    return csv_file("agencies", file_header("agency"), file_rows(data["blockageStatistics"]["rows"]))


async def agency(visit: Visit) -> Response:
    """One agency: its figures, the ages of what is open, and its months."""
    code, period = visit.given("agency"), _period(visit)
    data = await visit.ask(AGENCY, code=code, **period)
    if data["agency"] is None:
        raise not_found()
    found, refused = await visit.ask_if_told(MONTHS, filter={"agencies": [code], "reportedAt": period})
    return await visit.show(
        "agency.html",
        agency=data["agency"],
        months=months(found["months"]["rows"]) if found else [],
        categories=[(label, row["reported"], None) for _, label, row in by_key(found["categories"]["rows"])]
        if found
        else [],
        refused=refused,
        period=period,
    )


async def agency_data(visit: Visit) -> Response:
    """The agency's months, categories or ages of open reports, as a file."""
    name, code = visit.given("chart"), visit.given("agency")
    if name == "ages":
        return await _ages_data(visit, code)
    if name not in ("months", "categories"):
        raise not_found()
    data = await visit.ask(MONTHS, filter={"agencies": [code], "reportedAt": _period(visit)})
    return csv_file(f"agency-{name}", file_header(name), file_rows(data[name]["rows"]))


async def _ages_data(visit: Visit, code: str) -> Response:
    data = await visit.ask(AGENCY, code=code, **_period(visit))
    if data["agency"] is None:
        raise not_found()
    ages = data["agency"]["performance"]["openAges"]
    rows = [[one["fromDays"], one["toDays"], one["count"]] for one in ages]
    return csv_file("agency-ages", ["fromDays", "toDays", "count"], rows)


def _period(visit: Visit) -> dict[str, str]:
    """The days that the address names; what is no day is left out."""
    return {name: visit.here.value(name) for name in ("from", "to") if DAY.fullmatch(visit.here.value(name))}


PAGES = (
    Page("/accountability", accountability),
    Page("/accountability/agencies.csv", accountability_data),
    Page("/accountability/{agency}", agency),
    Page("/accountability/{agency}/{chart}.csv", agency_data),
)
