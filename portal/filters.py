"""
Filters of a list, kept in the page's address: read for the API, and shown as groups of counted values and as chips.

A page describes its filters once, as a table of `Choice`; the address is then the filter, and the filter the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.address import Address

Name = Callable[[str], str]
"""What a value is called that no facet shows."""

SHOWN_AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of several values: its name in the address, the filter's field, the facet that counts it, its text's key.

    `vocabulary` names what no facet shows; `open` tells whether its group begins unfolded.
    """

    name: str
    field: str
    facet: str
    key: str
    vocabulary: str | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A value in its group, with the values inside it that can be chosen now."""

    value: str
    text: str
    count: int
    chosen: bool
    inside: Sequence[Counted] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The values of a choice, the chosen ones first, the last ones folded away; `more` is how many entries have a value that
    is not among them.
    """

    name: str
    key: str
    choices: Sequence[Counted]
    folded: Sequence[Counted]
    chosen: int
    more: int
    open: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value with the address without it."""

    key: str
    text: str
    without: Address


def filter_of(here: Address, choices: Sequence[Choice], text: str = "q") -> dict[str, Any]:
    """The API's filter for an address: its text and every choice that was made."""
    found: dict[str, Any] = {
        choice.field: here.all(choice.name) for choice in choices if here.all(choice.name)
    }
    return {**found, "text": here.value(text)} if here.value(text) else found


def groups(here: Address, choices: Sequence[Choice], facets: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The panel's groups, in the order of the table, from the facets of a connection."""
    counted = {facet["field"]: facet for facet in facets}
    return [_group(here, choice, counted[choice.facet]) for choice in choices if choice.facet in counted]


def _group(here: Address, choice: Choice, facet: Mapping[str, Any]) -> Group:
    chosen = set(here.all(choice.name))
    values = [
        Counted(one["value"], one["label"], one["count"], one["value"] in chosen) for one in facet["values"]
    ]
    ordered = sorted(values, key=lambda one: not one.chosen)
    return Group(
        name=choice.name,
        key=choice.key,
        choices=ordered[:SHOWN_AT_ONCE],
        folded=ordered[SHOWN_AT_ONCE:],
        chosen=len(chosen),
        more=facet["otherCount"],
        open=choice.open or bool(chosen),
    )


def chips(
    here: Address, choices: Sequence[Choice], facets: Sequence[Mapping[str, Any]], names: Mapping[str, Name]
) -> list[Chip]:
    """A chip for every chosen value, in the order of the table; `names` by choice for values that no facet shows."""
    shown = {(facet["field"], one["value"]): one["label"] for facet in facets for one in facet["values"]}
    return [
        Chip(
            key=choice.key,
            text=shown.get((choice.facet, value)) or names.get(choice.name, str)(value),
            without=here.dropping(choice.name, value),
        )
        for choice in choices
        for value in here.all(choice.name)
    ]


def cleared(here: Address, choices: Sequence[Choice]) -> Address:
    """The address without any of the choices; the text stays."""
    for choice in choices:
        here = here.dropping(choice.name)
    return here
