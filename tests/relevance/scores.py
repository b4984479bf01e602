"""Judged queries and what an answer to one is worth."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log2
from pathlib import Path
from typing import Any

from indexer.documents import fields
from indexer.query.search import Document, Kind

BEST, GOOD = 3, 1
JUDGEMENTS = Path(__file__).parent / "judgements.toml"
KINDS = {"firm": Kind.FIRM, "report": Kind.BLOCKAGE, "point": Kind.BLOCKING_POINT}
_CODES = {"form": fields.FORM_PATH, "region": fields.REGION_PATH, "platform": fields.PLATFORM_PATH}
_NAMES = (fields.NAME, fields.NAME_EN, fields.OTHER_NAMES)


@dataclass(frozen=True)
class Judged:
    """A query with the grade of every document that answers it."""

    text: str
    topic: str
    kind: Kind
    grades: Mapping[str, int]


def judged(documents: Sequence[Document]) -> list[Judged]:
    """All judged queries over these documents."""
    queries = tomllib.loads(JUDGEMENTS.read_text(encoding="utf-8"))["query"]
    return [
        Judged(query["text"], query["class"], kind := KINDS[query["kind"]], _grades(query, kind, documents))
        for query in queries
    ]


def _grades(query: Mapping[str, Any], kind: Kind, documents: Sequence[Document]) -> dict[str, int]:
    grades: dict[str, int] = {}
    for rules, grade in ((query.get("good", ()), GOOD), (query["best"], BEST)):
        for document in documents:
            if document.kind is kind and any(_means(rule, document) for rule in rules):
                grades[document.id] = grade
    return grades


def _means(rule: Mapping[str, Any], document: Document) -> bool:
    body = document.body or {}
    held: dict[str, Callable[[Any], bool]] = {
        "keys": lambda keys: document.id in keys,
        "named": lambda text: any(text in name.lower() for name in _names(body)),
        "clauses": lambda codes: not set(codes).isdisjoint(body.get(fields.CLAUSES, ())),
        "category": lambda codes: body.get(fields.CATEGORY) in codes,
        **{part: partial(_has, body, field) for part, field in _CODES.items()},
    }
    return all(held[part](wanted) for part, wanted in rule.items())


def _has(body: Mapping[str, Any], field: str, code: str) -> bool:
    return code in body.get(field, ())


def _names(body: Mapping[str, Any]) -> list[str]:
    values = (body.get(field, []) for field in _NAMES)
    return [name for value in values for name in ([value] if isinstance(value, str) else value)]


def ndcg(found: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """How near the first `depth` are to the best order there could be, from 0 to 1."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(each, 0) for each in found[:depth]]) / ideal


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def recall(found: Sequence[str], grades: Mapping[str, int], depth: int = 50) -> float:
    """The share of what answers the query that stands among the first `depth`; of `depth` where there is more."""
    return len(grades.keys() & set(found[:depth])) / min(depth, len(grades))
