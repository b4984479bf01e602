"""
Who calls: bearer tokens (JSON Web Tokens, RFC 7519), verified by keys that the operator names.

The algorithm comes from settings and must fit the key; a token's own header can neither choose one nor point to keys.
A token that does not hold is refused, never taken for the public.
"""

from __future__ import annotations

import base64
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from directory.access import ANYONE, Caller, Role
from schema.keys import KeySource

LONGEST_TOKEN = 8192
LONGEST_NAME = 256
MOST_LEEWAY = timedelta(seconds=60)
# In seconds since 1970; a leeway more is still an instant that can be written.
LAST_INSTANT = 253_402_300_700
# What a header may hold; "crit", "jku", "jwk", "x5c", "x5u", "zip", "b64" and whatever comes next are refused.
HEADER_FIELDS = frozenset({"alg", "kid", "typ"})
TOKEN_ROLES = frozenset(Role) - {Role.CLOCK, Role.PUBLIC}
# Algorithm -> what the key must be: type, and curve or least bits.
ASYMMETRIC: Mapping[str, tuple[str, str | int]] = {
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
    # RFC 9864 names the curve in the algorithm; both names stay in use.
    "Ed25519": ("OKP", "Ed25519"),
    "RS256": ("RSA", 2048),
}
_REGION = re.compile(r"[0-9]{6}")


class BadToken(Exception):
    """A token that does not hold; the text is for the log, never for the caller."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, and until when that is certain, leeway included; then it is asked anew. None has no end."""

    caller: Caller
    expires_at: datetime | None = None


PUBLIC = Identity(ANYONE)


@dataclass(frozen=True, slots=True)
class Verified:
    """What an issuer says in a token that holds, and until when it does, leeway included."""

    issuer: str
    claims: Mapping[str, Any]
    expires_at: datetime


def bearer_token(authorization: str) -> str:
    """The token of an Authorization header (RFC 6750). Raises: BadToken."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken("not a bearer token")
    return token.strip()


class Verifier(ABC):
    """Turns what callers show into identities. One instance a process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    @abstractmethod
    async def identify(self, token: str) -> Identity:
        """Whose token it is. Raises: BadToken; KeysUnavailable, when that cannot be found out now."""

    def is_over(self, identity: Identity) -> bool:
        """Whether the identity's time is over."""
        return identity.expires_at is not None and self._clock() >= identity.expires_at

    def seconds_left(self, identity: Identity) -> float | None:
        """How long the identity still holds; None for ever."""
        if identity.expires_at is None:
            return None
        return max(0.0, (identity.expires_at - self._clock()).total_seconds())


class TokenVerifier(Verifier):
    """Turns signed tokens into identities."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        algorithms: Collection[str] = tuple(ASYMMETRIC),
        leeway: timedelta = timedelta(seconds=30),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises: ValueError, for an algorithm that is not asymmetric or a leeway over a minute."""
        if not algorithms or not set(algorithms) <= ASYMMETRIC.keys():
            raise ValueError(f"tokens are signed with one of {', '.join(ASYMMETRIC)}")
        if not timedelta() <= leeway <= MOST_LEEWAY:
            raise ValueError("the leeway is at most a minute")
        super().__init__(clock)
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._algorithms = frozenset(algorithms)
        self._leeway = leeway.total_seconds()

    async def identify(self, token: str) -> Identity:
        """Whose token it is, by its claims alone. Raises: BadToken; KeysUnavailable, when the keys cannot be fetched."""
        verified = await self.verified(token)
        return Identity(caller_of_claims(verified.claims), verified.expires_at)

    async def verified(self, token: str) -> Verified:
        """What the issuer says in it, to us and now. Raises: BadToken, KeysUnavailable."""
        header = _header(token)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in self._algorithms:
            raise BadToken("algorithm not allowed")
        if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_NAME:
            raise BadToken("no key id")
        key = await self._keys.find(key_id)
        if key is None or not _fits(key, algorithm):
            raise BadToken("no such key")
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise BadToken(type(error).__name__) from error
        _object(token.split(".")[1])
        return Verified(self._issuer, claims, self._end(claims))

    def _end(self, claims: Mapping[str, Any]) -> datetime:
        if claims.get("iss") != self._issuer:
            raise BadToken("another issuer")
        audience = claims.get("aud")
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise BadToken("another audience")
        expires = self._instant(claims, "exp", required=True)
        now = self._clock().timestamp()
        if expires is None or now >= expires + self._leeway:
            raise BadToken("expired")
        for name in ("nbf", "iat"):
            since = self._instant(claims, name)
            if since is not None and now < since - self._leeway:
                raise BadToken(f"{name} lies in the future")
        return datetime.fromtimestamp(expires + self._leeway, UTC)

    @staticmethod
    def _instant(claims: Mapping[str, Any], name: str, *, required: bool = False) -> float | None:
        value = claims.get(name)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LAST_INSTANT:
            raise BadToken(f"{name} is no instant")
        return float(value)


async def identify(tokens: Verifier | None, authorization: str | None) -> Identity:
    """Who calls, by the value of an Authorization header; the public without one. Raises: BadToken, KeysUnavailable."""
    if authorization is None:
        return PUBLIC
    if tokens is None:
        raise BadToken("no tokens are taken here")
    return await tokens.identify(bearer_token(authorization))


def _header(token: str) -> Mapping[str, Any]:
    """The header of a compact token, before anything is verified. Raises: BadToken."""
    if len(token) > LONGEST_TOKEN or not token.isascii() or token.count(".") != 2:
        raise BadToken("not a compact signed token")
    header = _object(token.partition(".")[0])
    if not header.keys() <= HEADER_FIELDS:
        raise BadToken("a header field that is not taken")
    return header


def _object(part: str) -> dict[str, Any]:
    """The JSON object of a token's part. Raises: BadToken, also where a name stands twice (RFC 7519, section 4)."""
    try:
        text = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        value = orjson.loads(text)
        json.loads(text, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise BadToken("unreadable JSON") from error
    if not isinstance(value, dict):
        raise BadToken("no JSON object")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice")
    return named


def _fits(key: Key, algorithm: str) -> bool:
    """Whether the key is of the algorithm's kind, strong enough, and not reserved for another use."""
    kind, strength = ASYMMETRIC[algorithm]
    described = key.as_dict(private=False)
    if key.key_type != kind or described.get("use", "sig") != "sig":
        return False
    if described.get("alg", algorithm) != algorithm:
        return False
    if isinstance(strength, str):
        return described.get("crv") == strength
    modulus = str(described.get("n", ""))
    return len(base64.urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))) * 8 >= strength


def caller_of_claims(claims: Mapping[str, Any]) -> Caller:
    """The caller that claims name: `sub`, `roles`, `agency`, `region`. Raises: BadToken, where no caller is like that."""
    subject, roles = subject_of_claims(claims), claims.get("roles")
    if not isinstance(roles, list) or not roles or not set(map(str, roles)) <= TOKEN_ROLES:
        raise BadToken("roles that no token carries")
    agency, region = claims.get("agency"), claims.get("region")
    if agency is not None and (not isinstance(agency, str) or not 0 < len(agency) <= LONGEST_NAME):
        raise BadToken("no agency code")
    if region is not None and (not isinstance(region, str) or not _REGION.fullmatch(region)):
        raise BadToken("no region code")
    if Role.AGENCY in roles and agency is None:
        raise BadToken("an agency's token without an agency")
    return Caller(subject, frozenset(Role(role) for role in roles), agency, region)


def subject_of_claims(claims: Mapping[str, Any]) -> str:
    """Whom claims are about. Raises: BadToken."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_NAME or not subject.isprintable():
        raise BadToken("no subject")
    return subject
