"""What an engine's answers to the judged queries are worth: `python -m benchmarks --part relevance` prints it."""

from __future__ import annotations

from collections import defaultdict

from indexer.query.search import EVERYTHING, Search, SearchEngine
from tests.contracts.engines.corpus import box, ids
from tests.relevance.library import documents
from tests.relevance.scores import Judged, judged, ndcg, recall

DEPTH = 50
Scores = dict[str, list[tuple[Judged, float, float]]]


async def measured(engine: SearchEngine) -> Scores:
    """What each query is worth, by class: nDCG@10 and recall@50."""
    found: Scores = defaultdict(list)
    for query in judged(documents()):
        page = await engine.search(Search(query.kind, EVERYTHING, box(query.text), first=DEPTH))
        answer = ids(page.hits)
        found[query.topic].append((query, ndcg(answer, query.grades), recall(answer, query.grades)))
    return found
