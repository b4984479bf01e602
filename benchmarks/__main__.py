"""`python -m benchmarks`: everything in one run, so that the figures can be compared with each other."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.console import Console

from benchmarks import boxes, commanding, indexing, searching, serving
from benchmarks.figures import Figure, show, write
from benchmarks.material import fill
from directory.record.migrate import migrate
from directory.record.open import open_record
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import SearchEngine
from newgrowth.settings import Engine, Settings, read_settings
from tests.servers.elasticsearch import USUAL_JVM_OPTIONS, ElasticsearchServer
from tests.servers.postgresql import PostgresServer
from tests.servers.process import ServerMissing

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console()
PREFIX = "bench"


class Part(StrEnum):
    """What can be measured."""

    COMMANDS = "commands"
    SEARCH = "search"
    START = "start"
    BOXES = "boxes"


@app.command(epilog="Example: python -m benchmarks --documents 20000 --json figures.json")
def main(
    documents: Annotated[int, typer.Option(min=1_000, help="Documents to index and search.")] = 20_000,
    commands: Annotated[int, typer.Option(min=100, help="Commands to carry out on each database.")] = 800,
    rounds: Annotated[int, typer.Option(min=2, help="How often each of the twelve queries is asked.")] = 20,
    part: Annotated[list[Part] | None, typer.Option(help="Only this part; repeat for several.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the figures here too.")] = None,
) -> None:
    """Measure commands, indexing, search and starts, each beside the bare thing. Needs an idle machine."""
    parts = set(part or Part)
    with tempfile.TemporaryDirectory(prefix="newgrowth-bench-") as made:
        directory = Path(made)
        figures: list[Figure] = []
        if Part.START in parts:
            figures += serving.starts(directory)
        if Part.COMMANDS in parts:
            figures += _commands(directory, commands)
        if Part.SEARCH in parts:
            figures += _search(directory, documents, rounds)
        if Part.BOXES in parts:
            figures += _boxes(directory, documents)
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
    url = commanding.sqlite_url(directory, "commands.db")
    figures = asyncio.run(commanding.measured("SQLite", url, count))
    with _or_without("PostgreSQL"), PostgresServer() as server:
        figures += asyncio.run(commanding.measured("PostgreSQL", server.databases.create(None), count))
    return figures


def _search(directory: Path, documents: int, rounds: int) -> list[Figure]:
    settings = read_settings(data_dir=directory / "search", demo=True)
    settings.data_dir.mkdir()
    figures: list[Figure] = []
    console.print(f"Filling a record with {documents} firms and reports")
    asyncio.run(_filled(settings, documents))
    figures += asyncio.run(_embedded_indexing(settings, documents))
    figures += _searched(settings, directory, rounds)
    with ExitStack() as stack, _or_without("Elasticsearch"):
        node = stack.enter_context(ElasticsearchServer(jvm_options=USUAL_JVM_OPTIONS))
        settings = settings.model_copy(
            update={"engine": Engine.ELASTICSEARCH, "elasticsearch_url": node.url, "index_prefix": PREFIX}
        )
        figures += asyncio.run(_elastic_indexing(settings, documents))
        figures += _searched(settings, directory, rounds)
    return figures


def _boxes(directory: Path, documents: int) -> list[Figure]:
    console.print(f"Filling the engines with {documents} documents")
    engines: list[SearchEngine] = [EmbeddedEngine(directory / "boxes.db")]
    with ExitStack() as stack:
        with _or_without("Elasticsearch"):
            node = stack.enter_context(ElasticsearchServer(jvm_options=USUAL_JVM_OPTIONS))
            engines.append(ElasticsearchEngine(node.url, prefix=PREFIX))
        return asyncio.run(_answered(engines, documents))


async def _answered(engines: Sequence[SearchEngine], documents: int) -> list[Figure]:
    for engine in engines:
        await engine.open()
    await boxes.filled(engines, documents)
    figures = [figure for engine in engines for figure in await boxes.answered(engine)]
    for engine in engines:
        await engine.close()
    return figures


async def _filled(settings: Settings, documents: int) -> None:
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
        rate = await indexing.bare_embedded(bare, wanted)
        figures = await indexing.followed(record, engine, rate, documents)
    await bare.close()
    await engine.close()
    return [Figure("indexing", "embedded, ready documents put", rate, "documents/s"), *figures]


async def _elastic_indexing(settings: Settings, documents: int) -> list[Figure]:
    url = str(settings.elasticsearch_url)
    engine = ElasticsearchEngine(url, prefix=PREFIX)
    async with await open_record(settings.record_location) as record:
        wanted = await indexing.documents(record)
        await indexing.bare_bulk(url, wanted)  # warms the node up
        rate = await indexing.bare_bulk(url, wanted)
        await engine.open()
        figures = await indexing.followed(record, engine, rate, documents)
    await engine.close()
    return [Figure("indexing", "elasticsearch, bare _bulk", rate, "documents/s"), *figures]


def _searched(settings: Settings, directory: Path, rounds: int) -> list[Figure]:
    environment = {
        "NEWGROWTH_DEMO": "true",
        "NEWGROWTH_DATA_DIR": str(settings.data_dir),
        "NEWGROWTH_ENGINE": settings.engine.value,
        "NEWGROWTH_INDEX_PREFIX": settings.index_prefix,
    }
    if settings.elasticsearch_url:
        environment["ELASTICSEARCH_URL"] = settings.elasticsearch_url
    with serving.server(["serve"], environment, directory / "serve.log") as (_, url):
        return asyncio.run(_compared(settings, url, rounds))


async def _compared(settings: Settings, server: str, rounds: int) -> list[Figure]:
    name = settings.engine.value
    if settings.engine is Engine.EMBEDDED:
        engine = EmbeddedEngine(settings.index_file)
        await engine.open()
        figures = await searching.compared(name, server, settings, engine.search, rounds)
        await engine.close()
        return figures
    async with httpx2.AsyncClient(base_url=str(settings.elasticsearch_url), timeout=60) as client:
        bare = searching.bare_elasticsearch(client, PREFIX)
        return await searching.compared(name, server, settings, bare, rounds)


if __name__ == "__main__":
    app()
