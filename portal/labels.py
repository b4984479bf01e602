"""What codes are called: the vocabularies (词表) of the API, asked for once a process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from portal.operation import operation
from schema.enums import Language

VOCABULARIES = operation("vocabularies")

Labels = Mapping[str, Mapping[str, Mapping[Language, str]]]
Ask = Callable[[], Awaitable[Mapping[str, object]]]


def labels_of(data: Mapping[str, object]) -> Labels:
    """The labels in the answer to VOCABULARIES: vocabulary -> code -> language."""
    found: dict[str, dict[str, Mapping[Language, str]]] = {}
    vocabularies = data["vocabularies"]
    if not isinstance(vocabularies, list):
        raise TypeError("vocabularies are a list")
    for vocabulary in vocabularies:
        found[vocabulary["name"]] = {
            term["code"]: {Language.ZH: term["zh"], Language.EN: term["en"]} for term in vocabulary["terms"]
        }
    return found


def label(labels: Labels, vocabulary: str, code: str, language: Language) -> str:
    """What the code is called; a code that the vocabulary does not list is its own label."""
    known = labels[vocabulary].get(str(code))
    return known[language] if known else str(code)
