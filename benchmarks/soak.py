"""
`python -m benchmarks.soak`: a whole installation for a while, with everything going wrong once.

Two API servers, two indexers, PostgreSQL and three Elasticsearch nodes on this machine; firms report, others search. One
after the other the leading indexer is killed, then frozen past its lease, the engine's master killed, the index rebuilt, an
API server killed, PostgreSQL started anew. At the end nothing that was acknowledged is missing, in the record or in the index.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import aiohttp
import typer
from rich.console import Console

from benchmarks.figures import Figure, percentile, show, write
from benchmarks.material import fill
from benchmarks.serving import resident_megabytes
from directory.access import Role
from directory.record.migrate import migrate
from directory.record.open import SqlRecord, open_record
from directory.states import EntityType
from indexer.leading import LEASE_SECONDS
from newgrowth.settings import read_settings
from newgrowth.tokens import development_token
from schema.node import global_id
from tests.conditions import eventually
from tests.servers.cluster import ElasticsearchCluster
from tests.servers.postgresql import PostgresServer
from tests.servers.process import free_ports

WRITERS, READERS = 4, 6
FIRMS_ASKED = 200
SEARCH = "query ($t: String) { blockages(filter: {text: $t}, first: 20) { totalCount nodes { reference } } }"
REPORT = """mutation ($input: ReportBlockageInput!) {
  reportBlockage(input: $input) { blockage { reference } errors { message path } }
}"""
STATUS = "{ indexStatus { recordPosition indexedPosition lagSeconds following } }"
WORDS = ("抽成", "限流", "营业执照", "platform fee", "account suspended", "发票", "押金", "直播 处罚")
# What a caller is told to try again, with when: no loss, and nothing that the directory hides.
TOLD = frozenset({"SEARCH_UNAVAILABLE", "UNAVAILABLE", "BUSY", "TIMEOUT"})
MOST_ATTEMPTS, PAUSE_SECONDS = 600, 0.2
CALM_SECONDS = 300.0
USUAL_LAG_SECONDS = 2.0
console = Console()


@dataclass
class Seen:
    """What the callers met."""

    reported: list[str] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=lambda: {"report": [], "search": []})
    refusals: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    gaps: dict[str, float] = field(default_factory=dict)


@dataclass
class Program:
    """One process of the program, which can be killed and started again."""

    arguments: Sequence[str]
    environment: dict[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> Program:
        """Starts it, unless it runs."""
        if self._process is None or self._process.poll() is not None:
            with self.log.open("ab") as told:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "newgrowth", *self.arguments],
                    stdout=told,
                    stderr=told,
                    env={**os.environ, **self.environment},
                )
        return self

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Sends a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it by SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def done(self) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait()


@dataclass
class Installation:
    """The processes, and how to ask the servers."""

    environment: dict[str, str]
    directory: Path
    client: aiohttp.ClientSession
    cluster: ElasticsearchCluster
    postgres: PostgresServer
    servers: dict[str, Program]
    indexers: list[Program]

    def program(self, *arguments: str) -> Program:
        """A process of the program, not started."""
        return Program(arguments, self.environment, self.directory / f"{arguments[0]}.log")

    async def ask(self, url: str, query: str, token: str | None = None, **variables: Any) -> Any:
        """The answer's content. Raises: aiohttp.ClientError, without a server."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables}
        async with self.client.post(f"{url}/graphql", json=body, headers=headers) as response:
            return await response.json(content_type=None)

    async def lag(self) -> float:
        """Seconds that the index is behind; infinite where no server says."""
        for url in self.servers:
            with suppress(aiohttp.ClientError, TimeoutError, KeyError, TypeError):
                status = (await self.ask(url, STATUS))["data"]["indexStatus"]
                return float(status["lagSeconds"])
        return float("inf")


def main(
    minutes: Annotated[float, typer.Option(min=1, help="For how long.")] = 10,
    documents: Annotated[int, typer.Option(min=1_000, help="Entries and reports at the beginning.")] = 5_000,
    json: Annotated[Path | None, typer.Option(help="Write the figures here too.")] = None,
) -> None:
    """Run an installation of several processes under load, break each part of it once, and count what is missing."""
    figures = asyncio.run(soaked(minutes * 60, documents))
    show(figures, console)
    if json is not None:
        write(figures, json)


async def soaked(seconds: float, documents: int) -> list[Figure]:
    """The figures of a run. Raises: AssertionError, when anything acknowledged is missing at its end."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="newgrowth-soak-")))
        postgres = stack.enter_context(PostgresServer())
        cluster = stack.enter_context(ElasticsearchCluster())
        url = postgres.databases.create(None)
        console.print(f"Filling a record with {documents} firms and reports")
        await migrate(url)
        record = await stack.enter_async_context(await open_record(url, mode="read"))
        async with await open_record(url) as filling:
            await fill(filling, documents)
        environment = {
            "NEWGROWTH_DEMO": "true",
            "NEWGROWTH_DATA_DIR": str(directory / "data"),
            "NEWGROWTH_RECORD_URL": url,
            "NEWGROWTH_ENGINE": "elasticsearch",
            "ELASTICSEARCH_URL": cluster.url,
            "NEWGROWTH_FOLLOW_IN_PROCESS": "false",
            "NEWGROWTH_COST_PER_MINUTE": "0",
            "NEWGROWTH_CREATIONS_PER_HOUR": "0",
        }
        place = await stack.enter_async_context(installed(environment, directory, cluster, postgres))
        return await _lived(place, record, seconds)


@asynccontextmanager
async def installed(
    environment: dict[str, str], directory: Path, cluster: ElasticsearchCluster, postgres: PostgresServer
) -> AsyncIterator[Installation]:
    """Two indexers and two servers at work."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client:
        place = Installation(environment, directory, client, cluster, postgres, {}, [])
        place.indexers += [place.program("index", "follow").start() for _ in range(2)]
        for port in free_ports(2):
            place.servers[f"http://127.0.0.1:{port}"] = place.program("serve", "--port", str(port)).start()
        try:
            await eventually(lambda: _at_head(place), within_seconds=CALM_SECONDS)
            yield place
        finally:
            for each in (*place.indexers, *place.servers.values()):
                each.send(signal.SIGCONT)
                each.kill()


async def _at_head(place: Installation) -> bool:
    """Whether both servers answer and the index holds everything."""
    for url in place.servers:
        try:
            status = (await place.ask(url, STATUS))["data"]["indexStatus"]
        except (aiohttp.ClientError, KeyError, TypeError):
            return False
        if status["recordPosition"] in ("0", None) or status["indexedPosition"] != status["recordPosition"]:
            return False
    return True


async def _lived(place: Installation, record: SqlRecord, seconds: float) -> list[Figure]:
    seen = Seen()
    before = _memory(place)
    until = time.monotonic() + seconds
    writers = await _writers(place, record, seen, until)
    readers = [_reads(place, seen, until, random.Random(number)) for number in range(READERS)]
    await asyncio.gather(*writers, *readers, _mishaps(place, seen, seconds))
    await eventually(lambda: _at_head(place), within_seconds=CALM_SECONDS)
    await _nothing_missing(place, record, seen)
    return _figures(seen, seconds, before, _memory(place))


async def _writers(
    place: Installation, record: SqlRecord, seen: Seen, until: float
) -> list[Coroutine[Any, Any, None]]:
    settings = read_settings(demo=True, data_dir=Path(place.environment["NEWGROWTH_DATA_DIR"]))
    async with record.reader() as reader:
        ids = await reader.entity_ids(EntityType.FIRM, limit=FIRMS_ASKED)
        firms = [firm for firm in (await reader.firms(ids)).values() if firm.owner]
    owners = {firm.id: development_token(settings, subject=firm.owner, roles=[Role.FIRM]) for firm in firms}
    return [_reports(place, seen, until, owners, random.Random(number)) for number in range(WRITERS)]


async def _reports(
    place: Installation, seen: Seen, until: float, owners: dict[str, str], dice: random.Random
) -> None:
    """A firm after the other reports something, and tries again under the same key until it is told that it is done."""
    while time.monotonic() < until:
        firm, token = dice.choice(list(owners.items()))
        words, number = dice.choice(WORDS), dice.randrange(10**9)
        wanted = {
            "firm": global_id("Firm", firm),
            "category": "other",
            "title": f"{words} {number}",
            "description": f"{words}: {number} {dice.choice(WORDS)} {dice.choice(WORDS)}",
            "clientMutationId": f"soak-{number}",
        }
        content = await _tried(place, seen, "report", dice, REPORT, token, input=wanted)
        payload = content and content["data"]["reportBlockage"]
        if payload and payload["errors"]:
            seen.broken.append(str(payload["errors"]))
        elif payload:
            seen.reported.append(payload["blockage"]["reference"])


async def _reads(place: Installation, seen: Seen, until: float, dice: random.Random) -> None:
    while time.monotonic() < until:
        await _tried(place, seen, "search", dice, SEARCH, None, t=dice.choice(WORDS))


async def _tried(
    place: Installation,
    seen: Seen,
    what: str,
    dice: random.Random,
    query: str,
    token: str | None,
    **given: Any,
) -> Any:
    """The answer, of one server or the other; a caller that is told to try again does so for as long as it takes."""
    urls = list(place.servers)
    dice.shuffle(urls)
    began = time.monotonic()
    for attempt in range(MOST_ATTEMPTS):
        try:
            content = await place.ask(urls[attempt % len(urls)], query, token, **given)
        except (aiohttp.ClientError, TimeoutError):
            seen.refusals[f"{what}: no server"] += 1
        else:
            codes = {error["extensions"]["code"] for error in content.get("errors", ())}
            if not codes:
                seen.took[what].append(time.monotonic() - began)
                return content
            seen.refusals.update(f"{what}: {code}" for code in codes)
            if not codes <= TOLD:
                seen.broken.append(f"{what}: {content['errors']}")
                return None
        await asyncio.sleep(PAUSE_SECONDS)
    seen.broken.append(f"{what}: not carried out after {MOST_ATTEMPTS} attempts")
    return None


async def _mishaps(place: Installation, seen: Seen, seconds: float) -> None:
    """Each mishap in its turn, and for each how long the index was behind for more than it usually is."""
    for name, mishap in MISHAPS.items():
        await asyncio.sleep(seconds / (len(MISHAPS) + 1))
        console.print(f"Now: {name}")
        began = time.monotonic()
        await mishap(place)
        await eventually(lambda: _close(place), within_seconds=CALM_SECONDS)
        seen.gaps[name] = time.monotonic() - began


async def _close(place: Installation) -> bool:
    """Whether the index is as close behind as it usually is."""
    return await place.lag() < USUAL_LAG_SECONDS


async def _leader(place: Installation) -> Program:
    """Of two indexers the one that works: the other's processor time stands nearly still."""
    before = [_processor_seconds(each.pid) for each in place.indexers]
    await asyncio.sleep(2)
    spent = [_processor_seconds(each.pid) - had for each, had in zip(place.indexers, before, strict=True)]
    return place.indexers[spent.index(max(spent))]


async def _kill_indexer(place: Installation) -> None:
    leader = await _leader(place)
    leader.kill()
    await eventually(lambda: _close(place), within_seconds=CALM_SECONDS)
    leader.start()


async def _freeze_indexer(place: Installation) -> None:
    leader = await _leader(place)
    leader.send(signal.SIGSTOP)
    await asyncio.sleep(2 * LEASE_SECONDS)
    leader.send(signal.SIGCONT)


async def _kill_master(place: Installation) -> None:
    master = await asyncio.to_thread(lambda: place.cluster.master)
    await asyncio.to_thread(master.kill)
    await asyncio.sleep(2 * LEASE_SECONDS)
    await asyncio.to_thread(master.start)


async def _rebuild(place: Installation) -> None:
    code = await asyncio.to_thread(place.program("index", "rebuild").start().done)
    assert code == 0, (place.directory / "index.log").read_text()[-2_000:]


async def _kill_server(place: Installation) -> None:
    server = next(iter(place.servers.values()))
    server.kill()
    await asyncio.sleep(LEASE_SECONDS)
    server.start()


async def _restart_database(place: Installation) -> None:
    await asyncio.to_thread(place.postgres.restart)


MISHAPS: Mapping[str, Callable[[Installation], Awaitable[None]]] = {
    "the leading indexer is killed": _kill_indexer,
    "the leading indexer is frozen past its lease": _freeze_indexer,
    "the engine's master is killed and comes back": _kill_master,
    "the index is rebuilt": _rebuild,
    "a server is killed": _kill_server,
    "the database starts anew": _restart_database,
}


async def _nothing_missing(place: Installation, record: SqlRecord, seen: Seen) -> None:
    """Raises: AssertionError, unless every report is in the record once, the log is whole and the index equals it."""
    async with record.reader() as reader:
        missing = [each for each in seen.reported if await reader.blockage_by_reference(each) is None]
    assert not missing, f"acknowledged and not in the record: {missing[:5]}"
    assert len(set(seen.reported)) == len(seen.reported)
    for arguments in (("log", "verify"), ("index", "verify")):
        code = await asyncio.to_thread(place.program(*arguments).start().done)
        assert code == 0, (place.directory / f"{arguments[0]}.log").read_text()[-2_000:]
    assert not seen.broken, seen.broken[:5]


def _figures(seen: Seen, seconds: float, before: Sequence[float], after: Sequence[float]) -> list[Figure]:
    done = [Figure("soak", "seconds", seconds, "s")]
    for what, took in seen.took.items():
        done.append(Figure("soak", f"{what}, carried out", float(len(took)), "times"))
        done += [
            Figure("soak", f"{what}, p{percent}", percentile(took, percent) * 1000, "ms")
            for percent in (50, 95, 99)
        ]
    done += [
        Figure("soak", f"told to try again: {what}", count, "times") for what, count in seen.refusals.items()
    ]
    done += [Figure("soak", f"index close behind again: {name}", gap, "s") for name, gap in seen.gaps.items()]
    kinds = ("indexer", "indexer", "server", "server")
    done += [
        Figure("soak", f"memory of {kind}, at the beginning {had:.0f}", has, "MB")
        for kind, had, has in zip(kinds, before, after, strict=True)
    ]
    return done


def _memory(place: Installation) -> list[float]:
    return [resident_megabytes(each.pid) for each in (*place.indexers, *place.servers.values())]


def _processor_seconds(pid: int) -> float:
    """Processor time that the process has used, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return float(fields[11]) + float(fields[12])


if __name__ == "__main__":
    typer.run(main)
