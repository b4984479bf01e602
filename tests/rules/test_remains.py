"""What is left of an erased report (匿名留存): its figures, and nobody's name or words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from directory.entities import Blockage, load
from directory.privacy import SUBJECT_KEYS
from directory.remains import remains_of
from directory.retention import ANONYMISED, NOBODY
from directory.states import OPEN_STATUSES, BlockageStatus
from directory.statistics import Outcome, outcome_of
from indexer.documents.blockage import counted_fields
from seeds.reference import load_reference
from tests.indexer.drawn_reports import NOW, drawn_reports

REFERENCE = load_reference()
LATER = NOW + timedelta(days=400)
REPORTS = list(drawn_reports("firm-of-somebody", 120))
NAMING = ("reference", "codes")


def left(report: Blockage) -> Blockage:
    """What is left of the report, as it is read back."""
    return load(Blockage, report.id, report.version + 1, remains_of(report, LATER))


def values(state: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a state, by the name that it stands under."""
    if isinstance(state, dict):
        for name, each in state.items():
            yield from values(each, name)
    elif isinstance(state, list):
        for each in state:
            yield from values(each, key)
    else:
        yield key, state


@pytest.mark.parametrize("report", [each for each in REPORTS if each.status not in OPEN_STATUSES])
def test_what_had_ended_counts_as_before(report: Blockage) -> None:
    """Every field that statistics select and count, but the number that it is cited by."""
    before = {k: v for k, v in counted_fields(report, REFERENCE).items() if k not in NAMING}
    after = {k: v for k, v in counted_fields(left(report), REFERENCE).items() if k not in NAMING}
    assert after == before


@pytest.mark.parametrize("report", [each for each in REPORTS if each.status in OPEN_STATUSES])
def test_what_was_open_counts_as_withdrawn(report: Blockage) -> None:
    """Nobody is left to confirm a resolution: no limit of it runs on, and it is in no figure of how fast obstacles go."""
    after = left(report)
    assert (after.status, after.closed_at) == (BlockageStatus.WITHDRAWN, LATER)
    assert outcome_of(after) is Outcome.LEFT_OUT
    assert not any(each.met_at is None and not each.void for each in after.deadlines)


@pytest.mark.parametrize("report", REPORTS)
def test_nobody_is_named_and_nothing_is_said(report: Blockage) -> None:
    """Neither a subject nor a word that somebody wrote."""
    told = list(values(remains_of(report, LATER)))
    assert {value for key, value in told if key in SUBJECT_KEYS} <= {NOBODY, None}
    written = {"title", "description", "summary", "comment", "note", "reply", "explanation", "reason"}
    assert {value for key, value in told if key in written} <= {ANONYMISED, None, ""}
    assert report.reference not in [value for _, value in told]
