"""
The OpenID provider at which people sign in (OpenID Connect Core, authorization code with PKCE).

Authlib speaks the protocol. What the ID token says is believed by the rule for bearer tokens (`schema/identity.py`):
fixed algorithms, keys of the pinned URL.
"""

from __future__ import annotations

import asyncio
import hmac
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http.client import HTTPException
from typing import Any

import httpx2
import orjson
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.client import OAuth2Client

from schema.identity import BadToken, TokenVerifier, Verified
from schema.keys import KeySource, KeysUnavailable, fetch, is_kept_from_others, key_source
from schema.sign_in.attempt import Attempt

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPE = "openid profile"
KEEP_SECONDS = 3600.0
# A provider that does not answer is not asked more often.
RETRY_SECONDS = 10.0
TIMEOUT_SECONDS = 10.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the provider, and where it sends people back to."""

    issuer: str
    id: str
    redirect_uri: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the provider is asked; `names_itself`: its answers carry `iss` (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    names_itself: bool


class OpenIdProvider:
    """The provider as we ask it. One instance a process."""

    def __init__(
        self,
        client: Client,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self._clock = clock
        self._monotonic = monotonic
        self._endpoints: Endpoints | None = None
        self._keys: tuple[str, KeySource] | None = None
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def authorization_url(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in. Raises: KeysUnavailable."""
        endpoints = await self._found()
        oauth = OAuth2Client(None, **self._named())
        url, _ = oauth.create_authorization_url(
            endpoints.authorization,
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(url)

    async def check_issuer(self, given: str | None) -> None:
        """Raises: BadToken, where an answer comes from another provider (RFC 9207); KeysUnavailable."""
        if given is None and not (await self._found()).names_itself:
            return
        if given != self.client.issuer:
            raise BadToken("an answer of another issuer")

    async def verified(self, code: str, attempt: Attempt) -> Verified:
        """What the provider says of who signed in. Raises: BadToken, KeysUnavailable."""
        endpoints = await self._found()
        try:
            async with AsyncOAuth2Client(**self._named(), timeout=TIMEOUT_SECONDS, verify=_tls()) as oauth:
                answer = await oauth.fetch_token(
                    endpoints.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    redirect_uri=self.client.redirect_uri,
                )
        except OAuthError as error:
            raise BadToken(f"the code was refused: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("sign_in_provider_silent", reason=type(error).__name__)
            raise KeysUnavailable from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise BadToken("no ID token")
        verified = await self._verifier(endpoints).verified(token)
        self._check(verified.claims, attempt)
        return verified

    def _check(self, claims: Mapping[str, Any], attempt: Attempt) -> None:
        """What holds for ID tokens beside what holds for all (OpenID Connect Core, section 3.1.3.7)."""
        if not hmac.compare_digest(attempt.nonce, str(claims.get("nonce", ""))):
            raise BadToken("another nonce")
        audience, authorized = claims.get("aud"), claims.get("azp")
        several = isinstance(audience, list) and len(audience) > 1
        if (several or authorized is not None) and authorized != self.client.id:
            raise BadToken("another authorized party")

    def _verifier(self, endpoints: Endpoints) -> TokenVerifier:
        if self._keys is None or self._keys[0] != endpoints.keys:
            self._keys = (endpoints.keys, key_source(endpoints.keys, self._monotonic))
        client = self.client
        return TokenVerifier(self._keys[1], issuer=client.issuer, audience=client.id, clock=self._clock)

    def _named(self) -> dict[str, Any]:
        """Who we are, and what we ask for, in Authlib's words."""
        return {
            "client_id": self.client.id,
            "client_secret": self.client.secret,
            "scope": SCOPE,
            "redirect_uri": self.client.redirect_uri,
            "code_challenge_method": "S256",
        }

    async def _found(self) -> Endpoints:
        if self._is_old():
            async with self._lock:
                if self._is_old():
                    await self._discover()
        if self._endpoints is None:
            raise KeysUnavailable
        return self._endpoints

    def _is_old(self) -> bool:
        age = self._monotonic() - self._asked_at
        return age >= (RETRY_SECONDS if self._endpoints is None else KEEP_SECONDS)

    async def _discover(self) -> None:
        url = self.client.issuer.rstrip("/") + WELL_KNOWN
        try:
            self._endpoints = endpoints_of(await asyncio.to_thread(fetch, url), self.client.issuer)
        except (OSError, HTTPException, ValueError) as error:
            # What was found last stays in use.
            log.warning("sign_in_provider_not_found", reason=f"{type(error).__name__}: {error}"[:200])
        finally:
            self._asked_at = self._monotonic()


@cache
def _tls() -> ssl.SSLContext:
    """The authorities of this system, which an agency can add its own to; reading them takes a while."""
    return ssl.create_default_context()


def endpoints_of(text: bytes, issuer: str) -> Endpoints:
    """The endpoints in a provider's description (OpenID Connect Discovery). Raises: ValueError."""
    described = orjson.loads(text)
    if not isinstance(described, dict) or described.get("issuer") != issuer:
        raise ValueError("not the description of this issuer")
    return Endpoints(
        authorization=_url(described, "authorization_endpoint"),
        token=_url(described, "token_endpoint"),
        keys=_url(described, "jwks_uri"),
        names_itself=described.get("authorization_response_iss_parameter_supported") is True,
    )


def _url(described: Mapping[str, Any], name: str) -> str:
    url = described.get(name)
    if not isinstance(url, str) or not is_kept_from_others(url):
        raise ValueError(f"{name} is missing, or not reached over https")
    return url
