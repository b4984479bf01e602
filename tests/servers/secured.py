"""A real Elasticsearch with security on: TLS under a certificate authority of its own, users, and API keys."""

import base64
import hashlib
import ipaddress
import json
import secrets
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.elasticsearch import MODULES, REQUEST_SECONDS, ElasticsearchServer
from tests.servers.process import hand_over

# Keys are kept in an index of the node's own, whose fields need analysis, which needs scripts.
SECURITY = ("analysis-common", "lang-painless", "reindex", "x-pack-core", "x-pack-security")
SUPERUSER = "root-of-tests"
ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Key:
    """A certificate with its private key."""

    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def write(self, certificate: Path, private: Path | None = None) -> None:
        """Writes what is asked for as PEM."""
        certificate.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        if private is not None:
            private.write_bytes(
                self.private.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )


def authority() -> Key:
    """A new certificate authority."""
    return _certified("newgrowth tests CA", None)


def _certified(name: str, signer: Key | None) -> Key:
    """A certificate for a day: an authority's own, or one for 127.0.0.1 signed by `signer`."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    if signer is not None:
        here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        of_signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.private.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName([here]), critical=False)
        builder = builder.add_extension(of_signer, critical=False)
    return Key(builder.sign(signer.private if signer else private, hashes.SHA256()), private)


class Forbidden(Exception):
    """The node refused a request; `status` is its HTTP status."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"{status}: {said}")
        self.status = status


class SecuredElasticsearch(ElasticsearchServer):
    """One node with security and TLS on; only `ask` with rights, and keys made by it, get in."""

    modules = (*MODULES, *SECURITY)

    def __init__(self, *, fetch: bool = False) -> None:
        super().__init__(fetch=fetch)
        self._password = secrets.token_urlsafe(16)
        self.authority = authority()
        self.own = _certified("127.0.0.1", self.authority)

    @property
    def url(self) -> str:
        """Where the node answers."""
        return f"https://127.0.0.1:{self._port}"

    def settings(self) -> Mapping[str, Any]:
        """Security on; the rest as for every test node."""
        return {
            **super().settings(),
            "xpack.security.enabled": True,
            "xpack.security.enrollment.enabled": False,
            "xpack.security.transport.ssl.enabled": False,
            "xpack.security.http.ssl.enabled": True,
            "xpack.security.http.ssl.certificate": "node.pem",
            "xpack.security.http.ssl.key": "node.key",
        }

    def write_files(self, conf: Path) -> None:
        """The certificate, and one user with every right."""
        self.own.write(conf / "node.pem", conf / "node.key")
        (conf / "users").write_text(f"{SUPERUSER}:{_hashed(self._password)}\n")
        (conf / "users_roles").write_text(f"superuser:{SUPERUSER}\n")
        hand_over(conf)

    def health(self) -> str:
        """The status of the node's shards. Raises: OSError, while it does not answer."""
        try:
            status: str = self.ask("GET", "/_cluster/health?local=true")["status"]
        except Forbidden as early:
            raise OSError(str(early)) from early
        return status

    def api_key(self, name: str, rights: Mapping[str, Any]) -> str:
        """A new key with these rights alone, as the header wants it."""
        made = self.ask("POST", "/_security/api_key", {"name": name, "role_descriptors": {name: rights}})
        return str(made["encoded"])

    def ask(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Any:
        """The node's JSON answer, to the superuser or to a key. Raises: OSError; Forbidden for any other status."""
        basic = base64.b64encode(f"{SUPERUSER}:{self._password}".encode()).decode()
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(  # noqa: S310
            self.url + path,
            method=method,
            data=data,
            headers={
                "Authorization": f"ApiKey {key}" if key else f"Basic {basic}",
                "Content-Type": "application/x-ndjson" if isinstance(body, bytes) else "application/json",
            },
        )
        trusted = ssl.create_default_context(
            cadata=self.authority.certificate.public_bytes(serialization.Encoding.PEM).decode()
        )
        try:
            with urllib.request.urlopen(asked, timeout=REQUEST_SECONDS, context=trusted) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise Forbidden(refused.code, refused.read().decode()) from refused


def _hashed(password: str) -> str:
    """The password as the file realm keeps it."""
    salt = secrets.token_bytes(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS, 32)
    return f"{{PBKDF2}}{ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
