"""What all commands share: the terminal, the settings, and how work is run and its end told."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from directory.errors import ServiceFault
from newgrowth.logs import configure_logs
from newgrowth.loops import new_event_loop
from newgrowth.settings import Settings, SettingsInvalid, read_settings

T = TypeVar("T")
console = Console()
errors = Console(stderr=True)

DataDir = Annotated[Path | None, typer.Option(help="Where record, index and keys are kept (default .data).")]
CANNOT, DIFFERENT = 2, 1


def settings_of(**overrides: object) -> Settings:
    """The settings, `overrides` first; ends the program with every line that is wrong."""
    try:
        settings = read_settings(**overrides)
    except SettingsInvalid as invalid:
        stop(*invalid.lines)
    configure_logs(settings.log_level)
    return settings


def stop(*lines: str) -> NoReturn:
    """Ends the program, saying why."""
    for line in lines:
        errors.print(line, style="red", highlight=False)
    raise typer.Exit(CANNOT)


def filter_of(given: str | None) -> Any:
    """The JSON of a --filter; None without one."""
    try:
        return None if given is None else json.loads(given)
    except ValueError:
        stop("--filter is not valid JSON.")


def carried_out(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; a fault, or Ctrl-C, ends the program with its reason."""
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(work)
    except ServiceFault as fault:
        stop(str(fault))
    except SettingsInvalid as invalid:
        stop(*invalid.lines)
    except KeyboardInterrupt:
        errors.print("Stopped. Nothing is lost; run the command again to go on.")
        raise typer.Exit(130) from None


async def until_stopped() -> None:
    """Returns on SIGTERM, as containers are told to stop; Ctrl-C cancels as ever."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(NotImplementedError):  # on Windows
        loop.add_signal_handler(signal.SIGTERM, stopped.set)
    try:
        await stopped.wait()
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)
