"""
The chain over the log: each digest covers the one before it, so nothing can be changed, cut out or put in unseen.

The digest is taken over the very texts that are stored, each with its length before it, never over values written
anew: there is no second form that could differ. The payload's text is canonical when written (`encoding.json_text`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory.record.encoding import json_text

GENESIS = "0" * 64
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of the log as stored."""

    id: int
    at: str
    actor: str
    kind: str
    entity_type: str
    entity_id: str
    entity_version: int
    payload: str

    def texts(self) -> tuple[str, ...]:
        """Every column, in the one order in which they are digested."""
        return (
            str(self.id),
            self.at,
            self.actor,
            self.kind,
            self.entity_type,
            self.entity_id,
            str(self.entity_version),
            self.payload,
        )


def sealed_digest(previous: str, position: int, epoch: int, entry: StoredEntry) -> str:
    """The digest (SHA-256, hex) of the entry at `position`, sealed in `epoch` after the one with digest `previous`."""
    return _sha256((previous, str(position), str(epoch), *entry.texts()))


def commitment(salt: str, value: Any) -> str:
    """What the log may say of a personal value: SHA-256 (hex) over its salt (hex) and its canonical JSON.

    Without the salt, which is deleted together with the value, nobody can try out values.
    """
    return commitment_to(salt, json_text(value))


def commitment_to(salt: str, text: str) -> str:
    """`commitment`, of a value whose canonical JSON is at hand."""
    return _sha256((salt, text))


def _sha256(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()
