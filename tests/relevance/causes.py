"""Reports by their cause, as `causes.toml` has them, and how well they are gathered."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from directory.entities import BlockingPoint
from directory.identifiers import Prefix, new_number
from directory.likeness import Traits
from directory.states import BlockingPointStatus
from directory.terms import distinct_terms
from indexer.documents import fields
from indexer.documents.blocking_point import blocking_point_document
from indexer.documents.paths import without_empty
from indexer.query.search import Document, Kind
from tests.factories import NOW
from tests.rulebooks import REFERENCE

CAUSES = Path(__file__).parent / "causes.toml"
LANGUAGES = ("zh", "en")
# A report that shares its cause with no other bears a cause of its own.
ALONE = "alone"


@dataclass(frozen=True)
class Labelled:
    """A report with the cause that it is known to have; `number` counts those of one cause and language from 0."""

    id: str
    cause: str
    language: str
    held_out: bool
    number: int
    title: str
    description: str
    category: str

    @property
    def alone(self) -> bool:
        """Whether no other report has its cause."""
        return self.cause.startswith(ALONE)

    def traits(self, *, filed: bool) -> Traits:
        """What is compared of it; while it is being written it is in no category."""
        terms = tuple(distinct_terms((self.title, self.description), REFERENCE.lexicon))
        return Traits(terms, self.category if filed else None)

    def document(self, point: str | None) -> Document:
        """The report as the index holds it, linked to the point."""
        body = {
            fields.PUBLIC: True,
            fields.OPEN: True,
            fields.BLOCKING_POINT: point,
            fields.REPORTED_AT: int(NOW.timestamp()),
            fields.TITLE: self.title,
            fields.DESCRIPTION: self.description,
            fields.CATEGORY: self.category,
            fields.TERMS: list(self.traits(filed=True).terms),
        }
        return Document(Kind.BLOCKAGE, self.id, 1, without_empty(body))


@cache
def labelled() -> tuple[Labelled, ...]:
    """All reports of the file."""
    return tuple(_read(tomllib.loads(CAUSES.read_text(encoding="utf-8"))))


def _read(written: Mapping[str, Sequence[Mapping[str, object]]]) -> Iterator[Labelled]:
    for cause in written["cause"]:
        yield from _of(cause, str(cause["key"]), bool(cause.get("held_out")))
    for at, lone in enumerate(written["alone"]):
        yield from _of(lone, f"{ALONE}-{at}", bool(at % 2))


def _of(cause: Mapping[str, object], key: str, held_out: bool) -> Iterator[Labelled]:
    for language in LANGUAGES:
        texts = cause[language]
        assert isinstance(texts, list)
        for number, (title, description) in enumerate(texts):
            id_ = f"{key}-{language}-{number}"
            own = id_ if key.startswith(ALONE) else key
            yield Labelled(id_, own, language, held_out, number, title, description, str(cause["category"]))


def points() -> list[Document]:
    """The point of each cause, its id being the cause's key."""
    written = tomllib.loads(CAUSES.read_text(encoding="utf-8"))
    return [_point(cause["key"], cause["category"], *cause["point"]) for cause in written["cause"]]


def _point(
    key: str, category: str, title: str, description: str, title_en: str, description_en: str
) -> Document:
    point = BlockingPoint(
        id=key,
        version=1,
        reference=new_number(Prefix.POINT, lambda count: key.encode().ljust(count, b"-")[:count]),
        status=BlockingPointStatus.OPEN,
        title=title,
        title_en=title_en,
        description=description,
        description_en=description_en,
        category=category,
        clauses=("ndrc-2020-1157#13",),
        created_at=NOW,
        updated_at=NOW,
    )
    return Document(Kind.BLOCKING_POINT, key, 1, blocking_point_document(point, REFERENCE))


@dataclass(frozen=True)
class Pairwise:
    """How the pairs that were put together compare with the pairs that belong together."""

    right: int
    joined: int
    belonging: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall over pairs."""
        return 2 * self.right / (self.joined + self.belonging)


def pairwise(causes: Mapping[str, str], gathered: Sequence[Sequence[str]]) -> Pairwise:
    """The pairs of reports by id, their causes being known."""
    belonging = {pair for pair in combinations(sorted(causes), 2) if causes[pair[0]] == causes[pair[1]]}
    joined = {pair for group in gathered for pair in combinations(sorted(group), 2)}
    return Pairwise(len(joined & belonging), len(joined), len(belonging))
