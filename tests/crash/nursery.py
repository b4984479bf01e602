"""
Programs that start at once: a process imports the program a single time, and each run of it is a fork.

Each runs a command such as `newgrowth serve` as the command line would, in a process of its own that can be killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_SECONDS = 60.0
ANNOUNCED = "Serving at "
SERVE = ("serve", "--port", "0")

PROGRAM = """
import json, os, signal, sys
import elasticsearch, newgrowth.indexing, newgrowth.serving
from newgrowth.cli import app
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    if pid := os.fork():
        print(f"born {pid}", flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    app(json.loads(line))
"""


class NotServing(Exception):
    """The program did not come up; the text carries what it printed."""


class Nursery:
    """Where programs are born. `environment` holds their settings."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._wait_for("ready")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def serve(self) -> Server:
        """A server that answers. Raises: NotServing."""
        pid = self.born(SERVE)
        return Server(pid, self._wait_for(ANNOUNCED))

    def born(self, arguments: Sequence[str]) -> int:
        """The process of a program just started with these arguments. Raises: NotServing."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        return int(self._wait_for("born "))

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("")

    def _wait_for(self, start: str) -> str:
        give_up_at = time.monotonic() + UP_WITHIN_SECONDS
        seen: list[str] = []
        while time.monotonic() < give_up_at:
            line = self._lines.get(timeout=UP_WITHIN_SECONDS)
            if line.startswith(start):
                return line.removeprefix(start)
            seen.append(line)
            if not line:
                break
        raise NotServing("\n".join([*seen, Path(self._log.name).read_text(errors="replace")[-4000:]]))


class Server:
    """A running server: its process and address."""

    def __init__(self, pid: int, url: str) -> None:
        self.pid = pid
        self.url = url

    def kill(self) -> None:
        """Ends it by SIGKILL, and returns when it is gone."""
        killed(self.pid)


def killed(pid: int) -> None:
    """Ends the process by SIGKILL, and returns when it is gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    while exists(pid):
        time.sleep(0.001)


def exists(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
