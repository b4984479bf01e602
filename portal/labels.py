"""What codes are called: the vocabularies (词表) of the API, asked for once a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.operation import operation
from schema.enums import Language

VOCABULARIES = operation("vocabularies")
PROGRAMMES = "support_programmes"

Labels = Mapping[str, Mapping[str, Mapping[Language, str]]]


def labels_of(data: Mapping[str, Any]) -> Labels:
    """The labels in the answer to VOCABULARIES: vocabulary -> code -> language; the programmes are one vocabulary more."""
    listed = {vocabulary["name"]: vocabulary["terms"] for vocabulary in data["vocabularies"]}
    return {
        name: {term["code"]: {Language.ZH: term["zh"], Language.EN: term["en"]} for term in terms}
        for name, terms in (*listed.items(), (PROGRAMMES, data["supportProgrammes"]))
    }


def label(labels: Labels, vocabulary: str, code: str, language: Language) -> str:
    """What the code is called; a code that the vocabulary does not list is its own label."""
    known = labels[vocabulary].get(str(code))
    return known[language] if known else str(code)
