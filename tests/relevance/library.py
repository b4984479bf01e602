"""Three thousand documents to look things up in: invented ones, the same every time, and a few written by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from directory.terms import distinct_terms
from indexer.documents import fields
from indexer.documents.paths import clause_headings, labels, with_ancestors, without_empty
from indexer.query.search import Document, Kind
from seeds.generate import generate
from tests.rulebooks import REFERENCE

SEED = 2020
TODAY = date(2026, 3, 2)
FIRMS = 1_650
BY_HAND = Path(__file__).parent / "by_hand.toml"


@cache
def documents() -> tuple[Document, ...]:
    """Entries, reports and blocking points, some 3,000."""
    return (*_invented(), *_written())


def _invented() -> Iterator[Document]:
    for drawn in generate(FIRMS, seed=SEED, today=TODAY):
        yield Document(Kind.FIRM, drawn.key, 1, _firm(drawn.profile))
        for filed in drawn.reports:
            yield Document(Kind.BLOCKAGE, filed.key, 1, _report(filed.report))


def _written() -> Iterator[Document]:
    written = tomllib.loads(BY_HAND.read_text(encoding="utf-8"))
    for number, profile in enumerate(written["firm"]):
        yield Document(Kind.FIRM, profile.pop("key", f"firm-{number}"), 1, _firm(profile))
    for number, report in enumerate(written["report"]):
        yield Document(Kind.BLOCKAGE, report.pop("key", f"report-{number}"), 1, _report(report))
    for point in written["point"]:
        yield Document(Kind.BLOCKING_POINT, point.pop("key"), 1, _point(point))


def _firm(profile: Mapping[str, Any]) -> dict[str, Any]:
    forms = profile.get("forms", [])
    platforms = [account["platform"] for account in profile.get("platforms", ())]
    labelled = [
        *(("business_forms", code) for code in forms),
        *(("platforms", code) for code in platforms),
        ("occupations", profile.get("occupation")),
        ("industries", profile.get("industry")),
    ]
    return without_empty(
        {
            fields.PUBLIC: True,
            fields.NAME: profile["name"],
            fields.NAME_EN: profile.get("name_en"),
            fields.OTHER_NAMES: list(profile.get("other_names", ())),
            fields.SUMMARY: profile.get("summary"),
            fields.SUMMARY_EN: profile.get("summary_en"),
            fields.FORMS: list(forms),
            fields.FORM_PATH: with_ancestors(forms, REFERENCE.vocabulary("business_forms")),
            fields.PLATFORM_PATH: platforms,
            fields.REGION_PATH: _region(profile.get("region")),
            fields.LABELS: labels(labelled, REFERENCE),
        }
    )


def _report(report: Mapping[str, Any]) -> dict[str, Any]:
    clauses = [clause for code in report.get("clauses", ()) if (clause := REFERENCE.clause(code))]
    labelled = [
        ("blockage_categories", report["category"]),
        *(("business_forms", code) for code in report.get("forms", ())),
        *(("platforms", code) for code in report.get("platforms", ())),
    ]
    return without_empty(
        {
            fields.PUBLIC: True,
            fields.TITLE: report["title"],
            fields.DESCRIPTION: report["description"],
            fields.CATEGORY: report["category"],
            fields.CATEGORY_PATH: with_ancestors(
                (report["category"],), REFERENCE.vocabulary("blockage_categories")
            ),
            fields.FORMS: list(report.get("forms", ())),
            fields.PLATFORMS: list(report.get("platforms", ())),
            fields.PLATFORM_PATH: list(report.get("platforms", ())),
            fields.REGION_PATH: _region(report.get("region")),
            fields.CLAUSES: [clause.code for clause in clauses],
            fields.CLAUSE_HEADINGS: [text for c in clauses for text in (c.heading.zh, c.heading.en)],
            fields.LABELS: labels(labelled, REFERENCE),
            fields.TERMS: distinct_terms((report["title"], report["description"]), REFERENCE.lexicon),
        }
    )


def _point(point: Mapping[str, Any]) -> dict[str, Any]:
    category = (point["category"],)
    return without_empty(
        {
            fields.PUBLIC: True,
            fields.TITLE: point["title"],
            fields.TITLE_EN: point["title_en"],
            fields.DESCRIPTION: point["description"],
            fields.DESCRIPTION_EN: point["description_en"],
            fields.CATEGORY: point["category"],
            fields.CATEGORY_PATH: with_ancestors(category, REFERENCE.vocabulary("blockage_categories")),
            fields.CLAUSES: list(point.get("clauses", ())),
            fields.CLAUSE_HEADINGS: clause_headings(point.get("clauses", ()), REFERENCE),
            fields.LABELS: labels([("blockage_categories", point["category"])], REFERENCE),
        }
    )


def _region(code: str | None) -> list[str]:
    return list(REFERENCE.regions.path(code)) if code else []
