"""`newgrowth account …`: who may do what, and who may not come in."""

from __future__ import annotations

from typing import Annotated

import typer

from directory.access import Role
from newgrowth.commanding import DIFFERENT, DataDir, carried_out, console, settings_of, stop

account = typer.Typer(
    no_args_is_help=True, help="Accounts (账号): roles of those who sign in or hold a token."
)

Subject = Annotated[str, typer.Argument(help="Who it is, by the issuer's word: the claim `sub`.")]
Issuer = Annotated[
    str | None,
    typer.Option(help="Whose subject it is (default: the settings' issuer of sign-ins or tokens)."),
]


@account.command("grant", epilog="Example: newgrowth account grant officer-li --role AGENCY --agency samr")
def account_grant(
    subject: Subject,
    role: Annotated[list[Role], typer.Option(help="A role to hold; repeat for several.")],
    agency: Annotated[str | None, typer.Option(help="Agency code, for AGENCY and SUPERVISOR.")] = None,
    region: Annotated[str | None, typer.Option(help="GB/T 2260 code that bounds the reach.")] = None,
    issuer: Issuer = None,
    data_dir: DataDir = None,
) -> None:
    """Give a subject these roles and no others, whatever its tokens claim; its sessions end. The server may be running."""
    from newgrowth.accounts import grant
    from schema.identity import BadToken

    granted = grant(
        settings_of(data_dir=data_dir),
        issuer=issuer,
        subject=subject,
        roles=role,
        agency=agency,
        region=region,
    )
    try:
        carried_out(granted)
    except BadToken as refused:
        stop(f"No such caller: {refused}.")


@account.command("disable", epilog="Example: newgrowth account disable officer-li")
def account_disable(subject: Subject, issuer: Issuer = None, data_dir: DataDir = None) -> None:
    """Shut a subject out; every server refuses it within five seconds. Exit code 1 when it was shut out before."""
    from newgrowth.accounts import disable

    if not carried_out(disable(settings_of(data_dir=data_dir), issuer=issuer, subject=subject)):
        raise typer.Exit(DIFFERENT)


@account.command("enable", epilog="Example: newgrowth account enable officer-li")
def account_enable(subject: Subject, issuer: Issuer = None, data_dir: DataDir = None) -> None:
    """Let a subject in again, with what was granted before. Exit code 1 when it was not shut out."""
    from newgrowth.accounts import enable

    if not carried_out(enable(settings_of(data_dir=data_dir), issuer=issuer, subject=subject)):
        raise typer.Exit(DIFFERENT)


@account.command("list", epilog="Example: newgrowth account list")
def account_list(data_dir: DataDir = None) -> None:
    """Show every account with its roles and bounds."""
    from newgrowth.accounts import show

    carried_out(show(settings_of(data_dir=data_dir), console))
