"""All commands on reports."""

from __future__ import annotations

from directory.handlers import reporting, resolution, triage
from directory.handling import Handlers

HANDLERS: Handlers = {**reporting.HANDLERS, **triage.HANDLERS, **resolution.HANDLERS}
