"""The servers that other tests rely on behave as those tests assume."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Page
from sqlalchemy.engine import make_url

from tests.servers.elasticsearch import drop_indices, request
from tests.servers.postgresql import PostgresServer
from tests.servers.process import ServerFailed, ServerMissing, ServerProcess, alive, private_directory
from tests.servers.requirements import Absences

ORDINARY = {"PATH": "/usr/bin:/bin"}


def index_names(url: str) -> set[str]:
    """The names of all indices, hidden ones apart."""
    return {row["index"] for row in request(url, "GET", "/_cat/indices?format=json&h=index")}


async def fetch(url: str, statement: str) -> object:
    """The first value of one statement's answer, over a connection of its own."""
    connection = await asyncpg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@pytest.mark.elasticsearch
def test_elasticsearch_makes_no_index_by_itself(elasticsearch_url: str, index_prefix: str) -> None:
    """A write to a misspelt index is an error, not a new index with guessed fields."""
    with pytest.raises(urllib.error.HTTPError, match="404"):
        request(elasticsearch_url, "POST", f"/{index_prefix}-typo/_doc", {"name": "零工"})


@pytest.mark.elasticsearch
def test_only_indices_with_the_prefix_are_dropped(elasticsearch_url: str, index_prefix: str) -> None:
    """One test's cleaning up leaves another's indices alone."""
    for name in ("mine-1", "mine-2", "other"):
        request(elasticsearch_url, "PUT", f"/{index_prefix}-{name}")

    drop_indices(elasticsearch_url, f"{index_prefix}-mine")

    assert {name for name in index_names(elasticsearch_url) if name.startswith(index_prefix)} == {
        f"{index_prefix}-other"
    }


@pytest.mark.postgresql
async def test_postgresql_keeps_what_was_committed_over_a_kill(
    postgres_server: PostgresServer, postgres_database: str
) -> None:
    """SIGKILL to all its processes stands for a power cut of the machine."""
    await fetch(postgres_database, "CREATE TABLE kept AS SELECT 7 AS answer")

    await asyncio.to_thread(postgres_server.kill)
    await asyncio.to_thread(postgres_server.start)

    assert await fetch(postgres_database, "SELECT answer FROM kept") == 7


@pytest.mark.postgresql
async def test_a_kill_ends_open_connections(postgres_server: PostgresServer) -> None:
    """A backend in a session of its own dies with the server, so that the next start finds the data free."""
    connection = await asyncpg.connect(postgres_server.url().replace("+asyncpg", ""))
    backend = await connection.fetchval("SELECT pg_backend_pid()")

    await asyncio.to_thread(postgres_server.kill)

    assert not alive(backend)
    connection.terminate()


@pytest.mark.postgresql
async def test_a_database_can_be_copied_from_a_template(
    database_factory: Callable[[str | None], str],
) -> None:
    """Tables made once are there in each copy, and copies do not see each other."""
    template = database_factory(None)
    await fetch(template, "CREATE TABLE firm AS SELECT 1 AS number")
    first, second = database_factory(template), database_factory(template)

    await fetch(first, "DELETE FROM firm")

    assert await fetch(second, "SELECT count(*) FROM firm") == 1


@pytest.mark.postgresql
def test_two_servers_live_side_by_side(postgres_server: PostgresServer) -> None:
    """Each has a port and a directory of its own."""
    with PostgresServer(fsync=False) as other:
        assert other.running
        assert postgres_server.running
        assert other.url() != postgres_server.url()


@pytest.mark.chromium
async def test_the_browser_shows_chinese(browser_page: Page) -> None:
    """Pages are read in Chinese by default."""
    await browser_page.set_content("<h1>名录</h1>")

    assert await browser_page.inner_text("h1") == "名录"
    assert await browser_page.evaluate("navigator.language") == "zh-CN"


@pytest.fixture
def directory() -> Iterator[Path]:
    """A place for the files of a server that is none of the real ones."""
    made = private_directory("server")
    yield made
    shutil.rmtree(made)


def test_a_server_that_ends_early_is_reported_with_its_log(directory: Path) -> None:
    """Whoever waits for it learns why it did not come up."""
    server = ServerProcess(
        "failing", ["sh", "-c", "echo no port left; exit 3"], directory=directory, env=ORDINARY
    )

    with pytest.raises(ServerFailed, match="ended with code 3:\nno port left"):
        server.wait_until(lambda: False, within_seconds=10)


def test_servers_do_not_outlive_tests_that_were_killed() -> None:
    """SIGKILL to the tests leaves neither processes nor files behind."""
    tests = """
from tests.servers.process import *
directory = private_directory("orphan")
server = ServerProcess("orphan", ["sleep", "600"], directory=directory, env={"PATH": "/usr/bin:/bin"})
print(server._server.pid, directory, flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", tests], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        pid, directory = killed.stdout.readline().split()
        os.kill(killed.pid, signal.SIGKILL)

    wait_until_gone = ["sh", "-c", 'while [ -e "$0" ]; do sleep 0.05; done', directory]
    subprocess.run(wait_until_gone, check=True, timeout=30)
    assert not alive(int(pid))


def missing() -> None:
    """Stands for a machine without the server."""
    raise ServerMissing("no JDK 21+")


def test_a_missing_server_skips_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without REQUIRE the run goes on, and its end says what was not tested."""
    monkeypatch.delenv("REQUIRE", raising=False)
    absences = Absences()

    with pytest.raises(pytest.skip.Exception, match="no JDK 21"):
        absences.found_or_skipped("elasticsearch", missing)

    assert absences.reasons == {"elasticsearch": "no JDK 21+"}


def test_a_required_server_that_is_missing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """REQUIRE turns what would be skipped in silence into a failure."""
    monkeypatch.setenv("REQUIRE", "postgresql, elasticsearch")

    with pytest.raises(pytest.fail.Exception, match="elasticsearch is required here and missing: no JDK 21"):
        Absences().found_or_skipped("elasticsearch", missing)


def test_a_misspelt_requirement_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """REQUIRE=postgres would otherwise require nothing at all."""
    monkeypatch.setenv("REQUIRE", "postgres")

    with pytest.raises(pytest.UsageError, match="known are elasticsearch, postgresql, chromium"):
        Absences()
