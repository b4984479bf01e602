"""Codes of trees with their ancestors, instants and months as documents hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from directory.reference import Reference
from directory.vocabulary import RegionTree, Vocabulary
from directory.workdays import SHANGHAI

EPOCH_DAY = date(1970, 1, 1).toordinal()


def with_ancestors(codes: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """The codes and all codes above them, each once; a code the vocabulary has dropped stands for itself."""
    found: dict[str, None] = {}
    for code in codes:
        found.update(dict.fromkeys(vocabulary.path(code) if code in vocabulary else (code,)))
    return list(found)


def region_path(code: str, regions: RegionTree) -> list[str]:
    """The codes from the province down to the region itself."""
    return list(regions.path(code)) if regions.is_known(code) else [code]


def labels(codes: Iterable[tuple[str, str | None]], reference: Reference) -> list[str]:
    """The labels, in both languages, of (vocabulary, code) pairs; None and unknown codes have none."""
    return list(dict.fromkeys(_labels(codes, reference)))


def _labels(codes: Iterable[tuple[str, str | None]], reference: Reference) -> Iterator[str]:
    for name, code in codes:
        if code is not None and (term := reference.vocabulary(name).get(code)) is not None:
            yield term.label.zh
            yield term.label.en


def clause_headings(codes: Iterable[str], reference: Reference) -> list[str]:
    """The headings, in both languages, of clauses; a code the reference data has dropped has none."""
    known = (clause for code in codes if (clause := reference.clause(code)) is not None)
    return [heading for clause in known for heading in (clause.heading.zh, clause.heading.en)]


def epoch_seconds(at: datetime | None) -> int | None:
    """Whole seconds since 1970-01-01 in UTC."""
    return None if at is None else int(at.timestamp())


def epoch_days(day: date | None) -> int | None:
    """Days since 1970-01-01."""
    return None if day is None else day.toordinal() - EPOCH_DAY


def month_in_china(at: datetime | None) -> str | None:
    """The month, YYYY-MM, that the calendar in Shanghai showed."""
    return None if at is None else at.astimezone(SHANGHAI).date().isoformat()[:7]


def without_empty(body: dict[str, Any]) -> dict[str, Any]:
    """The body without what says nothing: None, empty texts and empty lists."""
    return {name: value for name, value in body.items() if value is not None and value not in ("", [])}
