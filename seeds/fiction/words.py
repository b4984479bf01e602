"""The word lists behind invented texts, and filling a template in both languages."""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

from directory.vocabulary import Label
from seeds.reading import read_json


class Slots(NamedTuple):
    """What the braces of a template stand for, by language; the same facts in both."""

    zh: Mapping[str, str]
    en: Mapping[str, str]

    def also(self, **labels: Label) -> "Slots":
        """These slots and more."""
        return Slots(
            {**self.zh, **{name: label.zh for name, label in labels.items()}},
            {**self.en, **{name: label.en for name, label in labels.items()}},
        )

    def fill(self, template: str, language: str) -> str:
        """The template, "zh" or "en", with its braces filled. Raises: KeyError for a slot that is missing."""
        return template.format_map(self.zh if language == "zh" else self.en)


@cache
def names() -> Mapping[str, Any]:
    """Word lists and patterns for names and summaries."""
    found: Mapping[str, Any] = read_json("sample/names")
    return found


@cache
def trades() -> Mapping[str, Any]:
    """By business form: trade words, products and the platforms where they are sold."""
    found: Mapping[str, Any] = read_json("sample/forms")
    return found


@cache
def stories() -> Mapping[str, Any]:
    """What surrounds the facts of a report, and the notes of its handling."""
    found: Mapping[str, Any] = read_json("sample/notes")
    return found


@cache
def complaints() -> Mapping[str, Any]:
    """By category: titles and facts of reports in both languages."""
    found: Mapping[str, Any] = read_json("sample/reports")
    return found


def pair(chance: Random, choices: Sequence[Sequence[str]]) -> Label:
    """One of the (Chinese, English) pairs."""
    zh, en = chance.choice(choices)
    return Label(zh, en)


def figures(chance: Random) -> Slots:
    """Freshly drawn numbers: count, count in months and days, a share, a sum of money."""
    percent, amount = chance.randint(3, 78), round(10 ** chance.uniform(2.7, 5.6), -2)
    same = {
        "count": str(chance.randint(2, 36)),
        "months": str(chance.randint(2, 14)),
        "days": str(chance.randint(3, 90)),
        "percent": f"{percent}%",
    }
    zh_amount = f"{amount / 10_000:.1f}万元" if amount >= 10_000 else f"{amount:.0f}元"
    return Slots({**same, "amount": zh_amount}, {**same, "amount": f"{amount:,.0f} yuan"})
