"""What a search box may offer while someone types: names of entries, and words of the vocabularies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated

import strawberry

from directory.text import fold
from directory.vocabulary import Reference, Term
from schema.arguments import First
from schema.context import Context, Info
from schema.firms.sight import visible_firms
from schema.firms.types import fetch_firm
from schema.limits import page_size
from schema.node import Node

DEFAULT_COUNT = 8
LONGEST_PREFIX = 60
# The vocabularies whose words entries and reports are searched by, the most asked for first.
OFFERED = ("business_forms", "occupations", "platforms", "blockage_categories", "industries")
# Entries come first, but leave this much of the list to words where there are any.
PLACES_FOR_TERMS = 3


@strawberry.type(description="Something a search box may offer while someone types.")
class Suggestion:
    """A name of an entry, or a word of a vocabulary."""

    text: str = strawberry.field(description="What to search for.")
    kind: str = strawberry.field(description="What it is: firm or term.")
    node: Node | None = strawberry.field(
        description="The entry of that name; null for a word of a vocabulary."
    )


@strawberry.type
class SuggestionQueries:
    """The root field behind search boxes."""

    @strawberry.field(
        description="Names that begin with what was typed, or hold a word that does, as far as the caller may see "
        "them; then words of the vocabularies."
    )
    async def suggest(
        self,
        info: Info,
        prefix: Annotated[str, strawberry.argument(description="What was typed so far.")],
        first: First = DEFAULT_COUNT,
    ) -> list[Suggestion]:
        most = page_size(first, DEFAULT_COUNT)
        words = list(_matching_words(info.context.reference, prefix))
        kept = max(0, most - min(len(words), PLACES_FOR_TERMS)) or most
        names = await _names(info.context, prefix, kept)
        return [*names, *(Suggestion(text=word, kind="term", node=None) for word in words)][:most]


async def _names(context: Context, prefix: str, most: int) -> list[Suggestion]:
    """Names with their entries; an entry that went away since it was indexed is left out."""
    found = await context.services.search.suggest(prefix, visible_firms(context.caller), most)
    firms = await asyncio.gather(*(fetch_firm(context, name.id) for name in found if name.id is not None))
    named = [name for name in found if name.id is not None]
    return [
        Suggestion(text=name.text, kind=name.kind, node=firm)
        for name, firm in zip(named, firms, strict=True)
        if firm is not None
    ]


def _matching_words(reference: Reference, prefix: str) -> Iterator[str]:
    """Labels and other names of terms that begin with `prefix`, each once, in the vocabularies' order."""
    wanted = fold(prefix[:LONGEST_PREFIX]).strip()
    if not wanted:
        return
    seen: set[str] = set()
    for name in OFFERED:
        for term in reference.vocabulary(name):
            for word in _words_of(term):
                if word not in seen and fold(word).startswith(wanted):
                    seen.add(word)
                    yield word


def _words_of(term: Term) -> tuple[str, ...]:
    return (term.label.zh, term.label.en, *term.aliases_zh, *term.aliases_en)
