"""All reference data as one frozen value, with the synonyms of the search.

Nothing here reads a file: `seeds.reference.load_reference()` builds one `Reference`, and rules, API and index are
handed that value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from unicodedata import normalize

from directory.ladders import Rung
from directory.lexicon import Lexicon
from directory.limits import Limits
from directory.offers import Offers
from directory.vocabulary import (
    Agencies,
    Clause,
    Policy,
    RegionTree,
    SupportProgramme,
    UnknownCode,
    Vocabulary,
)
from directory.wording import chinese_words, offered
from directory.workdays import WorkCalendar, WorkYear


@dataclass(frozen=True)
class Synonyms:
    """Groups of terms that mean the same in a search. They widen queries only, never what is stored.

    `bilingual` joins the groups of both languages: take rate = commission = 佣金 = 提成. `forms` has for each business form
    (业态) its labels and its other names: any of these finds what bears the label, and none of them another.
    """

    zh: tuple[tuple[str, ...], ...] = ()
    en: tuple[tuple[str, ...], ...] = ()
    bilingual: tuple[tuple[str, ...], ...] = ()
    forms: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """All groups: Chinese, English, then those across both languages."""
        return self.zh + self.en + self.bilingual

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term that has equivalents, each once."""
        return tuple(self._equivalents)

    @cached_property
    def _equivalents(self) -> Mapping[str, tuple[str, ...]]:
        """By term what means the same: of its own groups first, then across the languages, then of the groups there."""
        own, across = _mates(self.zh + self.en), _mates(self.bilingual)
        found: dict[str, dict[str, None]] = {}
        for term in [*own, *across]:
            near = [term, *own.get(term, ())]
            far = [other for each in near for other in across.get(each, ())]
            beyond = [other for each in far for other in own.get(each, ())]
            found[term] = dict.fromkeys([*near, *far, *beyond])
        for labels, names in self.forms:
            for term in (*labels, *names):
                others = (*labels, *names) if term in labels else labels
                found.setdefault(term, {}).update(dict.fromkeys(others))
        return {term: tuple(each for each in others if each != term) for term, others in found.items()}

    def of(self, term: str) -> tuple[str, ...]:
        """The equivalents of `term` (lower case), without itself; empty when it has none."""
        return self._equivalents.get(term.lower(), ())


def _mates(groups: Iterable[tuple[str, ...]]) -> Mapping[str, Mapping[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        for term in group:
            found.setdefault(term, {}).update(dict.fromkeys(other for other in group if other != term))
    return found


@dataclass(frozen=True)
class Reference:
    """All reference data of one version."""

    version: str
    vocabularies: Mapping[str, Vocabulary]
    regions: RegionTree
    policies: Mapping[str, Policy]
    agencies: Agencies
    programmes: Mapping[str, SupportProgramme]
    synonyms: Synonyms
    work_years: Mapping[int, WorkYear]
    limits: Limits
    rungs: tuple[Rung, ...]

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The working days of its years."""
        return WorkCalendar(self.work_years)

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause of every policy by its code, `<policy>#<ref>`."""
        return MappingProxyType({c.code: c for policy in self.policies.values() for c in policy.clauses})

    def policy_numbered(self, number: str) -> Policy | None:
        """The policy with this document number (发文字号), in any kind of brackets, width and spacing; None for others."""
        return self._policy_numbers.get(_plain_number(number))

    @cached_property
    def _policy_numbers(self) -> Mapping[str, Policy]:
        numbered = ((policy.number, policy) for policy in self.policies.values())
        return MappingProxyType({_plain_number(number): policy for number, policy in numbered if number})

    @cached_property
    def lexicon(self) -> Lexicon:
        """The Chinese words of the reference data, of names and of complaints."""
        return Lexicon.of(chinese_words(self))

    @cached_property
    def offers(self) -> Offers:
        """What a search box may offer."""
        return Offers(tuple(offered(self)))

    def vocabulary(self, name: str) -> Vocabulary:
        """The vocabulary of this name. Raises: UnknownCode."""
        if (found := self.vocabularies.get(name)) is None:
            raise UnknownCode("vocabularies", name)
        return found

    def clause(self, code: str) -> Clause | None:
        """The clause with this code, or None."""
        return self.clauses.get(code)


def _plain_number(number: str) -> str:
    """The letters and digits alone: 发改高技〔2020〕1157号 is also written with [2020] and (2020)."""
    return "".join(each for each in normalize("NFKC", number) if each.isalnum()).casefold()
