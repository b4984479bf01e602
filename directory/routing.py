"""Which bodies a report should go to (转办建议), by its category and region: a suggestion, which people decide on."""

from __future__ import annotations

from directory.reference import Reference
from directory.vocabulary import UnknownCode


def suggested_leads(category: str, region: str, reference: Reference) -> tuple[str, ...]:
    """Codes of bodies to lead a report of this category, best first: the local office before its national body.

    A suggestion for triage; the assignment and its reason are the record. Empty for an unknown category or region.
    """
    return _local_first("lead_agencies", category, region, reference)


def suggested_co_agencies(category: str, region: str, reference: Reference) -> tuple[str, ...]:
    """Codes of bodies to help with a report of this category, in the same order."""
    return _local_first("co_agencies", category, region, reference)


def _local_first(role: str, category: str, region: str, reference: Reference) -> tuple[str, ...]:
    term = reference.vocabulary("blockage_categories").get(category)
    if term is None:
        return ()
    found: dict[str, None] = {}
    for code in term.extra.get(role, ()):
        try:
            found[reference.agencies.handling(code, region).code] = None
        except UnknownCode:
            continue
        if reference.agencies.require(code).office is None:
            found[code] = None
    return tuple(found)
