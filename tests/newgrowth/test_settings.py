"""Settings that cannot work are told at the start, all of them, by the names of their variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from newgrowth.serving import application, services_of
from newgrowth.settings import Engine, SettingsInvalid, read_settings
from newgrowth.wiring import accesses, opened, prepare_record
from schema.allowances import Purpose, Rate
from tests.newgrowth.terminal import newgrowth


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of this machine, and no settings of this shell."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)


def problems(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    """What is wrong with these settings, a line each."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refused:
        read_settings()
    return refused.value.lines


def test_nothing_has_to_be_set() -> None:
    """A record in SQLite, the embedded engine, this machine only, no demo."""
    settings = read_settings()
    assert settings.record_location == "sqlite+aiosqlite:///.data/record.db"
    assert (settings.engine, settings.host, settings.demo) == (Engine.EMBEDDED, "127.0.0.1", False)


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of single settings, of settings together, and of names that are none."""
    lines = problems(
        monkeypatch,
        NEWGROWTH_PORT="eighty",
        NEWGROWTH_NOTICE_WORKING_DAYS="-1",
        NEWGROWTH_ENGINE="elasticsearch",
        NEWGROWTH_RECORD_URL="mysql://localhost/newgrowth",
        NEWGROWTH_JWKS="https://id.example.cn/jwks",
        NEWGROWTH_DATADIR="/var/lib/newgrowth",
    )
    told = "\n".join(lines)
    for name in ("PORT", "NOTICE_WORKING_DAYS", "ENGINE", "RECORD_URL", "JWKS", "DATADIR"):
        assert f"NEWGROWTH_{name}" in told
    assert len(lines) == 6


def test_a_misspelt_name_is_told_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left unsaid, the default would be used and nobody would know."""
    assert problems(monkeypatch, NEWGROWTH_DATADIR="/data") == [
        "NEWGROWTH_DATADIR is not a setting; NEWGROWTH_DATA_DIR is."
    ]


@pytest.mark.parametrize("name", ["ELASTICSEARCH_URL", "NEWGROWTH_ELASTICSEARCH_URL"])
def test_elasticsearch_is_found_under_its_usual_name_too(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As other programs call it."""
    monkeypatch.setenv(name, "http://127.0.0.1:9200")
    monkeypatch.setenv("NEWGROWTH_ENGINE", "elasticsearch")
    assert read_settings().elasticsearch_url == "http://127.0.0.1:9200"


SECURED = {
    "NEWGROWTH_ENGINE": "elasticsearch",
    "ELASTICSEARCH_URL": "https://search.example.cn:9200",
    "ELASTICSEARCH_SEARCH_KEY": "c2VhcmNo",
    "ELASTICSEARCH_INDEX_KEY": "aW5kZXg=",
}


def test_keys_are_taken_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the names that other programs use; printed settings do not tell them."""
    for name, value in SECURED.items():
        monkeypatch.setenv(name, value)
    settings = read_settings(elasticsearch_ca_file=None)
    shown = accesses(settings)
    assert (shown.searching.api_key, shown.indexing.api_key) == ("c2VhcmNo", "aW5kZXg=")
    assert "c2VhcmNo" not in f"{settings!r} {settings} {shown!r}"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ELASTICSEARCH_INDEX_KEY": None}, "set together"),
        ({"ELASTICSEARCH_URL": "http://search.example.cn:9200"}, "must begin with https://"),
        ({"ELASTICSEARCH_URL": "https://elastic:secret@search.example.cn:9200"}, "leave the user out"),
        ({"ELASTICSEARCH_CA_FILE": "/nowhere/ca.pem"}, "there is no file"),
        (
            {"ELASTICSEARCH_CA_FILE": "/nowhere/ca.pem", "ELASTICSEARCH_FINGERPRINT": "ab" * 32},
            "exclude each other",
        ),
        ({"ELASTICSEARCH_FINGERPRINT": "ab" * 31}, "ELASTICSEARCH_FINGERPRINT"),
    ],
)
def test_keys_that_cannot_work_are_told(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], told: str
) -> None:
    """Before anything is sent anywhere; no line holds a key or a password."""
    variables = {name: value for name, value in {**SECURED, **changed}.items() if value is not None}
    said = "\n".join(problems(monkeypatch, **variables))
    assert told in said
    assert "c2VhcmNo" not in said
    assert "secret" not in said


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blanks around them do not matter."""
    monkeypatch.setenv("NEWGROWTH_ALLOWED_HOSTS", "api.example.cn, localhost")
    monkeypatch.setenv("NEWGROWTH_ALLOWED_ORIGINS", "https://www.example.cn")
    settings = read_settings()
    assert settings.allowed_hosts == ("api.example.cn", "localhost")
    assert settings.allowed_origins == ("https://www.example.cn",)


@pytest.mark.parametrize(
    "hosts", ['["localhost", "127.0.0.1"]', "*, localhost", "https://api.example.cn", "api.example.cn:443"]
)
def test_what_no_host_header_can_name_is_told(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    """A list in another notation would leave a server that answers nobody."""
    told = problems(monkeypatch, NEWGROWTH_ALLOWED_HOSTS=hosts)
    assert told
    assert all(line.startswith("NEWGROWTH_ALLOWED_HOSTS: ") for line in told)


@pytest.mark.parametrize(
    "origin", ["www.example.cn", "https://www.example.cn/", '["https://www.example.cn"]', "*"]
)
def test_what_no_browser_sends_as_an_origin_is_told(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """It would allow nobody."""
    (told,) = problems(monkeypatch, NEWGROWTH_ALLOWED_ORIGINS=origin)
    assert told.startswith("NEWGROWTH_ALLOWED_ORIGINS: ")


def test_a_server_names_its_hosts_or_says_that_any_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing written is not the same as anything goes."""
    (told,) = problems(monkeypatch, NEWGROWTH_ALLOWED_HOSTS="")
    assert "names no host" in told
    monkeypatch.setenv("NEWGROWTH_ALLOWED_HOSTS", "*")
    assert read_settings().allowed_hosts == ("*",)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "directory.example.cn"])  # noqa: S104
def test_a_demo_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Anyone can make its tokens."""
    (told,) = problems(monkeypatch, NEWGROWTH_DEMO="true", NEWGROWTH_HOST=host)
    assert "NEWGROWTH_HOST" in told
    assert [read_settings(host=here).demo for here in ("127.0.0.1", "::1", "localhost")] == [True] * 3


async def test_a_server_that_answers_to_any_host_says_so(tmp_path: Path) -> None:
    """A warning at the start: a proxy has to check what the server does not."""
    settings = read_settings(data_dir=tmp_path, allowed_hosts="*")
    await prepare_record(settings)
    with capture_logs() as logged:
        async with application(settings):
            pass
    assert [line["log_level"] for line in logged if line["event"] == "any_host_answered"] == ["warning"]


def test_what_a_command_is_given_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Over the environment, which wins over the file."""
    (tmp_path / ".env").write_text("NEWGROWTH_PORT=1\nNEWGROWTH_HOST=127.0.0.2\n")
    monkeypatch.setenv("NEWGROWTH_PORT", "2")
    settings = read_settings(port=3, host=None)
    assert (settings.port, settings.host) == (3, "127.0.0.2")


def test_a_command_ends_with_the_problems_and_no_stack() -> None:
    """Exit code 2, as for a wrong option."""
    result = newgrowth("index", "status", port="eighty", engine="elasticsearch")
    assert result.exit_code == 2
    assert "NEWGROWTH_PORT" in result.output
    assert "NEWGROWTH_ENGINE" in result.output
    assert "Traceback" not in result.output


def test_rates_that_cannot_work_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy by name could be anyone's; below the cost of one operation nobody could ask it."""
    lines = problems(
        monkeypatch,
        NEWGROWTH_TRUSTED_PROXIES="10.0.0.0/8, proxy.example, *",
        NEWGROWTH_COST_PER_MINUTE="999",
    )

    assert [line.split(":")[1].split()[0] for line in lines[:2]] == ["proxy.example", "*"]
    assert "NEWGROWTH_COST_PER_MINUTE" in lines[2]
    assert len(lines) == 3


@pytest.mark.parametrize(("demo", "most"), [(False, 12_000), (True, 1_200_000)])
async def test_the_server_grants_what_is_set(tmp_path: Path, demo: bool, most: int) -> None:
    """A hundred times as much in a demo; what is set to 0 is not limited."""
    given = read_settings(data_dir=tmp_path, demo=demo, exports_per_hour=0)
    await prepare_record(given)
    async with opened(given) as parts:
        settings = services_of(parts).settings

    assert settings.rates[Purpose.COST] == Rate(most, 60)
    assert Purpose.EXPORTS not in settings.rates
    assert settings.limits.operations_at_once_per_caller * 4 == settings.limits.operations_at_once


def test_mail_leaves_this_machine_over_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """And under a sender and an address of ours that end no header."""
    told = problems(
        monkeypatch,
        NEWGROWTH_SMTP_HOST="mail.example",
        NEWGROWTH_SMTP_SECURITY="none",
        NEWGROWTH_SMTP_USER="directory",
        NEWGROWTH_MAIL_FROM="a@b.example\r\nBcc: c@d.example",
        NEWGROWTH_PUBLIC_URL="http://directory.example",
    )
    names = ("SMTP_SECURITY", "SMTP_PASSWORD", "MAIL_FROM", "PUBLIC_URL")
    assert [name in line for name, line in zip(names, told, strict=True)] == [True] * 4


SIGNING_IN = {
    "NEWGROWTH_SIGN_IN_ISSUER": "https://id.example.gov.cn",
    "NEWGROWTH_SIGN_IN_CLIENT_ID": "newgrowth",
    "NEWGROWTH_PUBLIC_URL": "https://directory.example.gov.cn",
    "NEWGROWTH_ALLOWED_HOSTS": "directory.example.gov.cn",
}


def test_signing_in_needs_a_provider_and_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else."""
    for name, value in SIGNING_IN.items():
        monkeypatch.setenv(name, value)

    assert read_settings().sign_in_issuer == "https://id.example.gov.cn"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"NEWGROWTH_SIGN_IN_ISSUER": ""}, "NEWGROWTH_SIGN_IN_ISSUER must"),
        ({"NEWGROWTH_SIGN_IN_ISSUER": "http://id.example.gov.cn"}, "NEWGROWTH_SIGN_IN_ISSUER must"),
        ({"NEWGROWTH_SIGN_IN_ISSUER": "http://127.0.0.1:8001"}, "NEWGROWTH_SIGN_IN_ISSUER must"),
        ({"NEWGROWTH_SIGN_IN_CLIENT_ID": ""}, "NEWGROWTH_SIGN_IN_CLIENT_ID"),
        ({"NEWGROWTH_PUBLIC_URL": ""}, "NEWGROWTH_PUBLIC_URL"),
        ({"NEWGROWTH_PUBLIC_URL": "http://127.0.0.1:8000"}, "NEWGROWTH_PUBLIC_URL"),
        ({"NEWGROWTH_PUBLIC_URL": "https://directory.example.gov.cn/api"}, "NEWGROWTH_PUBLIC_URL"),
        ({"NEWGROWTH_ALLOWED_HOSTS": "localhost"}, "NEWGROWTH_ALLOWED_HOSTS"),
        ({"NEWGROWTH_ISSUER": "https://elsewhere.example"}, "NEWGROWTH_ISSUER differ"),
        ({"NEWGROWTH_ROLES_FROM": "everywhere"}, "NEWGROWTH_ROLES_FROM"),
    ],
    ids=str,
)
def test_signing_in_that_is_not_safe_is_not_begun(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, str], told: str
) -> None:
    """Over plain http, as another than the tokens' issuer, or with the development issuer outside a demo."""
    (line,) = problems(monkeypatch, **{**SIGNING_IN, **change})

    assert told in line


def test_a_client_without_a_provider_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, whichever half was forgotten."""
    (line,) = problems(monkeypatch, NEWGROWTH_SIGN_IN_CLIENT_ID="newgrowth")

    assert "NEWGROWTH_SIGN_IN_ISSUER" in line
