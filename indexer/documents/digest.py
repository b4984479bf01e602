"""Whether two documents say the same: one digest for engines and verification."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def content_digest(body: dict[str, Any]) -> str:
    """SHA-256 of the body in canonical JSON, the first 32 hexadecimal digits. Raises: TypeError for what is no JSON."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
