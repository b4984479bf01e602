"""Servers as they are started by hand: how long a start takes, and the memory of one at rest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

from benchmarks.figures import Figure
from newgrowth.settings import Settings
from tests.conditions import eventually
from tests.servers.process import free_ports

PEERS = Path(__file__).with_name("peers")
SAMPLE_FIRMS = 300
URL = "http://"


@contextmanager
def server(arguments: list[str], environment: Mapping[str, str], errors: Path) -> Iterator[tuple[int, str]]:
    """A server at work: its process id and address."""
    with errors.open("ab") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "newgrowth", *arguments, "--port", "0"],
            env={**os.environ, "COLUMNS": "200", **environment},
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    try:
        yield process.pid, _address(process, errors)
    finally:
        process.terminate()
        process.communicate()


def _address(process: subprocess.Popen[str], errors: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if URL in line:
            return URL + line.split(URL)[1].split("/")[0].strip()
    raise RuntimeError(errors.read_text())


def environment_of(settings: Settings) -> Mapping[str, str]:
    """What tells a program of these settings."""
    environment = {
        "NEWGROWTH_DEMO": "true",
        "NEWGROWTH_DATA_DIR": str(settings.data_dir),
        "NEWGROWTH_ENGINE": settings.engine.value,
        "NEWGROWTH_INDEX_PREFIX": settings.index_prefix,
    }
    if settings.elasticsearch_url:
        environment["ELASTICSEARCH_URL"] = settings.elasticsearch_url
    return environment


@contextmanager
def peer(
    name: str, directory: Path, environment: Mapping[str, str], python: str = sys.executable
) -> Iterator[tuple[int, str]]:
    """One of the peers at work, by `python`, told of in `directory`: its process id and address."""
    (port,) = free_ports(1)
    arguments = ["-m", "uvicorn", f"{name}_server:app", "--port", str(port), "--no-access-log"]
    with (directory / f"{name}.log").open("ab") as told:
        process = subprocess.Popen(
            [python, *arguments],
            cwd=PEERS,
            env={**os.environ, **environment},
            stdout=told,
            stderr=told,
        )
    try:
        yield process.pid, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


async def answers(client: httpx2.AsyncClient) -> None:
    """Returns once the client's server answers at all. Raises: TimeoutError."""

    async def answered() -> bool:
        try:
            await client.get("/")
        except httpx2.TransportError:
            return False
        return True

    await eventually(answered)


def starts(directory: Path) -> list[Figure]:
    """Seconds of a first start with sample data and of a second one, and the memory of the latter."""
    arguments = ["demo", "--firms", str(SAMPLE_FIRMS), "--data-dir", str(directory / "demo")]
    took = []
    for _ in range(2):
        began = time.perf_counter()
        with server(arguments, {}, directory / "demo.log") as (pid, _):
            took.append(time.perf_counter() - began)
            memory = resident_megabytes(pid)
    return [
        Figure("start", f"first start of the demo, {SAMPLE_FIRMS} sample firms", took[0], "s"),
        Figure("start", "second start", took[1], "s"),
        Figure("memory", "server at rest", memory, "MB"),
    ]


def resident_megabytes(pid: int) -> float:
    """Memory of the process that is in the machine's own: a page of a file that it maps many times counts once (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (resident,) = [line for line in lines if line.startswith("Pss:")]
    return int(resident.split()[1]) / 1024
