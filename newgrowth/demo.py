"""Demo mode: everything on localhost with sample data, kept between starts."""

from __future__ import annotations

import shutil
import socket
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from newgrowth.development_issuer.issuer import DevelopmentIssuer, RegisteredClient
from newgrowth.development_issuer.running import LOOPBACK, listening_socket, port_of, running
from newgrowth.development_issuer.web import web_of
from newgrowth.sample_agenda import Clock
from newgrowth.sample_lives import Lives
from newgrowth.serving import serve
from newgrowth.settings import Engine, Settings, SettingsInvalid
from newgrowth.wiring import opened_record, prepare_record, rulebook
from schema.sign_in.endpoint import CALLBACK
from seeds.generate import generate
from seeds.reference import load_reference
from seeds.sample import blocking_points, with_a_common_cause

CLIENT = "newgrowth-demo"
FIRST_QUERY = """{
  blockages(filter: { text: "运营机构" }, facets: [STATUS], first: 2) {
    totalCount
    nodes { title status region { name(language: EN) } category { label(language: EN) } }
    facets { values { value count } }
  }
}"""


async def run_demo(settings: Settings, firms: int, console: Console) -> None:
    """Loads sample data on first start, then serves. Raises: SettingsInvalid, ServiceFault."""
    if settings.engine is Engine.EMBEDDED and settings.record_url is None:
        await load_once(settings, firms, console)
    else:
        console.print("The demo's sample data goes into its own SQLite record; yours is served as it is.")
        await prepare_record(settings)
    await _serve_with_issuer(settings, console)


async def _serve_with_issuer(settings: Settings, console: Console) -> None:
    """Serves, with the development issuer beside it, unless the settings name a provider of their own."""
    if settings.sign_in_issuer:
        await serve(settings, lambda url: _welcome(settings, url, console))
        return
    with _own_socket(settings) as own, _issuers_socket(port_of(own)) as beside:
        here = f"http://{LOOPBACK}:{port_of(own)}"
        issuer = DevelopmentIssuer(
            f"http://{LOOPBACK}:{port_of(beside)}", {CLIENT: RegisteredClient(here + CALLBACK)}
        )
        signing_in = {"sign_in_issuer": issuer.url, "sign_in_client_id": CLIENT, "public_url": here}
        async with running(web_of(issuer), beside):
            offering = settings.model_copy(update=signing_in)
            await serve(offering, lambda url: _welcome(settings, url, console), own)


def _own_socket(settings: Settings) -> socket.socket:
    try:
        return listening_socket(settings.port, settings.host)
    except OSError as error:
        raise SettingsInvalid(
            [f"NEWGROWTH_PORT: cannot listen on {settings.port}: {error.strerror}."]
        ) from error


def _issuers_socket(port: int) -> socket.socket:
    """The port after the server's own, so that it is the same each time; a free one, if that is taken."""
    try:
        return listening_socket(port + 1)
    except (OSError, OverflowError):
        return listening_socket()


async def load_once(settings: Settings, firms: int, console: Console) -> None:
    """Sample data is loaded beside the record's place and moved there whole: an interrupted load leaves nothing."""
    if (settings.data_dir / "record.db").exists():
        await prepare_record(settings)
        return
    # An index of a record that is gone would know of firms that nobody knows.
    for file in settings.data_dir.glob(f"{settings.index_file.name}*"):
        file.unlink()
    settings.anchor_file.unlink(missing_ok=True)
    loading = settings.data_dir / "loading"
    shutil.rmtree(loading, ignore_errors=True)
    aside = settings.model_copy(update={"data_dir": loading})
    await prepare_record(aside)
    await _live(aside, firms, console)
    for file in sorted(loading.iterdir(), key=lambda path: path.name == "record.db"):
        file.replace(settings.data_dir / file.name)
    loading.rmdir()


async def _live(settings: Settings, firms: int, console: Console) -> None:
    reference, clock, today = load_reference(), Clock(), datetime.now(UTC)
    samples = [*with_a_common_cause(), *generate(firms, today=today.date())]
    async with await opened_record(settings, reference) as record:
        directory = Directory(record, rulebook(settings, reference), HANDLERS, clock=clock)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console
        ) as progress:
            task = progress.add_task("Sample firms", total=len(samples))
            await Lives(directory, clock, today).run(
                samples, lambda: progress.advance(task), blocking_points()
            )
        sealer = record.sealer()
        while await sealer.seal_once():
            pass
        await sealer.stop()


def _welcome(settings: Settings, url: str, console: Console) -> None:
    console.rule("新业态成长型企业名录 · directory of new-business growth companies")
    console.print(f"Portal    {url}/zh/          English {url}/en/")
    console.print(f"Explorer  {url}/explorer")
    console.print(f"API       {url}/graphql      schema {url}/schema.graphql")
    console.print(
        "\nA first query, to paste into the explorer: what do creators report about operating agencies (运营机构)?\n"
    )
    console.print(FIRST_QUERY, style="cyan", highlight=False, soft_wrap=True)
    console.print(
        f"\nSign in     {url}/sign-in      as a firm, an officer, a supervisor, an analyst or the operator"
    )
    console.print("\nOr act as one of them with a development token:\n")
    console.print(
        "  .venv/bin/python -m newgrowth token --role AGENCY --agency samr --subject officer-li",
        highlight=False,
    )
    console.print(
        "  .venv/bin/python -m newgrowth token --role FIRM --subject article-xiaoyu", highlight=False
    )
    console.print(f"\nCtrl-C stops; the data stays in {settings.data_dir}.")
