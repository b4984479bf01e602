"""An index whose aliases or layout are not as they should be is neither searched nor written to, and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from directory.errors import SearchUnavailable
from indexer.engines.elasticsearch import ElasticsearchEngine
from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import Kind, SearchEngine
from tests.contracts.engines.corpus import everything, firm
from tests.servers.elasticsearch import drop_indices, request

REBUILD = "run `newgrowth index rebuild`"


class Cluster:
    """What an operator may do to the indices of a prefix."""

    def __init__(self, url: str, prefix: str) -> None:
        self.url = url
        self.prefix = prefix

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The cluster's answer."""
        return request(self.url, method, path, body)

    def indices(self) -> list[str]:
        """The names of the indices."""
        rows = self.ask("GET", f"/_cat/indices/{self.prefix}-*?format=json&h=index")
        return sorted(row["index"] for row in rows)

    def firms(self) -> str:
        """The index of entries."""
        return next(name for name in self.indices() if name.startswith(f"{self.prefix}-firm-"))

    def alias(self, **action: Any) -> None:
        """One change of aliases."""
        ((kind, what),) = action.items()
        self.ask("POST", "/_aliases", {"actions": [{kind: what}]})

    def without_alias(self, alias: str) -> None:
        """Takes an alias away."""
        self.alias(remove={"index": self.firms(), "alias": alias})

    def another(self, name: str) -> str:
        """One more index."""
        self.ask("PUT", f"/{name}", {})
        return name


def no_read_alias(cluster: Cluster) -> None:
    """Nothing to search."""
    cluster.without_alias(f"{cluster.prefix}-firm")


def no_write_alias(cluster: Cluster) -> None:
    """Nothing to write to."""
    cluster.without_alias(f"{cluster.prefix}-firm-write")


def one_kind_gone(cluster: Cluster) -> None:
    """The entries' index deleted, the reports' still there."""
    cluster.ask("DELETE", f"/{cluster.firms()}")


def alias_on_two(cluster: Cluster) -> None:
    """Every entry would count twice."""
    other = cluster.another(cluster.firms()[:-1] + "7")
    cluster.alias(add={"index": other, "alias": f"{cluster.prefix}-firm"})


def read_here_write_there(cluster: Cluster) -> None:
    """What is written would never be found."""
    other = cluster.another(cluster.firms()[:-1] + "7")
    cluster.without_alias(f"{cluster.prefix}-firm-write")
    cluster.alias(add={"index": other, "alias": f"{cluster.prefix}-firm-write"})


def of_another_layout(cluster: Cluster) -> None:
    """As an older or a newer version of the program makes them: the layout's digest is part of the name."""
    firms = cluster.firms()
    other = cluster.another(f"{cluster.prefix}-firm-0123456789ab-1")
    for alias in (f"{cluster.prefix}-firm", f"{cluster.prefix}-firm-write"):
        cluster.alias(add={"index": other, "alias": alias})
    cluster.ask("DELETE", f"/{firms}")


FAULTS: dict[Callable[[Cluster], None], str] = {
    no_read_alias: "is missing",
    no_write_alias: "is missing",
    one_kind_gone: "is missing",
    alias_on_two: "on several indices",
    read_here_write_there: "on several indices",
    of_another_layout: "laid out by another version",
}


@pytest.mark.elasticsearch
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_a_start_on_a_wrong_cluster_is_told_with_the_command_that_mends_it(
    elasticsearch_url: str, index_prefix: str, fault: Callable[[Cluster], None]
) -> None:
    """Nothing is written and no index is made by accident; the rebuild that is offered puts it right."""
    first = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await first.open()
    await first.check()
    cluster = Cluster(elasticsearch_url, index_prefix)
    fault(cluster)
    there = cluster.indices()
    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    with pytest.raises(SearchUnavailable, match=FAULTS[fault]) as told:
        await engine.check()
    assert REBUILD in str(told.value)
    with pytest.raises(SearchUnavailable, match=REBUILD):
        await engine.put([firm("a")])
    assert cluster.indices() == there

    await engine.abandon()
    generation = await engine.begin_rebuild()
    await engine.put_into(generation, [firm("a")])
    await engine.swap(generation, 1)
    await engine.check()
    assert [each[0] for each in await everything(engine, Kind.FIRM)] == ["a"]
    await engine.abandon()
    assert len(cluster.indices()) == len(Kind) + 1
    for each in (first, engine):
        await each.close()


@pytest.mark.elasticsearch
async def test_an_index_in_the_place_of_an_alias_has_to_be_deleted_first(
    elasticsearch_url: str, index_prefix: str
) -> None:
    """No rebuild can take its name, so the line says to delete it; then the start makes everything."""
    cluster = Cluster(elasticsearch_url, index_prefix)
    wrong = cluster.another(f"{index_prefix}-firm")
    engine = ElasticsearchEngine(elasticsearch_url, prefix=index_prefix)
    await engine.open()
    with pytest.raises(SearchUnavailable, match=f"{wrong} is an index and has to be an alias: delete it"):
        await engine.check()
    drop_indices(elasticsearch_url, index_prefix)
    await engine.make_missing()
    await engine.check()
    await engine.close()


async def test_a_whole_index_passes(engine: SearchEngine) -> None:
    """A fresh one too, and one just swapped in."""
    await engine.check()
    await engine.swap(await engine.begin_rebuild(), 1)
    await engine.check()


async def test_an_embedded_index_of_another_layout_is_told(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a rebuild puts it right."""
    path = tmp_path / "index.db"
    engine = EmbeddedEngine(path)
    await engine.open()
    monkeypatch.setattr("indexer.engines.fts.tables.FORMAT", -1)
    with pytest.raises(SearchUnavailable, match=REBUILD):
        await engine.check()
    with pytest.raises(SearchUnavailable, match=REBUILD):
        await engine.put([firm("a")])
    await engine.swap(await engine.begin_rebuild(), 1)
    await engine.check()
    await engine.close()
