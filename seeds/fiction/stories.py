"""What invented firms report: a title and a description in Chinese, English or both."""

from collections.abc import Collection, Mapping
from functools import cache
from random import Random
from typing import Any

from directory.vocabulary import Term
from seeds.fiction.words import Slots, complaints, figures, stories
from seeds.reference import load_reference

_SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
_CONTENT = frozenset({"content", "content-business", "enabler"})
_GOODS = frozenset({"commerce", "micro-form"})
# Categories that only some groups of forms know; all others may meet anybody.
_ONLY_IN: Mapping[str, frozenset[str]] = {
    "food-small": frozenset({"service", "commerce"}),
    "content-qualification": _CONTENT,
    "revenue-split": _CONTENT,
    "creative-control": _CONTENT,
    "account-ownership": _CONTENT,
    "vulgar-content": _CONTENT,
    "shoddy-production": _CONTENT | {"micro-form"},
    "content-review": _CONTENT,
    "minor-protection": _CONTENT,
    "generated-content-label": _CONTENT,
    "moments-returns": _GOODS,
    "return-abuse": _GOODS,
    "counterfeit": _GOODS,
    "work-injury": frozenset({"service"}),
}
# What the article of 2020 complains of is met three times as often.
_ARTICLE_WEIGHT = 3
_LONGEST_TITLE = 110
_LANGUAGES = ("zh", "zh", "zh", "zh", "en", "mixed")


@cache
def _categories(group: str) -> tuple[tuple[Term, ...], tuple[int, ...]]:
    """The categories that a firm of this group of forms may report, with their weights."""
    leaves = [term for term in load_reference().vocabulary("blockage_categories") if term.assignable]
    fitting = tuple(term for term in leaves if group in _ONLY_IN.get(term.code, {group}))
    return fitting, tuple(_ARTICLE_WEIGHT if term.certainty == "seed" else 1 for term in fitting)


def category(chance: Random, form: Term) -> Term:
    """What blocks a firm of this form."""
    terms, weights = _categories(form.extra["group"])
    return chance.choices(terms, weights)[0]


def report(
    chance: Random, about: Term, profile: Mapping[str, Any], slots: Slots, *, said: Collection[str] = ()
) -> dict[str, Any]:
    """The report as filed: title, description and what classifies them. `said` are titles it must not repeat."""
    language = chance.choice(_LANGUAGES)
    known, title, description = _text(chance, about.code, slots, language)
    while title in said:
        known, title, description = _text(chance, about.code, slots, language)
    filed: dict[str, Any] = {
        "title": title,
        "description": description,
        "category": about.code,
        "severity": _severity(chance, about),
        "visibility": "PUBLIC" if chance.random() < 0.93 else "AGENCIES_ONLY",
    }
    if language != "mixed" and chance.random() < 0.7:
        filed["language"] = language.upper()
    if chance.random() < 0.75:
        filed |= {"forms": profile["forms"][:1], "region": profile["region"]}
    if chance.random() < 0.7:
        filed["platforms"] = [account["platform"] for account in profile["platforms"][:2]]
    if clauses := _clauses(chance, about):
        filed["clauses"] = clauses
    if chance.random() < 0.6:
        filed["impact"] = _impact(chance, known, "en" if language == "en" else "zh")
    return filed


def _text(chance: Random, code: str, slots: Slots, language: str) -> tuple[Slots, str, str]:
    """Slots with fresh figures, and the title and description they make."""
    numbers = figures(chance)
    slots = Slots({**slots.zh, **numbers.zh}, {**slots.en, **numbers.en})
    if language != "mixed":
        return slots, _title(chance, code, slots, language), _description(chance, code, slots, language)
    title = slots.fill(chance.choice(complaints()[code]["zh"][0]), "zh")
    both = (_description(chance, code, slots, language) for language in ("zh", "en"))
    return slots, f"{title}（{slots.en['product']}）", "\n\n".join(both)


def _title(chance: Random, code: str, slots: Slots, language: str) -> str:
    title = slots.fill(chance.choice(complaints()[code][language][0]), language)
    place = slots.fill("{city}{form}：" if language == "zh" else "{city}, {form}: ", language)
    if chance.random() < 0.35 and len(place) + len(title) <= _LONGEST_TITLE:
        return place + title
    return title[0].upper() + title[1:]


def _description(chance: Random, code: str, slots: Slots, language: str) -> str:
    around = stories()["story"][language]
    facts = chance.sample(complaints()[code][language][1], chance.choice((1, 1, 2)))
    parts = [
        chance.choice(around["open"]),
        *facts,
        chance.choice(around["effect"]),
        chance.choice(around["ask"]),
    ]
    filled = (slots.fill(part, language) for part in parts if part)
    return ("" if language == "zh" else " ").join(text[0].upper() + text[1:] for text in filled)


def _severity(chance: Random, about: Term) -> str:
    usual = _SEVERITIES.index(about.extra["severity"])
    shifted = usual + chance.choices((-1, 0, 1, 2), (15, 65, 15, 5))[0]
    return _SEVERITIES[max(0, min(shifted, len(_SEVERITIES) - 1))]


def _clauses(chance: Random, about: Term) -> list[str]:
    cited = [code for code in about.extra.get("policies", ()) if "#" in code]
    return cited[: chance.randint(0, 2)]


def _impact(chance: Random, slots: Slots, language: str) -> dict[str, Any]:
    reference = load_reference()
    return {
        "yearly_cost_band": chance.choice(reference.vocabulary("cost_bands").terms).code,
        "jobs_affected_band": chance.choice(reference.vocabulary("jobs_bands").terms).code,
        "explanation": slots.fill(chance.choice(stories()["story"][language]["effect"][:-1]), language),
    }
