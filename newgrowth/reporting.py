"""
The mandate report (专报): figures on the reports of a period, made so that anyone can make them again.

It is counted from the log, up to a position whose digest it names; the present state and the search index are not asked
for a single figure. Period, audience, filter, position and instant are all that decides over the figures, and all stand
in it.
Where the index stands at the same position its counts are compared with those of the log, and the outcome is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from graphql import GraphQLError

from directory.access import ANYONE, Caller, Operation, Role, may
from directory.disclosure import LEAST_SHOWN, too_few
from directory.errors import InvalidInput, SearchUnavailable
from directory.ports import Record
from directory.reference import Reference
from directory.rulebook import Rulebook
from directory.statistics import Group, figures
from directory.vocabulary import Label
from indexer.documents import fields
from indexer.documents.blockage import counted_fields
from indexer.query.blockage_groups import NUMBER_OF_TALLIES, Key, groups, tallies_wanted
from indexer.query.search import Filter, Kind, Search, SearchEngine
from indexer.query.tallies import Counts, Tally
from indexer.recount import Standing, holds, standing_at, tally_of
from newgrowth.report_words import Audience
from schema.blockages.filters import BlockageFilter, read_filter
from schema.blockages.sight import visible_to
from schema.errors import errors_of_fault
from schema.exporting.asking import filter_of
from schema.filters import DateRange
from schema.statistics.dimensions import Dimension, StatisticsDimension, dimension
from schema.statistics.tables import Table
from schema.statistics.types import StatisticsRow, shown_row


class NotReported(Exception):
    """There is no report; the text says why."""


CALLERS: Mapping[Audience, Caller] = {
    Audience.PUBLIC: ANYONE,
    Audience.INTERNAL: Caller(None, frozenset({Role.SUPERVISOR})),
}
SECTIONS: Mapping[StatisticsDimension, Label] = {
    StatisticsDimension.AGENCY: Label("按牵头单位", "By responsible agency"),
    StatisticsDimension.CATEGORY: Label("按堵点类别", "By kind of obstacle"),
    StatisticsDimension.REGION: Label("按省级行政区", "By province"),
    StatisticsDimension.FORM: Label("按业态", "By business form"),
    StatisticsDimension.REPORTED_MONTH: Label("按报送月份", "By month of the report"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about. `position` None is the last one, `as_of` None the instant of the entry at the position.

    `filter` is the API's `BlockageFilter` as JSON, for reports of some kind only.
    """

    since: date
    until: date
    audience: Audience = Audience.PUBLIC
    position: int | None = None
    as_of: datetime | None = None
    filter: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One table: its dimension, its rows in order, and how many groups are left out."""

    dimension: StatisticsDimension
    rows: tuple[StatisticsRow, ...]
    suppressed: int


class Agreement(StrEnum):
    """Whether the index counts as the log does."""

    EQUAL = "equal"
    DIFFERENT = "different"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class IndexCompared:
    """Which index was compared: engine and generation, where it answered."""

    engine: str
    generation: str | None
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class MandateReport:
    """A report with all that decides over its figures."""

    asked: Asked
    position: int
    digest: str
    as_of: datetime
    reference_version: str
    erased: int
    index: IndexCompared
    total: StatisticsRow
    sections: tuple[Section, ...]


async def mandate_report(
    record: Record, engine: SearchEngine, reference: Reference, asked: Asked
) -> MandateReport:
    """The report. Raises: NotReported, for a period, filter or position that cannot be; RecordUnavailable."""
    if asked.since > asked.until:
        raise NotReported("the first day is after the last")
    wanted = read_selection(asked.filter)
    standing = await _standing(record, asked.position)
    as_of = asked.as_of or standing.at
    search = selection(asked, wanted, reference, as_of)
    bodies = [counted_fields(each, reference) for each in standing.reports]
    selected = [body for body in bodies if all(holds(each, body) for each in _filters(search))]
    by = {each: dimension(each, reference=reference) for each in SECTIONS}
    tallies = _tallies(by.values(), as_of)
    counts = [tally_of(selected, each) for each in tallies]
    total, sections = _told(asked, reference, by, counts, as_of)
    return MandateReport(
        asked=asked,
        position=standing.position,
        digest=standing.digest,
        as_of=as_of,
        reference_version=reference.version,
        erased=standing.erased,
        index=await _compared(engine, search, tallies, counts, standing.position),
        total=total,
        sections=sections,
    )


async def _standing(record: Record, position: int | None) -> Standing:
    async with record.reader() as reader:
        standing = await standing_at(reader, await reader.head() if position is None else position)
    if standing is None:
        raise NotReported("the log holds nothing at this position")
    return standing


def selection(asked: Asked, wanted: BlockageFilter, reference: Reference, as_of: datetime) -> Search:
    """The reports of the period that the filter selects and the audience may know of. Raises: NotReported."""
    reading = read_filter(wanted, as_of, Rulebook(reference, reference.calendar, reference.limits))
    reading.instants(DateRange(from_=asked.since, to=asked.until), fields.REPORTED_AT)
    visible = visible_to(CALLERS[asked.audience], reference.agencies)
    try:
        return Search(Kind.BLOCKAGE, visible, filters=reading.finish(), first=1)
    except InvalidInput as refused:
        raise NotReported(_why(errors_of_fault(refused))) from None


def read_selection(given: Mapping[str, Any] | None) -> BlockageFilter:
    """The filter. Raises: NotReported, for one that the API would refuse or that the log alone cannot answer."""
    try:
        wanted = filter_of(given, BlockageFilter)
    except GraphQLError as refused:
        raise NotReported(_why([refused])) from None
    if beyond := [name for name, value in _beyond_the_log(wanted).items() if value is not None]:
        raise NotReported(f"--filter: {', '.join(beyond)} cannot be counted from the log")
    return wanted


def _beyond_the_log(wanted: BlockageFilter) -> Mapping[str, object]:
    """What needs an index of texts, or the present state of a firm or a blocking point."""
    return {
        "text": wanted.text,
        "reportedBy": wanted.reported_by,
        "blockingPoint": wanted.blocking_point,
    }


def _why(errors: Sequence[GraphQLError]) -> str:
    return "--filter: " + " ".join(error.message for error in errors)


def _filters(search: Search) -> Sequence[Filter]:
    return [search.visible, *(wanted for _, wanted in search.filters)]


def _tallies(by: Iterable[Dimension], as_of: datetime) -> list[Tally]:
    """The tallies of the total and of each table, one after the other."""
    wanted = [*tallies_wanted((), as_of)]
    for each in by:
        wanted += tallies_wanted((each.countable.field,), as_of)
    return wanted


def _folded(dimension: Dimension) -> Callable[[Key], Key]:
    return lambda key: tuple(dimension.group(part) for part in key)


async def _compared(
    engine: SearchEngine, search: Search, tallies: Sequence[Tally], counts: Sequence[Counts], position: int
) -> IndexCompared:
    """Whether an index that stands at the position counts the same."""
    with suppress(SearchUnavailable):
        found = await engine.tally(search, tallies)
        if found.position != position:
            return IndexCompared(engine.name, found.generation, Agreement.NOT_COMPARED)
        same = [dict(each) for each in found.counts] == [dict(each) for each in counts]
        return IndexCompared(engine.name, found.generation, Agreement.EQUAL if same else Agreement.DIFFERENT)
    return IndexCompared(engine.name, None, Agreement.NOT_COMPARED)


def _told(
    asked: Asked,
    reference: Reference,
    by: Mapping[StatisticsDimension, Dimension],
    counts: Sequence[Counts],
    as_of: datetime,
) -> tuple[StatisticsRow, tuple[Section, ...]]:
    """The total and the tables, as the audience is told them."""
    exact = may(CALLERS[asked.audience], Operation.READ_EXACT_STATISTICS)
    parts = [counts[at : at + NUMBER_OF_TALLIES] for at in range(0, len(counts), NUMBER_OF_TALLIES)]
    whole = groups(parts[0], lambda key: key, reference.calendar, as_of).get(()) or Group()
    if not exact and too_few(whole.reported):
        raise NotReported(f"fewer than {LEAST_SHOWN} reports: nothing can be told to the public")
    sections = []
    for (name, each), part in zip(by.items(), parts[1:], strict=True):
        found = groups(part, _folded(each), reference.calendar, as_of)
        table = Table((each,), found, exact, name is StatisticsDimension.AGENCY, reference)
        rows = tuple(table.row(key) for key in table.shown())
        sections.append(Section(name, rows, table.suppressed()))
    return shown_row([], figures(whole, exact=exact)), tuple(sections)
