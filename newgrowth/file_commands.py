"""`newgrowth import`, `export` and `report`: files in and out."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from directory.access import Caller, Role
from indexer.transfer.encodings import Encoding
from newgrowth.commanding import (
    DIFFERENT,
    DataDir,
    carried_out,
    errors,
    filter_of,
    settings_of,
    stop,
)
from newgrowth.report_words import Audience, Page
from schema.exporting.words import Format, Listing

files = typer.Typer()


@files.command("import", epilog="Example: newgrowth import firms.ndjson --as hangzhou-batch > report.ndjson")
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
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import every row or, where one is refused, none at all.")
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
    from newgrowth.importing import import_firms, is_table
    from newgrowth.reading_ahead import TABLE
    from schema.identity import LONGEST_NAME

    if not subject or not subject.isprintable() or len(subject) > LONGEST_NAME:
        stop(f"--as names who submits, as tokens do: up to {LONGEST_NAME} printable characters.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    settings = settings_of(data_dir=data_dir)
    try:
        if rejects is not None and is_table(file) and rejects.suffix.lower() != TABLE:
            stop(f"--rejects: refused rows of a table are written as CSV; let the name end in {TABLE}.")
        with _rejects(rejects, as_table=is_table(file)) as refused:
            accepted = carried_out(
                import_firms(
                    settings,
                    file,
                    subject,
                    dry_run=dry_run,
                    as_one=all_or_nothing,
                    report=sys.stdout,
                    console=errors,
                    encoding=encoding,
                    rejects=refused,
                    sheet=sheet,
                )
            )
    except UnreadableFile as unreadable:
        stop(str(unreadable))
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
        stop(f"{path} cannot be made: {error.strerror or error}.")
    with opened:
        yield opened


@files.command(
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

    asked = filter_of(wanted)
    if role is Role.CLOCK:
        stop("CLOCK is the running server itself; it exports nothing.")
    if role is Role.AGENCY and agency is None:
        stop("An AGENCY has a code: name it by --agency.")
    caller = Caller(subject, frozenset({role}), agency, region)
    work = export_to(
        settings_of(data_dir=data_dir), what, form, asked, caller, out=sys.stdout.buffer, console=errors
    )
    try:
        carried_out(work)
    except NotExported as refused:
        stop(str(refused))


@files.command(
    epilog="Example: newgrowth report --from 2026-07-01 --to 2026-09-30 --format html > report.html"
)
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
        stop(
            "--from and --to are days such as 2026-07-01, --as-of is an instant such as 2026-10-08T09:00:00+08:00."
        )
    if at is not None and at.tzinfo is None:
        stop("--as-of needs its offset from UTC, such as +08:00.")
    asked = Asked(*days, audience, position, at, filter_of(wanted))
    try:
        carried_out(print_report(settings_of(data_dir=data_dir), asked, form, sys.stdout.buffer, errors))
    except NotReported as refused:
        stop(str(refused))
