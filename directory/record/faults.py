"""
What the database refuses, in the directory's words.

A unique index that is hit names an identity already taken; anything the database cannot do now is `RecordUnavailable`.
A mistake in our own SQL stays what it is: it must be seen, not retried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from directory.errors import (
    AlreadyExists,
    DirectoryError,
    NotFound,
    RecordUnavailable,
    ServiceFault,
    WritesClashed,
)

OURS = (IntegrityError, ProgrammingError, DataError)
# PostgreSQL's serialization_failure and deadlock_detected.
CLASHES = frozenset({"40001", "40P01"})

# By the index's name, as PostgreSQL says it, and by the columns, as SQLite does.
TAKEN: Mapping[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("firms_live_uscc", "firms.uscc"): (("profile", "uscc"), "firm.uscc_taken"),
    ("firm_accounts_pkey", "firm_accounts.account_key"): (("profile", "platforms"), "firm.account_taken"),
    ("firms_entry_number", "firms.entry_number"): (("entry_number",), "record.number_taken"),
    ("blockages_reference", "blockages.reference"): (("reference",), "record.number_taken"),
    ("blocking_points_reference", "blocking_points.reference"): (("reference",), "record.number_taken"),
    ("replies_pkey", "replies.subject, replies.key"): (("client_mutation_id",), "idempotency.race"),
    ("firms_pkey", "firms.id"): (("id",), "record.id_taken"),
    ("submissions_pkey", "submissions.id"): (("id",), "record.id_taken"),
    ("blockages_pkey", "blockages.id"): (("id",), "record.id_taken"),
    ("blocking_points_pkey", "blocking_points.id"): (("id",), "record.id_taken"),
}


class RecordInUse(ServiceFault):
    """Another process writes to this SQLite record."""


class SchemaOutdated(ServiceFault):
    """The database's tables are not those of this version of the program."""

    code = "SCHEMA_OUTDATED"


def taken(error: IntegrityError) -> DirectoryError | None:
    """The fault behind a violated constraint; None when the constraint guards against our own mistakes."""
    said = str(error.orig)
    if "FOREIGN KEY" in said.upper():
        return NotFound.at("firm", key="not_found")
    for (index, columns), (path, key) in TAKEN.items():
        if f'"{index}"' in said or said.endswith(f"UNIQUE constraint failed: {columns}"):
            return AlreadyExists.at(*path, key=key)
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Raises: RecordUnavailable, AlreadyExists, NotFound for what the database or the way to it refused inside."""
    try:
        yield
    except IntegrityError as error:
        if (fault := taken(error)) is None:
            raise
        raise fault from error
    except PoolExhausted as error:
        raise RecordUnavailable("no connection to the record is free") from error
    except DBAPIError as error:
        if isinstance(error, OURS):
            raise
        clashed = getattr(error.orig, "sqlstate", None) in CLASHES
        raise (WritesClashed if clashed else RecordUnavailable)(str(error.orig)) from error
    except OSError as error:
        raise RecordUnavailable(str(error) or type(error).__name__) from error
