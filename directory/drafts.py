"""
Unfinished registrations (草稿): kept as they were typed, seen by their owner alone, and told how complete they are.

A draft may be wrong in every rule of a profile, but not in what the record cannot keep: its fields are known, its
values are JSON of bounded size, its texts hold no broken characters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from directory.entities import Contact, Submission
from directory.errors import ErrorCode, InvalidInput, Path, Problem
from directory.profile_reading import CONTACT_FIELDS, PROFILE_FIELDS, read_profile
from directory.profiles import ContactDetails
from directory.raw_fields import RawFields
from directory.rulebook import Rulebook
from directory.states import EntityKind
from directory.text import InvalidText, clean_text

LARGEST_DRAFT = 200_000
DEEPEST_DRAFT = 4
LONGEST_TEXT = 20_000
LONGEST_CONTACT_TEXT = 500
LARGEST_NUMBER = 10**20

ALWAYS_NEEDED = ("name", "entity_kind", "forms", "region")


class Completeness(NamedTuple):
    """How far a draft is: whole percent of what is needed, and everything that handing it in would refuse.

    100 percent and no problems are the same thing.
    """

    percent: int
    problems: tuple[Problem, ...]

    @property
    def missing(self) -> tuple[Path, ...]:
        """The paths of required fields that are still empty."""
        return tuple(problem.path for problem in self.problems if problem.code is ErrorCode.REQUIRED)


def completeness(raw: Mapping[str, Any], rulebook: Rulebook, today: date) -> Completeness:
    """How far the draft is. The same reading decides when it is handed in, so the two cannot differ."""
    try:
        read_profile(raw, rulebook, today, path=())
    except InvalidInput as invalid:
        identity = "platforms" if raw.get("entity_kind") == EntityKind.FREELANCER else "uscc"
        faulty = {problem.path[0] for problem in invalid.problems if problem.path}
        needed = {*ALWAYS_NEEDED, identity} | faulty
        # Which identity is needed is known only with the kind: until then none is there.
        done = needed - faulty - ({identity} if "entity_kind" in faulty else set())
        return Completeness(100 * len(done) // len(needed), invalid.problems)
    return Completeness(100, ())


def as_typed(draft: Submission, contact: Contact | None) -> dict[str, Any]:
    """What was typed into the draft, contact details included, in the shape of the input."""
    values = dict(draft.draft or {})
    if contact is not None:
        values["contact"] = {name: getattr(contact, name) for name in CONTACT_FIELDS}
    return values


class KeptDraft(NamedTuple):
    """A draft as the record may hold it; the contact details go where such details are kept."""

    values: dict[str, Any]
    contact: ContactDetails | None


def read_draft(raw: object, path: Path = ("profile",)) -> KeptDraft:
    """The draft as it can be kept. Raises: InvalidInput, with every problem at once."""
    problems: list[Problem] = []
    fields = RawFields(raw, path, problems, PROFILE_FIELDS)
    values = {
        name: _storable(value, (*path, name), problems)
        for name in PROFILE_FIELDS
        if name != "contact" and (value := fields.given(name)) is not None
    }
    contact = _draft_contact(fields.given("contact"), (*path, "contact"), problems)
    if not problems and len(json.dumps(values, ensure_ascii=False)) > LARGEST_DRAFT:
        problems.append(Problem(ErrorCode.TOO_LARGE, path, "draft.too_large", {"most": LARGEST_DRAFT}))
    if problems:
        raise InvalidInput.all_of(problems)
    return KeptDraft(values, contact)


def _draft_contact(raw: object, path: Path, problems: list[Problem]) -> ContactDetails | None:
    if raw is None:
        return None
    fields = RawFields(raw, path, problems, CONTACT_FIELDS)
    return ContactDetails(
        **{name: fields.text(name, longest=LONGEST_CONTACT_TEXT) for name in CONTACT_FIELDS}
    )


def _storable(value: Any, path: Path, problems: list[Problem]) -> Any:
    """The value as JSON; what JSON or the databases cannot hold becomes a problem."""
    if len(path) > DEEPEST_DRAFT + 1:
        problems.append(Problem(ErrorCode.TOO_LARGE, path, "draft.too_deep"))
        return None
    if isinstance(value, str):
        return _storable_text(value, path, problems)
    if isinstance(value, list | tuple):
        return [_storable(item, (*path, str(place)), problems) for place, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {
            key: _storable(item, (*path, key), problems)
            for name, item in value.items()
            if (key := _storable_text(str(name), path, problems))
        }
    return _storable_scalar(value, path, problems)


def _storable_scalar(value: object, path: Path, problems: list[Problem]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < LARGEST_NUMBER:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() in range(-20, 20):
        return f"{value:f}"
    problems.append(Problem(ErrorCode.INVALID, path, "draft.not_storable"))
    return None


def _storable_text(text: str, path: Path, problems: list[Problem]) -> str | None:
    try:
        return clean_text(text, multiline=True, max_length=LONGEST_TEXT)
    except InvalidText as refused:
        problems.append(refused.problem_at(*path))
        return None
