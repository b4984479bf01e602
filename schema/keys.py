"""
The keys that sign callers' tokens: a JSON Web Key Set (RFC 7517), in a file or behind a fixed URL.

Keys are kept; a key id that is not among them makes the set be read again, at most once a minute, however many such
tokens arrive.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

REFRESH_SECONDS = 60.0
# A key that the issuer withdrew is taken no longer than this.
KEEP_SECONDS = 300.0
FETCH_SECONDS = 5.0
LARGEST_SET = 256 << 10
_KINDS: Mapping[str, type[ECKey] | type[OKPKey] | type[RSAKey]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}

log = structlog.get_logger(__name__)


class KeysUnavailable(Exception):
    """No key set could be read so far."""


class KeySource(Protocol):
    """Where keys come from."""

    async def find(self, key_id: str) -> Key | None:
        """The public key with this id, or None. Raises: KeysUnavailable."""


class KeySet:
    """A key set behind any way of reading it; `read` may block and runs in a thread."""

    def __init__(self, read: Callable[[], bytes], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._monotonic = monotonic
        self._keys: Mapping[str, Key] | None = None
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> Key | None:
        """The public key with this id, or None. Raises: KeysUnavailable, before a first set could be read."""
        if not self._needs_reading(key_id):
            return self._known().get(key_id)
        async with self._lock:
            if self._needs_reading(key_id):
                await self._refresh()
        return self._known().get(key_id)

    def _known(self) -> Mapping[str, Key]:
        if self._keys is None:
            raise KeysUnavailable
        return self._keys

    def _needs_reading(self, key_id: str) -> bool:
        age = self._monotonic() - self._asked_at
        missing = self._keys is None or key_id not in self._keys
        return age >= (REFRESH_SECONDS if missing else KEEP_SECONDS)

    async def _refresh(self) -> None:
        try:
            self._keys = parse_keys(await asyncio.to_thread(self._read))
        except (OSError, HTTPException, ValueError) as error:
            # The last good set stays in use: an issuer that is down for an hour must not lock everyone out.
            log.warning("key_set_unreadable", reason=type(error).__name__)
        finally:
            # Only now, so that whoever asks meanwhile waits for this answer instead of doing without.
            self._asked_at = self._monotonic()


def parse_keys(text: bytes) -> dict[str, Key]:
    """The public keys of a set by id; keys without an id, of other kinds or not readable are left out.

    Raises: ValueError, when the text is no key set.
    """
    keys = orjson.loads(text)
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    found: dict[str, Key] = {}
    for described in keys["keys"]:
        key = _key(described) if isinstance(described, dict) else None
        if key is not None:
            found[described["kid"]] = key
    return found


def _key(described: dict[str, Any]) -> Key | None:
    kind, key_id = _KINDS.get(str(described.get("kty"))), described.get("kid")
    if kind is None or not isinstance(key_id, str):
        return None
    try:
        return kind.import_key(described)
    except (JoseError, ValueError, TypeError, KeyError):
        log.warning("key_unreadable", key_id=key_id[:64])
        return None


def key_source(location: str, monotonic: Callable[[], float] = time.monotonic) -> KeySet:
    """The key set in a file or behind a URL. Raises: ValueError, for a URL that is neither https nor of this machine."""
    if not location.startswith(("http://", "https://")):
        return KeySet(Path(location).read_bytes, monotonic)
    if not is_kept_from_others(location):
        raise ValueError("a key set is fetched over https")
    return KeySet(lambda: fetch(location), monotonic)


def is_kept_from_others(url: str) -> bool:
    """Whether nobody on the way can read or change what is asked of this URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return here or (parts.scheme == "https" and bool(parts.hostname))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The URL is pinned: an issuer that sends elsewhere is not followed."""

    def redirect_request(self, *_: Any) -> None:
        return None


def fetch(url: str) -> bytes:
    """What stands at the pinned URL. Raises: OSError, HTTPException; ValueError, for more than a key set can hold."""
    opener = urllib.request.build_opener(_NoRedirects)
    with opener.open(url, timeout=FETCH_SECONDS) as answer:
        text: bytes = answer.read(LARGEST_SET + 1)
    if len(text) > LARGEST_SET:
        raise ValueError("the key set is too large")
    return text
