"""
One attempt to sign in, from leaving for the provider to coming back.

The browser holds the attempt in a cookie: one secret, of which state, nonce and the proof of PKCE are made, and the way
to go on. The server keeps nothing, so that beginning a thousand attempts fills no memory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from directory.accounts import new_secret

LONGEST_ATTEMPT = timedelta(minutes=10)
LONGEST_PATH = 1024
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
# Printable ASCII without the backslash, which browsers take for a slash.
_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What ties a provider's answer to the browser that asked; `next` is a local path."""

    secret: str
    next: str

    @property
    def state(self) -> str:
        """What comes back with the answer (RFC 6749, section 10.12)."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What comes back within the ID token (OpenID Connect Core, section 3.1.2.1)."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """The proof of PKCE (RFC 7636): 43 characters, 256 bits."""
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        return _text(hmac.digest(self.secret.encode(), purpose.encode(), hashlib.sha256))

    def is_answered_by(self, state: str) -> bool:
        """Whether an answer with this state is to this attempt."""
        return hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))

    def cookie(self) -> str:
        """The attempt as a cookie's value."""
        return f"{self.secret}.{_text(self.next.encode())}"


def new_attempt(next: str) -> Attempt:
    """An attempt that nobody else has."""
    return Attempt(new_secret(), next)


def attempt_of(cookie: str, *, home: str) -> Attempt | None:
    """The attempt in a cookie's value; None for what we did not write."""
    secret, _, path = cookie.partition(".")
    if not _SECRET.fullmatch(secret) or len(path) > 2 * LONGEST_PATH:
        return None
    try:
        text = base64.urlsafe_b64decode(path + "=" * (-len(path) % 4)).decode("ascii")
    except ValueError:
        return None
    return Attempt(secret, local_path(text, home=home))


def local_path(text: str, *, home: str) -> str:
    """The path, if it leads nowhere but here; else `home`."""
    return text if len(text) <= LONGEST_PATH and _PATH.fullmatch(text) else home


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
