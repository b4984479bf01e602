"""
Which entries a search may find for a caller: the documents' form of `directory.visibility`.

What a caller may not read is no filter and no sort key either: the order of a list, or what a range leaves over, would
tell it.
"""

from __future__ import annotations

from directory.access import Caller, Operation, may
from indexer.documents import fields
from indexer.query.search import EVERYTHING, NOTHING, AnyOf, Both, Either, Filter, Is, Not

# Names as on the API's type, by the document's fields; everyone who sees an entry may read them.
HIGHLIGHTED = {
    fields.NAME: "name",
    fields.NAME_EN: "nameEn",
    fields.OTHER_NAMES: "otherNames",
    fields.LABELS: "labels",
    fields.SUMMARY: "summary",
    fields.SUMMARY_EN: "summaryEn",
}


def visible_firms(caller: Caller) -> Filter:
    """The entries that exist for the caller: those in public standing, their own, those within a reviewer's reach."""
    seen: list[Filter] = [Is(fields.PUBLIC, True)]
    if caller.subject is not None:
        seen.append(_own(caller.subject))
    if may(caller, Operation.READ_SUBMISSION_QUEUE):
        if caller.region is None:
            return EVERYTHING
        seen.append(AnyOf(fields.REGION_PATH, (caller.region,)))
    return Either(tuple(seen))


def with_open_blockages(caller: Caller, wanted: bool) -> Filter:
    """Whether an entry has open reports, of those whose reporter the caller may know.

    A firm knows of its own. To everyone else no entry has any: reporters are sealed, and the entries left over by this
    filter would name them.
    """
    own = NOTHING if caller.subject is None else _own(caller.subject)
    known = Both((own, Is(fields.HAS_OPEN_BLOCKAGES, True)))
    return known if wanted else Not(known)


def _own(subject: str) -> Filter:
    return AnyOf(fields.OWNER, (subject,))
