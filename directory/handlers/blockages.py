"""All commands on reports."""

from __future__ import annotations

from directory.handlers import (
    correspondence,
    evidence,
    joining,
    public_texts,
    report_plan,
    reporting,
    resolution,
    supervision,
    triage,
)
from directory.handling import Handlers

HANDLERS: Handlers = {
    **reporting.HANDLERS,
    **joining.HANDLERS,
    **triage.HANDLERS,
    **resolution.HANDLERS,
    **supervision.HANDLERS,
    **correspondence.HANDLERS,
    **public_texts.HANDLERS,
    **report_plan.HANDLERS,
    **evidence.HANDLERS,
}
