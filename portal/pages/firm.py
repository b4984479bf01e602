"""The page of an entry: what it is, how it grows and why it counts as growing, what it reported, what happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.faults import not_found
from portal.operation import operation
from portal.page import Page
from portal.visit import Visit

FIRM = operation("firm")
# What can happen to an entry, as the log names it; the text of each.
HAPPENED = frozenset(
    {
        "change.firm:registered",
        "change.firm:listed",
        "change.firm:amended",
        "change.firm:amendment_submitted",
        "change.firm:confirmed",
        "change.firm:corrected",
        "change.firm:suspended",
        "change.firm:restored",
        "change.firm:relisted",
        "change.firm:graduated",
        "change.firm:delisted",
        "change.firm:closed",
        "change.firm:merged",
        "change.firm:unmerged",
        "change.firm:erased",
    }
)
HAPPENED_OTHERWISE = "change.other"


async def firm(visit: Visit) -> Response:
    """The entry with the number in the path; of one that was merged, the entry that it lives on in."""
    data = await visit.ask(FIRM, entryNumber=visit.given("number"), after=visit.here.value("after") or None)
    found = data["firm"]
    if found is None:
        raise not_found()
    if found["entryNumber"] != visit.given("number"):
        return visit.go(f"/firms/{found['entryNumber']}")
    readings = by_metric(found["metrics"])
    chosen = visit.here.value("metric")
    return await visit.show(
        "firm.html",
        firm=found,
        history=[(one["at"], visit.text(happened(one["kind"])), None) for one in found["history"]["nodes"]],
        readings=readings,
        metric=chosen if chosen in readings else next(iter(readings), None),
    )


def happened(kind: str) -> str:
    """The key of the text for a kind of change."""
    return key if (key := f"change.{kind}") in HAPPENED else HAPPENED_OTHERWISE


def by_metric(readings: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The readings of each metric from the first period to the last; the metrics with most readings first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for reading in sorted(readings, key=lambda one: str(one["period"])):
        found.setdefault(reading["metric"], []).append(reading)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


PAGES = (Page("/firms/{number}", firm),)
