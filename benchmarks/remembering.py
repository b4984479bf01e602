"""Memory of a server at rest and after a fixed load of searches, beside an empty Starlette server under as many requests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.figures import Figure
from benchmarks.searching import ASKED
from benchmarks.serving import answers, peer, resident_megabytes

PART = "memory"
REQUESTS, AT_ONCE = 1_200, 8


async def loaded(name: str, pid: int, url: str, directory: Path) -> list[Figure]:
    """Megabytes of the server at `url` before and after the load, and of the empty one."""
    with peer("broadcast", directory, {}) as (empty_pid, empty_url):
        empty = await _before_and_after(empty_pid, empty_url, "/")
        ours = await _before_and_after(pid, url, "/graphql")
    figures = []
    for when, mine, other in zip(("at rest", f"after {REQUESTS:,} searches"), ours, empty, strict=True):
        figures += [
            Figure(PART, f"{name}, server {when}", mine, "MB", mine / other),
            Figure(PART, f"{name}, empty Starlette server {when}", other, "MB"),
        ]
    return figures


async def _before_and_after(pid: int, url: str, path: str) -> Sequence[float]:
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        await answers(client)
        before = resident_megabytes(pid)
        left = islice(cycle(ASKED), REQUESTS)

        async def ask() -> None:
            for query, variables in left:
                await _asked(client, path, query, variables)

        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
        return before, resident_megabytes(pid)


async def _asked(client: httpx2.AsyncClient, path: str, query: str, variables: dict[str, Any]) -> None:
    answer = await client.post(path, json={"query": query, "variables": variables})
    answer.raise_for_status()
    assert "errors" not in answer.json(), answer.text[:500]
