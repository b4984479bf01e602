"""
Cursors of paged lists: opaque, signed, bound to the list and the caller, good for a day.

A cursor carries the place itself (the sort values of the last item), so it survives inserts and a rebuilt index. That of
a search by relevance also names the view of the index that its order is kept in, and ends with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson

from directory.access import Caller
from schema.errors import ApiCode, ApiError

LIFETIME = timedelta(hours=24)
LONGEST = 4096
# Raise it when what a cursor carries changes: those of another format belong to no list.
FORMAT = 2
_SIGNATURE_BYTES = 16


class Cursors:
    """Seals and opens cursors with one secret. A process that restarts with the same secret opens the old ones."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime]) -> None:
        """`secret` has at least 32 random bytes."""
        if len(secret) < 32:
            raise ValueError("a cursor secret has at least 32 bytes")
        self._secret = secret
        self._clock = clock

    def seal(self, binding: bytes, key: tuple[Any, ...]) -> str:
        """The cursor for the place `key` (JSON values) in the list that `binding` stands for."""
        body = orjson.dumps([int(self._clock().timestamp()), key])
        return _encoded(self._sign(binding, body) + body)

    def open(self, binding: bytes, cursor: str) -> tuple[Any, ...]:
        """The place in the list. Raises: ApiError CURSOR_INVALID (forged, cut, of another list) or CURSOR_EXPIRED."""
        body = self._verified(binding, cursor)
        sealed_at, key = orjson.loads(body)
        if self._clock().timestamp() - sealed_at > LIFETIME.total_seconds():
            raise ApiError(ApiCode.CURSOR_EXPIRED, "cursor.expired")
        return tuple(key)

    def _verified(self, binding: bytes, cursor: str) -> bytes:
        raw = _decoded(cursor) if len(cursor) <= LONGEST and cursor.isascii() else b""
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(binding, body)):
            raise ApiError(ApiCode.CURSOR_INVALID, "cursor.invalid")
        return body

    def _sign(self, binding: bytes, body: bytes) -> bytes:
        return hmac.digest(self._secret, binding + body, "sha256")[:_SIGNATURE_BYTES]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(cursor: str) -> bytes:
    """The bytes of a cursor; none for a text that is not exactly how we write those bytes."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return raw if _encoded(raw) == cursor else b""


def binding(listed: str, asked: object, caller: Caller) -> bytes:
    """What a cursor is bound to, as 32 bytes: the list's name, the question (any dataclass or JSON value) and who asks.

    The page size is no part of the question: a caller may change it on the way.
    """
    who = [caller.subject, sorted(caller.roles), caller.agency, caller.region]
    form = orjson.dumps([FORMAT, listed, asked, who], default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(form).digest()
