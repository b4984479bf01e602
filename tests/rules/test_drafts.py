"""Unfinished registrations: kept as typed, measured by the rules that will decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from directory.drafts import completeness, read_draft
from directory.errors import ErrorCode, InvalidInput, Problem
from directory.profile_reading import read_profile
from tests.declarations import raw_enterprise, raw_freelancer
from tests.rulebooks import RULEBOOK
from tests.rules.test_profile_reading import RAW_PROFILES

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("draft", "percent", "missing"),
    [
        ({}, 0, {"name", "entity_kind", "forms", "region"}),
        ({"name": "微光"}, 20, {"entity_kind", "forms", "region"}),
        (raw_enterprise(uscc=""), 80, {"uscc"}),
        (raw_freelancer(platforms=None), 80, {"platforms"}),
        (raw_enterprise(), 100, set()),
        (raw_freelancer(), 100, set()),
    ],
)
def test_a_draft_tells_what_is_missing(draft: dict[str, Any], percent: int, missing: set[str]) -> None:
    """Five things are needed of every firm: name, kind, forms, region, and its code or account."""
    found = completeness(draft, RULEBOOK, TODAY)
    assert found.percent == percent
    assert {path[0] for path in found.missing} == missing


def test_a_wrong_value_keeps_a_draft_from_being_complete() -> None:
    """All that is needed is there, but a date is wrong: five of six."""
    found = completeness(raw_enterprise(founded_on="2026-02-30"), RULEBOOK, TODAY)
    assert (found.percent, found.missing) == (83, ())
    assert found.problems[0].path == ("founded_on",)


@given(RAW_PROFILES)
def test_completeness_and_handing_in_agree(raw: Any) -> None:
    """What a draft is told to lack is exactly what handing it in would refuse."""
    draft = raw if isinstance(raw, dict) else {}
    found = completeness(draft, RULEBOOK, TODAY)
    assert found.problems == _refused(lambda: read_profile(draft, RULEBOOK, TODAY, path=()))
    assert (found.percent == 100) is (not found.problems)


@given(RAW_PROFILES)
def test_a_draft_is_kept_or_refused(raw: Any) -> None:
    """Whatever is typed either goes to the record as JSON in any database's characters, or is refused with its path."""
    if problems := _refused(lambda: read_draft(raw)):
        assert all(problem.path[0] == "profile" for problem in problems)
        return
    values = read_draft(raw).values
    text = json.dumps(values, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    assert text.encode()
    assert read_draft(values).values == values


@given(RAW_PROFILES)
def test_a_detour_over_a_draft_changes_nothing(raw: Any) -> None:
    """What can be handed in at once can be kept as a draft and handed in later, with the same result."""
    if _refused(lambda: read_profile(raw, RULEBOOK, TODAY)) or _refused(lambda: read_draft(raw)):
        return
    kept = read_draft(raw)
    contact = kept.contact.model_dump() if kept.contact else None
    resumed = read_profile({**kept.values, "contact": contact}, RULEBOOK, TODAY)
    assert resumed == read_profile(raw, RULEBOOK, TODAY)


def test_a_figure_in_powers_of_ten_survives_a_draft() -> None:
    """15E+3 is kept as 15000, which can be read again."""
    claim = {"metric": "MONTHLY_TURNOVER_CNY", "period": "2026-01", "value": Decimal("15E+3")}
    kept = read_draft(raw_enterprise(metrics=[claim]))
    assert read_profile(kept.values, RULEBOOK, TODAY).readings[0].value == 15000


def _refused(reading: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        reading()
    except InvalidInput as refused:
        return refused.problems
    return ()


def test_what_is_typed_stays_as_typed() -> None:
    """A half-typed code is nobody's business until the draft is handed in."""
    assert read_draft({"uscc": "9133", "forms": ["?"], "metrics": [{"period": "soon"}]}).values == {
        "uscc": "9133",
        "forms": ["?"],
        "metrics": [{"period": "soon"}],
    }


def test_contact_details_leave_the_draft() -> None:
    """They are kept where all contact details are kept, however unfinished."""
    kept = read_draft({"name": "微光", "contact": {"phone": "138"}})
    assert "contact" not in kept.values
    assert kept.contact is not None
    assert kept.contact.phone == "138"


def test_a_draft_is_bounded() -> None:
    """A draft is a form, not a store."""
    with pytest.raises(InvalidInput) as refused:
        read_draft({"other_names": ["微" * 20_000] * 11})
    assert refused.value.problems[0].code is ErrorCode.TOO_LARGE
