"""The page of an entry: what it is, how it grows and why it counts as growing, what it reported, what happened to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from portal.faults import not_found
from portal.operation import operation
from portal.page import Page
from portal.tables import csv_file
from portal.visit import Visit
from portal.wording import NO_VALUE, band
from schema.enums import Language

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
# Vocabularies whose codes stand in what the growth rules found, and the words beside them.
SPOKEN_OF = ("reading_metrics", "size_classes", "business_forms")
CODE = re.compile(r"[A-Za-z][A-Za-z_-]+")
# A band of figures, or the dash of none; and how many months have readings, which is all that this rule finds.
BAND = re.compile(r"(?<=[ (])\d*-\d*(?=[ ;)]|$)")
READINGS, MONTHS_READ = "C5", re.compile(r"(?<= )\d+(?=, |$)")
WORDS = {
    " months": "firm.months",
    " accounts": "firm.accounts",
    " account": "firm.account_one",
    "; ": "punctuation.apart",
    ", ": "punctuation.list",
}


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
        observed={one["code"]: await observed(visit, one) for one in _criteria(found)},
        readings=readings,
        metric=chosen if chosen in readings else next(iter(readings), None),
    )


def happened(kind: str) -> str:
    """The key of the text for a kind of change."""
    return key if (key := f"change.{kind}") in HAPPENED else HAPPENED_OTHERWISE


def _criteria(firm: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    assessment = firm["assessment"]
    return assessment["criteria"] if assessment else ()


async def observed(visit: Visit, criterion: Mapping[str, Any]) -> str:
    """What a rule found, with its codes as they are called in the page's language."""
    found: str | None = criterion["observed"]
    if found is None:
        return NO_VALUE
    places = {code: name for _, listed in await visit.site.regions(visit.language) for code, name in listed}
    if found in places:
        return places[found]
    labels = await visit.site.labels()
    known = {
        code: named[visit.language] for vocabulary in SPOKEN_OF for code, named in labels[vocabulary].items()
    }
    worded = CODE.sub(lambda code: known.get(code[0], code[0]), found)
    if criterion["code"] == READINGS:
        worded = MONTHS_READ.sub(lambda months: f"{months[0]} months", worded)
    worded = BAND.sub(lambda given: _band(given[0], visit.language), worded)
    for word, key in WORDS.items():
        worded = worded.replace(word, visit.text(key))
    return worded


def _band(given: str, language: Language) -> str:
    """A band as it is written elsewhere on the page; a dash where there is no figure."""
    return NO_VALUE if given == "-" else band(given, language)


def by_metric(readings: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The readings of each metric from the first period to the last; the metrics with most readings first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for reading in sorted(readings, key=lambda one: str(one["period"])):
        found.setdefault(reading["metric"], []).append(reading)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


async def readings_data(visit: Visit) -> Response:
    """The readings of the entry as they are told to the visitor, as a file."""
    data = await visit.ask(FIRM, entryNumber=visit.given("number"))
    if data["firm"] is None:
        raise not_found()
    header = ("metric", "period", "value", "band", "source")
    rows = [[one[name] for name in header] for one in data["firm"]["metrics"]]
    return csv_file(f"{data['firm']['entryNumber']}-readings", header, rows)


PAGES = (Page("/firms/{number}", firm), Page("/firms/{number}/readings.csv", readings_data))
