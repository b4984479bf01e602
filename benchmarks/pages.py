"""Pages of the portal, each beside the GraphQL request that it is made of: asked in turn, so that both meet the same machine."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx2

from benchmarks.figures import Figure
from benchmarks.serving import server
from portal import report_filters
from portal.operation import Operation
from portal.pages import blockages, directory, firm, points
from schema.enums import Language
from tests.conditions import all_indexed, eventually

FIRMS = 60
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """A page, and the one operation that it asks."""

    path: str
    operation: Operation
    variables: Mapping[str, Any]


def compared(number: str) -> Sequence[Compared]:
    """The pages: lists with all their facets, and the page of the entry with this number."""
    listed = {"orderBy": "RELEVANCE", "direction": "DESC", "first": directory.PER_PAGE, "filter": {}}
    return (
        Compared("/directory", directory.DIRECTORY, {**listed, "facets": _facets(directory.CHOICES)}),
        Compared("/blockages", blockages.BLOCKAGES, {**listed, "facets": _facets(report_filters.CHOICES)}),
        Compared("/points", points.POINTS, {"facets": _facets(points.CHOICES), "first": points.PER_PAGE}),
        Compared(f"/firms/{number}", firm.FIRM, {"entryNumber": number}),
    )


def _facets(choices: Sequence[Any]) -> list[str]:
    return [choice.facet for choice in choices]


async def over_http(scratch: Path, rounds: int = ROUNDS) -> list[Figure]:
    """Milliseconds of each page at the demo, half of a hundred, and how often its request fits into it."""
    arguments = ["demo", "--firms", str(FIRMS), "--data-dir", str(scratch / "pages")]
    with server(arguments, {}, scratch / "pages.log") as (_, url):
        async with httpx2.AsyncClient(
            base_url=url, timeout=60, headers={"accept-encoding": "identity"}
        ) as client:
            await eventually(lambda: all_indexed(client))
            listing = (await client.get("/zh/directory")).text
            found = re.search(r"/zh/firms/(NG-[0-9A-Z-]+)", listing)
            assert found is not None, listing
            return [figure for page in compared(found[1]) for figure in await _both(client, page, rounds)]


async def _both(client: httpx2.AsyncClient, page: Compared, rounds: int) -> list[Figure]:
    body = {
        "query": page.operation.text,
        "variables": {**page.variables, "language": Language.ZH.value},
    }
    asked, shown = [], []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        answer = await client.post("/graphql", json=body)
        between = time.perf_counter()
        response = await client.get(f"/zh{page.path}")
        ended = time.perf_counter()
        assert "errors" not in answer.json(), answer.text
        assert response.status_code == 200, response.text
        if turn:  # the first round warms up
            asked.append((between - began) * 1000)
            shown.append((ended - between) * 1000)
    return [
        Figure("pages", f"request of {page.path}, p50", median(asked), "ms"),
        Figure("pages", f"page {page.path}, p50", median(shown), "ms", median(shown) / median(asked)),
    ]
