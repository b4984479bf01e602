"""From the JSON files under `seeds/data` to the frozen values of the reference data; checks only shapes."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from directory.reference import Synonyms
from directory.vocabulary import (
    Agency,
    Certainty,
    Clause,
    Label,
    Policy,
    Region,
    SupportProgramme,
    Term,
    TextKind,
    Vocabulary,
)
from directory.workdays import WorkYear

_TERM_FIELDS = frozenset(
    {
        "code",
        "label",
        "description",
        "parent",
        "valid_from",
        "valid_to",
        "certainty",
        "aliases",
        "assignable",
    }
)
_VOCABULARY_FILES = (
    "business_forms",
    "carriers",
    "occupations",
    "industries",
    "platforms",
    "metrics",
    "criteria",
    "measures",
    "licence_types",
    "blockage_categories",
    "states",
    "causes",
    "impact_bands",
    "privacy",
    "statistics",
    "themes",
)


def read_json(name: str) -> Any:
    """The content of `seeds/data/<name>.json`, from a checkout or an installed package alike."""
    return json.loads(files("seeds").joinpath("data", f"{name}.json").read_bytes())


def read_vocabularies(version: str) -> Mapping[str, Vocabulary]:
    """Every vocabulary by its API name."""
    found: dict[str, Vocabulary] = {}
    for file_name in _VOCABULARY_FILES:
        for name, items in read_json(f"vocabularies/{file_name}").items():
            found[name] = Vocabulary(name, version, tuple(_term(name, item) for item in items))
    found["reading_metrics"] = _reading_metrics(found["metrics"])
    return MappingProxyType(found)


def read_regions() -> tuple[Region, ...]:
    """The listed regions, provinces first; a region without a macro-region lies in that of its parent."""
    found: dict[str, Region] = {}
    for item in read_json("regions"):
        parent, label = item.get("parent"), _label(item["label"])
        found[item["code"]] = Region(
            code=item["code"],
            level=item["level"],
            kind=item["kind"],
            parent=parent,
            label=label,
            short=_label(item["short"]) if "short" in item else label,
            macro_region=item["macro_region"] if parent is None else found[parent].macro_region,
        )
    return tuple(found.values())


def read_policies() -> Mapping[str, Policy]:
    """The policies with their clauses, by code."""
    return MappingProxyType({item["code"]: _policy(item) for item in read_json("policies")})


def read_agencies() -> tuple[Agency, ...]:
    """The agencies and the types of local office."""
    return tuple(_agency(item) for item in read_json("agencies"))


def read_programmes() -> Mapping[str, SupportProgramme]:
    """The support programmes by code."""
    return MappingProxyType(
        {
            item["code"]: SupportProgramme(
                code=item["code"],
                name=_label(item["name"]),
                description=_label(item["description"]),
                providers=tuple(_label(provider) for provider in item["providers"]),
                measures=tuple(item["measures"]),
                forms=tuple(item.get("forms", ())),
                targets=tuple(item["targets"]),
                certainty=Certainty(item["certainty"]),
                platform=item.get("platform"),
                policy=item.get("policy"),
            )
            for item in read_json("support_programmes")
        }
    )


def read_synonyms(forms: Vocabulary) -> Synonyms:
    """The synonym groups, Chinese, English and across both, and the other names of business forms."""
    return Synonyms(
        **{
            language: tuple(tuple(group) for group in groups)
            for language, groups in read_json("synonyms").items()
        },
        forms=tuple(_names(term) for term in forms if term.aliases_zh or term.aliases_en),
    )


def _names(form: Term) -> tuple[tuple[str, ...], tuple[str, ...]]:
    labels = (form.label.zh.lower(), form.label.en.lower())
    others = (name.lower() for name in (*form.aliases_zh, *form.aliases_en))
    return labels, tuple(name for name in dict.fromkeys(others) if name not in labels)


def read_work_years() -> Mapping[int, WorkYear]:
    """The published holiday notices by year."""
    return MappingProxyType({item["year"]: _work_year(item) for item in read_json("work_years")})


@cache
def _certainty(value: str) -> Certainty:
    return Certainty(value)


def _label(value: Mapping[str, str]) -> Label:
    return Label(value["zh"], value["en"])


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _term(vocabulary: str, item: Mapping[str, Any]) -> Term:
    aliases = item.get("aliases", {})
    return Term(
        code=item["code"],
        vocabulary=vocabulary,
        label=_label(item["label"]),
        description=_label(item["description"]) if "description" in item else None,
        parent=item.get("parent"),
        valid_from=_date(item.get("valid_from")),
        valid_to=_date(item.get("valid_to")),
        certainty=_certainty(item.get("certainty", "design")),
        aliases_zh=tuple(aliases.get("zh", ())),
        aliases_en=tuple(aliases.get("en", ())),
        assignable=item.get("assignable", True),
        extra=MappingProxyType({key: item[key] for key in item.keys() - _TERM_FIELDS}),
    )


def _reading_metrics(metrics: Vocabulary) -> Vocabulary:
    """The metrics that the API accepts, under their API names; `extra["metric"]` is the code in `metrics`."""
    terms = tuple(
        Term(
            code=metric.extra["contract_metric"],
            vocabulary="reading_metrics",
            label=metric.label,
            certainty=metric.certainty,
            extra=MappingProxyType({**metric.extra, "metric": metric.code}),
        )
        for metric in metrics
        if metric.assignable
    )
    return Vocabulary("reading_metrics", metrics.version, terms)


def _policy(item: Mapping[str, Any]) -> Policy:
    return Policy(
        code=item["code"],
        title=_label(item["title"]),
        number=item.get("number"),
        kind=item["kind"],
        issuers=tuple(item["issuers"]),
        date_signed=_date(item.get("date_signed")),
        date_published=_date(item.get("date_published")),
        date_effective=_date(item.get("date_effective")),
        status=item["status"],
        certainty=Certainty(item["certainty"]),
        clauses=tuple(_clause(clause, item["code"], item["status"]) for clause in item["clauses"]),
        note=item.get("note"),
        source=item.get("source"),
    )


def _clause(item: Mapping[str, Any], policy_code: str, status: str) -> Clause:
    heading = _label(item["heading"])
    return Clause(
        code=f"{policy_code}#{item['ref']}",
        policy_code=policy_code,
        ref=item["ref"],
        heading=heading,
        text=_label(item["text"]) if "text" in item else heading,
        text_kind=TextKind(item["text_kind"]),
        certainty=Certainty(item["certainty"]),
        status=item.get("status", status),
        lead_agencies_suggested=tuple(item.get("lead_agencies_suggested", ())),
    )


def _agency(item: Mapping[str, Any]) -> Agency:
    return Agency(
        code=item["code"],
        label=_label(item["label"]),
        abbr=_label(item["abbr"]),
        kind=item["kind"],
        level=item["level"],
        duties=_label(item["duties"]),
        former_names=tuple(item.get("former_names", ())),
        signatory_order=item.get("signatory_order"),
        hotline=item.get("hotline"),
        office=_label(item["office"]) if "office" in item else None,
        acts_for=tuple(item.get("acts_for", ())),
        certainty=Certainty(item["certainty"]),
    )


def _work_year(item: Mapping[str, Any]) -> WorkYear:
    off: dict[date, Label] = {}
    work: dict[date, Label] = {}
    for holiday in item["holidays"]:
        label = _label(holiday["label"])
        off |= {day: label for first, last in holiday.get("off", ()) for day in _days(first, last)}
        make_up = Label(f"{label.zh}调休上班", f"Make-up workday for {label.en}")
        work |= {date.fromisoformat(day): make_up for day in holiday.get("work", ())}
    return WorkYear(item["year"], item["status"], MappingProxyType(off), MappingProxyType(work))


def _days(first: str, last: str) -> Iterator[date]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day
        day += timedelta(days=1)
