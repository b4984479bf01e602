"""One server process: started as an ordinary user, watched while it comes up, and gone when the tests are gone."""

import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

UNPRIVILEGED_USER = "nobody"
LOG_TAIL_LINES = 40
POLL_SECONDS = 0.05

# Reads until the tests close their end, be it by dying; then kills what is left and removes its files.
LEASH = 'read -r released; [ "$released" = released ] || { kill -s KILL -- "-$1"; rm -rf -- "$2"; }'


class ServerMissing(Exception):
    """This machine lacks what the server needs; the text says what, and how to get it."""


class ServerFailed(Exception):
    """The server is here but did not come up; the text carries the end of its log."""


def as_ordinary_user() -> dict[str, Any]:
    """Arguments for `subprocess` that shed root's rights; none when the caller has none to shed.

    Neither Elasticsearch nor PostgreSQL agrees to run as root.
    """
    if os.geteuid() != 0:
        return {}
    return {"user": UNPRIVILEGED_USER, "group": ordinary_group(), "extra_groups": []}


def ordinary_group() -> int:
    """The group id of the user that servers run as."""
    return pwd.getpwnam(UNPRIVILEGED_USER).pw_gid if os.geteuid() == 0 else os.getegid()


def private_directory(prefix: str) -> Path:
    """A new temporary directory that the server may read and write, and others may not."""
    directory = Path(tempfile.mkdtemp(prefix=f"newgrowth-{prefix}-"))
    hand_over(directory)
    return directory


def hand_over(directory: Path) -> None:
    """Make the user that servers run as the owner of `directory` and of all in it, not of what links lead to."""
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED_USER).pw_uid
        for path in (directory, *directory.rglob("*")):
            os.chown(path, user, ordinary_group(), follow_symlinks=False)


def free_ports(count: int) -> Sequence[int]:
    """Ports of the loopback interface that nothing listens on right now, all different."""
    with ExitStack() as probes:
        sockets = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in sockets]


class ServerProcess:
    """A server and its children, in a process group of their own.

    A second small process holds a pipe to the tests. When the tests end without stopping the server, even by
    SIGKILL, the pipe closes and the leash takes the server and its files away.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        directory: Path,
        env: Mapping[str, str],
        cwd: Path | None = None,
        told: bytes = b"",
    ) -> None:
        """Start `command` in `cwd`, by default in `directory`, which holds the server's files and its log.

        What it is `told` is the beginning of its input, which then stays open until it ends.
        """
        self.name = name
        self.log = directory / f"{name}.log"
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd or directory,
                env=dict(env),
                stdin=subprocess.PIPE if told else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                **as_ordinary_user(),
            )
        if self._server.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended: its log says why
                self._server.stdin.write(told)
                self._server.stdin.flush()
        self._leash = subprocess.Popen(
            ["sh", "-c", LEASH, "leash", str(self._server.pid), str(directory)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    @property
    def running(self) -> bool:
        """Whether the server's first process lives."""
        return self._server.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, within_seconds: float) -> None:
        """Return once `ready()` holds. Raises: ServerFailed, when the server ends or the time is over."""
        give_up_at = time.monotonic() + within_seconds
        while not ready():
            if not self.running:
                raise self._failed(f"ended with code {self._server.returncode}")
            if time.monotonic() > give_up_at:
                raise self._failed(f"is not ready after {within_seconds:g} s")
            time.sleep(POLL_SECONDS)

    def _failed(self, how: str) -> ServerFailed:
        """The error to raise; what is left of the server is gone then, while its files stay."""
        self.kill()
        return ServerFailed(f"{self.name} {how}:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines of what the server printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])

    def stop(self, with_signal: signal.Signals = signal.SIGTERM, *, within_seconds: float = 30) -> None:
        """End the server in good order; by SIGKILL if it does not follow in time."""
        if self.running:
            self._server.send_signal(with_signal)
            try:
                self._server.wait(within_seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._release()

    def kill(self) -> None:
        """End the server and its children at once, as a power cut would: SIGKILL, nothing is flushed or closed."""
        if self.running:
            self._server.send_signal(
                signal.SIGSTOP
            )  # so that it makes no further child while they are counted
            children = descendants(self._server.pid)
            for pid in (self._server.pid, *children):
                kill_quietly(pid)
            while any(alive(pid) for pid in children):
                time.sleep(POLL_SECONDS)
        self._server.wait()
        self._release()

    def _release(self) -> None:
        """Let the leash go without its taking anything away."""
        if self._server.stdin is not None:
            with suppress(BrokenPipeError):
                self._server.stdin.close()
        if self._leash.poll() is None:
            stdin: IO[str] | None = self._leash.stdin
            assert stdin is not None
            stdin.write("released\n")
            stdin.close()
            self._leash.wait()


def wait_for_interrupt() -> None:
    """Return on Ctrl-C or SIGTERM."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        signal.pause()


def descendants(pid: int) -> list[int]:
    """Children of `pid`, their children and so on, by the kernel's table; parents first.

    A process group is not enough: each PostgreSQL backend leads a session of its own.
    """
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = [(int(child), int(parent)) for child, parent in (line.split() for line in listed.splitlines())]
    found = [pid]
    for ancestor in found:
        found += [child for child, parent in parents if parent == ancestor]
    return found[1:]


def kill_quietly(pid: int) -> None:
    """Send SIGKILL; no matter if `pid` is gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether `pid` still runs; an ended process that nobody has collected yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")
