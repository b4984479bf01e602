"""`newgrowth key …`: keys for machines."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from directory.access import Role
from directory.machine_keys import LONGEST_LIFE, Scope
from newgrowth.commanding import (
    DIFFERENT,
    DataDir,
    carried_out,
    console,
    settings_of,
    stop,
)

key = typer.Typer(no_args_is_help=True, help="Keys for machines (机器密钥): programs that call the API.")


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
        settings_of(data_dir=data_dir),
        subject=subject,
        roles=role,
        scopes=scope or (),
        agency=agency,
        region=region,
        lifetime=timedelta(days=days),
    )
    try:
        typer.echo(carried_out(made))
    except BadToken as refused:
        stop(f"No such caller: {refused}.")


@key.command("list", epilog="Example: newgrowth key list")
def key_list(data_dir: DataDir = None) -> None:
    """Show every key by its beginning, with what it is bound to and the day it was used last."""
    from newgrowth.machine_keys import show

    carried_out(show(settings_of(data_dir=data_dir), console))


@key.command("revoke", epilog="Example: newgrowth key revoke ngk_4fT9xKq2")
def key_revoke(
    key_id: Annotated[str, typer.Argument(help="The key's beginning, as `key list` shows it.")],
    data_dir: DataDir = None,
) -> None:
    """End a key; every server refuses it within five seconds. Exit code 1 when there is none to end."""
    from newgrowth.machine_keys import revoke

    if not carried_out(revoke(settings_of(data_dir=data_dir), key_id)):
        raise typer.Exit(DIFFERENT)
