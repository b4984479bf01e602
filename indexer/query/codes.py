"""Codes that a search names by their labels: `platform:抖音` means `platform:douyin`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from directory.reference import Reference
from directory.text import fold
from indexer.query.syntax import Coded

VOCABULARIES = {"platform": "platforms", "category": "blockage_categories"}


def spelled_codes(wanted: Coded, reference: Reference) -> Coded:
    """The same, each value that is a code, label or other name of the reference data as its codes."""
    if wanted.field == "reference":
        return wanted
    meant = {fold(value): value for value in wanted.values}
    found: dict[str, list[str]] = {key: [] for key in meant}
    for code, names in _named(wanted.field, reference):
        for key in {fold(name) for name in (code, *names)} & meant.keys():
            found[key].append(code)
    values = chain.from_iterable(found[key] or [value] for key, value in meant.items())
    return Coded(wanted.field, tuple(dict.fromkeys(values)))


def _named(scope: str, reference: Reference) -> Iterator[tuple[str, Iterable[str]]]:
    """The codes of a scope with all they are called."""
    if scope == "region":
        for region in reference.regions.regions:
            labels = (region.label, region.short)
            yield region.code, [name for label in labels for name in (label.zh, label.en)]
    elif scope == "clause":
        for code, clause in reference.clauses.items():
            # A policy stands for all its clauses.
            yield code, (clause.policy_code, clause.heading.zh, clause.heading.en)
    else:
        for term in reference.vocabulary(VOCABULARIES[scope]):
            yield term.code, (term.label.zh, term.label.en, *term.aliases_zh, *term.aliases_en)
