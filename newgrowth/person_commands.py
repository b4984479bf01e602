"""`newgrowth person …`: what is kept of somebody, for the person who asks (个人信息权利)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from directory.errors import UserFault
from newgrowth.commanding import DIFFERENT, DataDir, carried_out, console, settings_of, stop

person = typer.Typer(
    no_args_is_help=True, help="Personal data (个人信息): a copy, erasure. The server may be running."
)

Subject = Annotated[str, typer.Argument(help="The subject that the person signs in as.")]


@person.command("export", epilog="Example: newgrowth person export xiaoyu ./xiaoyu")
def person_export(
    subject: Subject,
    folder: Annotated[Path, typer.Argument(help="Where the copy goes; there must be nothing there yet.")],
    data_dir: DataDir = None,
) -> None:
    """Write everything that is kept of somebody, as JSON and as CSV a table. Exit code 1 when there is nothing."""
    from newgrowth.person import export_person

    try:
        if not carried_out(export_person(settings_of(data_dir=data_dir), subject, folder, console)):
            raise typer.Exit(DIFFERENT)
    except OSError as error:
        stop(f"{folder} cannot be written: {error.strerror}.")


@person.command(
    "erase", epilog="Example: newgrowth person erase xiaoyu   or: newgrowth person erase --entry NG-7K3Q-…"
)
def person_erase(
    subject: Annotated[
        str | None, typer.Argument(help="The subject whose entries, account and traces in others go.")
    ] = None,
    entry: Annotated[
        str | None,
        typer.Option(help="One entry by its number, of somebody who did not hand it in themselves."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Erase somebody for good, the entries of natural persons whole. Exit code 1 when there is nothing to erase."""
    from newgrowth.person import erase_entry, erase_person

    if (subject is None) == (entry is None):
        stop("Name either a subject or an --entry.")
    settings = settings_of(data_dir=data_dir)
    erased = (
        erase_person(settings, subject, console)
        if subject is not None
        else erase_entry(settings, str(entry), console)
    )
    try:
        if not carried_out(erased):
            raise typer.Exit(DIFFERENT)
    except UserFault:
        stop("Something of this person changed in the same moment: try again.")


@person.command("seen", epilog="Example: newgrowth person seen xiaoyu")
def person_seen(subject: Subject, data_dir: DataDir = None) -> None:
    """Show each time that somebody was seen: contact details looked at, a reporter unsealed, a copy made."""
    from newgrowth.person import show_views

    carried_out(show_views(settings_of(data_dir=data_dir), subject, console))


@person.command(
    "exposed", epilog="Example: newgrowth person exposed officer-li   (after their token was stolen)"
)
def person_exposed(
    reader: Annotated[str, typer.Argument(help="The subject that looked.")],
    data_dir: DataDir = None,
) -> None:
    """List whom somebody has seen, by contact details or as a reporter, each person once: who has to be told of a leak."""
    from newgrowth.person import show_exposed

    carried_out(show_exposed(settings_of(data_dir=data_dir), reader, console))
