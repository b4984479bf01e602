"""
The door for what staff say about a blocking point (政策堵点): raw values in, clean values out, every problem at once.

A point cites at least one clause: without it, it is a complaint that several share, and no cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from directory.agency_reading import read_helpers, read_lead
from directory.coded_fields import check_code
from directory.entities import BlockingPoint
from directory.errors import InvalidInput, Problem
from directory.point_commands import AmendBlockingPoint, CreateBlockingPoint
from directory.raw_fields import RawFields
from directory.reference import Reference
from directory.report_reading import (
    LONGEST_CODE,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MOST_CODES,
    SHORTEST_DESCRIPTION,
    SHORTEST_TITLE,
    read_clauses,
)
from directory.rulebook import Rulebook
from directory.text import run_texts

LONGEST_TITLE_EN = 240
# A firm that joins without words of its own reports title and description together.
SHORTEST_POINT_DESCRIPTION = SHORTEST_DESCRIPTION - SHORTEST_TITLE - 1
LONGEST_POINT_DESCRIPTION = LONGEST_DESCRIPTION - LONGEST_TITLE - 1
POINT_FIELDS = (
    "title",
    "title_en",
    "description",
    "description_en",
    "category",
    "clauses",
    "lead_agency",
    "co_agencies",
)


def read_new_point(command: CreateBlockingPoint, rulebook: Rulebook, today: date) -> Mapping[str, Any]:
    """The clean values of a new point by field name; `today` in Shanghai. Raises: InvalidInput, with every problem."""
    raw = {name: getattr(command, name) for name in POINT_FIELDS}
    return _read(raw, frozenset(POINT_FIELDS), rulebook.reference, today)


def read_amendment(
    command: AmendBlockingPoint, point: BlockingPoint, rulebook: Rulebook, today: date
) -> Mapping[str, Any]:
    """The values of the point as amended, by field name; what is not given stays. Raises: InvalidInput."""
    given = {name: value for name in POINT_FIELDS if (value := getattr(command, name)) is not None}
    kept = {name: getattr(point, name) for name in POINT_FIELDS}
    return _read({**kept, **given}, frozenset(given), rulebook.reference, today)


def _read(
    raw: Mapping[str, Any], given: frozenset[str], reference: Reference, today: date
) -> Mapping[str, Any]:
    """The clean values; codes that were kept are not held against vocabularies that have changed since."""
    problems = list[Problem]()
    fields = RawFields(raw, (), problems, POINT_FIELDS)
    category = fields.text("category", longest=LONGEST_CODE, required=True)
    if category is not None and "category" in given:
        check_code(fields, ("category",), category, reference.vocabulary("blockage_categories"), today)
    lead = read_lead(fields, "lead_agency", reference.agencies)
    values = {
        **_read_texts(fields),
        "category": category,
        "clauses": _read_clauses(fields, given, reference),
        "lead_agency": lead,
        "co_agencies": read_helpers(fields, reference.agencies, lead),
    }
    if problems:
        raise InvalidInput.all_of(problems)
    return values


def _read_texts(fields: RawFields) -> Mapping[str, str | None]:
    return {
        "title": read_point_title(fields),
        "title_en": fields.text("title_en", longest=LONGEST_TITLE_EN),
        "description": fields.text(
            "description",
            longest=LONGEST_POINT_DESCRIPTION,
            shortest=SHORTEST_POINT_DESCRIPTION,
            multiline=True,
            required=True,
        ),
        "description_en": fields.text("description_en", longest=LONGEST_DESCRIPTION, multiline=True),
    }


def read_point_title(fields: RawFields) -> str | None:
    """A title that says something in words."""
    title = fields.text("title", longest=LONGEST_TITLE, shortest=SHORTEST_TITLE, required=True)
    if title is not None and not run_texts(title):
        fields.note("title", key="blockage.no_words")
    return title


def _read_clauses(fields: RawFields, given: frozenset[str], reference: Reference) -> tuple[str, ...]:
    fields.given("clauses", required=True)
    if "clauses" in given:
        return read_clauses(fields, reference)
    return tuple(fields.texts("clauses", longest=LONGEST_CODE, most=MOST_CODES))
