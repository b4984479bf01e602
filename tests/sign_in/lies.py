"""An issuer that can be made to lie: each way in which an ID token can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from newgrowth.development_issuer.issuer import DevelopmentIssuer

Claims = dict[str, Any]
Lie = Callable[["LyingIssuer", Claims], str]


@dataclass
class LyingIssuer(DevelopmentIssuer):
    """The development issuer, whose tokens are made by `lie` while there is one."""

    lie: Lie | None = None
    redeemed: int = 0
    described: int = 0

    def description(self) -> Mapping[str, Any]:
        self.described += 1
        return super().description()

    def redeem(self, form: Mapping[str, str], client: str, secret: str | None) -> Mapping[str, Any]:
        self.redeemed += 1
        return super().redeem(form, client, secret)

    def signed(self, claims: Claims) -> str:
        return self.lie(self, claims) if self.lie else super().signed(claims)

    def honestly(self, claims: Claims) -> str:
        """Signed as it should be."""
        return super().signed(claims)

    @property
    def key_id(self) -> str:
        """The present key's."""
        return str(self._signing_key().kid)


def saying(**changes: Any) -> Lie:
    """Signed as it should be, with other claims; None leaves one out."""

    def lie(issuer: LyingIssuer, claims: Claims) -> str:
        said = {**claims, **changes}
        return issuer.honestly({name: value for name, value in said.items() if value is not None})

    return lie


def later(seconds: int, *names: str) -> Lie:
    """With instants moved by so many seconds."""

    def lie(issuer: LyingIssuer, claims: Claims) -> str:
        return issuer.honestly({**claims, **dict.fromkeys(names, claims["iat"] + seconds)})

    return lie


def _foreign_key(issuer: LyingIssuer, claims: Claims) -> str:
    return jwt.encode({"alg": "ES256", "kid": issuer.key_id}, claims, ECKey.generate_key("P-256"))


def _shared_key(issuer: LyingIssuer, claims: Claims) -> str:
    secret = OctKey.import_key(b"newgrowth-client-secret-of-32-by")
    return jwt.encode({"alg": "HS256", "kid": issuer.key_id}, claims, secret, algorithms=["HS256"])


def _unsigned(issuer: LyingIssuer, claims: Claims) -> str:
    _, body, _ = issuer.honestly(claims).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


LIES: Mapping[str, Lie] = {
    "another nonce": saying(nonce="A" * 43),
    "no nonce": saying(nonce=None),
    "another issuer": saying(iss="https://elsewhere.example"),
    "for another client": saying(aud="another"),
    "for several, none named": saying(aud=["newgrowth", "another"]),
    "for us, asked by another": saying(azp="another"),
    "expired": later(-120, "exp"),
    "from the future": later(120, "iat"),
    "not yet": later(120, "nbf"),
    "without an end": saying(exp=None),
    "of nobody": saying(sub=None),
    "with a role that nobody has": saying(roles=["CLOCK"]),
    "an officer of no agency": saying(roles=["AGENCY"], agency=None),
    "of a foreign key": _foreign_key,
    "of a shared key": _shared_key,
    "unsigned": _unsigned,
    "no token": lambda issuer, claims: "",
}
