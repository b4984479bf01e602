"""Referential integrity of the reference data: every code that refers to another resolves, or loading fails."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from directory.reference import Reference
from directory.vocabulary import Term, Vocabulary

# (vocabulary, key of `extra`, what the codes under that key name)
_LINKS: tuple[tuple[str, str, str], ...] = (
    ("business_forms", "industries", "industries"),
    ("business_forms", "licence_types", "licence_types"),
    ("business_forms", "metrics", "metrics"),
    ("business_forms", "agencies", "agencies"),
    ("carriers", "legal_forms", "legal_forms"),
    ("carriers", "entity_kind", "entity_kinds"),
    ("carriers", "name_privacy", "privacy_classes"),
    ("occupations", "business_forms", "business_forms"),
    ("industries", "size_class_industry", "size_class_industries"),
    ("metrics", "privacy", "privacy_classes"),
    ("licence_types", "issuer", "agencies"),
    ("blockage_categories", "nature", "natures"),
    ("blockage_categories", "severity", "severities"),
    ("blockage_categories", "lead_agencies", "agencies"),
    ("blockage_categories", "co_agencies", "agencies"),
    ("blockage_categories", "turn_to", "agencies"),
    ("blockage_categories", "policies", "policies"),
    ("refusal_reasons", "turn_to", "agencies"),
)


class BrokenReferenceError(ValueError):
    """The reference data contradicts itself; `faults` says everywhere where."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("reference data is broken:\n  " + "\n  ".join(self.faults))


def check(reference: Reference) -> Reference:
    """The same reference, once all of it holds together. Raises: BrokenReferenceError with every fault."""
    if faults := [*_own_faults(reference), *_link_faults(reference), *_record_faults(reference)]:
        raise BrokenReferenceError(faults)
    return reference


def _own_faults(reference: Reference) -> Iterator[str]:
    """Codes used twice, and parents that are missing or below their own child."""
    for vocabulary in reference.vocabularies.values():
        yield from _twice(vocabulary.name, (term.code for term in vocabulary))
        yield from (
            f"{vocabulary.name}:{term.code}: bad parent" for term in vocabulary if _lost(vocabulary, term)
        )
    yield from _twice("regions", (region.code for region in reference.regions.regions))
    yield from _twice("agencies", (agency.code for agency in reference.agencies))
    for policy in reference.policies.values():
        yield from _twice(policy.code, (clause.ref for clause in policy.clauses))


def _twice(name: str, codes: Iterable[str]) -> Iterator[str]:
    return (f"{name}:{code}: used {count} times" for code, count in Counter(codes).items() if count > 1)


def _lost(vocabulary: Vocabulary, term: Term) -> bool:
    seen = {term.code}
    while term.parent is not None:
        parent = vocabulary.get(term.parent)
        if parent is None or parent.code in seen:
            return True
        seen.add(parent.code)
        term = parent
    return False


def _link_faults(reference: Reference) -> Iterator[str]:
    """Codes in `extra` that name nothing."""
    for name, key, target in _LINKS:
        knows = _resolver(reference, target)
        for term in reference.vocabulary(name):
            value = term.extra.get(key, ())
            codes = (value,) if isinstance(value, str) else value
            yield from (f"{name}:{term.code}: no {target} {code}" for code in codes if not knows(code))


def _resolver(reference: Reference, target: str) -> Callable[[str], bool]:
    """Whether a code names something in `target`; "policies" are policies and clauses."""
    if target == "agencies":
        return lambda code: reference.agencies.get(code) is not None
    if target == "policies":
        return lambda code: code in reference.policies or code in reference.clauses
    return reference.vocabulary(target).__contains__


def _record_faults(reference: Reference) -> Iterator[str]:
    """Codes in policies, agencies and programmes that name nothing."""
    for owner, target, codes in _record_links(reference):
        knows = _resolver(reference, target)
        yield from (f"{owner}: no {target} {code}" for code in codes if not knows(code))
    targets = {*reference.vocabulary("occupations").by_code, *reference.vocabulary("carriers").by_code}
    for programme in reference.programmes.values():
        yield from (
            f"{programme.code}: no target {code}" for code in programme.targets if code not in targets
        )


def _record_links(reference: Reference) -> Iterator[tuple[str, str, Iterable[str]]]:
    for agency in reference.agencies:
        yield agency.code, "agencies", agency.acts_for
    for policy in reference.policies.values():
        yield policy.code, "agencies", policy.issuers
        for clause in policy.clauses:
            yield clause.code, "agencies", clause.lead_agencies_suggested
    for programme in reference.programmes.values():
        yield programme.code, "measures", programme.measures
        yield programme.code, "business_forms", programme.forms
        yield programme.code, "platforms", (programme.platform,) if programme.platform else ()
        yield programme.code, "policies", (programme.policy,) if programme.policy else ()
