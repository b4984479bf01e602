"""What a record holds, looked at from outside: whatever nothing happened to looks the same."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

# Everything a command can write. Seals and leases are the server's own housekeeping.
TABLES = (
    "firms",
    "firm_accounts",
    "firm_keys",
    "submissions",
    "blockages",
    "contacts",
    "personal_values",
    "log_entries",
    "replies",
)


def kept(record: Path) -> Mapping[str, str]:
    """A digest of each table's rows: equal before and after what was refused."""
    with closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as connection:
        return {table: _digest(connection, table) for table in TABLES}


def log_length(record: Path) -> int:
    """How many entries the log has, sealed or not."""
    with closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as connection:
        (length,) = connection.execute("SELECT count(*) FROM log_entries").fetchone()
    return int(length)


def _digest(connection: sqlite3.Connection, table: str) -> str:
    rows = sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return f"{len(rows)} rows, {digest}"
