"""The command line `newgrowth`. Each command says with an example what it does; the work is done elsewhere."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn, TextIO, TypeVar

import typer
from rich.console import Console

from directory.access import Caller, Role
from directory.errors import ServiceFault
from directory.machine_keys import LONGEST_LIFE, Scope
from indexer.transfer.encodings import Encoding
from newgrowth.logs import configure_logs
from newgrowth.report_words import Audience, Page
from newgrowth.settings import Settings, SettingsInvalid, read_settings
from schema.exporting.words import Format, Listing

T = TypeVar("T")
app = typer.Typer(
    name="newgrowth",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The directory of new-business growth companies (新业态成长型企业名录).",
)
index = typer.Typer(
    no_args_is_help=True, help="The search index: follow the log, look, rebuild, verify, repair."
)
dead_letters = typer.Typer(no_args_is_help=True, help="Documents that the search index refused (死信).")
log = typer.Typer(no_args_is_help=True, help="The append-only log.")
app.add_typer(index, name="index")
index.add_typer(dead_letters, name="dead-letters")
app.add_typer(log, name="log")
key = typer.Typer(no_args_is_help=True, help="Keys for machines (机器密钥): programs that call the API.")
app.add_typer(key, name="key")
console = Console()
errors = Console(stderr=True)

DataDir = Annotated[Path | None, typer.Option(help="Where record, index and keys are kept (default .data).")]
CANNOT, DIFFERENT = 2, 1


def _settings(**overrides: object) -> Settings:
    try:
        settings = read_settings(**overrides)
    except SettingsInvalid as invalid:
        _stop(*invalid.lines)
    configure_logs(settings.log_level)
    return settings


def _stop(*lines: str) -> NoReturn:
    for line in lines:
        errors.print(line, style="red", highlight=False)
    raise typer.Exit(CANNOT)


def _filter(given: str | None) -> Any:
    try:
        return None if given is None else json.loads(given)
    except ValueError:
        _stop("--filter is not valid JSON.")


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        with asyncio.Runner(loop_factory=_quick_loop()) as runner:
            return runner.run(work)
    except ServiceFault as fault:
        _stop(str(fault))
    except SettingsInvalid as invalid:
        _stop(*invalid.lines)
    except KeyboardInterrupt:
        errors.print("Stopped. Nothing is lost; run the command again to go on.")
        raise typer.Exit(130) from None


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """How to make an event loop: by uvloop, where there is one (not on Windows)."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


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

    _run(run_demo(_settings(demo=True, port=port, data_dir=data_dir), firms, console))


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

    settings = _settings(host=host, port=port, data_dir=data_dir)
    _run(run_server(settings, lambda url: console.print(f"Serving at {url}", highlight=False)))


@app.command(
    epilog="Example: NEWGROWTH_RECORD_URL=postgresql+asyncpg://localhost/newgrowth newgrowth migrate"
)
def migrate(data_dir: DataDir = None) -> None:
    """Make the record's tables, or bring them up to date. Run it before the first start and after an update."""
    from newgrowth.wiring import prepare_record

    _run(prepare_record(_settings(data_dir=data_dir)))


@app.command(epilog="Example: newgrowth backup /backups/record-2026-07-01.db")
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup goes; there must be no such file yet.")],
    data_dir: DataDir = None,
) -> None:
    """Write a verified copy of the record to a file, beside a running server too; PostgreSQL by pg_dump."""
    from newgrowth.safekeeping import make_backup

    try:
        _run(make_backup(_settings(data_dir=data_dir), file, console))
    except OSError as error:
        _stop(f"{file} cannot be written: {error.strerror or 'it is there already'}.")


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

    if not _run(put_back(_settings(data_dir=data_dir), file, console, replace=replace)):
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
        _stop("CLOCK is the running server itself; no token can carry it.")
    settings = _settings(data_dir=data_dir)
    text = development_token(
        settings, subject=subject, roles=role, agency=agency, region=region, lifetime=timedelta(hours=hours)
    )
    typer.echo(text)


@key.command(
    "create", epilog="Example: newgrowth key create --subject sync --role ANALYST --scope export --days 90"
)
def key_create(
    subject: Annotated[str, typer.Option(help="Who the key speaks for.")],
    role: Annotated[list[Role], typer.Option(help="A role to hold; repeat for several.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it is for, beside reading; repeat for several.")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="Agency code, for AGENCY and SUPERVISOR.")] = None,
    region: Annotated[str | None, typer.Option(help="GB/T 2260 code that bounds the reach.")] = None,
    days: Annotated[int, typer.Option(min=1, max=LONGEST_LIFE.days, help="How long it is valid.")] = 90,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, this once: only its digest is kept. The server may be running."""
    from newgrowth.machine_keys import create
    from schema.identity import BadToken

    made = create(
        _settings(data_dir=data_dir),
        subject=subject,
        roles=role,
        scopes=scope or (),
        agency=agency,
        region=region,
        lifetime=timedelta(days=days),
    )
    try:
        typer.echo(_run(made))
    except BadToken as refused:
        _stop(f"No such caller: {refused}.")


@key.command("list", epilog="Example: newgrowth key list")
def key_list(data_dir: DataDir = None) -> None:
    """Show every key by its beginning, with what it is bound to and the day it was used last."""
    from newgrowth.machine_keys import show

    _run(show(_settings(data_dir=data_dir), console))


@key.command("revoke", epilog="Example: newgrowth key revoke ngk_4fT9xKq2")
def key_revoke(
    key_id: Annotated[str, typer.Argument(help="The key's beginning, as `key list` shows it.")],
    data_dir: DataDir = None,
) -> None:
    """End a key; every server refuses it within five seconds. Exit code 1 when there is none to end."""
    from newgrowth.machine_keys import revoke

    if not _run(revoke(_settings(data_dir=data_dir), key_id)):
        raise typer.Exit(DIFFERENT)


@app.command(epilog="Example: newgrowth schema > schema.graphql")
def schema() -> None:
    """Print the GraphQL schema (SDL)."""
    from schema.export import sdl

    typer.echo(sdl())


@app.command(epilog="Example: newgrowth clock   (from cron, when the server does not run)")
def clock(data_dir: DataDir = None) -> None:
    """Do once what time asks for: notices, missed limits, lapsed submissions and entries. Twice does nothing twice."""
    from newgrowth.clockwork import run_clock

    done = _run(run_clock(_settings(data_dir=data_dir)))
    console.print(
        f"{done.notices} public notices ended, {done.proposals} unanswered proposals closed, "
        f"{done.supervisions} reports put under supervision, {done.lapses} submissions lapsed, "
        f"{done.suspensions} entries suspended, {done.rescheduled} reports with limits counted again, "
        f"{done.reminders} reminders sent."
    )


@app.command(epilog="Example: newgrowth deliver   (from cron, when the server does not run)")
def deliver(data_dir: DataDir = None) -> None:
    """Do once what saved searches and webhooks ask for: tell what was found, and try what is due to be delivered."""
    from newgrowth.delivery.rounds import deliver_once

    done = _run(deliver_once(_settings(data_dir=data_dir)))
    console.print(f"{done.matches} matches of saved searches told, {done.tried} deliveries tried.")


@app.command("import", epilog="Example: newgrowth import firms.ndjson --as hangzhou-batch > report.ndjson")
def import_(
    file: Annotated[
        Path,
        typer.Argument(help="A table (.csv, .xlsx) with the columns' names, or one profile a line as JSON."),
    ],
    subject: Annotated[
        str, typer.Option("--as", help="Who submits: the token subject that owns the entries.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what each row would lead to today.")
    ] = False,
    encoding: Annotated[
        Encoding, typer.Option(help="How the text is encoded; gb18030 for GBK and GB2312 too.")
    ] = Encoding.UTF_8,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Where refused rows go as they were written (a table as CSV), to be corrected."),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of an .xlsx workbook to read (default the first).")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Submit firms from a file, with a report of one JSON object a row; exit code 1 when rows were refused.

    Interrupted, or run twice, it changes nothing twice. A SQLite record has one writer: stop the server first.
    """
    from indexer.transfer.read import UnreadableFile
    from newgrowth.importing import TABLE, import_firms, is_table
    from schema.identity import LONGEST_NAME

    if not subject or not subject.isprintable() or len(subject) > LONGEST_NAME:
        _stop(f"--as names who submits, as tokens do: up to {LONGEST_NAME} printable characters.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    settings = _settings(data_dir=data_dir)
    try:
        if rejects is not None and is_table(file) and rejects.suffix.lower() != TABLE:
            _stop(f"--rejects: refused rows of a table are written as CSV; let the name end in {TABLE}.")
        with _rejects(rejects, as_table=is_table(file)) as refused:
            accepted = _run(
                import_firms(
                    settings,
                    file,
                    subject,
                    dry_run=dry_run,
                    report=sys.stdout,
                    console=errors,
                    encoding=encoding,
                    rejects=refused,
                    sheet=sheet,
                )
            )
    except UnreadableFile as unreadable:
        _stop(str(unreadable))
    if not accepted:
        raise typer.Exit(DIFFERENT)


@contextmanager
def _rejects(path: Path | None, *, as_table: bool) -> Iterator[TextIO | None]:
    """The file for refused rows; None where none is wanted. Nothing is written over."""
    if path is None:
        yield None
        return
    mark = "utf-8-sig" if as_table else "utf-8"
    try:
        opened = path.open("x", encoding=mark, newline="")
    except OSError as error:
        _stop(f"{path} cannot be made: {error.strerror or error}.")
    with opened:
        yield opened


@app.command(
    epilog="Example: newgrowth export blockages --format csv --filter '{\"open\": true}' --as-role ANALYST > reports.csv"
)
def export(
    what: Annotated[Listing, typer.Argument(help="What to export.")],
    role: Annotated[
        Role, typer.Option("--as-role", help="Whose eyes: rows and fields are those of this role.")
    ],
    form: Annotated[
        Format, typer.Option("--format", help="csv or xlsx for spreadsheets, ndjson for programs.")
    ] = Format.NDJSON,
    wanted: Annotated[str | None, typer.Option("--filter", help="The API's filter, as JSON.")] = None,
    subject: Annotated[
        str, typer.Option("--as", help="The token subject; a FIRM exports what it owns.")
    ] = "export",
    agency: Annotated[str | None, typer.Option(help="Agency code, for AGENCY and SUPERVISOR.")] = None,
    region: Annotated[str | None, typer.Option(help="GB/T 2260 code that bounds the reach.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write what a search finds to standard output, with the log position it stands for."""
    from newgrowth.exporting import NotExported
    from newgrowth.exporting import export as export_to

    asked = _filter(wanted)
    if role is Role.CLOCK:
        _stop("CLOCK is the running server itself; it exports nothing.")
    if role is Role.AGENCY and agency is None:
        _stop("An AGENCY has a code: name it by --agency.")
    caller = Caller(subject, frozenset({role}), agency, region)
    work = export_to(
        _settings(data_dir=data_dir), what, form, asked, caller, out=sys.stdout.buffer, console=errors
    )
    try:
        _run(work)
    except NotExported as refused:
        _stop(str(refused))


@app.command(epilog="Example: newgrowth report --from 2026-07-01 --to 2026-09-30 --format html > report.html")
def report(
    since: Annotated[
        str, typer.Option("--from", help="First day of the reports, YYYY-MM-DD, in Asia/Shanghai.")
    ],
    until: Annotated[str, typer.Option("--to", help="Last day of the reports.")],
    form: Annotated[Page, typer.Option("--format", help="html to read, csv to compute with.")] = Page.HTML,
    audience: Annotated[
        Audience, typer.Option(help="public: rounded, without small groups; internal: exact, all reports.")
    ] = Audience.PUBLIC,
    position: Annotated[
        int | None, typer.Option(min=1, help="The log position to count at (default: the last one).")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="The instant that open reports are counted to (default: that of the position)."),
    ] = None,
    wanted: Annotated[
        str | None, typer.Option("--filter", help="Only some reports: the API's BlockageFilter, as JSON.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write the mandate report (专报) to standard output, with all that is needed to compute it again."""
    from newgrowth.report_pages import print_report
    from newgrowth.reporting import Asked, NotReported

    try:
        at = datetime.fromisoformat(as_of) if as_of is not None else None
        days = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        _stop(
            "--from and --to are days such as 2026-07-01, --as-of is an instant such as 2026-10-08T09:00:00+08:00."
        )
    if at is not None and at.tzinfo is None:
        _stop("--as-of needs its offset from UTC, such as +08:00.")
    asked = Asked(*days, audience, position, at, _filter(wanted))
    try:
        _run(print_report(_settings(data_dir=data_dir), asked, form, sys.stdout.buffer, errors))
    except NotReported as refused:
        _stop(str(refused))


@index.command("rights", epilog="Example: newgrowth index rights > rights.json")
def index_rights(data_dir: DataDir = None) -> None:
    """Print what each of the three API keys of a secured Elasticsearch may do, as JSON to make the keys with."""
    from indexer.engines.elastic.rights import rights

    typer.echo(json.dumps(rights(_settings(data_dir=data_dir).index_prefix), indent=2))


@index.command(
    "follow",
    epilog="Example: newgrowth index follow   (beside servers with NEWGROWTH_FOLLOW_IN_PROCESS=false)",
)
def index_follow(data_dir: DataDir = None) -> None:
    """Carry the log into the search index until stopped."""
    from newgrowth.indexing import follow

    _run(follow(_settings(data_dir=data_dir), console))


@index.command("status", epilog="Example: newgrowth index status")
def index_status(data_dir: DataDir = None) -> None:
    """Show how far the index is behind the record."""
    from newgrowth.indexing import show_status

    _run(show_status(_settings(data_dir=data_dir), console))


@index.command("rebuild", epilog="Example: newgrowth index rebuild")
def index_rebuild(data_dir: DataDir = None) -> None:
    """Build a new index from the record beside the live one and swap it in. Safe to interrupt and to run again."""
    from newgrowth.indexing import rebuild

    _run(rebuild(_settings(data_dir=data_dir), console))


@index.command("verify", epilog="Example: newgrowth index verify || newgrowth index rebuild")
def index_verify(data_dir: DataDir = None) -> None:
    """Compare every document with the record; exit code 1 when they differ."""
    from newgrowth.indexing import verify

    if not _run(verify(_settings(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)


@index.command("repair", epilog="Example: newgrowth index repair")
def index_repair(data_dir: DataDir = None) -> None:
    """Verify, then write anew exactly the documents that differ; exit code 1 when some differ still."""
    from newgrowth.mending import repair

    if not _run(repair(_settings(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)


@index.command("rollback", epilog="Example: newgrowth index rollback   (again: back to where it was)")
def index_rollback(data_dir: DataDir = None) -> None:
    """Search the index as it was before the last rebuild; what came since is carried over again."""
    from newgrowth.mending import rollback

    _run(rollback(_settings(data_dir=data_dir), console))


@index.command("drop-previous", epilog="Example: newgrowth index drop-previous")
def index_drop_previous(data_dir: DataDir = None) -> None:
    """Give back the disk space of the index kept from before the last rebuild."""
    from newgrowth.mending import drop_previous

    _run(drop_previous(_settings(data_dir=data_dir), console))


@dead_letters.command("list", epilog="Example: newgrowth index dead-letters list")
def dead_letters_list(data_dir: DataDir = None) -> None:
    """Show the documents that cannot be built or that the engine refused for good, with the reason."""
    from newgrowth.mending import list_dead_letters

    _run(list_dead_letters(_settings(data_dir=data_dir), console))


@dead_letters.command("replay", epilog="Example: newgrowth index dead-letters replay")
def dead_letters_replay(data_dir: DataDir = None) -> None:
    """Build the refused documents anew from the record and write them; exit code 1 when some are refused still."""
    from newgrowth.mending import replay_dead_letters

    if not _run(replay_dead_letters(_settings(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)


@log.command("verify", epilog="Example: newgrowth log verify")
def log_verify(data_dir: DataDir = None) -> None:
    """Recompute the digest chain; exit code 1 and the first broken position when history was changed."""
    from newgrowth.indexing import verify_chain

    if not _run(verify_chain(_settings(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)
