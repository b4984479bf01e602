"""
What a row declares, read before anybody knows whether it is new: pure, so that it may happen in a process of its own.

A row that has been read travels between processes whole. Its declaration goes as JSON by pydantic, which writes and reads
it in a fraction of the time that pickling its values takes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter

from directory.errors import InvalidInput, Problem
from directory.profile_reading import Declaration, DeclaredOn, read_profile
from directory.profiles import ContactDetails, Profile, ReadingClaim
from directory.rulebook import Rulebook
from directory.workdays import local_date
from indexer.transfer.read import Row

_DECLARATION: TypeAdapter[tuple[Any, ...]] = TypeAdapter(
    tuple[Profile, tuple[ReadingClaim, ...], ContactDetails | None]
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A row with what it declares and its client mutation id, or with what keeps it from declaring anything."""

    row: Row
    declared: DeclaredOn | None
    key: str
    problems: tuple[Problem, ...]

    @property
    def declaration(self) -> Declaration | None:
        """What the row declares."""
        return self.declared.declaration if self.declared else None

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is packed: see the module."""
        if self.declared is None:
            return Taken, (self.row, None, self.key, self.problems)
        declaration, day = self.declared
        return _unpacked, (self.row, _DECLARATION.dump_json(declaration), day, self.key)


def _unpacked(row: Row, declaration: bytes, day: date, key: str) -> Taken:
    return Taken(row, DeclaredOn(Declaration(*_DECLARATION.validate_json(declaration)), day), key, ())


class Declaring:
    """Reads the rows of one file."""

    def __init__(
        self,
        rulebook: Rulebook,
        file_digest: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`file_digest` tells this file from others."""
        self._rulebook = rulebook
        self._file_digest = file_digest
        self._clock = clock

    def taken(self, row: Row) -> Taken:
        """The row with what it declares today."""
        if row.problems:
            return Taken(row, None, "", row.problems)
        today = local_date(self._clock())
        try:
            declaration = read_profile(row.fields, self._rulebook, today)
        except InvalidInput as invalid:
            return Taken(row, None, "", invalid.problems)
        return Taken(row, DeclaredOn(declaration, today), self.key(row), ())

    def key(self, row: Row) -> str:
        """The row's client mutation id: of the file and the row's content, wherever it stands."""
        content = json.dumps(row.fields, sort_keys=True, default=str)
        return f"import:{hashlib.sha256(f'{self._file_digest}{content}'.encode()).hexdigest()}"
