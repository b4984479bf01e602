"""
What an erased report leaves behind (匿名留存): codes, dates and figures by which statistics count, and nobody's name or words.

Figures that were true stay true when a person asks to be forgotten; anonymised data is personal data no longer.
Source: PIPL (个人信息保护法), articles 4 and 73 (anonymisation), 47 (erasure).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from directory.deadlines import Stage, voided
from directory.entities import Blockage, dump
from directory.mentions import mentioned, renamed
from directory.retention import NOBODY, anonymised
from directory.states import OPEN_STATUSES, BlockageStatus

# Under this name the log entry of an erasure holds them.
REMAINS = "remains"


def remains_of(blockage: Blockage, at: datetime) -> Mapping[str, Any]:
    """The state that stays when the report is erased at `at`; what was open then counts as withdrawn."""
    after = anonymised(blockage)
    after = after.model_copy(
        update={
            "reference": "",
            "duplicate_of": None,
            "suggested_agency": None,
            "supervision": None,
            "call_back": None,
            "unsealings": (),
            "plan": (),
            **_ended(after, at),
        }
    )
    state = dump(after)
    unnamed: Mapping[str, Any] = renamed(state, dict.fromkeys(mentioned(state), NOBODY))
    return unnamed


def _ended(blockage: Blockage, at: datetime) -> Mapping[str, Any]:
    if blockage.status not in OPEN_STATUSES:
        return {}
    return {
        "status": BlockageStatus.WITHDRAWN,
        "closed_at": at,
        "supervised": False,
        "deadlines": voided(blockage.deadlines, *Stage),
    }
