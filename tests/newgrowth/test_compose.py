"""The example of a deployment: what it sets makes settings that work, and a server that answers its callers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest
import yaml

from newgrowth.serving import services_of
from newgrowth.settings import VARIABLES, Settings, read_settings
from newgrowth.wiring import opened, prepare_record
from schema.app import make_app

COMPOSE = Path(__file__).parents[2] / "docs/compose.yaml"
PUBLIC_NAME = "directory.example.gov.cn"
# What an operator writes into `.env`, as the file's first lines ask.
WRITTEN = {
    "POSTGRES_PASSWORD": "letters1",
    "ELASTIC_PASSWORD": "letters2",
    "ELASTICSEARCH_SEARCH_KEY": "c2VhcmNo",
    "ELASTICSEARCH_INDEX_KEY": "aW5kZXg=",
    "NEWGROWTH_JWKS": "https://id.example.gov.cn/keys",
    "NEWGROWTH_ISSUER": "https://id.example.gov.cn",
    "NEWGROWTH_PUBLIC_NAME": PUBLIC_NAME,
}
SUBSTITUTED = re.compile(r"\$\{(\w+)(?::(?:\?[^}]*|-([^}]*)))?\}")


def environment(service: str) -> dict[str, str]:
    """What the service finds in its environment, with the operator's values in their places."""
    named: Mapping[str, object] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"][service][
        "environment"
    ]
    return {
        name: SUBSTITUTED.sub(lambda m: WRITTEN.get(m[1], m[2] or ""), str(value))
        for name, value in named.items()
    }


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the application's container; the authority's file, which is made there, is made here."""
    monkeypatch.chdir(tmp_path)
    authority = tmp_path / "ca.crt"
    authority.write_text("-")
    for name, value in environment("app").items():
        monkeypatch.setenv(name, str(authority) if name == "ELASTICSEARCH_CA_FILE" else value)
    return read_settings()


def test_everything_that_is_set_is_a_setting() -> None:
    """A name that nobody reads would be a promise that nobody keeps."""
    assert set(environment("app")) <= VARIABLES


def test_hosts_and_proxies_are_what_was_meant(settings: Settings) -> None:
    """Names, not the text of a list."""
    assert settings.allowed_hosts == ("localhost", "127.0.0.1", PUBLIC_NAME)
    assert settings.trusted_proxies == ("172.28.0.1",)


@pytest.mark.parametrize(
    ("host", "status"),
    [(PUBLIC_NAME, 200), (f"{PUBLIC_NAME}:443", 200), ("localhost:8000", 200), ("evil.example", 400)],
)
async def test_the_server_answers_to_the_public_name_only(
    settings: Settings, tmp_path: Path, host: str, status: int
) -> None:
    """Over a record and an engine of this machine, for its own are in other containers."""
    here = settings.model_copy(
        update={"engine": Settings.model_fields["engine"].default, "record_url": None, "data_dir": tmp_path}
    )
    await prepare_record(here)
    async with opened(here) as parts:
        transport = httpx2.ASGITransport(app=make_app(services_of(parts)))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get("/healthz", headers={"host": host})

    assert answer.status_code == status
