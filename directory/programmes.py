"""
Which support programmes an entry may qualify for, and why (扶持计划匹配): forms, targets and platform of each programme
held against what the entry declares. What nothing in an entry tells stays open; the provider decides.

Source of the programmes: the reference data, `seeds/data/support_programmes.json`, with a certainty for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.entities import Firm
from directory.reference import Reference
from directory.states import EntityKind, SizeClass
from directory.vocabulary import SupportProgramme, Vocabulary

SMALL = frozenset({SizeClass.SMALL, SizeClass.MICRO})
FRANCHISE = "franchise-micro"


class ProgrammeCriterion(StrEnum):
    """What a programme asks for."""

    FORM = "FORM"
    TARGET = "TARGET"
    PLATFORM = "PLATFORM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion: the codes that are asked for, any of which will do, and whether it is met (None: nothing tells)."""

    criterion: ProgrammeCriterion
    wanted: tuple[str, ...]
    met: bool | None


@dataclass(frozen=True, slots=True)
class Match:
    """A programme with what was found; a programme that asks for nothing has no findings."""

    programme: SupportProgramme
    findings: tuple[Finding, ...]

    @property
    def may_qualify(self) -> bool:
        """True unless a criterion is known not to be met."""
        return all(finding.met is not False for finding in self.findings)


def programmes_for(firm: Firm, reference: Reference) -> tuple[Match, ...]:
    """The programmes that the entry may qualify for, those with fewest open questions first."""
    matches = [match(firm, programme, reference) for programme in reference.programmes.values()]
    open_questions = [(sum(each.met is None for each in one.findings), one) for one in matches]
    return tuple(one for _, one in sorted(open_questions, key=lambda pair: pair[0]) if one.may_qualify)


def match(firm: Firm, programme: SupportProgramme, reference: Reference) -> Match:
    """The programme held against the entry."""
    findings: list[Finding] = []
    forms = _with_ancestors(firm.profile.forms, reference.vocabulary("business_forms"))
    if programme.forms:
        met = not forms.isdisjoint(programme.forms)
        findings.append(Finding(ProgrammeCriterion.FORM, programme.forms, met))
    if programme.targets:
        occupations = _with_ancestors(
            filter(None, (firm.profile.occupation,)), reference.vocabulary("occupations")
        )
        met_by = [_is(firm, forms, occupations, target) for target in programme.targets]
        findings.append(Finding(ProgrammeCriterion.TARGET, programme.targets, _any(met_by)))
    if programme.platform:
        has_account = any(account.platform == programme.platform for account in firm.profile.platforms)
        findings.append(Finding(ProgrammeCriterion.PLATFORM, (programme.platform,), has_account))
    return Match(programme, tuple(findings))


CARRIERS: Mapping[str, Callable[[Firm, frozenset[str]], bool | None]] = {
    "individual-household": lambda firm, forms: firm.profile.entity_kind is EntityKind.INDIVIDUAL_BUSINESS,
    "freelancer": lambda firm, forms: firm.profile.entity_kind is EntityKind.FREELANCER,
    "small-micro-enterprise": lambda firm, forms: _is_small(firm),
    "franchisee": lambda firm, forms: FRANCHISE in forms,
    # No entry says whether its owner is a student.
    "student-entrepreneur": lambda firm, forms: None,
}


def _is(firm: Firm, forms: frozenset[str], occupations: frozenset[str], target: str) -> bool | None:
    if target in occupations:
        return True
    carrier = CARRIERS.get(target)
    return carrier(firm, forms) if carrier else False


def _is_small(firm: Firm) -> bool | None:
    if firm.profile.entity_kind is not EntityKind.ENTERPRISE:
        return False
    return None if firm.size_class is None else firm.size_class in SMALL


def _any(found: list[bool | None]) -> bool | None:
    if True in found:
        return True
    return None if None in found else False


def _with_ancestors(codes: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(step for code in codes if code in vocabulary for step in vocabulary.path(code))
