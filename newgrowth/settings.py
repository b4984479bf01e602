"""
Settings, read once into one frozen object: environment variables `NEWGROWTH_*` or a `.env` file.

A setting that cannot work is told at start, all of them at once, before anything is opened.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Engine(StrEnum):
    """Which search engine holds the index."""

    EMBEDDED = "embedded"
    ELASTICSEARCH = "elasticsearch"


class SettingsInvalid(Exception):
    """Settings that cannot work; `lines` says each with the variable to change."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """Everything an operator may set. Times in the names' units; paths are made when missing."""

    model_config = SettingsConfigDict(env_prefix="NEWGROWTH_", env_file=".env", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path(".data"), description="Where the record, the embedded index and keys are kept."
    )
    record_url: str | None = Field(
        None, description="SQLAlchemy URL of the record; default is SQLite in the data directory."
    )
    engine: Engine = Field(Engine.EMBEDDED, description="embedded or elasticsearch.")
    elasticsearch_url: str | None = Field(
        None,
        validation_alias=AliasChoices("NEWGROWTH_ELASTICSEARCH_URL", "ELASTICSEARCH_URL"),
        description="Where Elasticsearch answers, for engine=elasticsearch.",
    )
    index_prefix: str = Field(
        "newgrowth", pattern=r"^[a-z][a-z0-9-]{0,30}$", description="First part of index names."
    )
    follow_in_process: bool = Field(True, description="Run the indexer inside the server.")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: tuple[str, ...] = Field(
        ("localhost", "127.0.0.1", "[::1]"), description="Host names the server answers to."
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description="Web origins that may call the API from a browser."
    )

    demo: bool = Field(
        False, description="Demo mode: sample data, development tokens, explorer with introspection."
    )
    jwks: str | None = Field(
        None, description="File or URL of the JSON Web Key Set that signs the callers' tokens."
    )
    issuer: str | None = Field(None, description="The tokens' `iss`.")
    audience: str = Field("newgrowth", description="The tokens' `aud`.")

    notice_working_days: int = Field(5, ge=0, le=60, description="Working days of public notice (公示).")
    second_person: bool = Field(True, description="Whether a second reviewer must approve a submission.")

    @model_validator(mode="after")
    def _can_work(self) -> Settings:
        lines = [*self._engine_problems(), *self._record_problems(), *self._identity_problems()]
        if lines:
            raise SettingsInvalid(lines)
        return self

    def _engine_problems(self) -> list[str]:
        if self.engine is Engine.ELASTICSEARCH and not self.elasticsearch_url:
            return ["NEWGROWTH_ENGINE is elasticsearch, so ELASTICSEARCH_URL must say where it answers."]
        return []

    def _record_problems(self) -> list[str]:
        if self.record_url and urlsplit(self.record_url).scheme not in {
            "sqlite+aiosqlite",
            "postgresql+asyncpg",
        }:
            return ["NEWGROWTH_RECORD_URL must begin with sqlite+aiosqlite:// or postgresql+asyncpg://."]
        return []

    def _identity_problems(self) -> list[str]:
        if self.jwks and not self.issuer:
            return ["NEWGROWTH_JWKS is set, so NEWGROWTH_ISSUER must name the tokens' issuer."]
        return []

    @property
    def record_location(self) -> str:
        """The record's URL."""
        return self.record_url or f"sqlite+aiosqlite:///{self.data_dir / 'record.db'}"

    @property
    def index_file(self) -> Path:
        """The embedded index's file."""
        return self.data_dir / "index.db"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` win. Raises: SettingsInvalid with every problem at once."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"NEWGROWTH_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsInvalid(lines) from None
