"""The schema, assembled from its nouns, and the context an operation runs in."""

from __future__ import annotations

import asyncio

import strawberry

from directory.access import Caller
from schema.allowances import Allowance
from schema.blockages import types as blockages
from schema.blockages.mutations import BlockageMutations
from schema.blockages.queries import BlockageQueries
from schema.blockages.similar import SimilarQueries
from schema.blocking_points import types as blocking_points
from schema.blocking_points.mutations import BlockingPointMutations
from schema.blocking_points.proposed import ProposedPointQueries
from schema.blocking_points.queries import BlockingPointQueries
from schema.blocking_points.suggested import SuggestedPointQueries
from schema.changes.queries import ChangeQueries, ChangeSubscriptions
from schema.changes.reports import ReportSubscriptions
from schema.clause_graph.queries import ClauseGraphQueries
from schema.context import Context, Info
from schema.desks.queries import DeskQueries
from schema.execution import DirectorySchema
from schema.firms import queries as firms
from schema.firms.mutations import FirmMutations
from schema.index_status import IndexStatusQueries
from schema.matching.queries import MatchingQueries
from schema.node import Fetchers, GlobalId, GlobalIds, Node, fetch_node
from schema.notices.mail import MailMutations
from schema.notices.mutations import NoticeMutations
from schema.notices.webhooks import WebhookMutations
from schema.operating.dead_letters import DeadLetterMutations, DeadLetterQueries
from schema.operating.deliveries import UndeliveredQueries
from schema.operating.granting import OperatingMutations
from schema.operating.grants import GrantQueries
from schema.own_data.mutations import PeopleMutations
from schema.reference import queries as reference
from schema.reference.types import Agency, Clause, Policy, SupportProgramme
from schema.reference.vocabularies import VocabularyQueries
from schema.saved_searches import types as saved_searches
from schema.saved_searches.mutations import SavedSearchMutations, SavedSearchQueries
from schema.services import Services
from schema.significance.queries import SignificanceQueries
from schema.statistics.queries import StatisticsQueries
from schema.submissions import queries as submissions
from schema.submissions.mutations import SubmissionMutations
from schema.suggestions import SuggestionQueries
from schema.viewer import ViewerQueries

FETCHERS: Fetchers = {
    **reference.FETCHERS,
    **firms.FETCHERS,
    **submissions.FETCHERS,
    **blockages.FETCHERS,
    **blocking_points.FETCHERS,
    **saved_searches.FETCHERS,
}


@strawberry.type(description="Everything that can be asked.")
class Query(
    firms.FirmQueries,
    submissions.SubmissionQueries,
    BlockageQueries,
    BlockingPointQueries,
    SimilarQueries,
    SuggestedPointQueries,
    ProposedPointQueries,
    StatisticsQueries,
    SuggestionQueries,
    MatchingQueries,
    SignificanceQueries,
    ClauseGraphQueries,
    SavedSearchQueries,
    reference.ReferenceQueries,
    VocabularyQueries,
    ChangeQueries,
    ViewerQueries,
    DeskQueries,
    IndexStatusQueries,
    DeadLetterQueries,
    UndeliveredQueries,
    GrantQueries,
):
    """The nouns' queries, and the fetching of any node."""

    @strawberry.field(
        description="The thing with this global id; null where there is none for the caller's eyes."
    )
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        return await fetch_node(info.context, id)

    @strawberry.field(
        description="The things with these global ids, in their order, null for each that is not there."
    )
    async def nodes(self, info: Info, ids: GlobalIds) -> list[Node | None]:
        return list(await asyncio.gather(*(fetch_node(info.context, id) for id in ids)))


@strawberry.type(description="Everything that can be done.")
class Mutation(
    FirmMutations,
    SubmissionMutations,
    BlockageMutations,
    BlockingPointMutations,
    NoticeMutations,
    SavedSearchMutations,
    WebhookMutations,
    MailMutations,
    PeopleMutations,
    DeadLetterMutations,
    OperatingMutations,
):
    """The nouns' mutations."""


@strawberry.type(description="Everything that can be followed as it happens, over graphql-transport-ws.")
class Subscription(ChangeSubscriptions, ReportSubscriptions):
    """The nouns' subscriptions."""


SCHEMA = DirectorySchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Agency, Clause, Policy, SupportProgramme],
)


def context_for(services: Services, caller: Caller, allowance: Allowance | None = None) -> Context:
    """A fresh context for one operation of `caller`."""
    return Context(services, caller, FETCHERS, allowance)
