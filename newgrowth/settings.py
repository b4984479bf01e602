"""
Settings, read once into one frozen object: environment variables `NEWGROWTH_*` or a `.env` file.

A setting that cannot work is told at start, all of them at once, before anything is opened.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from indexer.engines.elastic.client import node_urls
from newgrowth.addresses import is_host, is_loopback, is_mail_address, is_network, is_origin, is_public_url
from schema.limits import COST

PREFIX = "NEWGROWTH_"
ANY_HOST = ("*",)
CURSOR_SECRET_BYTES = 32


class LogLevel(StrEnum):
    """The least grave line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class SmtpSecurity(StrEnum):
    """How the connection to the SMTP server is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Engine(StrEnum):
    """Which search engine holds the index."""

    EMBEDDED = "embedded"
    ELASTICSEARCH = "elasticsearch"


class RolesFrom(StrEnum):
    """Who says what roles a subject has for whom nothing was granted."""

    RECORD = "record"
    CLAIMS = "claims"


def _listed(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _either(name: str) -> AliasChoices:
    """The name with the program's prefix, or as other programs call it."""
    return AliasChoices(PREFIX + name, name)


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class SettingsInvalid(Exception):
    """Settings that cannot work; `lines` says each with the variable to change."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """Everything an operator may set. Times in the names' units; paths are made when missing."""

    model_config = SettingsConfigDict(env_prefix="NEWGROWTH_", env_file=".env", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=Path(".data"), description="Where the record, the embedded index and keys are kept."
    )
    secrets_dir: Path | None = Field(
        default=None, description="Folder with a file for each secret setting, named like its variable."
    )
    cursor_secret_file: Path | None = Field(
        default=None,
        description="File with the secret that seals cursors, the same for all servers; default is one in the data directory.",
    )
    record_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the record; default is SQLite in the data directory."
    )
    record_connections: int = Field(
        default=10,
        ge=2,
        le=1000,
        description="Connections of this process to the record for reading, and to PostgreSQL as many for writing.",
    )
    record_connect_seconds: float = Field(
        default=3.0,
        gt=0,
        le=60,
        description="Longest wait for a free connection to the record, and for a new one.",
    )
    record_statement_seconds: float = Field(
        default=15.0, gt=0, le=3600, description="Longest time of one statement of PostgreSQL."
    )
    record_lock_seconds: float = Field(
        default=5.0,
        gt=0,
        le=3600,
        description="Longest wait for what another transaction of PostgreSQL holds.",
    )
    record_idle_seconds: float = Field(
        default=20.0,
        gt=0,
        le=3600,
        description="After which PostgreSQL ends a transaction that does nothing.",
    )
    record_recycle_seconds: float = Field(
        default=1800.0, ge=1, description="After which a connection to PostgreSQL is made anew."
    )
    anchor: Path | None = Field(
        default=None,
        description="File that keeps the log's last known head; default is log-head.json in the data directory.",
    )
    engine: Engine = Field(default=Engine.EMBEDDED, description="embedded or elasticsearch.")
    elasticsearch_url: str | None = Field(
        default=None,
        validation_alias=_either("ELASTICSEARCH_URL"),
        description="Where Elasticsearch answers, for engine=elasticsearch; of a cluster the addresses of several nodes, "
        "with commas between them.",
    )
    index_shards: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Shards of each index that is made from now on, for engine=elasticsearch: one for each ten million "
        "documents. `newgrowth index rebuild` takes over a new number.",
    )
    elasticsearch_search_key: SecretStr | None = Field(
        default=None,
        validation_alias=_either("ELASTICSEARCH_SEARCH_KEY"),
        description="Encoded API key for searches.",
    )
    elasticsearch_index_key: SecretStr | None = Field(
        default=None,
        validation_alias=_either("ELASTICSEARCH_INDEX_KEY"),
        description="Encoded API key for writing and rebuilding the index.",
    )
    elasticsearch_ca_file: Path | None = Field(
        default=None,
        validation_alias=_either("ELASTICSEARCH_CA_FILE"),
        description="PEM file of the authority that signed Elasticsearch's certificate.",
    )
    elasticsearch_fingerprint: str | None = Field(
        default=None,
        validation_alias=_either("ELASTICSEARCH_FINGERPRINT"),
        pattern=r"^([0-9A-Fa-f]{2}:?){32}$",
        description="SHA-256 of Elasticsearch's certificate, in hexadecimal, in place of the authority's file.",
    )
    index_prefix: str = Field(
        default="newgrowth", pattern=r"^[a-z][a-z0-9-]{0,30}$", description="First part of index names."
    )
    follow_in_process: bool = Field(default=True, description="Run the indexer inside the server.")
    ready_lag_seconds: float | None = Field(
        default=None,
        ge=0,
        description="Not ready while the index is further behind; by default search is only told of.",
    )

    work_in_process: bool = Field(
        default=True, description="Run clock, matching, deliveries and mail inside the server."
    )
    lag_alarm_seconds: float = Field(
        default=60.0, gt=0, description="An index that is further behind is told in the log, as an error."
    )
    transaction_alarm_seconds: float = Field(
        default=60.0,
        gt=0,
        description="A writing transaction of PostgreSQL that is open longer is told, as an error.",
    )

    allow_unsafe_versions: bool = Field(
        default=False,
        description="UNSAFE: work with a search engine or database whose version has known weaknesses.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="What Prometheus brings as its bearer token to read /metrics; without one there is no such address.",
    )
    traces_to: str | None = Field(
        default=None, description="Where spans are sent (OTLP over HTTP); needs the extra `telemetry`."
    )
    log_level: LogLevel = Field(default=LogLevel.INFO, description="debug, info, warning or error.")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: Names = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="Host names the server answers to, by commas; * alone for any, behind a proxy that checks them.",
    )
    allowed_origins: Names = Field(
        default=(), description="Web origins that may call the API from a browser, by commas."
    )

    trusted_proxies: Names = Field(
        default=(),
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, by commas.",
    )
    cost_per_minute: int = Field(
        default=12_000, ge=0, description="Cost of operations a caller may have a minute; 0 for no limit."
    )
    creations_per_hour: int = Field(
        default=60,
        ge=0,
        description="Reports, entries and objections a caller may send in an hour; 0 for no limit.",
    )
    exports_per_hour: int = Field(
        default=60, ge=0, description="Exports a caller may begin an hour; 0 for no limit."
    )
    uploads_per_hour: int = Field(
        default=60, ge=0, description="Files of evidence a caller may send in an hour; 0 for no limit."
    )
    failed_sign_ins_per_hour: int = Field(
        default=120, ge=0, description="Bad tokens an address may send an hour; 0 for no limit."
    )
    sign_ins_per_hour: int = Field(
        default=30,
        ge=0,
        description="Times a person may sign in an hour, and an address twenty times as often; 0 for no limit.",
    )
    operation_seconds: float = Field(
        default=10.0, gt=0, description="Within which a query or mutation must end."
    )
    export_seconds: float = Field(
        default=600.0,
        gt=0,
        description="Within which a reader must have taken an export; later it is cut off.",
    )
    operations_at_once: int = Field(
        default=200, ge=1, description="Queries and mutations under way at a time; more are answered BUSY."
    )
    plain_selections: bool = Field(
        default=True,
        description="Read fields that are plain attributes in one go; false leaves every field to graphql-core.",
    )

    demo: bool = Field(
        default=False, description="Demo mode: sample data, development tokens, explorer with introspection."
    )
    jwks: str | None = Field(
        default=None, description="File or URL of the JSON Web Key Set that signs the callers' tokens."
    )
    issuer: str | None = Field(default=None, description="The tokens' `iss`.")
    audience: str = Field(default="newgrowth", description="The tokens' `aud`.")
    roles_from: RolesFrom = Field(
        default=RolesFrom.RECORD,
        description="record: roles are those granted by `newgrowth account`, else FIRM; claims: tokens may name them.",
    )
    roles_claim: str = Field(default="roles", min_length=1, description="The claim that names roles.")

    sign_in_issuer: str | None = Field(
        default=None,
        description="OpenID provider at which people sign in on the web: its issuer, an https URL.",
    )
    sign_in_client_id: str | None = Field(default=None, description="What the provider knows this server by.")
    sign_in_client_secret: SecretStr | None = Field(
        default=None, description="Its secret, where the provider has given one."
    )

    notice_working_days: int | None = Field(
        default=None,
        ge=0,
        le=60,
        description="Working days of public notice (公示), in place of those published.",
    )
    second_person: bool = Field(
        default=True, description="Whether a second reviewer must approve a submission."
    )

    private_webhooks: bool = Field(
        default=False, description="Let webhooks lead into the own network, and over plain http."
    )

    smtp_host: str | None = Field(
        default=None, description="SMTP server that takes the mail; without one none is sent."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="The SMTP server's port.")
    smtp_security: SmtpSecurity = Field(
        default=SmtpSecurity.STARTTLS, description="starttls, tls, or none for a server on this machine."
    )
    smtp_user: str | None = Field(default=None, description="Who signs in to the SMTP server.")
    smtp_password: SecretStr | None = Field(default=None, description="By which password.")
    mail_from: str | None = Field(default=None, description="Address that mail comes from.")
    public_url: str | None = Field(
        default=None, description="Where browsers find this server; https, or this machine."
    )

    @model_validator(mode="after")
    def _can_work(self) -> Settings:
        lines = [
            *self._file_problems(),
            *self._engine_problems(),
            *self._record_problems(),
            *self._identity_problems(),
            *self._reach_problems(),
            *self._rate_problems(),
            *self._mail_problems(),
            *self._sign_in_problems(),
        ]
        if lines:
            raise SettingsInvalid(lines)
        return self

    def _file_problems(self) -> Iterator[str]:
        if self.secrets_dir is not None and not self.secrets_dir.is_dir():
            yield f"NEWGROWTH_SECRETS_DIR: there is no folder {self.secrets_dir}."
        file = self.cursor_secret_file
        if file is not None and not (file.is_file() and file.stat().st_size >= CURSOR_SECRET_BYTES):
            yield f"NEWGROWTH_CURSOR_SECRET_FILE: there is no file {file} of {CURSOR_SECRET_BYTES} bytes or more."

    def _engine_problems(self) -> list[str]:
        if self.engine is Engine.EMBEDDED:
            return []
        if not self.elasticsearch_url:
            return ["NEWGROWTH_ENGINE is elasticsearch, so ELASTICSEARCH_URL must say where it answers."]
        nodes = [urlsplit(url) for url in node_urls(self.elasticsearch_url)]
        return list(dict.fromkeys(problem for node in nodes for problem in self._key_problems(node)))

    def _key_problems(self, url: SplitResult) -> Iterator[str]:
        keys = (self.elasticsearch_search_key, self.elasticsearch_index_key)
        if any(keys) and not all(keys):
            yield "ELASTICSEARCH_SEARCH_KEY and ELASTICSEARCH_INDEX_KEY are set together or not at all."
        if any(keys) and url.username is not None:
            yield "ELASTICSEARCH_URL holds a user, and there are keys: leave the user out of it."
        if any(keys) and url.scheme != "https":
            yield "ELASTICSEARCH_URL must begin with https:// for keys to be sent there."
        trusted = (self.elasticsearch_ca_file, self.elasticsearch_fingerprint)
        if any(trusted) and url.scheme != "https":
            yield "ELASTICSEARCH_CA_FILE and ELASTICSEARCH_FINGERPRINT are for a URL that begins with https://."
        if all(trusted):
            yield "ELASTICSEARCH_CA_FILE and ELASTICSEARCH_FINGERPRINT exclude each other: set one."
        if self.elasticsearch_ca_file is not None and not self.elasticsearch_ca_file.is_file():
            yield f"ELASTICSEARCH_CA_FILE: there is no file {self.elasticsearch_ca_file}."

    def _record_problems(self) -> list[str]:
        if self.record_url and urlsplit(self.record_url).scheme not in {
            "sqlite+aiosqlite",
            "postgresql+asyncpg",
        }:
            return ["NEWGROWTH_RECORD_URL must begin with sqlite+aiosqlite:// or postgresql+asyncpg://."]
        if self.record_lock_seconds > self.record_statement_seconds:
            return [
                "NEWGROWTH_RECORD_LOCK_SECONDS is longer than NEWGROWTH_RECORD_STATEMENT_SECONDS, which ends the wait before."
            ]
        return []

    def _identity_problems(self) -> list[str]:
        if self.jwks and not self.issuer:
            return ["NEWGROWTH_JWKS is set, so NEWGROWTH_ISSUER must name the tokens' issuer."]
        return []

    def _reach_problems(self) -> Iterator[str]:
        """Who can reach the server, and what it must not be then."""
        if self.demo and not is_loopback(self.host):
            yield (
                f"NEWGROWTH_DEMO is true and NEWGROWTH_HOST is {self.host}: a demo, whose tokens anyone can make, "
                "is for this machine only."
            )
        if not self.allowed_hosts:
            yield (
                "NEWGROWTH_ALLOWED_HOSTS names no host: name those that the server answers to, or say * "
                "behind a proxy that checks them."
            )
        if self.allowed_hosts != ANY_HOST:
            for host in self.allowed_hosts:
                if not is_host(host):
                    yield f"NEWGROWTH_ALLOWED_HOSTS: {host} is no host name; write names with commas between them."
        for origin in self.allowed_origins:
            if not is_origin(origin):
                yield f"NEWGROWTH_ALLOWED_ORIGINS: {origin} is no origin such as https://www.example.cn."
        for proxy in self.trusted_proxies:
            if not is_network(proxy):
                yield f"NEWGROWTH_TRUSTED_PROXIES: {proxy} is no address and no network."

    def _rate_problems(self) -> Iterator[str]:
        if 0 < self.cost_per_minute < COST:
            yield f"NEWGROWTH_COST_PER_MINUTE must be 0 or at least {COST}, which one operation may cost."

    def _mail_problems(self) -> Iterator[str]:
        if self.smtp_host is None:
            return
        if self.smtp_security is SmtpSecurity.NONE and not is_loopback(self.smtp_host):
            yield "NEWGROWTH_SMTP_SECURITY is none, which is for a server on this machine only."
        if (self.smtp_user is None) != (self.smtp_password is None):
            yield "NEWGROWTH_SMTP_USER and NEWGROWTH_SMTP_PASSWORD are set together or not at all."
        if not is_mail_address(self.mail_from or ""):
            yield "NEWGROWTH_SMTP_HOST is set, so NEWGROWTH_MAIL_FROM must be the address that mail comes from."
        if not is_public_url(self.public_url or ""):
            yield "NEWGROWTH_SMTP_HOST is set, so NEWGROWTH_PUBLIC_URL must say where this server is found by https."

    def _sign_in_problems(self) -> Iterator[str]:
        if self.sign_in_issuer is None:
            if self.sign_in_client_id or self.sign_in_client_secret:
                yield "NEWGROWTH_SIGN_IN_CLIENT_ID and _SECRET need NEWGROWTH_SIGN_IN_ISSUER to say at whom to sign in."
            return
        if not self.sign_in_client_id:
            yield "NEWGROWTH_SIGN_IN_ISSUER is set, so NEWGROWTH_SIGN_IN_CLIENT_ID must say what it knows this server by."
        if not self._is_for_sign_in(self.sign_in_issuer):
            yield "NEWGROWTH_SIGN_IN_ISSUER must begin with https:// and hold no query."
        if self.issuer and self.issuer != self.sign_in_issuer:
            yield "NEWGROWTH_SIGN_IN_ISSUER and NEWGROWTH_ISSUER differ: one subject must not be two people."
        public = urlsplit(self.public_url or "")
        if not self._is_for_sign_in(self.public_url or "") or public.path not in ("", "/"):
            yield (
                "NEWGROWTH_SIGN_IN_ISSUER is set, so NEWGROWTH_PUBLIC_URL must say where browsers find this server: "
                "by https, without a path."
            )
        elif self.allowed_hosts and (public.hostname or "") not in self.allowed_hosts:
            yield "NEWGROWTH_ALLOWED_HOSTS must name the host of NEWGROWTH_PUBLIC_URL."

    def _is_for_sign_in(self, url: str) -> bool:
        """Over plain http nothing that signs somebody in is safe; a demo on this machine alone does without."""
        return is_public_url(url) and (url.startswith("https://") or self.demo)

    @property
    def record_location(self) -> str:
        """The record's URL."""
        return self.record_url or f"sqlite+aiosqlite:///{self.data_dir / 'record.db'}"

    @property
    def anchor_file(self) -> Path:
        """Where the log's last known head is kept."""
        return self.anchor or self.data_dir / "log-head.json"

    @property
    def index_file(self) -> Path:
        """The embedded index's file."""
        return self.data_dir / "index.db"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` win. Raises: SettingsInvalid with every problem at once."""
    given = {name: value for name, value in overrides.items() if value is not None}
    lines = [*_misspelt(os.environ), *_misspelt(_secret_files())]
    given = {"_secrets_dir": os.environ.get(PREFIX + "SECRETS_DIR") or None, **given}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except SettingsInvalid as invalid:
        lines += invalid.lines
    except ValidationError as error:
        lines += [f"{_variable(each['loc'][0])}: {each['msg']}" for each in error.errors()]
        lines += _problems_besides(error, given)
    if lines:
        raise SettingsInvalid(lines)
    return settings


def _variable(field: object) -> str:
    """The name of the variable; a field with names of its own is reported by the one that was used."""
    name = str(field).upper()
    return name if name in VARIABLES else PREFIX + name


def _problems_besides(error: ValidationError, given: Mapping[str, Any]) -> list[str]:
    """What is wrong with the settings together, the wrong ones taken as left out."""
    wrong = {str(each["loc"][0]).lower().removeprefix(PREFIX.lower()) for each in error.errors()}
    defaults = {name: field.default for name, field in Settings.model_fields.items() if name in wrong}
    try:
        Settings(**{**given, **defaults})
    except SettingsInvalid as invalid:
        return invalid.lines
    except ValidationError:
        return []
    return []


def _secret_files() -> Sequence[str]:
    """The names of the files with secrets, as variables are written; what begins with a dot is the mount's own."""
    folder = Path(os.environ.get(PREFIX + "SECRETS_DIR") or os.devnull)
    return [each.name.upper() for each in folder.iterdir() if each.name[0] != "."] if folder.is_dir() else []


def _misspelt(names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in VARIABLES:
            alike = difflib.get_close_matches(name, VARIABLES, 1)
            yield f"{name} is not a setting" + (f"; {alike[0]} is." if alike else ".")


# Whatever has to do with Elasticsearch is found without the prefix too, under the names that its other clients use.
SHARED = {name.upper() for name in Settings.model_fields if name.startswith("elasticsearch_")}
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields} | SHARED
