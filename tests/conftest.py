"""Fixtures for all tests: real servers, fresh databases, a browser, and the kinds of store and engine to run on."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, Page

from newgrowth.loops import new_event_loop
from tests.logs_of_the_run import LogsOfTheRun
from tests.measure import FULL
from tests.order import ordered
from tests.servers.chromium import find_chromium, running_browser
from tests.servers.elasticsearch import ElasticsearchServer, drop_indices
from tests.servers.postgresql import Databases, PostgresServer
from tests.servers.requirements import Absences

settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("REQUIRE") else "dev"))

# The Elasticsearch for tests is an old release with known weaknesses.
os.environ.setdefault("NEWGROWTH_ALLOW_UNSAFE_VERSIONS", "true")

# A traceback with the values of variables prints all reference data: seconds for each failure that is brought about.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

pytest_plugins = ["tests.record.fixtures"]

KINDS = {"sqlite", "postgresql", "embedded", "elasticsearch"}
ABSENCES = pytest.StashKey[Absences]()


def pytest_configure(config: pytest.Config) -> None:
    """Read REQUIRE once, so that a misspelt name ends the run before it starts; look through what is logged."""
    config.stash[ABSENCES] = Absences()
    config.pluginmanager.register(LogsOfTheRun())


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run on the loop that the program runs on."""
    return {"the program's": new_event_loop}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long comes first. Leave out the mixed pairs of record and engine, unless all is asked for: each kind of
    both is met all the same."""
    items[:] = ordered(items)
    if not FULL:
        mixed = [item for item in items if _is_mixed(item)]
        items[:] = [item for item in items if not _is_mixed(item)]
        config.hook.pytest_deselected(items=mixed)


def _is_mixed(item: pytest.Item) -> bool:
    chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
    given = {each for each in chosen if isinstance(each, str)} & KINDS
    return given in ({"sqlite", "elasticsearch"}, {"postgresql", "embedded"})


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of a run in several processes say what it lacked."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["absences"] = session.config.stash[ABSENCES].reasons


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a worker what it lacked; one that crashed says nothing."""
    node.config.stash[ABSENCES].reasons |= getattr(node, "workeroutput", {}).get("absences", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name each server that was missing, whether that failed tests or only skipped them."""
    for server, reason in sorted(config.stash[ABSENCES].reasons.items()):
        terminalreporter.write_line(f"not tested here: {server} ({reason})", yellow=True)


@pytest.fixture(scope="session")
def absences(pytestconfig: pytest.Config) -> Absences:
    """What this run requires and lacks."""
    return pytestconfig.stash[ABSENCES]


@pytest.fixture(scope="session")
def shared_elasticsearch(absences: Absences) -> Iterator[ElasticsearchServer]:
    """One node for the whole run."""
    fetch = "elasticsearch" in absences.required
    with absences.found_or_skipped("elasticsearch", lambda: ElasticsearchServer(fetch=fetch)) as server:
        yield server


@pytest.fixture
def elasticsearch_server(shared_elasticsearch: ElasticsearchServer) -> Iterator[ElasticsearchServer]:
    """The run's own node, to be stopped, killed or emptied at will; it is up again for the next test."""
    shared_elasticsearch.start()
    yield shared_elasticsearch
    shared_elasticsearch.start()


@pytest.fixture(scope="session")
def elasticsearch_url(request: pytest.FixtureRequest) -> str:
    """Where to search: ELASTICSEARCH_URL, else the run's own node. Tests share it, each under its `index_prefix`."""
    if chosen := os.environ.get("ELASTICSEARCH_URL"):
        return chosen
    server: ElasticsearchServer = request.getfixturevalue("shared_elasticsearch")
    return server.url


@pytest.fixture
def index_prefix(elasticsearch_url: str) -> Iterator[str]:
    """A beginning for index names that no other test uses; indices named so are deleted afterwards."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield prefix
    drop_indices(elasticsearch_url, prefix)


@pytest.fixture(scope="session")
def shared_postgres(absences: Absences) -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run."""
    with absences.found_or_skipped("postgresql", PostgresServer) as server:
        yield server


@pytest.fixture
def postgres_server(shared_postgres: PostgresServer) -> Iterator[PostgresServer]:
    """The run's own PostgreSQL, to be stopped, killed or emptied at will; it is up again for the next test."""
    shared_postgres.start()
    yield shared_postgres
    shared_postgres.start()


@pytest.fixture(scope="session")
def postgres_databases(request: pytest.FixtureRequest) -> Databases:
    """Fresh databases: on the server of TEST_POSTGRESQL_URL, else on the run's own."""
    if chosen := os.environ.get("TEST_POSTGRESQL_URL"):
        return Databases(chosen)
    server: PostgresServer = request.getfixturevalue("shared_postgres")
    return server.databases


@pytest.fixture
def database_factory(postgres_databases: Databases) -> Iterator[Callable[[str | None], str]]:
    """Makes URLs of new databases, empty (None) or copied from a template's URL; all are dropped afterwards."""
    made: list[str] = []

    def make(template_url: str | None = None) -> str:
        made.append(postgres_databases.create(template_url))
        return made[-1]

    yield make
    for url in made:
        postgres_databases.drop(url)


@pytest.fixture
def postgres_database(database_factory: Callable[[str | None], str]) -> str:
    """The URL of an empty PostgreSQL database for this test alone."""
    return database_factory(None)


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of search engine; for "elasticsearch", `elasticsearch_url` and `index_prefix` are at hand."""
    if request.param == "elasticsearch":
        request.getfixturevalue("elasticsearch_url")
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def chromium_executable(absences: Absences) -> Path:
    """The browser's program."""
    return absences.found_or_skipped("chromium", find_chromium)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_browser(chromium_executable: Path) -> AsyncIterator[Browser]:
    """One headless browser for the whole run."""
    async with running_browser(chromium_executable) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(chromium_browser: Browser) -> AsyncIterator[Page]:
    """A page in a profile of its own, for a reader of Chinese."""
    context = await chromium_browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield await context.new_page()
    await context.close()
