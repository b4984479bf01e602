"""Facets: what may be counted, and the counts as the API shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

import strawberry

from directory.causes import UNKNOWN
from directory.reference import Reference
from directory.vocabulary import Label
from indexer.query.search import FacetCount, FacetCounts, FacetWanted, Search
from schema.enums import expose
from schema.terms import Facet, FacetValue

MOST_SHOWN = 50
NOT_KNOWN = Label("未注明", "Not stated")


class FacetMode(StrEnum):
    """What facets count."""

    OTHER_FILTERS = "OTHER_FILTERS"
    ALL_FILTERS = "ALL_FILTERS"


expose(
    FacetMode,
    "What facets count.",
    {
        FacetMode.OTHER_FILTERS: "Each leaves out the filter of its own field: what choosing another value would find.",
        FacetMode.ALL_FILTERS: "All filters hold: the parts of what is found.",
    },
)
FacetsUnder = Annotated[
    FacetMode | None,
    strawberry.argument(
        description="Whether a facet's own filter holds in its counts; it does not unless asked."
    ),
]
Selected = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Countable:
    """A field that can be counted: its label by value, and the codes from the root of its tree down to a value.

    `unknown` is the value of what is not known, where that is a value of the field. `beside` names the facets whose filters
    it leaves out with its own.
    """

    field: str
    label: Callable[[Reference, str], Label]
    path: Callable[[Reference, str], Sequence[str]]
    unknown: str | None = None
    beside: tuple[str, ...] = ()


def of_terms(field: str, vocabulary: str) -> Countable:
    """A field that holds codes of a vocabulary. A code that the vocabulary does not list is its own label."""

    def label(reference: Reference, code: str) -> Label:
        term = reference.vocabulary(vocabulary).get(code)
        return term.label if term else Label(code, code)

    def path(reference: Reference, code: str) -> Sequence[str]:
        known = reference.vocabulary(vocabulary)
        return known.path(code) if code in known else (code,)

    return Countable(field, label, path)


def of_terms_or_unknown(field: str, vocabulary: str) -> Countable:
    """A field that holds a code of a vocabulary, or that the code is not known."""
    known = of_terms(field, vocabulary)
    return replace(
        known,
        label=lambda reference, code: NOT_KNOWN if code == UNKNOWN else known.label(reference, code),
        unknown=UNKNOWN,
    )


def of_regions(field: str) -> Countable:
    """A field that holds regions."""

    def label(reference: Reference, code: str) -> Label:
        region = reference.regions.get(code)
        return region.label if region else Label(code, code)

    def path(reference: Reference, code: str) -> Sequence[str]:
        return reference.regions.path(code) if reference.regions.is_known(code) else (code,)

    return Countable(field, label, path)


def of_plain(field: str) -> Countable:
    """A field whose values speak for themselves, such as months."""
    return Countable(field, lambda _, value: Label(value, value), lambda _, value: (value,))


def facets_wanted(
    asked: Iterable[StrEnum], countable: Mapping[str, Countable], selected: Selected
) -> tuple[FacetWanted, ...]:
    """The facets for the engine, each once, in the order asked for."""
    return tuple(
        FacetWanted(
            name=name,
            field=countable[name].field,
            size=MOST_SHOWN,
            selected=selected.get(name, ()),
            beside=countable[name].beside,
        )
        for name in dict.fromkeys(facet.value for facet in asked)
    )


def under(mode: FacetMode, search: Search) -> Search:
    """The search with its facets counted in that way."""
    own = mode is FacetMode.ALL_FILTERS
    return replace(search, facets=tuple(replace(wanted, own=own) for wanted in search.facets))


def shown_facets(
    counts: Iterable[FacetCounts],
    countable: Mapping[str, Countable],
    selected: Selected,
    reference: Reference,
) -> list[Facet]:
    """The facets as the API shows them. Inside a selected province or group every value counts as selected."""
    return [_shown(one, countable[one.name], set(selected.get(one.name, ())), reference) for one in counts]


def _shown(counts: FacetCounts, countable: Countable, selected: set[str], reference: Reference) -> Facet:
    paths = {count.value: countable.path(reference, count.value) for count in counts.values}
    return Facet(
        field=counts.name,
        values=[
            FacetValue(
                value=count.value,
                count=count.count,
                selected=not selected.isdisjoint(paths[count.value]),
                shown=countable.label(reference, count.value),
            )
            for count in counts.values
            if count.count or not _is_spoken_for(count, paths)
        ],
        other_count=counts.other,
    )


def _is_spoken_for(count: FacetCount, paths: Mapping[str, Sequence[str]]) -> bool:
    """Whether a selected value that nothing bears itself has shown values inside it: they are marked instead."""
    return any(count.value in path for value, path in paths.items() if value != count.value)
