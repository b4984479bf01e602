"""A real Elasticsearch cluster of three nodes on the loopback interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from tests.servers.elasticsearch import ElasticsearchServer, request
from tests.servers.process import free_ports

NODES = ("first", "second", "third")


class ClusterNode(ElasticsearchServer):
    """One node, which knows where the others are and answers once a master is elected."""

    def __init__(self, name: str, ports: Mapping[str, int], *, fetch: bool) -> None:
        """`ports`: of each node's transport, by its name."""
        super().__init__(fetch=fetch)
        self.name = name
        self._ports = ports

    def settings(self) -> Mapping[str, Any]:
        """A member of a cluster; the rest as for every test node."""
        alone = dict(super().settings())
        del alone["discovery.type"]
        return {
            **alone,
            "cluster.name": f"newgrowth-tests-{self._ports[NODES[0]]}",
            "node.name": self.name,
            "transport.port": self._ports[self.name],
            "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in self._ports.values()],
            "cluster.initial_master_nodes": list(self._ports),
        }


class ElasticsearchCluster:
    """Three nodes, each of which can be killed and started again."""

    def __init__(self, *, fetch: bool = False) -> None:
        """Choose the nodes' ports. Raises: ServerMissing."""
        ports = dict(zip(NODES, free_ports(len(NODES)), strict=True))
        self.nodes = [ClusterNode(name, ports, fetch=fetch) for name in NODES]

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where the nodes answer, in one line as ELASTICSEARCH_URL takes them."""
        return ",".join(node.url for node in self.nodes)

    def start(self) -> None:
        """Start the nodes that do not run, all at once: none answers before most of them are there."""
        self._each(lambda node: node.start())

    def close(self) -> None:
        """Stop the nodes for good and remove their files."""
        self._each(lambda node: node.close())

    @property
    def master(self) -> ClusterNode:
        """The node that is elected master, as those that run see it."""
        running = next(node for node in self.nodes if node.running)
        (row,) = request(running.url, "GET", "/_cat/master?format=json")
        return next(node for node in self.nodes if node.name == row["node"])

    def whole(self) -> bool:
        """Whether every shard has all its copies, on three nodes."""
        running = next(node for node in self.nodes if node.running)
        health = request(running.url, "GET", "/_cluster/health")
        return bool(health["status"] == "green" and health["number_of_nodes"] == len(self.nodes))

    def _each(self, act: Callable[[ClusterNode], None]) -> None:
        with ThreadPoolExecutor(len(self.nodes)) as threads:
            list(threads.map(act, self.nodes))
