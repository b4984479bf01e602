"""Reports shown as alike are about the same kind of obstacle: measured on the sample, whose categories are known."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from indexer.documents import fields
from indexer.query.alikeness import alike_reports, traits_of
from indexer.query.search import EVERYTHING, Kind, SearchEngine
from tests.relevance.library import documents

# Of sixty drafts chance alone moves the share by three in a hundred.
ASKED = 200
SHOWN = 5
LEAST_RIGHT = 0.94
LEAST_ANSWERED = 0.90


async def test_what_is_shown_as_alike_is_alike(shelves: SearchEngine) -> None:
    """Nineteen in twenty are of the category of the draft, which does not say it; most drafts have one at least."""
    reports = {each.id: each.body or {} for each in documents() if each.kind is Kind.BLOCKAGE}
    chosen = Random("alike").sample(sorted(reports), ASKED)
    right = shown = answered = 0
    for own_id in chosen:
        own = replace(traits_of(reports[own_id]), category=None, clauses=())
        found = await alike_reports(own, EVERYTHING, shelves.search, first=SHOWN, own_id=own_id)
        right += sum(reports[each.id][fields.CATEGORY] == reports[own_id][fields.CATEGORY] for each in found)
        shown += len(found)
        answered += bool(found)
    assert right / shown >= LEAST_RIGHT, (right, shown, answered)
    assert answered / ASKED >= LEAST_ANSWERED, (right, shown, answered)
