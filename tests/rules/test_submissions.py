"""The life of a submission: the table of moves, whose they are, and what each decision asks besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from directory.access import PERMISSIONS, Role
from directory.entities import Objection, Submission
from directory.errors import Forbidden, NotAllowedNow
from directory.notices import (
    notice_over,
    open_objections,
    rescheduled,
    with_objection,
    with_objection_decided,
)
from directory.profiles import PlatformAccount
from directory.reviews import approved, needs_notice, rejected, taken, with_changes_requested
from directory.rulebook import Rulebook
from directory.states import EntityKind, SubmissionKind, SubmissionStatus
from directory.submissions import FACTS, MOVES, OPEN_STATUSES, Action, due, lapsed, moved, with_answers
from directory.workdays import WorkCalendar
from tests.factories import NOW, make_firm, make_freelancer_profile, make_profile, make_submission
from tests.rulebooks import ONE_REVIEWER, RULEBOOK

S = SubmissionStatus
A = Action
LATER = NOW + timedelta(days=1)

FIRM = {Role.FIRM}
REVIEWERS = {Role.AGENCY, Role.SUPERVISOR}
CLOCK = {Role.CLOCK}
ANYONE = set(Role) - CLOCK

# The whole life as the design draws it, written down apart from the code: state -> move -> state and whose it is.
LIFE: dict[S, dict[A, tuple[S, set[Role]]]] = {
    S.DRAFT: {
        A.SAVE: (S.DRAFT, FIRM),
        A.SUBMIT: (S.SUBMITTED, FIRM),
        A.WITHDRAW: (S.WITHDRAWN, FIRM),
    },
    S.SUBMITTED: {A.TAKE: (S.UNDER_REVIEW, REVIEWERS), A.WITHDRAW: (S.WITHDRAWN, FIRM)},
    S.UNDER_REVIEW: {
        A.REQUEST_CHANGES: (S.CHANGES_REQUESTED, REVIEWERS),
        A.REJECT: (S.REJECTED, REVIEWERS),
        A.RECOMMEND: (S.UNDER_REVIEW, REVIEWERS),
        A.OPEN_NOTICE: (S.PUBLIC_NOTICE, REVIEWERS),
        A.APPROVE: (S.APPROVED, REVIEWERS),
        A.WITHDRAW: (S.WITHDRAWN, FIRM),
    },
    S.CHANGES_REQUESTED: {
        A.RESUBMIT: (S.SUBMITTED, FIRM),
        A.LAPSE: (S.WITHDRAWN, CLOCK),
        A.WITHDRAW: (S.WITHDRAWN, FIRM),
    },
    S.PUBLIC_NOTICE: {
        A.OBJECT: (S.PUBLIC_NOTICE, ANYONE),
        A.DISMISS_OBJECTION: (S.PUBLIC_NOTICE, REVIEWERS),
        A.UPHOLD_OBJECTION: (S.UNDER_REVIEW, REVIEWERS),
        A.END_NOTICE: (S.APPROVED, CLOCK),
        A.WITHDRAW: (S.WITHDRAWN, FIRM),
    },
    S.APPROVED: {},
    S.REJECTED: {},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize(("status", "action"), list(product(S, A)))
def test_every_state_answers_every_move(status: S, action: A) -> None:
    """A move that the design draws leads where it says; every other one is refused as not allowed now."""
    submission = make_submission(status=status)
    if action in LIFE[status]:
        assert moved(submission, action, LATER).status is LIFE[status][action][0]
        return
    with pytest.raises(NotAllowedNow):
        moved(submission, action, LATER)


@pytest.mark.parametrize(("status", "action", "role"), [(*pair, role) for pair in MOVES for role in Role])
def test_every_move_belongs_to_its_roles(status: S, action: A, role: Role) -> None:
    """Firms hand in and withdraw, reviewers decide, the clock ends what time ends, anyone may object."""
    assert (role in PERMISSIONS[MOVES[status, action].operation]) == (role in LIFE[status][action][1])


def test_every_action_has_a_fact() -> None:
    """Nothing happens to a submission that the log could not name."""
    assert FACTS.keys() == set(Action)


def test_a_decided_submission_stays_as_it_is() -> None:
    """Approved, rejected and withdrawn are ends."""
    assert {status for status in S if not LIFE[status]} == set(S) - OPEN_STATUSES - {S.DRAFT}


def under_review(**changes: Any) -> Submission:
    """A submission taken by reviewer wang."""
    return taken(make_submission(**changes), "wang", NOW)


def test_whoever_took_it_recommends() -> None:
    """With four eyes, the taker's own yes is only a recommendation, and the review goes on."""
    after, action = approved(under_review(), make_firm(), "wang", LATER, RULEBOOK)
    assert action is A.RECOMMEND
    assert (after.status, after.recommended_by) == (S.UNDER_REVIEW, "wang")


def test_a_second_reviewer_opens_the_notice() -> None:
    """Another reviewer's yes to a registration opens the public notice, which ends after five working days."""
    after, action = approved(under_review(), make_firm(), "li", NOW, RULEBOOK)
    assert action is A.OPEN_NOTICE
    assert (after.status, after.approved_by) == (S.PUBLIC_NOTICE, "li")
    assert after.notice_ends_on == date(2026, 3, 9)
    assert not after.notice_provisional


def test_a_notice_into_an_unpublished_year_is_provisional() -> None:
    """Where the holidays are not announced yet, the end of the notice may still move."""
    unpublished = datetime(max(RULEBOOK.reference.work_years) + 1, 6, 1, tzinfo=NOW.tzinfo)
    after, _ = approved(under_review(), make_firm(), "li", unpublished, RULEBOOK)
    assert after.notice_provisional


def test_one_reviewer_suffices_where_the_agency_says_so() -> None:
    """Four eyes are a setting: without it the taker's yes counts."""
    after, _ = approved(under_review(), make_firm(), "wang", LATER, ONE_REVIEWER)
    assert after.status is S.PUBLIC_NOTICE


DECISIONS: dict[str, Callable[[Submission], object]] = {
    "take": lambda one: taken(one, "li", LATER),
    "approve": lambda one: approved(one, make_firm(), "li", LATER, RULEBOOK),
    "request_changes": lambda one: with_changes_requested(one, {}, "x", "li", LATER),
    "reject": lambda one: rejected(one, "x", ("C1",), "li", LATER, RULEBOOK),
    "decide_objection": lambda one: with_objection_decided(
        one, "o", upheld=True, note="x", by="li", at=LATER
    ),
}


@pytest.mark.parametrize("decide", DECISIONS)
def test_nobody_decides_on_their_own_submission(decide: str) -> None:
    """A reviewer who also runs a firm is a stranger to its review."""
    with pytest.raises(Forbidden):
        DECISIONS[decide](make_submission(owner="li"))


@pytest.mark.parametrize(
    ("changes", "notice"),
    [
        ({"summary": "新的简介"}, False),
        ({"region": "330200"}, False),
        ({"name": "宁波微光直播有限公司"}, True),
        ({"forms": ("live-commerce", "short-video")}, True),
        ({"entity_kind": EntityKind.INDIVIDUAL_BUSINESS}, True),
        ({"uscc": "91330100MA00000X0A"}, True),
        ({"platforms": (PlatformAccount(platform="douyin", account_name="微光"),)}, False),
    ],
)
@pytest.mark.parametrize("kind", [SubmissionKind.AMENDMENT, SubmissionKind.ANNUAL_UPDATE])
def test_only_what_identifies_an_entry_is_announced_again(
    kind: SubmissionKind, changes: dict[str, Any], notice: bool
) -> None:
    """Name, code, kind and forms go through a public notice; other changes do not."""
    live = make_firm()
    submission = make_submission(kind=kind, profile=live.profile.model_copy(update=changes))
    assert needs_notice(submission, live) is notice


def test_a_freelancers_account_is_identity() -> None:
    """A freelancer is known by the account, so another account is announced like another code."""
    live = make_firm(profile=make_freelancer_profile())
    other = PlatformAccount(platform="bilibili", account_name="小光")
    submission = make_submission(
        kind=SubmissionKind.AMENDMENT, profile=live.profile.model_copy(update={"platforms": (other,)})
    )
    assert needs_notice(submission, live)


def test_an_amendment_without_notice_is_approved_at_once() -> None:
    """The second yes to a new summary is the decision."""
    live = make_firm()
    submission = under_review(kind=SubmissionKind.AMENDMENT, profile=live.profile)
    after, action = approved(submission, live, "li", LATER, RULEBOOK)
    assert action is A.APPROVE
    assert (after.status, after.decided_at) == (S.APPROVED, LATER)


def in_notice() -> Submission:
    """A registration under public notice from NOW on."""
    return approved(under_review(), make_firm(), "li", NOW, RULEBOOK)[0]


def objection(at: datetime = LATER) -> Objection:
    """A challenge by somebody."""
    return Objection(id=f"objection-{at.isoformat()}", at=at, by=None, reason="冒用他人店名")


def end_of(submission: Submission) -> datetime:
    """When the notice ends."""
    assert submission.notice_ends_at is not None
    return submission.notice_ends_at


def test_a_notice_runs_its_days() -> None:
    """One moment before its end it cannot be ended, at its end it can."""
    submission = in_notice()
    with pytest.raises(NotAllowedNow):
        notice_over(submission, end_of(submission) - timedelta(microseconds=1))
    assert notice_over(submission, end_of(submission)).status is S.APPROVED


def test_an_undecided_objection_holds_the_listing() -> None:
    """However long the notice is over: first the objection is decided."""
    challenged = with_objection(in_notice(), objection())
    with pytest.raises(NotAllowedNow):
        notice_over(challenged, end_of(challenged) + timedelta(days=30))


def test_a_dismissed_objection_lets_the_notice_end() -> None:
    """Who objected was heard; the submission goes on."""
    challenged = with_objection(in_notice(), objection())
    decided, action = with_objection_decided(
        challenged, objection().id, upheld=False, note="查无实据", by="li", at=LATER
    )
    assert action is A.DISMISS_OBJECTION
    assert notice_over(decided, end_of(decided)).status is S.APPROVED


def test_a_provisional_notice_moves_with_the_holidays() -> None:
    """Announced before the State Council's notice for the year; then the days of a festival are off, and it runs on."""
    known = {year: found for year, found in RULEBOOK.reference.work_years.items() if year < 2026}
    unpublished = Rulebook(RULEBOOK.reference, WorkCalendar(known), RULEBOOK.limits)
    before_spring_festival = datetime(2026, 2, 13, 1, 0, tzinfo=NOW.tzinfo)
    announced, _ = approved(under_review(), make_firm(), "li", before_spring_festival, unpublished)
    assert (announced.notice_ends_on, announced.notice_provisional) == (date(2026, 2, 20), True)
    later = rescheduled(announced, RULEBOOK)
    assert later is not None
    assert not later.notice_provisional
    assert later.notice_ends_on == RULEBOOK.calendar.add_workdays(before_spring_festival, 5).on
    assert later.notice_ends_on > date(2026, 2, 20)
    assert rescheduled(later, RULEBOOK) is None


def test_an_upheld_objection_returns_to_review() -> None:
    """The review starts again, and the earlier approval no longer counts."""
    challenged = with_objection(in_notice(), objection())
    after, action = with_objection_decided(
        challenged, objection().id, upheld=True, note="属实", by="li", at=LATER
    )
    assert action is A.UPHOLD_OBJECTION
    assert (after.status, after.approved_by, after.notice_ends_at) == (S.UNDER_REVIEW, None, None)


def test_only_the_chosen_objection_is_decided() -> None:
    """Each challenge gets an answer of its own."""
    first, second = objection(NOW), objection(LATER)
    challenged = with_objection(with_objection(in_notice(), first), second)
    after, _ = with_objection_decided(challenged, second.id, upheld=False, note="无关", by="li", at=LATER)
    assert open_objections(after) == (first,)


def test_nobody_objects_once_the_notice_is_over() -> None:
    """The days of the notice are the days to object, also while an earlier objection holds the listing."""
    submission = in_notice()
    with pytest.raises(NotAllowedNow):
        with_objection(submission, objection(at=end_of(submission)))


def test_a_refused_registration_names_the_day_to_come_back() -> None:
    """Ninety calendar days, counted in Shanghai."""
    after = rejected(under_review(), "无平台账号", ("C3",), "li", NOW, RULEBOOK)
    assert (after.status, after.reject_codes) == (S.REJECTED, ("C3",))
    assert after.reapply_from == date(2026, 5, 31)


def test_a_refused_amendment_may_be_repeated_at_once() -> None:
    """The entry is listed anyway; only a registration waits."""
    after = rejected(under_review(kind=SubmissionKind.AMENDMENT), "无凭据", ("C2",), "li", NOW, RULEBOOK)
    assert after.reapply_from is None


def test_requests_are_answered_by_field() -> None:
    """The answer stands beside the request, and what was answered before keeps its answer."""
    asked = with_changes_requested(
        under_review(), {"name": "与执照不符", "forms": "请选主营"}, None, "li", NOW
    )
    once = with_answers(asked.change_requests, {"name": "已改"}, LATER)
    twice = with_answers(once, {"name": "再改", "forms": "已选"}, LATER)
    assert [request.answer for request in twice] == ["已改", "已选"]


def test_an_unanswered_request_lapses_with_its_limit() -> None:
    """Twenty working days without an answer withdraw the submission, and not a moment fewer."""
    asked = with_changes_requested(under_review(), {}, "请补正", "li", NOW)
    limit = due(asked, RULEBOOK)
    assert limit is not None
    assert RULEBOOK.calendar.workdays_between(NOW, limit.on) == 20
    with pytest.raises(NotAllowedNow):
        lapsed(asked, limit.at - timedelta(microseconds=1), RULEBOOK)
    assert lapsed(asked, limit.at, RULEBOOK).status is S.WITHDRAWN


@pytest.mark.parametrize(
    ("submission", "working_days"),
    [(make_submission(), 5), (under_review(), 15), (in_notice(), 5)],
    ids=["take", "decide", "notice"],
)
def test_each_state_has_its_limit(submission: Submission, working_days: int) -> None:
    """Five days to take it, fifteen to decide, five of notice."""
    limit = due(submission, RULEBOOK)
    assert limit is not None
    assert RULEBOOK.calendar.workdays_between(NOW, limit.on) == working_days


def test_no_limit_runs_on_a_draft() -> None:
    """A draft is the firm's own affair."""
    assert due(make_submission(status=S.DRAFT, profile=make_profile(), submitted_at=None), RULEBOOK) is None
