"""The compose file: as its own program reads it, it makes settings that work, and a server that answers its callers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from newgrowth.serving import services_of
from newgrowth.settings import VARIABLES, Settings, read_settings
from newgrowth.wiring import opened, prepare_record
from schema.app import make_app
from tests.deployment.command_lines import problem

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docs/deploy/compose.yaml"
PUBLIC_NAME = "directory.example.gov.cn"
# What an operator writes into `.env`, as docs/deploy/README.md says.
WRITTEN = {
    "NEWGROWTH_JWKS": "https://id.example.gov.cn/keys",
    "NEWGROWTH_ISSUER": "https://id.example.gov.cn",
    "NEWGROWTH_PUBLIC_NAME": PUBLIC_NAME,
}
# What the operator's secrets hold, by the names under which the program finds them.
SECRETS = {
    "NEWGROWTH_RECORD_URL": "postgresql+asyncpg://newgrowth_app:letters@postgresql/newgrowth",
    "ELASTICSEARCH_SEARCH_KEY": "c2VhcmNo",
    "ELASTICSEARCH_INDEX_KEY": "aW5kZXg=",
    "NEWGROWTH_METRICS_TOKEN": "sixteen-letters-or-more",
}
OF_POSTGRESQL = {"PGSSLMODE", "PGSSLROOTCERT"}
PROGRAMS = ("api", "indexer", "worker", "migrate", "backup")

Service = dict[str, Any]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Service]:
    """All services, as Docker Compose understands them."""
    program = shutil.which("docker-compose", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("Docker Compose is not made for this machine")
    written = tmp_path_factory.mktemp("compose") / ".env"
    written.write_text("".join(f"{name}={value}\n" for name, value in WRITTEN.items()))
    command = [program, "--file", str(COMPOSE), "--env-file", str(written), "--profile", "tools"]
    done = subprocess.run(
        [*command, "config", "--format", "json"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(written.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Service] = json.loads(done.stdout)["services"]
    return found


def files_of(service: Service) -> dict[str, str]:
    """Where the service finds its secrets, by the secret's name."""
    return {each["source"]: each.get("target") or each["source"] for each in service.get("secrets", ())}


@pytest.fixture
def settings(services: dict[str, Service], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of the server; what containers are given as files is made here."""
    monkeypatch.chdir(tmp_path)
    for name in ("ca.crt", "cursors"):
        (tmp_path / name).write_bytes(b"-" * 32)
    (folder := tmp_path / "secrets").mkdir()
    for target in files_of(services["api"]).values():
        if not target.startswith("/"):
            (folder / target).write_text(SECRETS[target])
    here = {
        "ELASTICSEARCH_CA_FILE": tmp_path / "ca.crt",
        "NEWGROWTH_CURSOR_SECRET_FILE": tmp_path / "cursors",
        "NEWGROWTH_SECRETS_DIR": folder,
    }
    for name, value in services["api"]["environment"].items():
        monkeypatch.setenv(name, str(here.get(name, value)))
    return read_settings()


@pytest.mark.parametrize("name", PROGRAMS)
def test_everything_that_is_set_is_a_setting(services: dict[str, Service], name: str) -> None:
    """A name that nobody reads would be a promise that nobody keeps; the same goes for files with secrets."""
    service = services[name]
    assert set(service["environment"]) - OF_POSTGRESQL <= VARIABLES
    assert {each for each in files_of(service).values() if not each.startswith("/")} <= VARIABLES


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_run_is_a_command(services: dict[str, Service], name: str) -> None:
    """With its options."""
    assert problem(services[name]["command"]) is None


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_of_ours_can_do_no_more_than_its_work(services: dict[str, Service], name: str) -> None:
    """It writes to its volume alone, has no capabilities, and is bounded."""
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["deploy"]["resources"]["limits"]["memory"]) <= 1 << 30


def test_no_secret_is_written_into_the_file(services: dict[str, Service]) -> None:
    """They come as files; passwords and keys are nobody's environment."""
    told = {
        f"{name}: {variable}"
        for name, service in services.items()
        for variable in service.get("environment", {})
        if any(word in variable for word in ("PASSWORD", "KEY", "TOKEN", "SECRET", "RECORD_URL"))
        and not variable.endswith(("_FILE", "_DIR"))
    }
    assert told == set()


def test_only_the_migration_and_the_backup_are_the_owner(services: dict[str, Service]) -> None:
    """The others work as a role that can change neither tables nor what was logged."""
    owners = {name for name, service in services.items() if "owner-record-url" in files_of(service)}
    assert owners == {"migrate", "backup"}


def test_stores_are_reached_from_inside_only(services: dict[str, Service]) -> None:
    """The server alone has a port, on this machine."""
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert {name: [each["host_ip"] for each in ports] for name, ports in published.items()} == {
        "api": ["127.0.0.1"]
    }
    assert {
        name for name in ("postgresql", "elasticsearch") if set(services[name]["networks"]) != {"inside"}
    } == set()


def test_what_serves_comes_up_again_and_says_how_it_is(services: dict[str, Service]) -> None:
    """After a crash and after a restart of the machine; the migration ends, and the rest waits for it."""
    lasting = set(services) - {"migrate", "certificates", "backup"}
    assert {name for name in lasting if services[name]["restart"] != "unless-stopped"} == set()
    assert {
        name for name in ("postgresql", "elasticsearch") if "test" not in services[name]["healthcheck"]
    } == set()
    for name in ("api", "indexer", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_postgresql_takes_all_connections_that_there_may_be(services: dict[str, Service]) -> None:
    """A second indexer too; some are left for people and tools."""
    (most,) = [word for word in services["postgresql"]["command"] if word.startswith("max_connections=")]
    each = [
        int(services[name]["environment"]["NEWGROWTH_RECORD_CONNECTIONS"])
        for name in ("api", "indexer", "worker")
    ]
    assert 2 * (sum(each) + each[1]) <= int(most.partition("=")[2]) - 20


def test_hosts_and_proxies_are_what_was_meant(settings: Settings) -> None:
    """Names, not the text of a list; and the other processes do the rest."""
    assert settings.allowed_hosts == ("localhost", "127.0.0.1", PUBLIC_NAME)
    assert settings.trusted_proxies == ("172.28.0.1",)
    assert (settings.follow_in_process, settings.work_in_process) == (False, False)
    assert settings.record_location == SECRETS["NEWGROWTH_RECORD_URL"]


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
