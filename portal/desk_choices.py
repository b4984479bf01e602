"""What the forms of an office offer to choose from: agencies, clauses, categories and codes, as the API names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.operation import operation
from portal.terms import grouped
from portal.visit import Visit

DESK_CHOICES = operation("desk_choices")

Options = Sequence[tuple[str, str]]
Groups = Sequence[tuple[str, Options]]


async def choices_for(visit: Visit, suggested: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The lists by name; agencies begin with those that are `suggested`."""
    data = await visit.ask(DESK_CHOICES)
    return {
        "agencies": _agencies(visit, list(suggested), data["agencies"]),
        "clauses": [
            (policy["title"], [(one["code"], one["heading"]) for one in policy["clauses"]])
            for policy in data["policies"]
            if policy["clauses"]
        ],
        "categories": grouped(data["categories"]),
        "names": {one["code"]: one["name"] for one in data["agencies"]},
    }


async def vocabulary(visit: Visit, name: str) -> Options:
    """The codes of a vocabulary with their labels, in its order."""
    labels = await visit.site.labels()
    return [(code, named[visit.language]) for code, named in labels[name].items()]


def _agencies(
    visit: Visit, suggested: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]
) -> Groups:
    first = [(one["code"], one["name"]) for one in suggested]
    taken = {code for code, _ in first}
    rest = [(one["code"], one["name"]) for one in known if one["code"] not in taken]
    groups = [(visit.text("desk.suggested"), first), (visit.text("desk.national"), rest)]
    return [group for group in groups if group[1]]
