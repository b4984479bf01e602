"""What the servers of a test run have in common: a process, a directory and a port, from `with` to its end."""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import ServerProcess


class OwnServer(ABC):
    """One server with a directory and a port of its own; the port stays the same over restarts."""

    _directory: Path | None = None
    _process: ServerProcess | None = None
    _port = 0

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
    def running(self) -> bool:
        """Whether the server's first process lives."""
        return self._process is not None and self._process.running

    @abstractmethod
    def start(self) -> None:
        """Start the server on the data it left, and return when it answers. Raises: ServerFailed."""

    @abstractmethod
    def stop(self) -> None:
        """End the server in good order; its data stay."""

    def restart(self, *, empty: bool = False) -> None:
        """Stop the server if it runs and start it again at the same address, without its data if `empty`."""
        self.stop()
        if empty and self._directory:
            shutil.rmtree(self._directory / "data")
        self.start()

    def close(self) -> None:
        """Stop the server for good and remove its files."""
        self.stop()
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None
            self._port = 0
