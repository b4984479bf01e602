"""Command lines as documents and deployments write them, held against the program's own commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup

from newgrowth.cli import app

ROOT = typer.main.get_command(app)
# `newgrowth …` between back quotes, or at the beginning of a line of a block, behind what is set for it alone.
_INLINE = re.compile(r"`newgrowth ([^`]+)`")
_BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S* )*(?:\S*python -m )?newgrowth (.+)$", re.MULTILINE)
_CONTAINER = re.compile(
    r"(?:exec deploy/\w+ -- newgrowth|run --rm (?:--\S+(?: [A-Z_]+=\S+)? )*\w+) (.+)$", re.MULTILINE
)
_END = re.compile(r" (?:#|>|2>|\||\|\||&&|;) ?.*$| {2,}.*$")


def written_in(document: str) -> Iterator[str]:
    """The command lines in a document, without the program's name."""
    yield from _INLINE.findall(_BLOCK.sub("", document))
    for block in _BLOCK.findall(document):
        joined = block.replace("\\\n", " ")
        for pattern in (_LINE, _CONTAINER):
            yield from (_END.sub("", each) for each in pattern.findall(joined))


def problem(words: Sequence[str]) -> str | None:
    """What is wrong with a command line; None when the program has such a command with such options."""
    command, rest = ROOT, list(words)
    while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if (found := command.commands.get(name)) is None:
            return f"no command {name}"
        command = found
    return _arguments(command, rest)


def _arguments(command: Any, words: Sequence[str]) -> str | None:
    options = {name: each for each in command.params for name in each.opts}
    most = sum(isinstance(each, TyperArgument) for each in command.params)
    given, waiting = 0, iter(words)
    for word in waiting:
        if not word.startswith("--"):
            given += 1
        elif word.partition("=")[0] not in {*options, "--help"}:
            return f"no option {word} of {command.name}"
        elif "=" not in word and word != "--help" and not getattr(options[word], "is_flag", False):
            next(waiting, None)
    if isinstance(command, TyperGroup) and given:
        return f"no command {' '.join(words)} of {command.name}"
    return f"{command.name} takes {most} words, not {given}" if given > most else None


def spelled_out(line: str) -> Iterator[list[str]]:
    """The line as words; a word with bars stands for one line each, as in `account grant|disable SUBJECT`."""
    words = shlex.split(line.replace("\\|", "|").replace("…", ""))
    barred = [
        place for place, word in enumerate(words) if "|" in word and not words[place - 1].startswith("--")
    ]
    if not barred:
        yield words
        return
    place = barred[0]
    for choice in words[place].split("|"):
        yield from spelled_out(shlex.join([*words[:place], choice, *words[place + 1 :]]))
