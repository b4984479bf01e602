"""Searches find what people look for, and the best first: floors a little under what is reached."""

from __future__ import annotations

from statistics import mean

import pytest
import pytest_asyncio

from indexer.query.search import SearchEngine
from tests.relevance.library import documents
from tests.relevance.measuring import Scores, measured
from tests.relevance.scores import judged, ndcg, recall

# By class of queries: nDCG@10 and recall@50, some 0.02 under the lower of both engines.
FLOORS: dict[str, tuple[float, float]] = {
    "name-zh": (0.98, 0.98),
    "brand-zh": (0.98, 0.98),
    "name-en": (0.98, 0.98),
    "spacing": (0.98, 0.98),
    "typo": (0.90, 0.94),
    "problem-zh": (0.85, 0.91),
    "problem-en": (0.84, 0.74),
    "synonym": (0.89, 0.90),
    "mixed": (0.92, 0.86),
    "hard": (0.98, 0.98),
    "one-piece": (0.81, 0.98),
    "policy": (0.93, 0.96),
    "written": (0.98, 0.98),
    "point-zh": (0.98, 0.98),
    "point-en": (0.98, 0.98),
}
ALL_TOGETHER = (0.92, 0.93)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scores(shelves: SearchEngine) -> Scores:
    """The scores of one engine over the whole library."""
    return await measured(shelves)


def test_there_is_something_to_find_for_every_query() -> None:
    """At least 120 queries, each with an answer, over some 3,000 documents."""
    queries = judged(documents())
    assert len(documents()) >= 3_000
    assert len(queries) >= 120
    assert [query.text for query in queries if not query.grades] == []
    assert {query.topic for query in queries} == FLOORS.keys()


@pytest.mark.parametrize("topic", sorted(FLOORS))
def test_answers_are_good_enough(scores: Scores, topic: str) -> None:
    """No class of queries falls below its floor; on failure the worst queries are named."""
    results = scores[topic]
    reached = mean(value for _, value, _ in results), mean(value for _, _, value in results)
    worst = sorted((round(value, 2), round(part, 2), query.text) for query, value, part in results)[:8]
    least = FLOORS[topic]
    assert reached[0] >= least[0], (topic, reached, worst)
    assert reached[1] >= least[1], (topic, reached, worst)


def test_all_answers_together_are_good_enough(scores: Scores) -> None:
    """Each query counts the same."""
    values = [(value, part) for results in scores.values() for _, value, part in results]
    assert mean(value for value, _ in values) >= ALL_TOGETHER[0]
    assert mean(part for _, part in values) >= ALL_TOGETHER[1]


def test_a_worse_order_is_worth_less() -> None:
    """The measure itself: the best order is worth 1, none at all 0, and a late answer less than an early one."""
    grades = {"a": 3, "b": 1}
    assert ndcg(["a", "b"], grades) == 1.0
    assert 1.0 > ndcg(["b", "a"], grades) > ndcg(["x", "b", "a"], grades) > ndcg(["x"], grades) == 0.0
    assert (recall(["a"], grades), recall(["x"] * 50 + ["a"], grades)) == (0.5, 0.0)
