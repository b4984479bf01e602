"""Codes with their labels: terms of vocabularies, regions, and the values of facets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import strawberry

from directory import vocabulary
from directory.reference import Reference
from directory.vocabulary import Label
from schema.arguments import In
from schema.enums import Language


@strawberry.type(description="A code of a vocabulary (词表) with its label in both languages.")
class Term:
    """One code; made by `term`."""

    code: str = strawberry.field(description="The code: stable for ever.")
    valid_from: date | None = strawberry.field(
        description="The first day on which new entries may use it; null where that is open."
    )
    valid_to: date | None = strawberry.field(
        description="The last day on which new entries may use it; null where that is open."
    )
    assignable: bool = strawberry.field(
        description="Whether entries may use it; if not, it only groups the terms below it."
    )
    term: strawberry.Private[vocabulary.Term]
    reference: strawberry.Private[Reference]

    @strawberry.field(description="What the code is called.")
    def label(self, language: In = Language.ZH) -> str:
        return self.term.label.in_(language or Language.ZH)

    @strawberry.field(description="What the code covers; null where the label says it all.")
    def description(self, language: In = Language.ZH) -> str | None:
        described = self.term.description
        return described.in_(language or Language.ZH) if described else None

    @strawberry.field(description="The wider term that this one belongs to; null at the top.")
    def parent(self) -> Term | None:
        above = self.term.parent
        return term(self.reference, self.term.vocabulary, above) if above else None


def term(reference: Reference, vocabulary_name: str, code: str) -> Term:
    """The term. Raises: UnknownCode; codes of kept entries are known, for codes are never taken back."""
    return shown_term(reference, reference.vocabulary(vocabulary_name).require(code))


def terms(reference: Reference, vocabulary_name: str, codes: Iterable[str]) -> list[Term]:
    """The terms in the order of `codes`. Raises: UnknownCode."""
    return [term(reference, vocabulary_name, code) for code in codes]


def all_terms(reference: Reference, vocabulary_name: str) -> list[Term]:
    """A whole vocabulary, in the order a reader should see it. Raises: UnknownCode."""
    return [shown_term(reference, found) for found in reference.vocabulary(vocabulary_name)]


def shown_term(reference: Reference, found: vocabulary.Term) -> Term:
    """A term as the API shows it."""
    return Term(
        code=found.code,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        assignable=found.assignable,
        term=found,
        reference=reference,
    )


@strawberry.type(description="An administrative division (行政区划), GB/T 2260.")
class Region:
    """One region; made by `region`."""

    code: str = strawberry.field(description="Six digits, GB/T 2260.")
    region: strawberry.Private[vocabulary.Region]
    reference: strawberry.Private[Reference]

    @strawberry.field(description="The region's name.")
    def name(self, language: In = Language.ZH) -> str:
        return self.region.label.in_(language or Language.ZH)

    @strawberry.field(description="The region that this one lies in; null for a province.")
    def parent(self) -> Region | None:
        above = self.region.parent
        return region(self.reference, above) if above else None


def region(reference: Reference, code: str) -> Region:
    """The region. Raises: UnknownCode."""
    return shown_region(reference, reference.regions.require(code))


def shown_region(reference: Reference, found: vocabulary.Region) -> Region:
    """A region as the API shows it."""
    return Region(code=found.code, region=found, reference=reference)


@strawberry.type(
    description="One value of a facet. `count` counts documents that match everything but this facet's own filter."
)
class FacetValue:
    """A value with its count; `shown` is its label in both languages."""

    value: str = strawberry.field(description="The value, as filters take it.")
    count: int = strawberry.field(description="How many documents have it.")
    selected: bool = strawberry.field(description="Whether the search's own filter asks for this value.")
    shown: strawberry.Private[Label]

    @strawberry.field(description="What the value is called.")
    def label(self, language: In = Language.ZH) -> str:
        return self.shown.in_(language or Language.ZH)


@strawberry.type(description="Counts by the values of one field.")
class Facet:
    """A field's values, highest count first."""

    field: str = strawberry.field(description="The facet's name, as it was asked for.")
    values: list[FacetValue] = strawberry.field(description="The values, highest count first.")
    other_count: int = strawberry.field(description="How many documents have a value beyond those shown.")
