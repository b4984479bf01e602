"""Code lists as data: each with its version, and an etag to tell whether a kept copy is still the present one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from directory import vocabulary
from directory.reference import Reference
from directory.vocabulary import UnknownCode
from schema.context import Info
from schema.terms import Term, all_terms


@strawberry.type(description="A versioned code list (词表). Codes are never taken back; labels may change.")
class Vocabulary:
    """Made by `shown_vocabulary`."""

    name: str = strawberry.field(
        description="The list's name: business_forms, industries, platforms and others."
    )
    version: str = strawberry.field(description="The list's version: year, month and number.")
    etag: str = strawberry.field(
        description="A hash that changes when, and only when, the terms change: 16 hexadecimal digits."
    )
    reference: strawberry.Private[Reference]

    @strawberry.field(description="The terms, in the order a reader should see them.")
    def terms(
        self,
        valid_on: Annotated[
            date | None,
            strawberry.argument(
                description="Only terms that new entries may use on this day; all when left out."
            ),
        ] = None,
    ) -> list[Term]:
        terms = all_terms(self.reference, self.name)
        return [one for one in terms if valid_on is None or _is_usable(one.term, valid_on)]


def _is_usable(term: vocabulary.Term, day: date) -> bool:
    return term.assignable and term.is_valid_on(day)


def shown_vocabulary(reference: Reference, found: vocabulary.Vocabulary) -> Vocabulary:
    """The list as the API shows it."""
    return Vocabulary(name=found.name, version=found.version, etag=found.etag, reference=reference)


@strawberry.type
class VocabularyQueries:
    """The root fields over code lists."""

    @strawberry.field(description="The code list of this name; null where there is none.")
    def vocabulary(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="The list's name, as `vocabularies` gives it.")],
    ) -> Vocabulary | None:
        try:
            found = info.context.reference.vocabulary(name)
        except UnknownCode:
            return None
        return shown_vocabulary(info.context.reference, found)

    @strawberry.field(
        description="All code lists, by name: to see with few bytes which of the kept ones changed."
    )
    def vocabularies(self, info: Info) -> list[Vocabulary]:
        reference = info.context.reference
        return [
            shown_vocabulary(reference, reference.vocabularies[name])
            for name in sorted(reference.vocabularies)
        ]
