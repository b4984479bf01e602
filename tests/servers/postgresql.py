"""A real PostgreSQL on the loopback interface, and fresh databases on it or on any other.

By hand: `python -m tests.servers.postgresql` prints its URL and runs until Ctrl-C.
"""

import asyncio
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import URL, make_url

from tests.servers.own_server import OwnServer
from tests.servers.process import (
    ServerFailed,
    ServerMissing,
    ServerProcess,
    as_ordinary_user,
    free_ports,
    private_directory,
    wait_for_interrupt,
)

READY_WITHIN_SECONDS = 60
PORT_ATTEMPTS = 5
DEBIAN_VERSION = re.compile(r"/usr/lib/postgresql/(\d+)/bin")


def find_programs() -> Path:
    """The directory of the newest PostgreSQL's `initdb` and `postgres`. Raises: ServerMissing."""
    packaged = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if DEBIAN_VERSION.fullmatch(str(path))
    ]
    newest_first = sorted(packaged, key=lambda path: int(path.parent.name), reverse=True)
    on_path = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    for programs in (*newest_first, *on_path):
        if (programs / "initdb").is_file() and (programs / "postgres").is_file():
            return programs
    raise ServerMissing("no PostgreSQL: neither under /usr/lib/postgresql nor on PATH")


class Databases:
    """Fresh databases on one PostgreSQL, made and dropped by the user of `admin_url`."""

    def __init__(self, admin_url: str) -> None:
        self._admin = make_url(admin_url).set(drivername="postgresql+asyncpg")

    def url(self, database: str) -> str:
        """The URL of `database` for SQLAlchemy with asyncpg."""
        return self._admin.set(database=database).render_as_string(hide_password=False)

    def create(self, template_url: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the one at `template_url`, to which nobody may be connected.

        Copying costs less than creating the tables again. Text sorts by code point, as it does in SQLite.
        """
        name = f"test_{secrets.token_hex(6)}"
        template = make_url(template_url).database if template_url else "template0"
        locale = "" if template_url else " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{locale}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove the database at `url`, also from under those still connected to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        in_a_thread(execute(self._admin, statement))


async def execute(admin: URL, statement: str) -> None:
    """Run one statement in a connection of its own, outside any transaction."""
    connection = await asyncpg.connect(
        admin.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def in_a_thread(work: Coroutine[Any, Any, None]) -> None:
    """Finish `work` in another thread: the caller's thread may have an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


class PostgresServer(OwnServer):
    """One server with a directory and a port of its own; the port stays the same over restarts.

    Commits wait for the disk as in production; `fsync=False` is for suites that only need speed.
    """

    def __init__(self, *, fsync: bool = True) -> None:
        """Find the programs. Raises: ServerMissing."""
        self._programs = find_programs()
        self._fsync = fsync

    @property
    def databases(self) -> Databases:
        """Fresh databases on this server."""
        return Databases(self.url())

    def url(self, database: str = "postgres") -> str:
        """The URL of `database`, as the server's administrator: postgresql+asyncpg://postgres@127.0.0.1:port/database."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self._port}/{database}"

    def create_database(self, template_url: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the one at `template_url`."""
        return self.databases.create(template_url)

    def start(self) -> None:
        """Start the server on the data it left, and return when it answers. Raises: ServerFailed."""
        if self.running:
            return
        if self._directory is None:
            self._directory = private_directory("postgresql")
        if not (self._directory / "data").exists():
            self._initialise(self._directory)
        if self._port:
            self._launch(self._directory)
        else:
            self._launch_on_a_free_port(self._directory)

    def stop(self) -> None:
        """End the server in good order, without waiting for clients; its data stay."""
        if self._process:
            self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """End all the server's processes by SIGKILL; what was committed stays."""
        if self._process:
            self._process.kill()
        if self._directory:  # a lock file left behind would look like a server that is ready
            (self._directory / "data/postmaster.pid").unlink(missing_ok=True)

    def _initialise(self, directory: Path) -> None:
        """Create an empty cluster that trusts this machine."""
        subprocess.run(
            [
                str(self._programs / "initdb"),
                f"--pgdata={directory / 'data'}",
                *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=directory,
            check=True,
            capture_output=True,
            **as_ordinary_user(),
        )

    def _launch_on_a_free_port(self, directory: Path) -> None:
        """Start on a port that was free a moment ago, and on another one if it has been taken meanwhile."""
        for attempt in range(1, PORT_ATTEMPTS + 1):
            (self._port,) = free_ports(1)
            try:
                return self._launch(directory)
            except ServerFailed as failed:
                self._port = 0
                if attempt == PORT_ATTEMPTS or "Address already in use" not in str(failed):
                    raise
        return None

    def _launch(self, directory: Path) -> None:
        """Start on the chosen port and wait for an answer."""
        settings = {
            "port": self._port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on" if self._fsync else "off",
            "max_connections": 200,
        }
        self._process = ServerProcess(
            "postgresql",
            [
                self._programs / "postgres",
                "-D",
                directory / "data",
                *(f"-c{key}={value}" for key, value in settings.items()),
            ],
            directory=directory,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )
        self._process.wait_until(self._answers, within_seconds=READY_WITHIN_SECONDS)

    def _answers(self) -> bool:
        """Whether the server takes connections, as its own lock file says."""
        assert self._directory is not None
        try:
            lines = (self._directory / "data/postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"


def main() -> None:
    """Serve until interrupted."""
    with PostgresServer() as server:
        print(server.url(), flush=True)  # noqa: T201
        wait_for_interrupt()


if __name__ == "__main__":
    main()
