"""
What codes are called: the vocabularies (词表) of the API, asked for once a process.

The API's English labels are words for the middle of a sentence. On a page a label stands alone, in a badge, a list or a
heading: there it begins with a capital letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.operation import operation
from schema.enums import Language

VOCABULARIES = operation("vocabularies")
PROGRAMMES = "support_programmes"
LABEL = "label"

Labels = Mapping[str, Mapping[str, Mapping[Language, str]]]


def labels_of(data: Mapping[str, Any]) -> Labels:
    """The labels in the answer to VOCABULARIES: vocabulary -> code -> language; the programmes are one vocabulary more."""
    listed = {vocabulary["name"]: vocabulary["terms"] for vocabulary in data["vocabularies"]}
    return {
        name: {term["code"]: {Language.ZH: term["zh"], Language.EN: begun(term["en"])} for term in terms}
        for name, terms in (*listed.items(), (PROGRAMMES, data["supportProgrammes"]))
    }


def begun(text: str) -> str:
    """The text as it begins a line."""
    return text[:1].upper() + text[1:]


def begin_labels(data: Any) -> None:
    """Lets every label in the answer begin as a line does."""
    if isinstance(data, list):
        for one in data:
            begin_labels(one)
    elif isinstance(data, dict):
        for name, value in data.items():
            if name == LABEL and isinstance(value, str):
                data[name] = begun(value)
            else:
                begin_labels(value)


def label(labels: Labels, vocabulary: str, code: str, language: Language) -> str:
    """What the code is called; a code that the vocabulary does not list is its own label."""
    known = labels[vocabulary].get(str(code))
    return known[language] if known else str(code)
