"""`newgrowth index …`: follow the log, look, rebuild, verify, repair."""

from __future__ import annotations

import json

import typer

from newgrowth.commanding import (
    DIFFERENT,
    DataDir,
    carried_out,
    console,
    settings_of,
)

index = typer.Typer(
    no_args_is_help=True, help="The search index: follow the log, look, rebuild, verify, repair."
)
dead_letters = typer.Typer(no_args_is_help=True, help="Documents that the search index refused (死信).")
index.add_typer(dead_letters, name="dead-letters")


@index.command("rights", epilog="Example: newgrowth index rights > rights.json")
def index_rights(data_dir: DataDir = None) -> None:
    """Print what each of the three API keys of a secured Elasticsearch may do, as JSON to make the keys with."""
    from indexer.engines.elastic.rights import rights

    typer.echo(json.dumps(rights(settings_of(data_dir=data_dir).index_prefix), indent=2))


@index.command(
    "follow",
    epilog="Example: newgrowth index follow   (beside servers with NEWGROWTH_FOLLOW_IN_PROCESS=false)",
)
def index_follow(data_dir: DataDir = None) -> None:
    """Carry the log into the search index until stopped."""
    from newgrowth.indexing import follow

    carried_out(follow(settings_of(data_dir=data_dir), console))


@index.command("status", epilog="Example: newgrowth index status")
def index_status(data_dir: DataDir = None) -> None:
    """Show how far the index is behind the record."""
    from newgrowth.indexing import show_status

    carried_out(show_status(settings_of(data_dir=data_dir), console))


@index.command("rebuild", epilog="Example: newgrowth index rebuild")
def index_rebuild(data_dir: DataDir = None) -> None:
    """Build a new index from the record beside the live one and swap it in. Safe to interrupt and to run again."""
    from newgrowth.indexing import rebuild

    carried_out(rebuild(settings_of(data_dir=data_dir), console))


@index.command("verify", epilog="Example: newgrowth index verify || newgrowth index rebuild")
def index_verify(data_dir: DataDir = None) -> None:
    """Compare every document with the record; exit code 1 when they differ."""
    from newgrowth.indexing import verify

    if not carried_out(verify(settings_of(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)


@index.command("repair", epilog="Example: newgrowth index repair")
def index_repair(data_dir: DataDir = None) -> None:
    """Verify, then write anew exactly the documents that differ; exit code 1 when some differ still."""
    from newgrowth.mending import repair

    if not carried_out(repair(settings_of(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)


@index.command("rollback", epilog="Example: newgrowth index rollback   (again: back to where it was)")
def index_rollback(data_dir: DataDir = None) -> None:
    """Search the index as it was before the last rebuild; what came since is carried over again."""
    from newgrowth.mending import rollback

    carried_out(rollback(settings_of(data_dir=data_dir), console))


@index.command("drop-previous", epilog="Example: newgrowth index drop-previous")
def index_drop_previous(data_dir: DataDir = None) -> None:
    """Give back the disk space of the index kept from before the last rebuild."""
    from newgrowth.mending import drop_previous

    carried_out(drop_previous(settings_of(data_dir=data_dir), console))


@dead_letters.command("list", epilog="Example: newgrowth index dead-letters list")
def dead_letters_list(data_dir: DataDir = None) -> None:
    """Show the documents that cannot be built or that the engine refused for good, with the reason."""
    from newgrowth.mending import list_dead_letters

    carried_out(list_dead_letters(settings_of(data_dir=data_dir), console))


@dead_letters.command("replay", epilog="Example: newgrowth index dead-letters replay")
def dead_letters_replay(data_dir: DataDir = None) -> None:
    """Build the refused documents anew from the record and write them; exit code 1 when some are refused still."""
    from newgrowth.mending import replay_dead_letters

    if not carried_out(replay_dead_letters(settings_of(data_dir=data_dir), console)):
        raise typer.Exit(DIFFERENT)
