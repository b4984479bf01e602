"""`python -m benchmarks`: everything in one run, so that the figures can be compared with each other."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.console import Console

from benchmarks import (
    beside,
    boxes,
    commanding,
    freshness,
    indexing,
    pages,
    relevance,
    remembering,
    scale,
    searching,
    serving,
    subscribing,
    suggesting,
    transfer,
)
from benchmarks.copied import copied
from benchmarks.figures import Figure, show, write
from benchmarks.material import REFERENCE, fill
from directory.record.migrate import migrate
from directory.record.open import open_record
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.follow import Follower
from indexer.query.search import Document, SearchEngine
from indexer.route import Route
from newgrowth.settings import Engine, Settings, read_settings
from newgrowth.wiring import search_engine
from tests.servers.elasticsearch import ElasticsearchServer, UsualElasticsearch
from tests.servers.postgresql import PostgresServer
from tests.servers.process import ServerMissing

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console()
PREFIX = "bench"
# Of so many documents are those that `scale` copies.
BASE = 20_000


class Part(StrEnum):
    """What can be measured."""

    COMMANDS = "commands"
    SEARCH = "search"
    START = "start"
    BESIDE = "beside"
    BOXES = "boxes"
    SUGGEST = "suggest"
    FRESHNESS = "freshness"
    RELEVANCE = "relevance"
    SCALE = "scale"
    PAGES = "pages"
    SUBSCRIPTIONS = "subscriptions"
    MEMORY = "memory"
    TRANSFER = "transfer"


@app.command(epilog="Example: python -m benchmarks --documents 20000 --json figures.json")
def main(
    documents: Annotated[int, typer.Option(min=1_000, help="Documents to index and search.")] = 20_000,
    commands: Annotated[int, typer.Option(min=100, help="Commands to carry out on each database.")] = 800,
    rounds: Annotated[int, typer.Option(min=2, help="How often each of the twelve queries is asked.")] = 20,
    seconds: Annotated[
        float, typer.Option(min=1, help="For how long entries are written to measure freshness.")
    ] = 30,
    rows: Annotated[int, typer.Option(min=10_000, help="Rows to import and to export.")] = 100_000,
    listeners: Annotated[int, typer.Option(min=2, help="Subscriptions that are open at once.")] = 200,
    count: Annotated[int, typer.Option("--boxes", min=2, help="Search boxes to fill.")] = boxes.BOXES,
    with_record: Annotated[
        bool, typer.Option("--record/--no-record", help="With `scale`, copy the record too, and export all.")
    ] = True,
    part: Annotated[list[Part] | None, typer.Option(help="Only this part; repeat for several.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Fill the record in this directory, or use the one filled there before."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write the figures here too.")] = None,
) -> None:
    """Measure commands, indexing, search and starts, each beside the bare thing. Needs an idle machine."""
    parts = set(part or Part)
    with tempfile.TemporaryDirectory(prefix="newgrowth-bench-") as made:
        directory = Path(made)
        filled = partial(_filled, keep or directory, documents)
        measures: dict[Part, Callable[[], list[Figure]]] = {
            Part.START: lambda: serving.starts(directory),
            Part.COMMANDS: lambda: _commands(directory, commands),
            Part.SEARCH: lambda: _search(filled(), directory, documents, rounds),
            Part.BESIDE: lambda: _beside(filled(), keep or directory, directory, rounds),
            Part.SCALE: lambda: _scale(
                _filled(keep or directory, min(BASE, documents)), directory, documents, rounds, with_record
            ),
            Part.BOXES: lambda: _typed(filled(), directory, count, Part.SUGGEST in parts),
            Part.SUGGEST: lambda: [] if Part.BOXES in parts else _typed(filled(), directory, 0, True),
            Part.FRESHNESS: lambda: asyncio.run(_with_each(directory, partial(_fresh, directory, seconds))),
            Part.RELEVANCE: lambda: asyncio.run(_with_each(directory, relevance.judged)),
            Part.PAGES: lambda: asyncio.run(pages.over_http(directory)),
            Part.SUBSCRIPTIONS: lambda: asyncio.run(subscribing.compared(directory, listeners)),
            Part.MEMORY: lambda: [] if Part.SEARCH in parts else _memory(filled(), directory),
            Part.TRANSFER: lambda: transfer.compared(directory, rows, console),
        }
        figures = [figure for each, measure in measures.items() if each in parts for figure in measure()]
    show(figures, console)
    if json is not None:
        write(figures, json)


@contextmanager
def _or_without(what: str) -> Iterator[None]:
    """What is missing on this machine is told and left out."""
    try:
        yield
    except ServerMissing as missing:
        console.print(f"Not measured: {what} ({missing})", style="yellow")


def _commands(directory: Path, count: int) -> list[Figure]:
    names = (f"commands-{number}.db" for number in range(3))
    urls = [commanding.sqlite_url(directory, name) for name in names]
    figures = asyncio.run(commanding.measured("SQLite", urls, count))
    with _or_without("PostgreSQL"), PostgresServer() as server:
        urls = [server.databases.create(None) for _ in range(3)]
        figures += asyncio.run(commanding.measured("PostgreSQL", urls, count))
    return figures


def _search(settings: Settings, directory: Path, documents: int, rounds: int) -> list[Figure]:
    figures = asyncio.run(_embedded_indexing(settings, documents))
    figures += _searched(settings, directory, rounds)
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(UsualElasticsearch())
        settings = _on(node, settings)
        figures += asyncio.run(_elastic_indexing(settings, documents))
        figures += _searched(settings, directory, rounds)
    return figures


def _beside(settings: Settings, lasting: Path, directory: Path, rounds: int) -> list[Figure]:
    """Elasticsearch filled, then asked by the directory and by its peers, whose environments stay in `lasting`."""
    figures: list[Figure] = []
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(UsualElasticsearch())
        settings = _on(node, settings)
        asyncio.run(_answered(settings, 0))
        with _served(
            settings, directory, NEWGROWTH_OPERATIONS_AT_ONCE="256", NEWGROWTH_COST_PER_MINUTE="0"
        ) as (_, url):
            figures += asyncio.run(beside.compared(settings, url, PREFIX, lasting, rounds))
    return figures


def _scale(
    settings: Settings, directory: Path, documents: int, rounds: int, with_record: bool
) -> list[Figure]:
    """Copies of a small directory's documents, so many and a tenth as many; then the record of the many, a server, exports."""
    figures: list[Figure] = []
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(scale.Node())
        base = asyncio.run(_documents(settings))
        figures += asyncio.run(scale.compared(node.url, base, documents, rounds, console))
        if with_record:
            console.print("Copying the record")
            whole = copied(settings, directory / "copied", base, documents - scale.PLANTED)
            figures += _at_scale(_on(node, whole, scale.LARGE), directory, rounds)
    return figures


def _at_scale(settings: Settings, directory: Path, rounds: int) -> list[Figure]:
    """Searches over HTTP, memory of a server and exports, where the index is not made of the record's log."""
    figures = _searched(settings, directory, rounds, NEWGROWTH_FOLLOW_IN_PROCESS="false")
    return figures + transfer.everything_exported(settings)


async def _documents(settings: Settings) -> list[Document]:
    async with await open_record(settings.record_location) as record:
        return await indexing.documents(record)


def _typed(settings: Settings, directory: Path, count: int, suggest: bool) -> list[Figure]:
    """What is typed into `count` boxes, asked of each engine and of a server over it, and suggestions."""
    figures = _asked(settings, directory, count, suggest)
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(UsualElasticsearch())
        figures += _asked(_on(node, settings), directory, count, suggest)
    return figures


def _on(node: ElasticsearchServer, settings: Settings, prefix: str = PREFIX) -> Settings:
    return settings.model_copy(
        update={"engine": Engine.ELASTICSEARCH, "elasticsearch_url": node.url, "index_prefix": prefix}
    )


def _asked(settings: Settings, directory: Path, count: int, suggest: bool) -> list[Figure]:
    name = settings.engine.value
    console.print(f"Filling the index: {name}")
    figures = asyncio.run(_answered(settings, count))
    with _served(settings, directory) as (_, url):
        if count:
            figures += asyncio.run(boxes.over_http(name, url, count))
        if suggest:
            figures += asyncio.run(suggesting.over_http(name, url))
    return figures


async def _answered(settings: Settings, count: int) -> list[Figure]:
    engine = search_engine(settings)
    await engine.open()
    async with await open_record(settings.record_location) as record:
        await Follower(Route(record, engine, REFERENCE, record.dead_letters)).catch_up(1)
    await engine.refresh()
    figures = await boxes.answered(engine, count) if count else []
    await engine.close()
    return figures


async def _with_each(
    directory: Path, measure: Callable[[SearchEngine], Awaitable[list[Figure]]]
) -> list[Figure]:
    """The figures of each engine, empty at first."""
    embedded = EmbeddedEngine(directory / f"{secrets.token_hex(4)}.db")
    figures = await _measured(embedded, measure)
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(UsualElasticsearch())
        figures += await _measured(ElasticsearchEngine(node.url, prefix=PREFIX), measure)
    return figures


async def _measured(
    engine: SearchEngine, measure: Callable[[SearchEngine], Awaitable[list[Figure]]]
) -> list[Figure]:
    await engine.open()
    figures = await measure(engine)
    await engine.close()
    return figures


async def _fresh(directory: Path, seconds: float, engine: SearchEngine) -> list[Figure]:
    url = commanding.sqlite_url(directory, f"{secrets.token_hex(4)}.db")
    await migrate(url)
    async with await open_record(url) as record:
        return await freshness.fresh(record, engine, seconds)


def _filled(directory: Path, documents: int) -> Settings:
    """Settings whose record holds so many documents, filled unless it was, and whose index is empty."""
    settings = read_settings(data_dir=directory / f"{documents}-documents", demo=True)
    whole = settings.data_dir / "filled"
    if not whole.exists():
        shutil.rmtree(settings.data_dir, ignore_errors=True)
        settings.data_dir.mkdir(parents=True)
        console.print(f"Filling a record with {documents} firms and reports")
        asyncio.run(_fill(settings, documents))
        whole.touch()
    for old in (*settings.data_dir.glob(f"{settings.index_file.name}*"), settings.data_dir / "bare.db"):
        old.unlink(missing_ok=True)
    return settings


async def _fill(settings: Settings, documents: int) -> None:
    await migrate(settings.record_location)
    async with await open_record(settings.record_location) as record:
        await fill(record, documents)


async def _embedded_indexing(settings: Settings, documents: int) -> list[Figure]:
    bare = EmbeddedEngine(settings.data_dir / "bare.db")
    engine = EmbeddedEngine(settings.index_file)
    async with await open_record(settings.record_location) as record:
        wanted = await indexing.documents(record)
        await bare.open()
        await engine.open()
        rate = await indexing.put(bare, wanted)
        figures = await indexing.followed(record, engine, rate, documents)
    await bare.close()
    await engine.close()
    return [Figure("indexing", "embedded, ready documents put", rate, "documents/s"), *figures]


async def _elastic_indexing(settings: Settings, documents: int) -> list[Figure]:
    url = str(settings.elasticsearch_url)
    engine, ready = ElasticsearchEngine(url, prefix=PREFIX), ElasticsearchEngine(url, prefix=f"{PREFIX}-put")
    async with await open_record(settings.record_location) as record:
        wanted = await indexing.documents(record)
        await indexing.bare_bulk(url, wanted)  # warms the node up
        rate = await indexing.bare_bulk(url, wanted)
        await ready.open()
        put = await indexing.put(ready, wanted, indexing.PUT_AT_ONCE)
        await ready.close()
        await engine.open()
        figures = await indexing.followed(record, engine, rate, documents)
    await engine.close()
    return [
        Figure("indexing", "elasticsearch, bare _bulk", rate, "documents/s"),
        Figure("indexing", "elasticsearch, ready documents put", put, "documents/s", put / rate),
        *figures,
    ]


def _searched(settings: Settings, directory: Path, rounds: int, **more: str) -> list[Figure]:
    with _served(settings, directory, NEWGROWTH_COST_PER_MINUTE="0", **more) as (_, url):
        figures = asyncio.run(_compared(settings, url, rounds))
    return figures + _loaded(settings, directory, **more)


def _memory(settings: Settings, directory: Path) -> list[Figure]:
    """Each engine filled, and the memory of a server over it."""
    asyncio.run(_answered(settings, 0))
    figures = _loaded(settings, directory)
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(UsualElasticsearch())
        settings = _on(node, settings)
        asyncio.run(_answered(settings, 0))
        figures += _loaded(settings, directory)
    return figures


def _loaded(settings: Settings, directory: Path, **more: str) -> list[Figure]:
    """The memory of a server that was just started, so that nothing else has passed through it."""
    with _served(settings, directory, NEWGROWTH_COST_PER_MINUTE="0", **more) as (pid, url):
        return asyncio.run(remembering.loaded(settings.engine.value, pid, url, directory))


@contextmanager
def _served(settings: Settings, directory: Path, **more: str) -> Iterator[tuple[int, str]]:
    """A server of these settings and `more` of the environment, as it is started by hand: process id and address."""
    environment = {**serving.environment_of(settings), **more}
    with serving.server(["serve"], environment, directory / "serve.log") as (pid, url):
        yield pid, url


async def _compared(settings: Settings, server: str, rounds: int) -> list[Figure]:
    name = settings.engine.value
    if settings.engine is Engine.EMBEDDED:
        engine = EmbeddedEngine(settings.index_file)
        await engine.open()
        figures = await searching.compared(name, server, settings, engine.search, rounds)
        await engine.close()
        return figures
    async with httpx2.AsyncClient(base_url=str(settings.elasticsearch_url), timeout=60) as client:
        bare = searching.bare_elasticsearch(client, settings.index_prefix)
        return await searching.compared(name, server, settings, bare, rounds)


if __name__ == "__main__":
    app()
