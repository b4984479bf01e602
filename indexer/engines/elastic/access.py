"""How a client gets into a cluster with security on: an API key, and whom it takes the server for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Access:
    """What one client shows and trusts.

    `api_key` is the encoded key as Elasticsearch gives it out. `ca_file` (PEM) is the authority that signs the server's
    certificate, for one that the system does not know; `fingerprint` (SHA-256, hexadecimal) is the certificate's own.
    """

    api_key: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    fingerprint: str | None = None

    def options(self) -> dict[str, Any]:
        """The options of the client library; those not given are left to it."""
        given = {
            "api_key": self.api_key,
            "ca_certs": None if self.ca_file is None else str(self.ca_file),
            "ssl_assert_fingerprint": self.fingerprint,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Accesses:
    """Two accesses of one program: searches hold a key that cannot write, whoever finds a way through them."""

    searching: Access = Access()
    indexing: Access = Access()


OPEN = Access()
OPEN_FOR_ALL = Accesses()
