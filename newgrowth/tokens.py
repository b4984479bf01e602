"""
Development tokens: a signing key made on first start, and tokens for any role signed by it.

For demo and tests only. The key's id says so, and a server outside demo mode refuses to start with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from directory.access import Role
from newgrowth.settings import Settings, SettingsInvalid

DEVELOPMENT_ISSUER = "urn:newgrowth:development"
KEY_ID_PREFIX = "development-only-"
PRIVATE_FILE = "development-key.json"
PUBLIC_FILE = "development-jwks.json"


def development_key(data_dir: Path) -> ECKey:
    """The data directory's own signing key (P-256), made when missing; the private file is readable by its owner only."""
    private = data_dir / PRIVATE_FILE
    if not private.exists():
        _make_key(data_dir)
    return ECKey.import_key(json.loads(private.read_text()))


def _make_key(data_dir: Path) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
    key_id = KEY_ID_PREFIX + key.thumbprint()[:12]
    private: dict[str, Any] = {**key.as_dict(private=True), "kid": key_id}
    public: dict[str, Any] = {**key.as_dict(private=False), "kid": key_id}
    (data_dir / PUBLIC_FILE).write_text(json.dumps({"keys": [public]}, indent=2))
    # The private file comes last and whole: its presence says that the pair is complete.
    unfinished = data_dir / f"{PRIVATE_FILE}.{os.getpid()}"
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(private))
    unfinished.replace(data_dir / PRIVATE_FILE)


def development_token(
    settings: Settings,
    *,
    subject: str,
    roles: Iterable[Role],
    agency: str | None = None,
    region: str | None = None,
    lifetime: timedelta = timedelta(hours=12),
    now: datetime | None = None,
) -> str:
    """A signed token for `subject` with `roles`; `agency` an agency code, `region` a GB/T 2260 code."""
    key = development_key(settings.data_dir)
    at = now or datetime.now(UTC)
    claims: dict[str, Any] = {
        "iss": DEVELOPMENT_ISSUER,
        "aud": settings.audience,
        "sub": subject,
        "iat": int(at.timestamp()),
        "exp": int((at + lifetime).timestamp()),
        "roles": [role.value for role in roles],
    }
    claims |= {name: value for name, value in (("agency", agency), ("region", region)) if value}
    return jwt.encode({"alg": "ES256", "kid": str(key.kid)}, claims, key)


def _key_set(path: Path) -> dict[str, Any]:
    """The key set in a file. Raises: SettingsInvalid, when there is none."""
    try:
        key_set = json.loads(path.read_text())
    except (OSError, ValueError) as fault:
        raise SettingsInvalid([f"NEWGROWTH_JWKS: no key set can be read from {path}: {fault}"]) from fault
    if not isinstance(key_set, dict):
        raise SettingsInvalid([f"NEWGROWTH_JWKS: {path} is not a JSON Web Key Set."])
    return key_set


def refuse_development_key(settings: Settings) -> None:
    """Raises SettingsInvalid when a server outside demo mode would trust a development key."""
    if settings.demo:
        return
    if settings.issuer == DEVELOPMENT_ISSUER:
        raise SettingsInvalid(
            ["NEWGROWTH_ISSUER is the development issuer: set your own, or run in demo mode."]
        )
    if settings.jwks and not settings.jwks.startswith(("http://", "https://")):
        key_set = _key_set(Path(settings.jwks))
        if any(str(key.get("kid", "")).startswith(KEY_ID_PREFIX) for key in key_set.get("keys", [])):
            raise SettingsInvalid(
                [
                    "NEWGROWTH_JWKS holds a development key, whose private half lies in the data directory: use your own."
                ]
            )
