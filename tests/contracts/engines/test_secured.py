"""Elasticsearch with security on: each key does its own work and nothing else, over TLS to the right server alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from directory.errors import SearchUnavailable
from indexer.engines.elastic.access import Access, Accesses
from indexer.engines.elastic.rights import rights
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.query.search import Kind
from indexer.query.tallies import Tally
from newgrowth.settings import Engine, Settings
from newgrowth.wiring import search_engine
from tests.contracts.engines.corpus import CORPUS, firm, firms_with, found, report, reports_with, walk
from tests.newgrowth.terminal import done
from tests.servers.requirements import Absences
from tests.servers.secured import Forbidden, SecuredElasticsearch, authority

pytestmark = pytest.mark.elasticsearch

PREFIX = "secured"
STRANGER = "others-firm"


@pytest.fixture(scope="module")
def node(absences: Absences) -> Iterator[SecuredElasticsearch]:
    """One secured node for these tests, with an index of somebody else in it."""
    fetch = "elasticsearch" in absences.required
    with absences.found_or_skipped("elasticsearch", lambda: SecuredElasticsearch(fetch=fetch)) as server:
        server.ask("PUT", f"/{STRANGER}")
        yield server


@pytest.fixture(scope="module")
def keys(node: SecuredElasticsearch) -> Mapping[str, str]:
    """The three keys as an operator makes them."""
    return {name: node.api_key(name, each) for name, each in rights(PREFIX).items()}


@pytest.fixture(scope="module")
def ca_file(node: SecuredElasticsearch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority that signed the node's certificate."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    node.authority.write(path)
    return path


@asynccontextmanager
async def opened(
    node: SecuredElasticsearch, searching: Access, indexing: Access
) -> AsyncIterator[ElasticsearchEngine]:
    """An engine that shows these keys."""
    engine = ElasticsearchEngine(node.url, prefix=PREFIX, accesses=Accesses(searching, indexing))
    try:
        await engine.open()
        yield engine
    finally:
        await engine.close()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(
    node: SecuredElasticsearch, keys: Mapping[str, str], ca_file: Path
) -> AsyncIterator[ElasticsearchEngine]:
    """An engine as a deployment opens it."""
    async with opened(node, Access(keys["search"], ca_file), Access(keys["index"], ca_file)) as engine:
        yield engine


async def test_two_keys_are_enough_for_everything_an_engine_does(engine: ElasticsearchEngine) -> None:
    """Written, searched, walked, counted, rebuilt, put back, written over: nothing needs more rights."""
    assert await engine.put(CORPUS) == []
    await engine.refresh()
    assert await engine.set_position(5, epoch=1) == 5
    everybody = await found(engine, firms_with())
    assert set(await walk(engine, firms_with(first=2, lasting=True))) == everybody
    assert (await engine.tally(reports_with(), [Tally(("status",))])).counts
    before = await engine.versions(Kind.FIRM, "", 10)
    assert before

    generation = await engine.begin_rebuild()
    assert await engine.put_into(generation, [firm("new", name="新茶"), report("new")]) == []
    await engine.swap(generation, 5, keep=True)
    assert await found(engine, firms_with("新茶")) == {"new"}
    assert await engine.rollback() == 5
    assert await engine.versions(Kind.FIRM, "", 10) == before
    assert await engine.rewrite([firm(before[0][0], name="旧茶")]) == []
    assert await engine.drop_previous() == generation
    await engine.abandon()
    await engine.check()


async def test_a_fresh_process_searches_with_the_search_key(
    engine: ElasticsearchEngine, node: SecuredElasticsearch, keys: Mapping[str, str], ca_file: Path
) -> None:
    """All that it asks first, too: where the index stands, and which generation is live."""
    await engine.put([firm("fresh", name="鲜茶")])
    searching = Access(keys["search"], ca_file)
    async with opened(node, searching, searching) as reader:
        assert await found(reader, firms_with("鲜茶")) == {"fresh"}
        with pytest.raises(SearchUnavailable, match="HTTP 403"):
            await reader.put([firm("forbidden")])


async def test_the_settings_are_all_an_operator_gives(
    engine: ElasticsearchEngine, node: SecuredElasticsearch, keys: Mapping[str, str], ca_file: Path
) -> None:
    """Address, two keys and the authority's file: the program's own engine then works, and tells its version."""
    settings = Settings(
        engine=Engine.ELASTICSEARCH,
        index_prefix=PREFIX,
        ELASTICSEARCH_URL=node.url,  # type: ignore[call-arg]
        ELASTICSEARCH_SEARCH_KEY=keys["search"],
        ELASTICSEARCH_INDEX_KEY=keys["index"],
        ELASTICSEARCH_CA_FILE=ca_file,
    )
    own = search_engine(settings)
    await own.open()
    try:
        await own.check()
        assert (await own.version() or "").startswith("9.")
    finally:
        await own.close()


def test_the_rights_are_printed_for_the_operator() -> None:
    """As Elasticsearch takes them, for the prefix of the settings."""
    assert json.loads(done("index", "rights", index_prefix="own")) == rights("own")


def reading(index: str) -> list[tuple[str, str, Any]]:
    """Ways to read documents of an index."""
    return [
        ("GET", f"/{index}/_search", None),
        ("GET", f"/{index}/_count", None),
        ("GET", f"/{index}/_doc/x", None),
        ("POST", f"/{index}/_pit?keep_alive=1m", None),
        ("GET", f"/{index}/_source/x", None),
    ]


def writing(index: str) -> list[tuple[str, str, Any]]:
    """Ways to change an index or what is in it."""
    return [
        ("PUT", f"/{index}/_doc/x", {"id": "x"}),
        ("DELETE", f"/{index}/_doc/x", None),
        ("POST", f"/{index}/_delete_by_query", {"query": {"match_all": {}}}),
        ("PUT", f"/{index}/_mapping", {"properties": {"more": {"type": "keyword"}}}),
        ("PUT", f"/{index}/_settings", {"index": {"refresh_interval": "5s"}}),
        ("POST", f"/{index}/_close", None),
        ("DELETE", f"/{index}", None),
        ("POST", f"/{index}/_forcemerge", None),
        ("POST", "/_aliases", {"actions": [{"add": {"index": index, "alias": f"{PREFIX}-mine"}}]}),
    ]


CLUSTER: list[tuple[str, str, Any]] = [
    ("PUT", "/_cluster/settings", {"persistent": {"action.auto_create_index": "true"}}),
    ("GET", "/_security/user", None),
    ("PUT", "/_security/user/intruder", {"password": "long-enough", "roles": ["superuser"]}),
    ("PUT", "/_security/role/intruder", {"cluster": ["all"]}),
    ("POST", "/_security/api_key", {"name": "more", "role_descriptors": {"all": {"cluster": ["all"]}}}),
    ("PUT", "/_snapshot/away", {"type": "fs", "settings": {"location": "away"}}),
    ("PUT", "/_ingest/pipeline/spy", {"processors": []}),
    ("PUT", "/_index_template/spy", {"index_patterns": [f"{PREFIX}-*"]}),
]
LOOKS: list[tuple[str, str, Any]] = [("GET", "/_cluster/state", None), ("GET", "/_nodes", None)]
LIVE = f"{PREFIX}-firm-write"
FORBIDDEN = {
    "search": [*writing(f"{PREFIX}-control"), *reading(STRANGER), *CLUSTER, *LOOKS],
    "index": [*writing(STRANGER), *reading(STRANGER), *CLUSTER, *LOOKS],
    "admin": [*writing(f"{PREFIX}-control"), *reading(LIVE), *CLUSTER],
}


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.usefixtures("engine")
def test_whatever_is_not_a_keys_own_work_is_refused(
    node: SecuredElasticsearch, keys: Mapping[str, str], name: str
) -> None:
    """Twenty calls and more, each with 403: a stolen key does no more harm than its program could."""
    calls = FORBIDDEN[name]
    assert len(calls) >= 20
    assert [call for call in calls if status(node, keys[name], *call) != 403] == []


def test_a_key_with_every_right_is_refused_nothing(node: SecuredElasticsearch) -> None:
    """The calls are real: with all rights none of the readings is refused, so the refusals above are the keys'."""
    able = node.api_key("able", {"cluster": ["all"], "indices": [{"names": ["*"], "privileges": ["all"]}]})
    calls = [*reading(STRANGER), *writing(STRANGER)[:1], *LOOKS]
    assert 403 not in [status(node, able, *call) for call in calls]


def status(node: SecuredElasticsearch, key: str, method: str, path: str, body: Any) -> int:
    """The HTTP status of the answer."""
    try:
        node.ask(method, path, body, key=key)
    except Forbidden as refused:
        return refused.status
    return 200


async def test_nobody_gets_in_without_a_key(node: SecuredElasticsearch, ca_file: Path) -> None:
    """401, and the engine says so in words an operator can act on."""
    with pytest.raises(SearchUnavailable, match="HTTP 401"):
        async with opened(node, Access(ca_file=ca_file), Access(ca_file=ca_file)):
            pass


async def test_a_server_that_is_not_the_known_one_gets_no_key(
    node: SecuredElasticsearch, keys: Mapping[str, str], tmp_path: Path
) -> None:
    """By the system's authorities, by another one, or by another fingerprint: the connection ends before a request."""
    authority().write(tmp_path / "other.pem")
    wrong = [
        Access(keys["index"]),
        Access(keys["index"], ca_file=tmp_path / "other.pem"),
        Access(keys["index"], fingerprint="00" * 32),
    ]
    for access in wrong:
        with pytest.raises(SearchUnavailable, match=r"(?i)certificate|fingerprint|tls"):
            async with opened(node, access, access):
                pass


async def test_a_server_may_be_known_by_its_fingerprint(
    node: SecuredElasticsearch, keys: Mapping[str, str]
) -> None:
    """Where there is no authority's file."""
    access = Access(keys["index"], fingerprint=node.own.fingerprint)
    async with opened(node, access, access) as engine:
        await engine.check()


def test_a_key_is_not_shown() -> None:
    """Not even by a line of the log that prints what holds it."""
    assert "hidden" not in repr(Accesses(Access("hidden"), Access("hidden")))
