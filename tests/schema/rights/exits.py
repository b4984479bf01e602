"""Every way out of the directory at which a value could be guessed, as questions to put to two directories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from schema.blockages.facets import BlockageFacet, BlockageSort
from schema.firms.words import FirmFacet, FirmSort
from schema.statistics.dimensions import StatisticsDimension
from tests.journeys.stage import Person, Stage

Question = tuple[str, dict[str, Any]]

FIRMS = """query($filter: FirmFilter, $by: FirmSort, $to: Direction, $facets: [FirmFacet!]) {
    firms(filter: $filter, orderBy: $by, direction: $to, facets: $facets) {
        totalCount edges { score node { entryNumber } highlights { field fragments } }
        facets { field otherCount values { value count } }
    } }"""
REPORTS = """query($filter: BlockageFilter, $by: BlockageSort, $to: Direction, $facets: [BlockageFacet!]) {
    blockages(filter: $filter, orderBy: $by, direction: $to, facets: $facets) {
        totalCount edges { score node { reference } highlights { field fragments } }
        facets { field otherCount values { value count } }
    } }"""
SUGGESTIONS = "query($text: String!) { suggest(prefix: $text) { text kind node { id } } }"
NAMES = (
    "query($text: String!) { matchFirms(names: [{name: $text}]) { candidates { score reasons { code } } } }"
)
ALIKE = """query($text: String!) {
    similarReports(title: $text) { score blockage { reference } reasons { code } }
    suggestBlockingPoints(title: $text) { score }
}"""
TERMS = """query($text: String!) {
    significantTerms(filter: {text: $text}) { term count backgroundCount score }
}"""
FIGURES = """query($by: [StatisticsDimension!]!) { blockageStatistics(groupBy: $by) {
    suppressed moreRows total { reported open overdue } rows { keys { value } reported open overdue }
} }"""
FEED = "{ changes { nodes { position kind actor changes { field before after } } } }"
NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { id
    ... on Firm { name blockages { totalCount nodes { reference } } history { nodes { kind actor } } submissions { totalCount } }
    ... on Blockage { reference status reportedBy { id } timeline { actor note } }
} }"""

# Refusals that are answers too; any other error would be a question that was never put.
ANSWERED = {"FORBIDDEN", "FIELD_NOT_ALLOWED", "LIMIT_EXCEEDED"}


def questions(words: Sequence[str], ids: Sequence[str]) -> Iterator[Question]:
    """The questions: all orders and facets, the filters that touch on what is hidden, and the hidden words themselves.

    Every order one way only: the other way tells nothing more.
    """
    yield FIRMS, {"facets": [each.value for each in FirmFacet]}
    yield REPORTS, {"facets": [each.value for each in BlockageFacet]}
    for order in FirmSort:
        yield FIRMS, {"by": order.value, "to": "DESC"}
    for sort in BlockageSort:
        yield REPORTS, {"by": sort.value, "to": "DESC"}
    for narrowed in (
        {"hasOpenBlockages": True},
        {"hasOpenBlockages": False},
        {"monthlyTurnoverCny": {"min": "1500"}},
        {"lapsed": False},
        {"growthQualified": True},
    ):
        yield FIRMS, {"filter": narrowed}
    for firm in ids:
        yield REPORTS, {"filter": {"reportedBy": firm}}
    for supervised in (True, False):
        yield REPORTS, {"filter": {"supervised": supervised}}
    for word in words:
        yield FIRMS, {"filter": {"text": word}}
        yield REPORTS, {"filter": {"text": word}}
        yield SUGGESTIONS, {"text": word}
        yield NAMES, {"text": word}
        yield ALIKE, {"text": word}
        yield TERMS, {"text": word}
    for dimension in StatisticsDimension:
        yield FIGURES, {"by": [dimension.value]}
    yield FEED, {}
    yield NODES, {"ids": [*ids]}


async def told(stage: Stage, who: Person, asked: Sequence[Question]) -> list[Any]:
    """What someone is told, question by question, errors and all; the cost of a question is no part of it."""
    answers = [(await stage.answer(who, query, **variables)).content for query, variables in asked]
    codes = {error["extensions"]["code"] for answer in answers for error in answer.get("errors", [])}
    assert codes <= ANSWERED, codes
    return [(answer.get("data"), answer.get("errors")) for answer in answers]
