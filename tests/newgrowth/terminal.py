"""The command line as someone at a terminal uses it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from typer.testing import CliRunner, Result

from newgrowth.cli import app

WIDE = {"COLUMNS": "160", "NO_COLOR": "1", "TERM": "dumb"}


def newgrowth(*arguments: object, **settings: str) -> Result:
    """What a command printed and ended with; in a thread, for it runs an event loop of its own."""
    environment: Mapping[str, str] = {**WIDE, **{f"NEWGROWTH_{k.upper()}": v for k, v in settings.items()}}
    words = [str(each) for each in arguments]
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: CliRunner().invoke(app, words, env=environment)).result()


def done(*arguments: object, **settings: str) -> str:
    """What a command printed that has to succeed."""
    result = newgrowth(*arguments, **settings)
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.output
