"""Logging of a running program: one JSON object a line on standard error, no local variables in tracebacks."""

from __future__ import annotations

import sys
from typing import TextIO, cast

import structlog


class _StandardError:
    """Standard error as it is when something is written: whoever redirects it later is heeded."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logs() -> None:
    """Sets the process's logging. Values are escaped by JSON, so that no line can be forged by a name with a line break."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
