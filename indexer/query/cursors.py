"""
Opaque cursors: a place in the order of one search, for one caller, for a day.

A cursor carries the sort key of the last hit seen, so that a walk goes on where it was though entries come and go. It
is signed together with what was searched and who asked: cut, forged, or taken to another search or caller, it is no
cursor. It tells nothing that the page did not show but the sort key itself, which is not secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from directory.errors import ErrorCode, Problem, UserFault

VERSION = 1
LIFETIME = timedelta(hours=24)
LONGEST = 4_000
TAG_BYTES = 16

Key = tuple[Any, ...]


class CursorInvalid(UserFault):
    """Not a cursor that was given to this caller for this search; the API answers CURSOR_INVALID."""

    code = ErrorCode.INVALID


class CursorExpired(UserFault):
    """A cursor from yesterday, or into an order that no longer exists; the API answers CURSOR_EXPIRED."""

    code = ErrorCode.INVALID


@dataclass(frozen=True, slots=True)
class Scope:
    """What a cursor is bound to.

    `search`: canonical JSON values of everything that decides which hits come in which order, but not the page's
    length and not the clock. `caller`: whatever decides what the caller sees. `generation`: of the index, when the
    order is by score (scores of two generations cannot be compared), else None.
    """

    search: Any
    caller: Any
    generation: str | None = None


class Cursors:
    """Signs and reads cursors with one server's secret."""

    def __init__(self, secret: bytes) -> None:
        """Raises: ValueError, for a secret shorter than 32 bytes."""
        if len(secret) < hashlib.sha256().digest_size:
            raise ValueError("the secret for cursors needs 32 bytes")
        self._secret = secret

    def issue(self, key: Key, scope: Scope, now: datetime) -> str:
        """The cursor for the place behind `key`, in base64url."""
        payload = orjson.dumps([VERSION, int(now.timestamp()), scope.generation, list(key)])
        return base64.urlsafe_b64encode(self._tag(payload, scope) + payload).rstrip(b"=").decode()

    def read(self, cursor: str, scope: Scope, now: datetime) -> Key:
        """The key that `issue` was given. Raises: CursorInvalid, CursorExpired."""
        signed = _decoded(cursor)
        tag, payload = signed[:TAG_BYTES], signed[TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(payload, scope)):
            raise _fault(CursorInvalid, "cursor.invalid")
        _, issued_at, generation, key = orjson.loads(payload)
        if now.timestamp() - issued_at > LIFETIME.total_seconds() or generation != scope.generation:
            raise _fault(CursorExpired, "cursor.expired")
        return tuple(key)

    def _tag(self, payload: bytes, scope: Scope) -> bytes:
        signed = hmac.new(self._secret, digestmod=hashlib.sha256)
        for part in (payload, _canonical(scope.search), _canonical(scope.caller)):
            # The lengths keep the parts apart: no part can pass for the end of another.
            signed.update(len(part).to_bytes(8, "big") + part)
        return signed.digest()[:TAG_BYTES]


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _decoded(cursor: str) -> bytes:
    if len(cursor) > LONGEST:
        raise _fault(CursorInvalid, "cursor.invalid")
    try:
        decoded = base64.b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError) as fault:
        raise _fault(CursorInvalid, "cursor.invalid") from fault
    # Two texts can decode to the same bytes; only the one that was issued is taken.
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != cursor:
        raise _fault(CursorInvalid, "cursor.invalid")
    return decoded


def _fault(kind: type[UserFault], key: str) -> UserFault:
    return kind(Problem(kind.code, ("after",), key))
