"""The standing of an entry, and what an approved submission makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from directory.access import Role
from directory.entities import Firm, MetricReading, Provenance
from directory.errors import NotAllowedNow, VersionConflict
from directory.firms import (
    AMENDED,
    CONFIRMED,
    FACTS,
    MOVES,
    Action,
    action_to,
    latest_readings,
    merged,
    moved,
    on_its_own,
    with_approved,
    with_readings,
    without_merged,
)
from directory.profiles import ReadingClaim
from directory.provenance import Source, proposed_changes, provenance_conflicts
from directory.states import EntityKind, FirmStatus, Metric, SizeClass, SubmissionKind, SubmissionStatus
from tests.factories import NOW, make_firm, make_freelancer_profile, make_profile, make_submission, make_uscc
from tests.rulebooks import RULEBOOK

S = FirmStatus
A = Action
LATER = NOW + timedelta(days=30)

REVIEWERS = {Role.AGENCY, Role.SUPERVISOR}
# The standing as the design draws it: from, move -> to and whose it is.
STANDING: dict[tuple[S, A], tuple[S, set[Role]]] = {
    (S.PENDING, A.LIST): (S.LISTED, REVIEWERS | {Role.CLOCK}),
    (S.PENDING, A.CLOSE): (S.DELISTED, REVIEWERS | {Role.CLOCK, Role.FIRM}),
    (S.LISTED, A.SUSPEND): (S.SUSPENDED, REVIEWERS | {Role.CLOCK}),
    (S.LISTED, A.GRADUATE): (S.GRADUATED, REVIEWERS | {Role.CLOCK}),
    (S.LISTED, A.DELIST): (S.DELISTED, REVIEWERS | {Role.FIRM}),
    (S.SUSPENDED, A.RESTORE): (S.LISTED, REVIEWERS),
    (S.SUSPENDED, A.DELIST): (S.DELISTED, REVIEWERS),
    (S.GRADUATED, A.RELIST): (S.LISTED, REVIEWERS),
    (S.GRADUATED, A.DELIST): (S.DELISTED, REVIEWERS | {Role.FIRM}),
}


@pytest.mark.parametrize(("status", "action"), list(product(S, A)))
def test_every_standing_answers_every_move(status: S, action: A) -> None:
    """A move that the design draws leads where it says and is whose it says; every other one is refused."""
    if (expected := STANDING.get((status, action))) is None:
        with pytest.raises(NotAllowedNow):
            moved(make_firm(status=status), action, LATER)
        return
    assert moved(make_firm(status=status), action, LATER).status is expected[0]
    assert MOVES[status, action].roles == expected[1]


@pytest.mark.parametrize(("status", "to"), list(product(S, S)))
def test_a_wanted_standing_names_its_move(status: S, to: S) -> None:
    """What a reviewer asks for is found in the table, but a listing follows only from a submission."""
    by_command = {(before, after): action for (before, action), (after, _) in STANDING.items()}
    expected = by_command.get((status, to)) if status is not S.PENDING else None
    if expected is None:
        with pytest.raises(NotAllowedNow):
            action_to(make_firm(status=status), to)
    else:
        assert action_to(make_firm(status=status), to) is expected


def test_every_move_has_a_fact() -> None:
    """Nothing happens to an entry that the log could not name."""
    assert FACTS.keys() == set(Action)


def decided(kind: SubmissionKind = SubmissionKind.REGISTRATION, **changes: Any) -> Any:
    """A submission that a second reviewer approved."""
    return make_submission(kind=kind, status=SubmissionStatus.APPROVED, approved_by="li", **changes)


def claim(metric: Metric, period: str, value: str, source: str = "tax-record") -> ReadingClaim:
    """A figure as submitted."""
    return ReadingClaim(metric=metric, period=period, value=Decimal(value), source=source)


def test_an_approved_registration_lists_the_entry() -> None:
    """From then on it is public, and its yearly confirmation counts from that day."""
    after, fact = with_approved(make_firm(status=S.PENDING), decided(), LATER, RULEBOOK)
    assert (after.status, after.listed_at, after.confirmed_at) == (S.LISTED, LATER, LATER)
    assert fact == FACTS[A.LIST]


def test_an_approved_amendment_becomes_the_live_version() -> None:
    """The standing stays, the declared values change."""
    firm = make_firm(status=S.SUSPENDED)
    profile = firm.profile.model_copy(update={"summary": "新的简介"})
    after, fact = with_approved(firm, decided(SubmissionKind.AMENDMENT, profile=profile), LATER, RULEBOOK)
    assert (after.status, after.profile.summary, fact) == (S.SUSPENDED, "新的简介", AMENDED)


@pytest.mark.parametrize("status", [S.PENDING, S.DELISTED])
def test_an_entry_outside_the_directory_is_not_amended(status: S) -> None:
    """What left the directory, or never entered it, has no live version."""
    with pytest.raises(NotAllowedNow):
        with_approved(make_firm(status=status), decided(SubmissionKind.AMENDMENT), LATER, RULEBOOK)


def test_an_entry_that_changed_meanwhile_is_not_overwritten() -> None:
    """The firm declared on version 3; version 4 says something it never saw."""
    with pytest.raises(VersionConflict):
        with_approved(
            make_firm(version=4), decided(SubmissionKind.AMENDMENT, base_firm_version=3), LATER, RULEBOOK
        )


def test_a_changed_name_is_kept_as_a_former_one() -> None:
    """Whoever knows the entry by its old name still finds it."""
    firm = make_firm(former_names=("微光工作室",))
    profile = firm.profile.model_copy(update={"name": "杭州大光传媒有限公司"})
    after, _ = with_approved(firm, decided(SubmissionKind.AMENDMENT, profile=profile), LATER, RULEBOOK)
    assert after.former_names == ("微光工作室", "杭州微光直播有限公司")


def test_a_freelancer_who_registers_keeps_the_entry() -> None:
    """From freelancer to household (个转企): number, id and readings stay, and the old account still names the entry."""
    before = make_firm(
        profile=make_freelancer_profile(),
        readings=(
            MetricReading(
                metric=Metric.FOLLOWERS, period="2026-01", value=Decimal(9), source=None, reported_at=NOW
            ),
        ),
    )
    account = before.profile.platforms[0].account_name
    registered = make_profile(name="小光直播间", uscc=make_uscc(), entity_kind=EntityKind.INDIVIDUAL_BUSINESS)
    after, _ = with_approved(before, decided(SubmissionKind.AMENDMENT, profile=registered), LATER, RULEBOOK)
    assert (after.id, after.entry_number, after.readings) == (before.id, before.entry_number, before.readings)
    assert after.profile.uscc == registered.uscc
    assert after.former_names == (before.profile.name, account)


def test_readings_are_only_added() -> None:
    """A correction stands beside what it corrects; the latest report counts."""
    first = with_readings((), (claim(Metric.FOLLOWERS, "2026-01", "100"),), NOW)
    both = with_readings(first, (claim(Metric.FOLLOWERS, "2026-01", "120"),), LATER)
    assert [reading.value for reading in both] == [100, 120]
    assert [reading.value for reading in latest_readings(both)] == [120]


def test_what_is_said_again_is_not_a_new_reading() -> None:
    """A yearly update that repeats all figures adds only the new ones."""
    first = with_readings((), (claim(Metric.FOLLOWERS, "2026-01", "100"),), NOW)
    claims = (claim(Metric.FOLLOWERS, "2026-01", "100.0"), claim(Metric.FOLLOWERS, "2026-02", "130"))
    assert [reading.period for reading in with_readings(first, claims, LATER)] == ["2026-01", "2026-02"]


SOFTWARE = "6513"


@pytest.mark.parametrize(
    ("employees", "revenue", "size"),
    [
        ("9", "600000", SizeClass.MICRO),
        ("10", "500000", SizeClass.SMALL),
        ("100", "10000000", SizeClass.MEDIUM),
    ],
)
def test_size_follows_from_headcount_and_revenue(employees: str, revenue: str, size: SizeClass) -> None:
    """Software by NBS 2017: the class is the lower one of both indicators."""
    claims = (
        claim(Metric.EMPLOYEES, "2026-01", employees),
        claim(Metric.ANNUAL_REVENUE_CNY, "2025", revenue),
    )
    submission = decided(profile=make_profile(industry=SOFTWARE), readings=claims)
    after, _ = with_approved(make_firm(status=S.PENDING), submission, LATER, RULEBOOK)
    assert after.size_class is size


def grown(kind: SubmissionKind) -> Any:
    """A software firm of medium size declares itself."""
    claims = (
        claim(Metric.EMPLOYEES, "2026-01", "150"),
        claim(Metric.ANNUAL_REVENUE_CNY, "2025", "20000000"),
    )
    return decided(kind, profile=make_profile(industry=SOFTWARE), readings=claims)


def test_a_firm_that_outgrew_small_graduates_at_its_yearly_update() -> None:
    """Growing is no fault: the entry stays visible, with honours."""
    after, fact = with_approved(make_firm(), grown(SubmissionKind.ANNUAL_UPDATE), LATER, RULEBOOK)
    assert (after.status, after.confirmed_at, fact) == (S.GRADUATED, LATER, FACTS[A.GRADUATE])


def test_an_amendment_does_not_graduate() -> None:
    """Only the yearly update takes stock."""
    after, _ = with_approved(make_firm(), grown(SubmissionKind.AMENDMENT), LATER, RULEBOOK)
    assert after.status is S.LISTED


def test_a_yearly_update_confirms_the_entry() -> None:
    """A small firm stays listed, and its twelve months start again."""
    firm = make_firm(confirmed_at=NOW)
    submission = decided(SubmissionKind.ANNUAL_UPDATE, profile=firm.profile)
    after, fact = with_approved(firm, submission, LATER, RULEBOOK)
    assert (after.status, after.confirmed_at, fact) == (S.LISTED, LATER, CONFIRMED)


def silent() -> Firm:
    """An entry that the clock suspended for want of its yearly update."""
    return make_firm(status=S.SUSPENDED, status_reason="逾期", suspended_unconfirmed=True, confirmed_at=NOW)


def test_a_late_yearly_update_restores_the_entry_suspended_for_want_of_it() -> None:
    """What was missing is there; nobody has to ask."""
    firm = silent()
    submission = decided(SubmissionKind.ANNUAL_UPDATE, profile=firm.profile)
    after, fact = with_approved(firm, submission, LATER, RULEBOOK)
    assert (after.status, after.confirmed_at, fact) == (S.LISTED, LATER, FACTS[A.RESTORE])
    assert (after.status_reason, after.suspended_unconfirmed) == (None, False)


def test_a_late_yearly_update_graduates_who_outgrew_small_meanwhile() -> None:
    """Restored and graduated in one step."""
    after, fact = with_approved(silent(), grown(SubmissionKind.ANNUAL_UPDATE), LATER, RULEBOOK)
    assert (after.status, after.suspended_unconfirmed, fact) == (S.GRADUATED, False, FACTS[A.GRADUATE])


@pytest.mark.parametrize(
    ("firm", "kind"),
    [
        (silent(), SubmissionKind.AMENDMENT),
        (make_firm(status=S.SUSPENDED, status_reason="投诉核查"), SubmissionKind.ANNUAL_UPDATE),
    ],
    ids=["no update", "another reason"],
)
def test_nothing_else_restores_a_suspended_entry(firm: Firm, kind: SubmissionKind) -> None:
    """Neither an amendment, nor an update of an entry that reviewers suspended for a reason of theirs."""
    after, _ = with_approved(firm, decided(kind, profile=firm.profile), LATER, RULEBOOK)
    assert (after.status, after.status_reason) == (S.SUSPENDED, firm.status_reason)


def test_the_reason_for_a_suspension_ends_with_it() -> None:
    """Restored by a reviewer and suspended for another reason, an update does not bring the entry back."""
    restored = moved(silent(), A.RESTORE, LATER)
    again = moved(restored, A.SUSPEND, LATER, status_reason="投诉核查")
    assert not again.suspended_unconfirmed


def test_growth_rests_on_the_reviewers_word() -> None:
    """The finding names every criterion; C6 is what the reviewer attested."""
    after, _ = with_approved(make_firm(status=S.PENDING), decided(good_standing=True), LATER, RULEBOOK)
    assert after.growth is not None
    assert {one.code: one.met for one in after.growth.criteria}["C6"] is True
    assert after.growth.assessed_at == LATER
    assert not after.growth.qualifies


def test_a_growing_newcomer_qualifies() -> None:
    """Half a year of turnover above the floor, from the platform's own export, a young shop, an honest name."""
    profile = make_freelancer_profile(founded_on=date(2025, 6, 1), forms=("live-commerce",))
    claims = tuple(
        claim(Metric.MONTHLY_TURNOVER_CNY, f"2025-{month:02}", str(50_000 + month), "platform-export")
        for month in range(7, 13)
    )
    submission = decided(profile=profile, readings=claims, good_standing=True)
    after, _ = with_approved(make_firm(status=S.PENDING, profile=profile), submission, LATER, RULEBOOK)
    assert after.growth is not None
    assert after.growth.qualifies


def test_each_changed_field_names_who_said_it() -> None:
    """What did not change keeps its older source."""
    registry = Provenance(source=Source.REGISTRY.value, by="register", at=NOW)
    firm = make_firm(provenance={"name": registry, "region": registry})
    profile = firm.profile.model_copy(update={"name": "杭州大光传媒有限公司"})
    submission = decided(SubmissionKind.AMENDMENT, profile=profile, good_standing=True, submitted_at=LATER)
    after, _ = with_approved(firm, submission, LATER, RULEBOOK)
    assert after.provenance["region"] == registry
    assert after.provenance["name"] == Provenance(source="declared", by="firm-user", at=LATER)
    assert after.provenance["good_standing"] == Provenance(source="review", by="li", at=LATER)


def test_a_reviewer_sees_what_contradicts_a_register() -> None:
    """The firm writes another name than the register has; a new summary contradicts nobody."""
    registry = Provenance(source=Source.REGISTRY.value, by="register", at=NOW)
    firm = make_firm(provenance={"name": registry})
    profile = firm.profile.model_copy(update={"name": "杭州大光传媒有限公司", "summary": "新的简介"})
    conflicts = provenance_conflicts(firm, decided(SubmissionKind.AMENDMENT, profile=profile))
    assert [(one.field, one.live, one.proposed) for one in conflicts] == [
        ("name", "杭州微光直播有限公司", "杭州大光传媒有限公司")
    ]


def test_proposed_changes_show_both_sides_whole() -> None:
    """A list that only grew is shown as it was and as it will be."""
    firm = make_firm()
    profile = firm.profile.model_copy(update={"forms": ("live-commerce", "short-video")})
    (change,) = proposed_changes(firm.profile, decided(SubmissionKind.AMENDMENT, profile=profile))
    assert (change.before, change.after) == (["live-commerce"], ["live-commerce", "short-video"])


def test_a_survivor_answers_to_all_numbers_of_what_it_took_in() -> None:
    """Merged twice over: every number ever given out still leads somewhere."""
    source, survivor = make_firm(merged_from=("NG-OLD",)), make_firm()
    gone, stays = merged(source, survivor, ("report-1",), LATER)
    assert gone.merged_into == survivor.id
    assert stays.merged_from == (source.entry_number, "NG-OLD")


def test_unmerging_gives_both_back_as_they_were() -> None:
    """But for the time of the change, nothing tells that they were ever one."""
    source, survivor = make_firm(merged_from=("NG-OLD",)), make_firm(merged_from=("NG-OTHER",))
    gone, stays = merged(source, survivor, ("report-1",), LATER)
    same_time = {"updated_at": NOW}
    assert on_its_own(gone, LATER).model_copy(update=same_time) == source
    assert without_merged(stays, gone, LATER).model_copy(update=same_time) == survivor
