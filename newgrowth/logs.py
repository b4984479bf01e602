"""
Logging of a running program: one JSON object a line on standard error, whoever logs.

What callers send cannot forge a line, nor turn one around on the screen. Of personal data the log holds none: no local
variables in tracebacks, and no messages of database drivers, which quote the values they refuse.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO, cast

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from newgrowth.settings import LogLevel

# JSON escapes line breaks and the other C0 controls. These are left: C1 controls, which terminals obey; line and paragraph
# separators; marks that turn the direction of what follows (Unicode Bidirectional Algorithm); halves of characters.
TO_ESCAPE = (
    *range(0x7F, 0xA0),
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
    *range(0xD800, 0xE000),
)
ESCAPES = {code: f"\\u{code:04x}" for code in TO_ESCAPE}
DRIVERS = frozenset({"sqlite3", "aiosqlite", "asyncpg", "sqlalchemy"})
WITHHELD = "(withheld: it may quote values)"

_as_json = structlog.processors.JSONRenderer(ensure_ascii=False)


class _StandardError:
    """Standard error as it is when something is written: whoever redirects it later is heeded."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Handler(logging.StreamHandler[TextIO]):
    """What libraries log, written as our own lines are."""


def configure_logs(level: LogLevel = LogLevel.INFO) -> None:
    """Sets the process's logging: of this program from `level` on, of its libraries from warnings on."""
    least = logging.getLevelNamesMapping()[level.upper()]
    said: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_told),
    ]
    structlog.configure(
        processors=[*said, _one_line],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        # A logger that keeps what it was first given heeds no later setting; lines are too few for it to matter.
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for before in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(before)
    handler = _Handler(cast(TextIO, _StandardError()))
    handler.setLevel(max(logging.WARNING, least))
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=said[:3], processors=[meta, said[3], _one_line])
    )
    root.addHandler(handler)


def _one_line(logger: WrappedLogger, name: str, event: EventDict) -> str:
    """The line, as JSON that shows on every screen what it says."""
    return str(_as_json(logger, name, event)).translate(ESCAPES)


def _told(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """The traceback, without what drivers say: their own words are for the mistake, not for the log."""
    told = traceback.TracebackException(*exc_info)
    _withhold(told, exc_info[1])
    return "".join(told.format()).rstrip("\n")


def _withhold(told: traceback.TracebackException, error: BaseException) -> None:
    if type(error).__module__.partition(".")[0] in DRIVERS:
        told._str = WITHHELD  # type: ignore[attr-defined]
    if told.__cause__ is not None and error.__cause__ is not None:
        _withhold(told.__cause__, error.__cause__)
    if told.__context__ is not None and error.__context__ is not None:
        _withhold(told.__context__, error.__context__)
