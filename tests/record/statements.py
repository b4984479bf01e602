"""The statements that a record's database is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

Noted = list[tuple[str, Any]]

NOTED: ContextVar[Noted | None] = ContextVar("noted statements", default=None)
COUNTED: ContextVar[list[str] | None] = ContextVar("counted statements", default=None)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Every statement that the block, and what it starts, has run on any engine; not those of other tasks beside it."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if COUNTED.get() is statements:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    counting = COUNTED.set(statements)
    try:
        yield statements
    finally:
        COUNTED.reset(counting)
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def noted_statements() -> Iterator[Noted]:
    """The same, each with the values that it was sent with."""
    statements: Noted = []

    def note(connection: object, cursor: object, statement: str, values: Any, *_: object) -> None:
        if NOTED.get() is statements:
            statements.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    noting = NOTED.set(statements)
    try:
        yield statements
    finally:
        NOTED.reset(noting)
        event.remove(Engine, "before_cursor_execute", note)
