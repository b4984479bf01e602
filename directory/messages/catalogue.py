"""The one catalogue of sentences, by key and language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.errors import Problem
from directory.messages import (
    blockages,
    blocking_points,
    deadlines,
    evidence,
    firms,
    general,
    imports,
    notices,
    people,
    searches,
    statistics,
    values,
)
from directory.states import Language

CATALOGUE: Mapping[str, tuple[str, str]] = {
    **general.MESSAGES,
    **values.MESSAGES,
    **firms.MESSAGES,
    **blockages.MESSAGES,
    **blocking_points.MESSAGES,
    **deadlines.MESSAGES,
    **evidence.MESSAGES,
    **searches.MESSAGES,
    **imports.MESSAGES,
    **notices.MESSAGES,
    **people.MESSAGES,
    **statistics.MESSAGES,
}


def sentence(key: str, language: Language, params: Mapping[str, Any]) -> str:
    """The sentence for `key`. Raises: KeyError for a key without a sentence (a test walks all keys)."""
    chinese, english = CATALOGUE[key]
    return (chinese if language is Language.ZH else english).format(**params)


def message(problem: Problem, language: Language) -> str:
    """What to tell the caller about `problem`."""
    return sentence(problem.key, language, problem.params)


def api_path(problem: Problem) -> list[str]:
    """The problem's path into the mutation's input, in the API's camelCase: ["input", "profile", "nameEn"]."""
    return ["input", *(_camel(step) for step in problem.path)]


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
