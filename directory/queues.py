"""
Which submissions a caller is given to list (申报队列).

Reviewers see what was handed in within their reach; a firm sees its own, drafts only when it asks for them; everyone
else sees what is under public notice (公示).
"""

from __future__ import annotations

from dataclasses import replace

from directory.access import Caller, Operation, may, region_prefix
from directory.overdue_levels import Waiting
from directory.ports import SubmissionQueue
from directory.states import SubmissionStatus

HANDED_IN = tuple(status for status in SubmissionStatus if status is not SubmissionStatus.DRAFT)
NOTICES = (SubmissionStatus.PUBLIC_NOTICE,)


def submission_queue(
    caller: Caller,
    statuses: tuple[SubmissionStatus, ...] = (),
    region: str | None = None,
    waiting: tuple[Waiting, ...] = (),
) -> SubmissionQueue | None:
    """What to list for the caller of any of `statuses` (all that they may see, when empty) inside `region`.

    `waiting` narrows it to what any of it holds. None when nothing is theirs to see: then there is nothing to read either.
    """
    queue = _allowed(caller, statuses, region)
    return replace(queue, waiting=waiting) if queue else None


def _allowed(
    caller: Caller, statuses: tuple[SubmissionStatus, ...], region: str | None
) -> SubmissionQueue | None:
    if may(caller, Operation.READ_SUBMISSION_QUEUE):
        return _in_reach(caller, _handed_in(statuses, HANDED_IN), region)
    if may(caller, Operation.SUBMIT_FIRM) and caller.subject is not None:
        own = SubmissionQueue(
            statuses=statuses, owner=caller.subject, handed_in=SubmissionStatus.DRAFT not in statuses
        )
        return _inside(own, region)
    return _inside(_handed_in(statuses, NOTICES), region)


def _handed_in(
    asked: tuple[SubmissionStatus, ...], allowed: tuple[SubmissionStatus, ...]
) -> SubmissionQueue | None:
    """Those asked for that are allowed, all of them when none is asked for; None when none asked for is allowed."""
    statuses = tuple(status for status in asked or allowed if status in allowed)
    return SubmissionQueue(statuses=statuses, handed_in=True) if statuses else None


def _inside(queue: SubmissionQueue | None, region: str | None) -> SubmissionQueue | None:
    return replace(queue, region_prefix=region_prefix(region)) if queue and region else queue


def _in_reach(caller: Caller, queue: SubmissionQueue | None, region: str | None) -> SubmissionQueue | None:
    """The queue inside both the region and the caller's reach; None when they do not meet."""
    if queue is None:
        return None
    prefixes = sorted((region_prefix(code) for code in (region, caller.region) if code), key=len)
    if prefixes and not prefixes[-1].startswith(prefixes[0]):
        return None
    return replace(queue, region_prefix=prefixes[-1] if prefixes else None)
