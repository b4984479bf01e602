"""
Entries without their yearly update (逾期未更新) in a search: the filter, what is left out by default, and the count.

All of it is computed from the last confirmation and the clock, as on the entry itself (`directory.confirmations`). An
entry that stays silent past the grace is left out of a search that does not ask for it; it is never deleted, and its
number, `lapsed` and `statuses` find it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from directory.confirmations import confirmed_too_long_ago
from directory.states import FirmStatus
from directory.vocabulary import Label
from indexer.documents import fields
from indexer.query.search import AnyOf, Between, Both, Filter, Not, Search
from indexer.query.tallies import Tally
from schema.context import Context
from schema.firms.words import FirmFacet
from schema.terms import Facet, FacetValue

LABELS = {True: Label("逾期未更新", "Lapsed"), False: Label("未逾期", "Not lapsed")}


def lapsed_now(context: Context, *, wanted: bool) -> Filter:
    """The entries that are lapsed now, or all others."""
    months = context.services.directory.rulebook.limits.lapse_months
    return lapsed_before(confirmed_too_long_ago(context.services.clock(), months), wanted=wanted)


def lapsed_before(latest: datetime, *, wanted: bool) -> Filter:
    """Listed entries that were last confirmed at or before `latest`, or all others."""
    lapsed = _confirmed_before(latest, FirmStatus.LISTED)
    return lapsed if wanted else Not(lapsed)


def not_silent(context: Context) -> Filter:
    """The entries that are not silent past the grace, whether the clock has suspended them for it already or not."""
    months = context.services.directory.rulebook.limits.suspend_months
    return heard_since(confirmed_too_long_ago(context.services.clock(), months))


def heard_since(latest: datetime) -> Filter:
    """All but the entries that owe yearly updates and were last confirmed at or before `latest`."""
    return Not(_confirmed_before(latest, FirmStatus.LISTED, FirmStatus.SUSPENDED))


def _confirmed_before(latest: datetime, *statuses: FirmStatus) -> Filter:
    return Both(
        (
            AnyOf(fields.STATUS, tuple(status.value for status in statuses)),
            Between(fields.CONFIRMED_AT, at_most=int(latest.timestamp())),
        )
    )


async def with_lapses_counted(
    context: Context,
    search: Search,
    asked: Iterable[FirmFacet],
    counted: list[Facet],
    selected: bool | None,
    *,
    own: bool,
) -> list[Facet]:
    """The facets in the order asked for, with the counts of LAPSED among them, which no field of a document holds.

    `own`: whether what is asked of it holds in its own counts.
    """
    order = [facet.value for facet in dict.fromkeys(asked)]
    if FirmFacet.LAPSED.value not in order:
        return counted
    found = {facet.field: facet for facet in (*counted, await _lapses(context, search, selected, own=own))}
    return [found[name] for name in order]


async def _lapses(context: Context, search: Search, selected: bool | None, *, own: bool) -> Facet:
    others = tuple(each for each in search.filters if own or each[0] != FirmFacet.LAPSED.value)
    answers = (True, False)
    tallied = await context.services.search.tally(
        replace(search, filters=others, facets=(), after=None),
        [Tally((), (lapsed_now(context, wanted=answer),)) for answer in answers],
    )
    counts = [counts.get((), 0) for counts in tallied.counts]
    values = [
        FacetValue(value=str(answer).lower(), count=count, selected=selected is answer, shown=LABELS[answer])
        for answer, count in zip(answers, counts, strict=True)
        if count or selected is answer
    ]
    values.sort(key=lambda value: (-value.count, value.value))
    return Facet(field=FirmFacet.LAPSED.value, values=values, other_count=0)
