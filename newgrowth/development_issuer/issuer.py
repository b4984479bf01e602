"""
What the development issuer knows: its keys, its clients, and the codes that it has given out.

It keeps to what a real provider does (OpenID Connect Core; PKCE, RFC 7636; `iss` in answers, RFC 9207), but asks nobody
for a password. So it belongs on this machine's loopback interface alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from newgrowth.development_issuer.personas import Persona
from newgrowth.tokens import KEY_ID_PREFIX

CODE_LASTS = timedelta(minutes=1)
TOKEN_LASTS = timedelta(minutes=5)
# A key signs for a day; the one before stays published, so that nobody is refused for having looked early.
KEY_SIGNS_FOR = timedelta(days=1)
KEYS_PUBLISHED = 2


class Refusal(Exception):
    """An OAuth error (RFC 6749, sections 4.1.2.1 and 5.2) by its code."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client, the only address that its people are sent back to, and its secret if it has one."""

    redirect_uri: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    client: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    persona: Persona
    expires_at: datetime


@dataclass
class DevelopmentIssuer:
    """The issuer at `url`. `clock` tells the time that its tokens carry."""

    url: str
    clients: Mapping[str, RegisteredClient]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _keys: list[tuple[ECKey, datetime]] = field(default_factory=list, repr=False)
    _codes: dict[str, Grant] = field(default_factory=dict, repr=False)

    def description(self) -> Mapping[str, Any]:
        """What clients find it by (OpenID Connect Discovery)."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile"],
            "authorization_response_iss_parameter_supported": True,
        }

    def key_set(self) -> Mapping[str, Any]:
        """The public keys, the present one first (RFC 7517)."""
        self._signing_key()
        return {"keys": [key.as_dict(private=False) for key, _ in self._keys]}

    def rotate(self) -> None:
        """Signs with a new key from now on."""
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
        described = {**key.as_dict(private=True), "kid": KEY_ID_PREFIX + key.thumbprint()[:12]}
        self._keys = [(ECKey.import_key(described), self.clock()), *self._keys][:KEYS_PUBLISHED]

    def _signing_key(self) -> ECKey:
        if not self._keys or self.clock() - self._keys[0][1] >= KEY_SIGNS_FOR:
            self.rotate()
        return self._keys[0][0]

    def is_for_us(self, asked: Mapping[str, str]) -> bool:
        """Whether client and return address are known; else nobody may be sent there, with nothing."""
        client = self.clients.get(asked.get("client_id", ""))
        return client is not None and client.redirect_uri == asked.get("redirect_uri")

    def check(self, asked: Mapping[str, str]) -> None:
        """Raises: Refusal, for a request that is not for a code with PKCE."""
        if asked.get("response_type") != "code":
            raise Refusal("unsupported_response_type")
        if "openid" not in asked.get("scope", "").split():
            raise Refusal("invalid_scope")
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            raise Refusal("invalid_request")

    def code_for(self, asked: Mapping[str, str], persona: Persona) -> str:
        """A code for one use within a minute."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = Grant(
            client=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce"),
            persona=persona,
            expires_at=self.clock() + CODE_LASTS,
        )
        return code

    def redeem(self, form: Mapping[str, str], client: str, secret: str | None) -> Mapping[str, Any]:
        """The tokens for a code. Raises: Refusal."""
        registered = self.clients.get(client)
        if registered is None or not hmac.compare_digest(registered.secret or "", secret or ""):
            raise Refusal("invalid_client")
        if form.get("grant_type") != "authorization_code":
            raise Refusal("unsupported_grant_type")
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or self.clock() >= grant.expires_at or grant.client != client:
            raise Refusal("invalid_grant")
        if grant.redirect_uri != form.get("redirect_uri") or not _proves(form, grant.challenge):
            raise Refusal("invalid_grant")
        return {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LASTS.total_seconds()),
            "id_token": self.signed(self.claims(grant)),
        }

    def claims(self, grant: Grant) -> dict[str, Any]:
        """What the ID token says."""
        now, persona = int(self.clock().timestamp()), grant.persona
        claims = {
            "iss": self.url,
            "aud": grant.client,
            "sub": persona.subject,
            "iat": now,
            "exp": now + int(TOKEN_LASTS.total_seconds()),
            "nonce": grant.nonce,
            "name": persona.name,
            "name#en": persona.name_en,
            "roles": [persona.role.value],
            "agency": persona.agency,
            "region": persona.region,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def signed(self, claims: dict[str, Any]) -> str:
        """The claims as a token."""
        key = self._signing_key()
        return jwt.encode({"alg": "ES256", "kid": str(key.kid)}, claims, key)


def _proves(form: Mapping[str, str], challenge: str) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)
