"""The command line `newgrowth`. Each command says with an example what it does; the work is done elsewhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from directory.access import Role
from newgrowth.account_commands import account
from newgrowth.commanding import (
    DIFFERENT,
    DataDir,
    carried_out,
    console,
    settings_of,
    stop,
)
from newgrowth.file_commands import files
from newgrowth.index_commands import index
from newgrowth.key_commands import key
from newgrowth.person_commands import person

app = typer.Typer(
    name="newgrowth",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The directory of new-business growth companies (新业态成长型企业名录).",
)
log = typer.Typer(no_args_is_help=True, help="The append-only log.")
app.add_typer(files)
app.add_typer(index, name="index")
app.add_typer(log, name="log")
app.add_typer(key, name="key")
app.add_typer(account, name="account")
app.add_typer(person, name="person")


@app.command(epilog="Example: newgrowth demo --firms 1000 --port 8080")
def demo(
    firms: Annotated[
        int, typer.Option(min=0, max=50_000, help="Generated firms beside the article's.")
    ] = 300,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on (default 8000; 0 takes a free one).")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Start everything on localhost with sample data: API, explorer, embedded engine. Data is kept between starts."""
    from newgrowth.demo import run_demo

    carried_out(run_demo(settings_of(demo=True, port=port, data_dir=data_dir), firms, console))


@app.command(
    epilog="Example: NEWGROWTH_JWKS=https://id.example.cn/jwks NEWGROWTH_ISSUER=https://id.example.cn newgrowth serve"
)
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (default 8000).")] = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the API with the settings of the environment."""
    from newgrowth.serving import serve as run_server

    settings = settings_of(host=host, port=port, data_dir=data_dir)
    carried_out(run_server(settings, lambda url: console.print(f"Serving at {url}", highlight=False)))


@app.command(
    epilog="Example: NEWGROWTH_RECORD_URL=postgresql+asyncpg://localhost/newgrowth newgrowth migrate"
)
def migrate(
    role: Annotated[
        str | None,
        typer.Option("--grant", help="PostgreSQL: give this role the application's rights, and no others."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make the record's tables, or bring them up to date. Run it before the first start and after an update."""
    from newgrowth.wiring import prepare_record

    carried_out(prepare_record(settings_of(data_dir=data_dir), role))


@app.command(epilog="Example: newgrowth backup /backups/record-2026-07-01.db")
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup goes; there must be no such file yet.")],
    data_dir: DataDir = None,
) -> None:
    """Write a verified copy of the record to a file, beside a running server too; PostgreSQL by pg_dump."""
    from newgrowth.safekeeping import make_backup

    try:
        carried_out(make_backup(settings_of(data_dir=data_dir), file, console))
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror or 'it is there already'}.")


@app.command(epilog="Example: newgrowth restore /backups/record-2026-07-01.db --replace")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `newgrowth backup` wrote, its .json beside it.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the record that is there.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Put a backup in the record's place, verify its log and rebuild the index. Stop the servers first."""
    from newgrowth.safekeeping import put_back

    if not carried_out(put_back(settings_of(data_dir=data_dir), file, console, replace=replace)):
        raise typer.Exit(DIFFERENT)


@app.command(epilog="Example: newgrowth token --role AGENCY --agency samr --subject officer-li")
def token(
    role: Annotated[list[Role], typer.Option(help="A role to hold; repeat for several.")],
    subject: Annotated[str, typer.Option(help="Who the token speaks for.")],
    agency: Annotated[str | None, typer.Option(help="Agency code, for AGENCY and SUPERVISOR.")] = None,
    region: Annotated[str | None, typer.Option(help="GB/T 2260 code that bounds the reach.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=720, help="How long it is valid.")] = 12,
    data_dir: DataDir = None,
) -> None:
    """Print a development token, signed by the data directory's own key. A real server does not accept it."""
    from newgrowth.tokens import development_token

    if Role.CLOCK in role:
        stop("CLOCK is the running server itself; no token can carry it.")
    settings = settings_of(data_dir=data_dir)
    text = development_token(
        settings, subject=subject, roles=role, agency=agency, region=region, lifetime=timedelta(hours=hours)
    )
    typer.echo(text)


@app.command(epilog="Example: newgrowth schema > schema.graphql")
def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.export import sdl

    typer.echo(sdl())


@app.command(epilog="Example: newgrowth clock   (from cron, when the server does not run)")
def clock(data_dir: DataDir = None) -> None:
    """Do once what time asks for: notices, missed limits, lapsed submissions and entries. Twice does nothing twice."""
    from newgrowth.clockwork import run_clock

    done = carried_out(run_clock(settings_of(data_dir=data_dir)))
    console.print(
        f"{done.notices} public notices ended, {done.proposals} unanswered proposals closed, "
        f"{done.supervisions} reports put under supervision, {done.lapses} submissions lapsed, "
        f"{done.suspensions} entries suspended, {done.rescheduled} reports with limits counted again, "
        f"{done.reminders} reminders sent, {done.anonymised} made anonymous."
    )


@app.command(epilog="Example: newgrowth deliver   (from cron, when the server does not run)")
def deliver(data_dir: DataDir = None) -> None:
    """Do once what saved searches and webhooks ask for: tell what was found, and try what is due to be delivered."""
    from newgrowth.delivery.rounds import deliver_once

    done = carried_out(deliver_once(settings_of(data_dir=data_dir)))
    console.print(f"{done.matches} matches of saved searches told, {done.tried} deliveries tried.")


@app.command(epilog="Example: newgrowth work   (beside servers with NEWGROWTH_WORK_IN_PROCESS=false)")
def work(data_dir: DataDir = None) -> None:
    """Mind the clock, match saved searches and deliver, until stopped; several may run, one does each of them."""
    from newgrowth.working import work as do_all

    carried_out(do_all(settings_of(data_dir=data_dir), console))


@log.command("head", epilog="Example: newgrowth log head > /elsewhere/log-head.json")
def log_head(
    keep: Annotated[
        bool, typer.Option("--keep", help="From now on this is the log: for a record put back on purpose.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Print the log's head as JSON; kept elsewhere, it shows a log that was cut or exchanged."""
    from newgrowth.head_keeping import show_head

    carried_out(show_head(settings_of(data_dir=data_dir), console, keep=keep))


@log.command("verify", epilog="Example: newgrowth log verify")
def log_verify(data_dir: DataDir = None) -> None:
    """Recompute the digest chain; exit code 1 and the first broken position when history was changed."""
    from newgrowth.indexing import verify_chain

    if not carried_out(verify_chain(settings_of(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)
