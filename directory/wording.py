"""How the things of the reference data are called: for cutting Chinese text into words, and for search boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from directory.common_words import COMMON, DEGREES, SPOKEN
from directory.name_words import FORMS, TRADES
from directory.offers import Offer

if TYPE_CHECKING:
    from directory.reference import Reference

# The vocabularies whose words entries and reports are searched by, the most asked for first.
OFFERED = ("business_forms", "occupations", "platforms", "blockage_categories", "industries")


def chinese_words(reference: Reference) -> Iterator[str]:
    """All that may be a word of a report or a name: of the reference data, of names, of complaints."""
    for vocabulary in reference.vocabularies.values():
        for term in vocabulary:
            yield from (term.label.zh, *term.aliases_zh)
    for region in reference.regions.regions:
        yield from (region.label.zh, region.short.zh)
    for group in reference.synonyms.groups:
        yield from group
    for words in (COMMON, DEGREES, SPOKEN, FORMS, TRADES):
        yield from words


def offered(reference: Reference) -> Iterator[Offer]:
    """The words of the vocabularies, their synonyms, then policies and clauses."""
    for name in OFFERED:
        for term in reference.vocabulary(name):
            yield from map(Offer, (term.label.zh, term.label.en, *term.aliases_zh, *term.aliases_en))
    for group in reference.synonyms.groups:
        yield from map(Offer, group)
    for policy in reference.policies.values():
        for text in (policy.title.zh, policy.title.en, policy.number):
            if text:
                yield Offer(text, "policy", policy.code)
    for clause in reference.clauses.values():
        yield Offer(clause.heading.zh, "clause", clause.code)
        yield Offer(clause.heading.en, "clause", clause.code)
