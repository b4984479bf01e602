"""Demo mode: everything on localhost with sample data, kept between starts."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from newgrowth.sample_lives import Clock, Lives
from newgrowth.serving import serve
from newgrowth.settings import Engine, Settings
from newgrowth.wiring import opened_record, prepare_record, rulebook
from seeds.generate import generate
from seeds.reference import load_reference
from seeds.sample import article_cases, blocking_points

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
    await serve(settings, lambda url: _welcome(settings, url, console))


async def load_once(settings: Settings, firms: int, console: Console) -> None:
    """Sample data is loaded beside the record's place and moved there whole: an interrupted load leaves nothing."""
    if (settings.data_dir / "record.db").exists():
        await prepare_record(settings)
        return
    # An index of a record that is gone would know of firms that nobody knows.
    for file in settings.data_dir.glob(f"{settings.index_file.name}*"):
        file.unlink()
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
    samples = [*article_cases(), *generate(firms, today=today.date())]
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
    console.print("\nAct as an agency or a firm with a development token:\n")
    console.print(
        "  .venv/bin/python -m newgrowth token --role AGENCY --agency samr --subject officer-li",
        highlight=False,
    )
    console.print(
        "  .venv/bin/python -m newgrowth token --role FIRM --subject article-xiaoyu", highlight=False
    )
    console.print(f"\nCtrl-C stops; the data stays in {settings.data_dir}.")
