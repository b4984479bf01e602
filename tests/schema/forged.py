"""Forged tokens: each way that a token does not hold, by what is wrong with it (RFC 7519, RFC 7515, RFC 8725)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from directory.access import Role
from tests.schema.serving import AUDIENCE, ISSUER, KEY_ID, Tokens


def encoded(value: object) -> str:
    """A token's part: JSON in unpadded base64url."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(issuer: Tokens, header: object, signature: str = "") -> str:
    """A token with good claims and whatever header and signature."""
    return f"{encoded(header)}.{encoded(issuer.claims())}.{signature}"


def hmac_signed(issuer: Tokens, secret: bytes) -> str:
    """A token signed by HMAC with `secret`, as if that were the shared key."""
    text = f"{encoded({'alg': 'HS256', 'kid': KEY_ID})}.{encoded(issuer.claims())}"
    digest = hmac.digest(secret, text.encode(), hashlib.sha256)
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def altered(token: str, part: int, value: object) -> str:
    """The token with one part replaced, its signature as it was."""
    parts = token.split(".")
    parts[part] = value if isinstance(value, str) else encoded(value)
    return ".".join(parts)


def signed(issuer: Tokens, claims: str) -> str:
    """A token whose claims are exactly this text, with the issuer's own signature."""
    return jws.serialize_compact({"alg": "ES256", "kid": KEY_ID}, claims, issuer.key)


def claimed_twice(issuer: Tokens, name: str, value: object) -> str:
    """Claims in which a name stands a second time."""
    return signed(issuer, json.dumps(issuer.claims())[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}")


def header_text(issuer: Tokens, text: str) -> str:
    """A token with this text as its header, signed with it."""
    head = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    signing = f"{head}.{encoded(issuer.claims())}"
    key: Any = issuer.key
    der = key.private_key.sign(signing.encode(), ECDSA(SHA256()))
    r, s = decode_dss_signature(der)
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{signing}.{base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}"


def der_signed(issuer: Tokens) -> str:
    """A token whose signature is good but written as X.509 writes it."""
    signing = ".".join(issuer.issue().split(".")[:2])
    key: Any = issuer.key
    der = key.private_key.sign(signing.encode(), ECDSA(SHA256()))
    return f"{signing}.{base64.urlsafe_b64encode(der).rstrip(b'=').decode()}"


FORGED: dict[str, Callable[[Tokens], str]] = {
    "empty": lambda issuer: "",
    "no token at all": lambda issuer: "hello",
    "two parts": lambda issuer: "a.b",
    "an encrypted token's five parts": lambda issuer: "a.b.c.d.e",
    "not base64": lambda issuer: "$$$.$$$.$$$",
    "a header that is a list": lambda issuer: unsigned(issuer, ["ES256"]),
    "not ASCII": lambda issuer: "令牌.令牌.令牌",
    "huge": lambda issuer: issuer.issue(padding="x" * 10_000),
    "alg none": lambda issuer: unsigned(issuer, {"alg": "none", "kid": KEY_ID}),
    "alg NoNe": lambda issuer: unsigned(issuer, {"alg": "NoNe", "kid": KEY_ID}),
    "no alg": lambda issuer: unsigned(issuer, {"kid": KEY_ID}),
    "alg a number": lambda issuer: unsigned(issuer, {"alg": 256, "kid": KEY_ID}),
    "HMAC with the public key as the secret": lambda issuer: hmac_signed(issuer, issuer.key.as_pem(private=False)),
    "HMAC with the key set's text": lambda issuer: hmac_signed(issuer, issuer.file.read_bytes()),
    "HMAC with nothing": lambda issuer: hmac_signed(issuer, b""),
    "an algorithm of another key type": lambda issuer: altered(issuer.issue(), 0, {"alg": "RS256", "kid": KEY_ID}),
    "an asymmetric algorithm that is not ours": lambda issuer: altered(issuer.issue(), 0, {"alg": "ES512", "kid": KEY_ID}),
    "no kid": lambda issuer: jwt.encode({"alg": "ES256"}, issuer.claims(), issuer.key),
    "an unknown kid": lambda issuer: issuer.sign(issuer.claims(), kid="other"),
    "a kid that is a path": lambda issuer: issuer.sign(issuer.claims(), kid="../../dev/null"),
    "a kid that is a list": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": [KEY_ID]}),
    "jku": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": KEY_ID, "jku": "https://evil.example/keys"}),
    "x5u": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": KEY_ID, "x5u": "https://evil.example/cert"}),
    "a key of its own": lambda issuer: jwt.encode(
        {"alg": "ES256", "kid": KEY_ID, "jwk": ECKey.generate_key("P-256").as_dict(private=False)},
        issuer.claims(),
        ECKey.generate_key("P-256"),
    ),
    "an unknown critical field": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": KEY_ID, "crit": ["exp"]}),
    "b64 false": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": KEY_ID, "b64": False, "crit": ["b64"]}),
    "another key's signature": lambda issuer: jwt.encode(
        {"alg": "ES256", "kid": KEY_ID}, issuer.claims(), ECKey.generate_key("P-256")
    ),
    "no signature": lambda issuer: altered(issuer.issue(), 2, ""),
    "a signature of zeros": lambda issuer: altered(issuer.issue(), 2, base64.urlsafe_b64encode(bytes(64)).rstrip(b"=").decode()),
    "claims changed after signing": lambda issuer: altered(issuer.issue(), 1, issuer.claims(Role.SUPERVISOR)),
    "another issuer": lambda issuer: issuer.issue(iss="https://evil.example"),
    "an issuer with a slash more": lambda issuer: issuer.issue(iss=f"{ISSUER}/"),
    "no issuer": lambda issuer: issuer.issue(iss=None),
    "another audience": lambda issuer: issuer.issue(aud="somebody-else"),
    "other audiences": lambda issuer: issuer.issue(aud=["a", "b"]),
    "no audience": lambda issuer: issuer.issue(aud=None),
    "expired": lambda issuer: issuer.issue(exp=issuer.claims()["iat"] - 61),
    "no expiry": lambda issuer: issuer.issue(exp=None),
    "expiry a text": lambda issuer: issuer.issue(exp="2999-01-01"),
    "expiry true": lambda issuer: issuer.issue(exp=True),
    "expiry beyond time": lambda issuer: issuer.issue(exp=1e30),
    "expiry negative": lambda issuer: issuer.issue(exp=-1),
    "not yet valid": lambda issuer: issuer.issue(nbf=issuer.claims()["iat"] + 600),
    "issued in the future": lambda issuer: issuer.issue(iat=issuer.claims()["iat"] + 600),
    "no subject": lambda issuer: issuer.issue(sub=None),
    "an empty subject": lambda issuer: issuer.issue(sub=""),
    "a subject with a line break": lambda issuer: issuer.issue(sub="a\nb"),
    "a long subject": lambda issuer: issuer.issue(sub="x" * 257),
    "a subject that is a number": lambda issuer: issuer.issue(sub=1),
    "no roles": lambda issuer: issuer.issue(roles=None),
    "an empty list of roles": lambda issuer: issuer.issue(roles=[]),
    "a role as a text": lambda issuer: issuer.issue(roles="ANALYST"),
    "an unknown role": lambda issuer: issuer.issue(roles=["ANALYST", "ADMIN"]),
    "the running server's role": lambda issuer: issuer.issue(Role.CLOCK),
    "the public's role": lambda issuer: issuer.issue(Role.PUBLIC),
    "an agency's role without an agency": lambda issuer: issuer.issue(Role.AGENCY),
    "an agency that is a list": lambda issuer: issuer.issue(Role.AGENCY, agency=["ndrc"]),
    "a region that is no code": lambda issuer: issuer.issue(Role.AGENCY, agency="ndrc", region="33"),
    "a role claimed a second time": lambda issuer: claimed_twice(issuer, "roles", ["SUPERVISOR"]),
    "an issuer claimed a second time": lambda issuer: claimed_twice(issuer, "iss", ISSUER),
    "an algorithm named twice": lambda issuer: header_text(issuer, f'{{"alg":"none","alg":"ES256","kid":"{KEY_ID}"}}'),
    "a key named twice": lambda issuer: header_text(issuer, f'{{"alg":"ES256","kid":"x","kid":"{KEY_ID}"}}'),
    "a header nested without end": lambda issuer: header_text(issuer, '{"alg":' + "[" * 3000 + "]" * 3000 + "}"),
    "claims that are a list": lambda issuer: signed(issuer, json.dumps([issuer.claims()])),
    "claims that are no JSON": lambda issuer: signed(issuer, "newgrowth"),
    "claims that are nothing": lambda issuer: signed(issuer, ""),
    "an algorithm in small letters": lambda issuer: unsigned(issuer, {"alg": "es256", "kid": KEY_ID}),
    "an algorithm with a blank": lambda issuer: unsigned(issuer, {"alg": "ES256 ", "kid": KEY_ID}),
    "several algorithms": lambda issuer: unsigned(issuer, {"alg": ["ES256", "none"], "kid": KEY_ID}),
    "a compressed token": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": KEY_ID, "zip": "DEF"}),
    "a certificate of its own": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": KEY_ID, "x5c": ["MIIB"]}),
    "a kid with a null character": lambda issuer: unsigned(issuer, {"alg": "ES256", "kid": f"{KEY_ID}\0"}),
    "a kid that is a query": lambda issuer: issuer.sign(issuer.claims(), kid="' OR '1'='1"),
    "a kid that is a place": lambda issuer: issuer.sign(issuer.claims(), kid="https://evil.example/keys"),
    "an endless kid": lambda issuer: issuer.sign(issuer.claims(), kid="k" * 300),
    "padding behind the signature": lambda issuer: issuer.issue() + "=",
    "a line break in the header": lambda issuer: issuer.issue()[:5] + "\n" + issuer.issue()[5:],
    "blanks around the points": lambda issuer: issuer.issue().replace(".", " . "),
    "a signature in another writing": der_signed,
    "half a signature": lambda issuer: issuer.issue()[:-40],
    "an audience that only begins so": lambda issuer: issuer.issue(aud=f"{AUDIENCE}-test"),
    "an audience in another case": lambda issuer: issuer.issue(aud=AUDIENCE.upper()),
    "an issuer that is a list": lambda issuer: issuer.issue(iss=[ISSUER]),
    "expiry not a number": lambda issuer: signed(issuer, json.dumps({**issuer.claims(), "exp": float("nan")})),
    "a subject that is an object": lambda issuer: issuer.issue(sub={"id": "someone"}),
    "roles that are objects": lambda issuer: issuer.issue(roles=[{"role": "SUPERVISOR"}]),
    "a region that is a number": lambda issuer: issuer.issue(Role.AGENCY, agency="ndrc", region=330100),
}  # fmt: skip
