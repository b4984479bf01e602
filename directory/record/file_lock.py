"""A lock beside the SQLite file: one process writes, a second one is told so at once."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from directory.record.faults import RecordInUse, translated


class FileLock:
    """An advisory lock on `<database>.lock`, held from making to `release`; the system frees it when the process dies."""

    def __init__(self, database: Path) -> None:
        """Raises: RecordInUse while another holds it, RecordUnavailable when there is no place for the lock."""
        path = database.with_name(f"{database.name}.lock")
        with translated():
            self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            self._close()
            raise RecordInUse(
                f"{database} is being written by process {holder}: stop that process, open the record for reading, "
                "or use PostgreSQL, where several processes may write"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Lets another write. The file stays: removing it could free a lock that someone else has just taken."""
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
