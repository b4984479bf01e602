"""The root fields about submissions."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import strawberry

from directory.duplicates import blocking_keys, candidates
from directory.errors import ErrorCode, InvalidInput, Problem
from directory.identities import described
from directory.names import place_names
from directory.overdue_levels import waiting
from directory.profile_reading import read_profile
from directory.profiles import Profile
from directory.queues import submission_queue
from directory.vocabulary import RegionTree
from directory.workdays import local_date
from schema.arguments import After, First
from schema.context import Context, Info
from schema.enums import OverdueLevel
from schema.errors import ApiCode, ApiError
from schema.firms.inputs import FirmProfileInput
from schema.firms.types import shown_firm
from schema.inputs import raw
from schema.limits import page_size
from schema.node import Fetchers
from schema.submissions.connections import SubmissionConnection, queue_connection
from schema.submissions.details import DuplicateCandidate, fresh_candidate
from schema.submissions.types import fetch_submission
from schema.submissions.words import SubmissionStatus

MOST_CANDIDATES = 5
NOBODY = ""

FETCHERS: Fetchers = {"Submission": fetch_submission}


@strawberry.type
class SubmissionQueries:
    """The review queue, and near duplicates before there is anything to review."""

    @strawberry.field(
        description="Submissions, longest unchanged first: for reviewers those within their reach, for a firm its own "
        "(drafts only when asked for by status), for everyone else those under public notice."
    )
    async def submissions(
        self,
        info: Info,
        statuses: Annotated[
            list[SubmissionStatus] | None,
            strawberry.argument(
                description="Only these statuses; all that the caller may see when left out."
            ),
        ] = None,
        region: Annotated[
            str | None,
            strawberry.argument(description="Only inside this region: six digits, GB/T 2260."),
        ] = None,
        overdue_levels: Annotated[
            list[OverdueLevel] | None,
            strawberry.argument(
                description="How late its reviewers are, as of now, as `Submission.overdueLevel` says; any of these. Leaves out "
                "what does not wait for reviewers."
            ),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> SubmissionConnection:
        context = info.context
        _check_region(context, region)
        wanted, levels = tuple(dict.fromkeys(statuses or ())), tuple(dict.fromkeys(overdue_levels or ()))
        now, rulebook = context.services.clock(), context.services.directory.rulebook
        late = tuple(each for level in levels for each in waiting(level, now, rulebook))
        queue = submission_queue(context.caller, wanted, region, late)
        asked = (wanted, region, levels)
        return await queue_connection(context, queue, asked, first=page_size(first), after=after)

    @strawberry.field(
        description="Entries that may be the same firm as the one declared, at most 5, likeliest first, with the reasons. "
        "For signed-in callers, before they hand in; only entries that the caller may see."
    )
    async def duplicate_candidates(
        self,
        info: Info,
        profile: Annotated[
            FirmProfileInput, strawberry.argument(description="What is about to be declared.")
        ],
    ) -> list[DuplicateCandidate]:
        context = info.context
        if context.caller.subject is None:
            raise ApiError(ApiCode.UNAUTHENTICATED, "sign_in")
        today = local_date(context.services.clock())
        declared = read_profile(raw(profile), context.services.directory.rulebook, today)
        return await _candidates(context, declared.profile)


def _check_region(context: Context, region: str | None) -> None:
    if region is not None and not context.reference.regions.is_known(region):
        raise InvalidInput(Problem(ErrorCode.INVALID, ("region",), "region.unknown", {"given": region[:64]}))


async def _candidates(context: Context, profile: Profile) -> list[DuplicateCandidate]:
    places = _places(context.reference.regions)
    entry = described(NOBODY, profile)
    async with context.services.record.reader() as reader:
        sharing = await reader.firms_sharing_keys(blocking_keys(entry, places))
    seen = {firm.id: shown for firm in sharing if (shown := shown_firm(context.caller, firm))}
    others = [described(firm.id, firm.profile, firm.former_names) for firm in sharing if firm.id in seen]
    return [
        fresh_candidate(seen[found.id], found)
        for found in candidates(entry, others, places=places, limit=MOST_CANDIDATES)
    ]


@lru_cache(maxsize=4)
def _places(regions: RegionTree) -> frozenset[str]:
    return place_names(regions)
