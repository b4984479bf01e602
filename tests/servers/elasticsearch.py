"""A real Elasticsearch of one node on the loopback interface.

By hand: `python -m tests.servers.elasticsearch` prints its address and runs until Ctrl-C;
with `--fetch` it only fetches the distribution.
"""

import json
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.distribution import elasticsearch_home, make_home
from tests.servers.java import find_java_home
from tests.servers.own_server import OwnServer
from tests.servers.plain_node import server_arguments, server_command
from tests.servers.process import (
    ServerMissing,
    ServerProcess,
    hand_over,
    private_directory,
    wait_for_interrupt,
)

LAUNCHER = "org.elasticsearch.server.launcher.ServerLauncher"
READY_WITHIN_SECONDS = 300
REQUEST_SECONDS = 10

# Everything a deployment is told to switch off is off here too, so that no test passes by leaning on it.
SETTINGS: dict[str, Any] = {
    "cluster.name": "newgrowth-tests",
    "node.name": "tests",
    "node.portsfile": True,
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "transport.port": 0,
    "action.auto_create_index": False,
    "script.allowed_types": "none",
    "search.allow_expensive_queries": False,
    "cluster.routing.allocation.disk.threshold_enabled": False,
}

# What the directory asks of a node needs no more of the distribution's modules: without scripts, security, inference
# and ingestion a node starts in half the time. Figures are taken on the whole distribution.
MODULES = ("dot-prefix-validation", "health-shards-availability", "rest-root", "transport-netty4")

# For a node with all modules.
NO_SECURITY = {"xpack.security.enabled": False, "xpack.ml.enabled": False}

# Made for a short life on a small machine: a quick compiler and one collector thread halve the time to start.
JVM_OPTIONS = (
    "-Djava.io.tmpdir=${ES_TMPDIR}",
    "-Xms512m",
    "-Xmx512m",
    "-XX:MaxDirectMemorySize=256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "--add-modules=jdk.incubator.vector",
    "-Dorg.apache.lucene.store.defaultReadAdvice=normal",
    "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
)


# As a deployment runs, for figures: the whole compiler, and a heap that is there from the start.
USUAL_JVM_OPTIONS = tuple(
    option.replace("512m", "1g")
    for option in JVM_OPTIONS
    if option not in ("-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
)


class ElasticsearchServer(OwnServer):
    """One node with a directory and a port of its own; the port stays the same over restarts."""

    modules: Sequence[str] | None = MODULES
    """What it loads of the distribution; None for everything."""

    jvm_options: Sequence[str] = JVM_OPTIONS

    def __init__(self, *, fetch: bool = False) -> None:
        """Find the distribution and a JDK. Raises: ServerMissing."""
        self._java_home = find_java_home()
        self._distribution = elasticsearch_home(fetch=fetch)

    @property
    def url(self) -> str:
        """Where the node answers, such as http://127.0.0.1:41233."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the node on the data it left, and return when it answers. Raises: ServerFailed."""
        if self.running:
            return
        if self._directory is None:
            self._directory = private_directory("elasticsearch")
        self._configure(self._directory)
        self._process = self._started_plainly() if self.modules else self._launched()
        self._process.wait_until(self._answers, within_seconds=READY_WITHIN_SECONDS)

    def _launched(self) -> ServerProcess:
        """All of the distribution, by its own launcher."""
        assert self._directory is not None
        classes = f"{self._distribution}/lib/tools/server-launcher/*"
        return ServerProcess(
            "elasticsearch",
            [self._java_home / "bin/java", "-XX:-UsePerfData", "-cp", classes, LAUNCHER],
            directory=self._directory,
            env=self._environment(self._directory, self._distribution),
            cwd=self._distribution,
        )

    def _started_plainly(self) -> ServerProcess:
        """The few modules, without the launcher."""
        assert self._directory is not None
        home, logs = self._directory / "home", self._directory / "logs"
        make_home(self._distribution, home, self.modules or ())
        places = home, self._directory / "conf", logs
        temporary = str(self._directory / "tmp")
        jvm_options = [option.replace("${ES_TMPDIR}", temporary) for option in self.jvm_options]
        return ServerProcess(
            "elasticsearch",
            server_command(self._java_home, home, jvm_options),
            directory=self._directory,
            env=self._environment(self._directory, home),
            cwd=logs,
            told=server_arguments(self._all_settings(), *places),
        )

    def stop(self) -> None:
        """End the node in good order; its data stay."""
        if self._process:
            self._process.stop(signal.SIGTERM)

    def kill(self) -> None:
        """End the node by SIGKILL; what was acknowledged stays."""
        if self._process:
            self._process.kill()

    def _configure(self, directory: Path) -> None:
        """Write the node's configuration. The first start leaves the choice of a port to the system."""
        (directory / "logs/http.ports").unlink(missing_ok=True)
        for name in ("conf", "data", "logs", "tmp"):
            (directory / name).mkdir(exist_ok=True)
        conf = directory / "conf"
        shutil.copyfile(self._distribution / "config/log4j2.properties", conf / "log4j2.properties")
        (conf / "jvm.options").write_text("\n".join(self.jvm_options) + "\n")
        (conf / "elasticsearch.yml").write_text(json.dumps(self._all_settings(), indent=1) + "\n")
        self.write_files(conf)
        hand_over(directory)

    def settings(self) -> Mapping[str, Any]:
        """The node's settings, but for its place and port."""
        return SETTINGS

    def _all_settings(self) -> dict[str, Any]:
        """The node's settings, with its place and port."""
        every = {} if self.modules else NO_SECURITY
        own = {
            "http.port": self._port,
            "path.data": f"{self._directory}/data",
            "path.logs": f"{self._directory}/logs",
        }
        return {**every, **self.settings(), **own}

    def write_files(self, conf: Path) -> None:
        """Write what the settings name beside them; nothing here."""

    def health(self) -> str:
        """The status of the node's shards. Raises: OSError, while it does not answer."""
        status: str = request(self.url, "GET", "/_cluster/health?local=true")["status"]
        return status

    def indices(self) -> set[str]:
        """Every index by the id that no other ever has, not even one of the same name. Raises: OSError."""
        return {row["uuid"] for row in request(self.url, "GET", "/_cat/indices?format=json&h=uuid")}

    def _environment(self, directory: Path, home: Path) -> dict[str, str]:
        """What the start script of a packaged distribution would set; this one comes without a Unix start script."""
        return {
            "PATH": "/usr/bin:/bin",
            "JAVA": str(self._java_home / "bin/java"),
            "JAVA_TYPE": "ES_JAVA_HOME",
            "ES_JAVA_HOME": str(self._java_home),
            "ES_HOME": str(home),
            "ES_PATH_CONF": str(directory / "conf"),
            "ES_TMPDIR": str(directory / "tmp"),
            "LIBFFI_TMPDIR": str(directory / "tmp"),
            "ES_DISTRIBUTION_TYPE": "zip",
            "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={directory / 'tmp'} -XX:-UsePerfData",
        }

    def _answers(self) -> bool:
        """Whether the node has opened its port and can serve searches."""
        assert self._directory is not None
        ports = self._directory / "logs/http.ports"
        if not ports.is_file() or not (addresses := ports.read_text().split()):
            return False
        self._port = int(addresses[0].rpartition(":")[2])
        try:
            return self.health() in ("green", "yellow")
        except OSError:
            return False


class UsualElasticsearch(ElasticsearchServer):
    """A node as a deployment has it, for figures: the whole distribution, with the usual compiler and collector."""

    modules = None
    jvm_options = USUAL_JVM_OPTIONS


def request(url: str, method: str, path: str, body: object = None) -> Any:
    """The node's JSON answer. Raises: OSError, when it cannot be reached or refuses."""
    asked = urllib.request.Request(  # noqa: S310
        url.rstrip("/") + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def drop_indices(url: str, prefix: str) -> None:
    """Delete every index whose name begins with `prefix`, by full names: a wildcard could take more."""
    listed = request(url, "GET", f"/_cat/indices/{prefix}*?format=json&h=index&expand_wildcards=all")
    for row in listed:
        request(url, "DELETE", f"/{row['index']}")


def main(arguments: list[str]) -> None:
    """Fetch, and unless told to stop there, serve until interrupted."""
    try:
        home = elasticsearch_home(fetch=True)
    except ServerMissing as missing:
        sys.exit(str(missing))
    if arguments == ["--fetch"]:
        print(home)  # noqa: T201
        return
    with ElasticsearchServer() as server:
        print(server.url, flush=True)  # noqa: T201
        wait_for_interrupt()


if __name__ == "__main__":
    main(sys.argv[1:])
