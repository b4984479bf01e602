"""What stands beside a backup: how far its log goes, and what tells a file that was cut or changed on the way."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from directory.errors import ServiceFault
from directory.record.log import Head


class BackupUnusable(ServiceFault):
    """The backup is not whole, or not what the note beside it says."""


@dataclass(frozen=True, slots=True)
class Note:
    """The head of the log in a backup, and size (bytes) and SHA-256 of its file."""

    position: int
    digest: str
    size: int
    sha256: str

    @classmethod
    def of(cls, copy: Path, head: Head) -> Self:
        """The note for a file that holds the log up to `head`."""
        return cls(head.position, head.digest, copy.stat().st_size, _sha256(copy))

    @property
    def head(self) -> Head:
        """How far the log goes."""
        return Head(self.position, self.digest)

    def write(self, copy: Path) -> None:
        """Writes the note beside where the copy will be, durably."""
        with note_beside(copy).open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())


def note_beside(copy: Path) -> Path:
    """Where the note of a backup is."""
    return copy.with_name(f"{copy.name}.json")


def read_note(copy: Path) -> Note:
    """The note beside a backup whose file is what it says. Raises: BackupUnusable."""
    try:
        kept = json.loads(note_beside(copy).read_text(encoding="utf-8"))
        note = Note(int(kept["position"]), str(kept["digest"]), int(kept["size"]), str(kept["sha256"]))
        if copy.stat().st_size != note.size or _sha256(copy) != note.sha256:
            raise BackupUnusable(f"{copy} is not the file that {note_beside(copy).name} was written for")
    except OSError as error:
        raise BackupUnusable(f"{error.filename or copy} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnusable(f"{note_beside(copy)} is no note of a backup") from error
    return note


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
