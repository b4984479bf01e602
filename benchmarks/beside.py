"""
The directory's API over Elasticsearch beside peers that make the very same call: graphene, Ariadne, an endpoint by hand,
and the bare request. All take turns, so that they meet the same machine; the load comes from one process.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from benchmarks.figures import Figure, percentile
from benchmarks.searching import ASKED, search_path, searches
from benchmarks.serving import PEERS, peer
from indexer.engines.elastic import queries
from indexer.query.search import Search
from newgrowth.settings import Settings
from tests.conditions import eventually

# Each has the same first field as the queries that the directory is asked; the rest of the selection is the same text.
SIGNATURES = {
    "query ($filter: FirmFilter, $facets: [FirmFacet!])": "query ($number: Int!, $first: Int!)",
    "query ($filter: BlockageFilter, $facets: [BlockageFacet!])": "query ($number: Int!, $first: Int!)",
    "(filter: $filter, facets: $facets, first: 20)": "(number: $number, first: $first)",
    "(filter: $filter, facets: $facets, first: 50)": "(number: $number, first: $first)",
}
FIFTY = """query ($filter: FirmFilter, $facets: [FirmFacet!]) {
  firms(filter: $filter, facets: $facets, first: 50) {
    nodes { entryNumber name status forms { code } region { code } }
  }
}"""
LISTED: Sequence[tuple[str, dict[str, Any]]] = ((FIFTY, {"filter": {"regions": ["330000"]}}),)
DIRECTORY, BY_HAND = "directory", "endpoint by hand"
CLIENTS = (1, 8, 32)
SECONDS = 3.0
READY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, ready to be sent: with a body it is a POST."""

    url: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked the same things in turn with the others."""

    name: str
    asked: Sequence[Asked]
    took: list[float] = field(default_factory=list)


async def compared(settings: Settings, server: str, prefix: str, directory: Path, turns: int) -> list[Figure]:
    """Milliseconds at one client, and requests a second at more, of a search and of a list of fifty."""
    figures = []
    for part, asked in (("beside, search", ASKED), ("beside, fifty", LISTED)):
        wanted = [(search, search_path(search, prefix)) for search in await searches(settings, asked)]
        bodies = directory / f"bodies-{len(wanted)}.json"
        bodies.write_bytes(
            orjson.dumps([{"path": path, "body": queries.request(search, 8.0)} for search, path in wanted])
        )
        with ExitStack() as stack:
            targets = _targets(stack, settings, server, directory, bodies, asked, wanted)
            # As many requests of one part as of the other, so that their spreads can be compared.
            figures += await _measured(part, targets, turns * len(ASKED) // len(asked))
    return figures


def _targets(
    stack: ExitStack,
    settings: Settings,
    server: str,
    directory: Path,
    bodies: Path,
    asked: Sequence[tuple[str, dict[str, Any]]],
    wanted: Sequence[tuple[Search, str]],
) -> list[Target]:
    engine = str(settings.elasticsearch_url).rstrip("/")
    environment = {"BODIES": str(bodies), "ELASTICSEARCH_URL": engine}
    bare = [Asked(engine + path, orjson.dumps(queries.request(search, 8.0))) for search, path in wanted]
    ours = [
        Asked(f"{server}/graphql", orjson.dumps({"query": query, "variables": variables}))
        for query, variables in asked
    ]
    _, plain = stack.enter_context(peer("plain", directory, environment))
    targets = [
        Target("bare", bare),
        Target(DIRECTORY, ours),
        Target(
            BY_HAND,
            [
                Asked(f"{plain}/search?number={number}&first={search.first}")
                for number, (search, _) in enumerate(wanted)
            ],
        ),
    ]
    for name in ("graphene", "ariadne"):
        python = str(_environment(name, directory))
        _, url = stack.enter_context(peer(name, directory, environment, python))
        targets.append(Target(name, [_peers(url, number, asked, wanted) for number in range(len(asked))]))
    return targets


def _peers(
    url: str,
    number: int,
    asked: Sequence[tuple[str, dict[str, Any]]],
    wanted: Sequence[tuple[Search, str]],
) -> Asked:
    query = asked[number][0]
    for ours, theirs in SIGNATURES.items():
        query = query.replace(ours, theirs)
    variables = {"number": number, "first": wanted[number][0].first}
    return Asked(f"{url}/graphql/", orjson.dumps({"query": query, "variables": variables}))


def _environment(name: str, directory: Path) -> Path:
    """The Python of an environment with what the peer's lock names, made once in `directory`."""
    home = directory / f"peer-{name}"
    python = home / "bin" / "python"
    if not (home / "whole").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        lock = PEERS / f"{name}.txt"
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([str(python), *install, "-r", str(lock)], check=True)
        (home / "whole").touch()
    return python


async def _measured(part: str, targets: Sequence[Target], turns: int) -> list[Figure]:
    connector = aiohttp.TCPConnector(limit=max(CLIENTS))
    headers = {"content-type": "application/json"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as client:
        await _agreed(client, targets)
        await _turns(client, targets, turns)
        figures = _spreads(part, targets)
        for clients in CLIENTS[1:]:
            figures += await _throughput(client, part, targets, clients, turns=3)
    return figures


async def _agreed(client: aiohttp.ClientSession, targets: Sequence[Target]) -> None:
    """Every target answers every request, with as many nodes as the directory shows."""
    for target in targets:
        await eventually(partial(_up, client, target), within_seconds=READY_SECONDS)
    for place in range(len(targets[0].asked)):
        counts = {target.name: len(await _nodes(client, target.asked[place])) for target in targets}
        assert len(set(counts.values())) == 1, counts


async def _up(client: aiohttp.ClientSession, target: Target) -> bool:
    try:
        await _ask(client, target.asked[0])
    except aiohttp.ClientConnectionError:
        return False
    return True


async def _nodes(client: aiohttp.ClientSession, asked: Asked) -> list[Any]:
    answer = orjson.loads(await _ask(client, asked))
    assert "errors" not in answer, answer
    content = answer.get("data", answer)
    for key in ("firms", "blockages"):
        content = content.get(key, content)
    # The engine is asked for one more than is shown.
    nodes: list[Any] = content["nodes"] if "nodes" in content else content["hits"]["hits"]
    return nodes if "nodes" in content else nodes[: _asked_for(asked)]


def _asked_for(bare: Asked) -> int:
    assert bare.body is not None
    size: int = orjson.loads(bare.body)["size"]
    return size - 1


async def _ask(client: aiohttp.ClientSession, asked: Asked) -> bytes:
    method = "GET" if asked.body is None else "POST"
    async with client.request(method, asked.url, data=asked.body) as response:
        content = await response.read()
        assert response.status == 200, content[:500]
        return content


async def _turns(client: aiohttp.ClientSession, targets: Sequence[Target], turns: int) -> None:
    """One request after the other, each target in its turn."""
    for turn in range(turns + 2):
        for place in range(len(targets[0].asked)):
            for target in targets:
                began = time.perf_counter()
                await _ask(client, target.asked[place])
                if turn >= 2:  # the first rounds warm up
                    target.took.append((time.perf_counter() - began) * 1000)


def _spreads(part: str, targets: Sequence[Target]) -> list[Figure]:
    figures = []
    for percent in (50, 95):
        took = {target.name: percentile(target.took, percent) for target in targets}
        bare = took[targets[0].name]
        figures += [
            Figure(part, f"{name}, p{percent}", each, "ms", each / bare) for name, each in took.items()
        ]
        by_hand = took[DIRECTORY] / took[BY_HAND]
        figures.append(Figure(part, f"{DIRECTORY} of {BY_HAND}, p{percent}", by_hand, "times"))
    return figures


async def _throughput(
    client: aiohttp.ClientSession, part: str, targets: Sequence[Target], clients: int, turns: int
) -> list[Figure]:
    """Requests a second with so many clients at once, the middle one of the turns."""
    rates: dict[str, list[float]] = {target.name: [] for target in targets}
    for _ in range(turns):
        for target in targets:
            rates[target.name].append(await _rate(client, target, clients))
    middle = {name: sorted(each)[len(each) // 2] for name, each in rates.items()}
    bare = middle[targets[0].name]
    return [
        Figure(part, f"{name}, {clients} clients", rate, "requests/s", rate / bare)
        for name, rate in middle.items()
    ]


async def _rate(client: aiohttp.ClientSession, target: Target, clients: int) -> float:
    done = 0
    began = time.perf_counter()
    until = began + SECONDS

    async def work(place: int) -> None:
        nonlocal done
        while time.perf_counter() < until:
            await _ask(client, target.asked[place % len(target.asked)])
            place += 1
            done += 1

    await asyncio.gather(*(work(number) for number in range(clients)))
    return done / (time.perf_counter() - began)
