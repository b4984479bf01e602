"""The filter of a search for reports (诉求) as it stands in a page's address, and back: what was kept leads to a page again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.address import Address, address
from portal.filters import Chip, Choice, Name, chips, filter_of
from portal.labels import Labels, label
from portal.texts import text
from schema.enums import Language

CHOICES: Sequence[Choice] = (
    Choice("category", "categories", "CATEGORY", "blockages.category", "blockage_categories", open=True),
    Choice("status", "statuses", "STATUS", "blockages.status", "blockage_statuses", open=True),
    Choice("region", "regions", "REGION", "directory.region"),
    Choice("agency", "agencies", "AGENCY", "blockages.agency"),
    Choice("form", "forms", "FORM", "directory.form", "business_forms"),
    Choice("platform", "platforms", "PLATFORM", "directory.platform", "platforms"),
    Choice("severity", "severities", "SEVERITY", "blockages.severity", "severities"),
    Choice("clause", "clauses", "CLAUSE", "blockages.clause"),
    Choice("cause", "causeLevels", "CAUSE_LEVEL", "desk.cause_level", "cause_levels"),
    Choice("step", "procedureSteps", "PROCEDURE_STEP", "desk.procedure_step", "procedure_steps"),
)
# What is so or not: its name in the address, the filter's field, its text's key.
FLAGS: Sequence[tuple[str, str, str]] = (
    ("open", "open", "blockages.open"),
    ("overdue", "overdue", "blockages.overdue"),
    ("long-overdue", "longOverdue", "blockages.long_overdue"),
    ("supervised", "supervised", "blockages.supervised"),
)
# Days: their names in the address, the filter's field and its end, their texts' keys.
DAYS: Sequence[tuple[str, str, str, str]] = (
    ("from", "reportedAt", "from", "blockages.from"),
    ("to", "reportedAt", "to", "blockages.to"),
    ("resolved-from", "resolvedAt", "from", "blockages.resolved_from"),
    ("resolved-to", "resolvedAt", "to", "blockages.resolved_to"),
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = (
    "q",
    *(choice.name for choice in CHOICES),
    *(name for name, *_ in FLAGS),
    *(name for name, *_ in DAYS),
)


def report_filter(here: Address) -> dict[str, Any]:
    """The API's filter for an address; what is no day is left out, as a browser's field for days would."""
    found = filter_of(here, CHOICES)
    for name, field, _ in FLAGS:
        if here.value(name):
            found[field] = True
    for name, field, end, _ in DAYS:
        if DAY.fullmatch(here.value(name)):
            found.setdefault(field, {})[end] = here.value(name)
    return found


def report_address(path: str, kept: Mapping[str, Any]) -> Address:
    """The address of what a filter asks for; the reverse of `report_filter`."""
    query: dict[str, Any] = {"q": kept.get("text")}
    query |= {choice.name: kept.get(choice.field) for choice in CHOICES}
    query |= {name: "yes" if kept.get(field) else None for name, field, _ in FLAGS}
    query |= {name: (kept.get(field) or {}).get(end) for name, field, end, _ in DAYS}
    return address(path, **query)


def report_chips(
    here: Address, facets: Sequence[Mapping[str, Any]], labels: Labels, language: Language
) -> list[Chip]:
    """A chip for everything that the address asks for but its words."""
    names = {
        choice.name: _name(labels, choice.vocabulary, language) for choice in CHOICES if choice.vocabulary
    }
    return [
        *chips(here, CHOICES, facets, names),
        *(
            Chip("blockages.limits", text(language, key), here.dropping(name))
            for name, _, key in FLAGS
            if here.value(name)
        ),
        *(
            Chip(key, here.value(name), here.dropping(name))
            for name, _, _, key in DAYS
            if DAY.fullmatch(here.value(name))
        ),
    ]


def _name(labels: Labels, vocabulary: str, language: Language) -> Name:
    return lambda code: label(labels, vocabulary, code, language)


def without_filters(here: Address) -> Address:
    """The address with its words alone."""
    for name in NAMES[1:]:
        here = here.dropping(name)
    return here
