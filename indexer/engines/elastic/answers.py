"""What Elasticsearch answers, taken for whole only when it says so: it reports time-outs and lost shards as success."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from directory.errors import SearchUnavailable
from indexer.engines.elastic.mapping import body_of
from indexer.engines.elastic.queries import SELECTED, TOP, key_of, scored
from indexer.query.search import FacetCount, FacetCounts, FacetWanted, Hit, Search

Json = dict[str, Any]


def require_whole(answer: Json) -> None:
    """Raises: SearchUnavailable, when the answer is not that of every shard, in time and complete."""
    shards, hits = answer.get("_shards"), answer.get("hits")
    if not (isinstance(shards, dict) and shards.get("total") and isinstance(hits, dict) and "hits" in hits):
        raise SearchUnavailable("Elasticsearch answered without hits and shards")
    if answer.get("timed_out") or answer.get("terminated_early"):
        raise SearchUnavailable("Elasticsearch ran out of time and gave a part of the answer")
    if shards.get("failed") or shards.get("successful") != shards.get("total"):
        raise SearchUnavailable(
            f"Elasticsearch answered for {shards.get('successful')} of {shards.get('total')} shards"
        )


def hits_of(search: Search, answer: Json) -> tuple[tuple[Hit, ...], bool]:
    """The hits in order and whether more follow."""
    found = answer["hits"]["hits"]
    return tuple(_hit(search, each) for each in found[: search.first]), len(found) > search.first


def _hit(search: Search, found: Json) -> Hit:
    key = key_of(search, found["sort"])
    return Hit(
        id=found["_id"],
        key=key,
        score=float(key[0]) if scored(search) else None,
        source=body_of(found.get("_source", {})),
    )


def total_of(search: Search, answer: Json) -> tuple[int | None, bool]:
    """The number of documents found, if it was asked for, and whether there are not more."""
    if not search.total:
        return None, True
    total = answer["hits"]["total"]
    return int(total["value"]), total["relation"] == "eq"


def facets_of(search: Search, answer: Json) -> tuple[FacetCounts, ...]:
    """The counts of each facet wanted."""
    return tuple(_facet(wanted, answer["aggregations"][wanted.name]) for wanted in search.facets)


def _facet(wanted: FacetWanted, counted: Json) -> FacetCounts:
    top = _counts(counted[TOP]["buckets"])
    selected = _counts(counted[SELECTED]["buckets"]) if wanted.selected else {}
    beyond = {value: selected.get(value, 0) for value in wanted.selected if value not in top}
    values = [FacetCount(value, count) for value, count in {**top, **beyond}.items()]
    values.sort(key=lambda value: (-value.count, value.value))
    other = counted[TOP]["sum_other_doc_count"] - sum(beyond.values())
    return FacetCounts(wanted.name, tuple(values), other)


def _counts(buckets: Sequence[Json]) -> Mapping[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}
