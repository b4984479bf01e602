"""How good answers are: nDCG@10 and recall@50 of the judged queries by class. No measure of speed, and the same every time."""

from __future__ import annotations

from statistics import mean

from benchmarks.figures import Figure
from indexer.query.search import SearchEngine
from tests.relevance.library import documents
from tests.relevance.measuring import measured

AT_ONCE = 500


async def judged(engine: SearchEngine) -> list[Figure]:
    """The figures of each class and of all queries together, over an engine that is still empty."""
    everything = documents()
    for start in range(0, len(everything), AT_ONCE):
        assert not await engine.put(everything[start : start + AT_ONCE])
    await engine.refresh()
    scores = await measured(engine)
    scores["all"] = [each for results in scores.values() for each in results]
    return [
        Figure("relevance", f"{engine.name}, {topic} ({len(results)}), {name}", mean(values), "of 1")
        for topic, results in scores.items()
        for name, values in (
            ("nDCG@10", [value for _, value, _ in results]),
            ("recall@50", [part for _, _, part in results]),
        )
    ]
