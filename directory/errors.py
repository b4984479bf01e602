"""
The one tree of errors raised on purpose.

    DirectoryError
    ├── UserFault             the caller can correct it; carries every Problem at once
    │   ├── InvalidInput      INVALID, REQUIRED, INVALID_TEXT, TOO_LARGE: values of the input
    │   ├── NotFound          NOT_FOUND: also the answer for what the caller may not know exists
    │   ├── AlreadyExists     DUPLICATE
    │   ├── NotAllowedNow     NOT_ALLOWED_NOW: the state machine has no such move
    │   ├── Forbidden         FORBIDDEN
    │   ├── VersionConflict   CONFLICT, with the present version
    │   ├── LimitExceeded     LIMIT_EXCEEDED
    │   ├── Gone              GONE: erased or merged away
    │   └── IdempotencyMismatch  IDEMPOTENCY_MISMATCH: the key was used for another body
    └── ServiceFault          the caller can only try again: logged, masked
        ├── RecordUnavailable UNAVAILABLE
        └── SearchUnavailable SEARCH_UNAVAILABLE
            └── SearchBusy    BUSY

Errors know a code, a path and a message key; never an HTTP status, never a sentence. Sentences are in
`directory/messages.py`, in Chinese and English, by key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Path = tuple[str, ...]


class ErrorCode(StrEnum):
    """What kind of mistake a caller can correct; stable, part of the public API."""

    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    DUPLICATE = "DUPLICATE"
    NOT_FOUND = "NOT_FOUND"
    NOT_ALLOWED_NOW = "NOT_ALLOWED_NOW"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    TOO_LARGE = "TOO_LARGE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    INVALID_TEXT = "INVALID_TEXT"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    GONE = "GONE"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing the caller can correct.

    `path` points into the command, e.g. ("profile", "uscc"); the API puts "input" before it.
    `key` names the sentence in the message catalogue, `params` fill it.
    """

    code: ErrorCode
    path: Path
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


class DirectoryError(Exception):
    """Raised on purpose by this project."""


class UserFault(DirectoryError):
    """The caller can correct it. `problems` is never empty."""

    code = ErrorCode.INVALID

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{p.code}:{p.key}@{'.'.join(p.path)}" for p in problems))
        self.problems: tuple[Problem, ...] = problems

    @classmethod
    def at(cls, *path: str, key: str, **params: Any) -> UserFault:
        """The fault with one problem at `path`."""
        return cls(Problem(cls.code, path, key, params))


class InvalidInput(UserFault):
    """Values that break their own rules; all of them at once."""

    @classmethod
    def all_of(cls, problems: Iterable[Problem]) -> InvalidInput:
        """The fault that carries every problem found."""
        return cls(*problems)


class NotFound(UserFault):
    """No such thing, or none that the caller may know of."""

    code = ErrorCode.NOT_FOUND


class AlreadyExists(UserFault):
    """An entry or report with this identity exists."""

    code = ErrorCode.DUPLICATE


class NotAllowedNow(UserFault):
    """The state machine has no such move from the present state."""

    code = ErrorCode.NOT_ALLOWED_NOW


class Forbidden(UserFault):
    """The caller's role may not do this here."""

    code = ErrorCode.FORBIDDEN


class LimitExceeded(UserFault):
    """A limit of the rules, such as the one extension per report."""

    code = ErrorCode.LIMIT_EXCEEDED


class Gone(UserFault):
    """What was asked for has been erased."""

    code = ErrorCode.GONE


class IdempotencyMismatch(UserFault):
    """The client mutation id was used before, for another body."""

    code = ErrorCode.IDEMPOTENCY_MISMATCH


class VersionConflict(UserFault):
    """Someone else changed the entity first; the problem's params carry `current`."""

    code = ErrorCode.CONFLICT

    @classmethod
    def of(cls, *, expected: int, current: int) -> VersionConflict:
        """The conflict between the version the caller saw and the present one."""
        problem = Problem(
            cls.code, ("expectedVersion",), "conflict.version", {"expected": expected, "current": current}
        )
        return cls(problem)


class ServiceFault(DirectoryError):
    """The caller can only try again later."""

    code = "UNAVAILABLE"


class RecordUnavailable(ServiceFault):
    """The record cannot be read or written now."""


class WritesClashed(RecordUnavailable):
    """Two units of work waited for each other, so the database ended this one; done again, it may well succeed."""


class SearchUnavailable(ServiceFault):
    """The search engine gave no whole answer."""

    code = "SEARCH_UNAVAILABLE"


class SearchBusy(SearchUnavailable):
    """The search engine has too much to do; it may be asked again after `retry_after` seconds."""

    code = "BUSY"

    def __init__(self, said: str, retry_after: int) -> None:
        super().__init__(said)
        self.retry_after = retry_after
