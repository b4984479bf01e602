"""The call to the engine, and what of its answer the peers show; BODIES names the file with the searches to be sent."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson

SEARCHES: list[dict[str, Any]] = orjson.loads(Path(os.environ["BODIES"]).read_bytes())
URL = os.environ["ELASTICSEARCH_URL"]
CONNECTIONS = 50

_session: aiohttp.ClientSession | None = None


async def found(number: int) -> dict[str, Any]:
    """The engine's answer to the search with this number."""
    global _session
    if _session is None:
        _session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
    asked = SEARCHES[number]
    body = orjson.dumps(asked["body"])
    headers = {"content-type": "application/json"}
    async with _session.post(URL + asked["path"], data=body, headers=headers) as response:
        answer: dict[str, Any] = orjson.loads(await response.read())
        return answer


def total(answer: dict[str, Any]) -> int:
    """How many documents match."""
    count: int = answer["hits"].get("total", {"value": 0})["value"]
    return count


def sources(answer: dict[str, Any], most: int) -> list[dict[str, Any]]:
    """The documents found; the engine is asked for one more than is shown."""
    return [hit["_source"] for hit in answer["hits"]["hits"][:most]]


def facets(answer: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The values of each facet with their counts."""
    return [next(_buckets(each), []) for each in answer.get("aggregations", {}).values()]


def _buckets(aggregation: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    if "buckets" in aggregation:
        yield [{"value": one["key"], "count": one["doc_count"]} for one in aggregation["buckets"]]
    for inner in aggregation.values():
        if isinstance(inner, dict):
            yield from _buckets(inner)
