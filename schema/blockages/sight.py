"""
Which reports a search may look at for one caller: the rules of `directory.standing`, said in the fields of the index.

A search that looked at more could be asked about what its caller may not read, be it only by counting.
"""

from __future__ import annotations

from directory.access import Caller, Role
from directory.standing import may_lead
from directory.vocabulary import Agencies
from indexer.documents import fields
from indexer.query.search import EVERYTHING, NOTHING, AnyOf, Either, Filter, Is


def visible_to(caller: Caller, agencies: Agencies) -> Filter:
    """The reports that the caller may know of: public ones, and those that are the caller's concern."""
    if caller.has(Role.SUPERVISOR):
        return EVERYTHING
    parts: list[Filter] = [Is(fields.PUBLIC, True), *_own(caller)]
    if caller.has(Role.AGENCY) and caller.agency is not None:
        parts.append(AnyOf(fields.AGENCY, (caller.agency,)))
        parts.append(AnyOf(fields.CO_AGENCIES, (caller.agency,)))
        parts.append(_in_reach(caller, agencies))
    return Either(tuple(parts))


def _own(caller: Caller) -> tuple[Filter, ...]:
    if caller.subject is None or not caller.has(Role.FIRM):
        return ()
    return (AnyOf(fields.OWNER, (caller.subject,)),)


def _in_reach(caller: Caller, agencies: Agencies) -> Filter:
    """The reports that an officer of the agency may take up first (首接负责)."""
    agency = agencies.get(caller.agency) if caller.agency else None
    if agency is None or not may_lead(agency):
        return NOTHING
    return EVERYTHING if caller.region is None else AnyOf(fields.REGION_PATH, (caller.region,))
