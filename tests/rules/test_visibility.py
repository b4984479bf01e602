"""Who sees which entry, which submission and which field: the tables, every audience against every row."""

from __future__ import annotations

from itertools import product

import pytest

from directory.access import ANYONE, FOR_AUTHORITIES, WITHOUT_AUTHORITY, Caller, Operation, Role, may
from directory.bands import Disclosure
from directory.entities import Entity, Firm, Submission
from directory.standing import NEVER_LEAD
from directory.states import FirmStatus, Metric, SubmissionStatus
from directory.visibility import (
    FIRM_FIELDS,
    SUBMISSION_FIELDS,
    disclosure,
    may_read_firm_field,
    may_read_submission_field,
    may_see_firm,
    may_see_submission,
)
from tests.factories import make_firm, make_submission
from tests.rulebooks import REFERENCE

CALLERS = {
    "owner": Caller("firm-user", frozenset({Role.FIRM})),
    "other_firm": Caller("other", frozenset({Role.FIRM})),
    "reviewer": Caller("wang", frozenset({Role.AGENCY}), agency="local-amr@330100", region="330100"),
    "far_reviewer": Caller("zhao", frozenset({Role.AGENCY}), agency="local-amr@440300", region="440300"),
    "supervisor": Caller("sun", frozenset({Role.SUPERVISOR})),
    "analyst": Caller("qian", frozenset({Role.ANALYST})),
    "operator": Caller("ops", frozenset({Role.OPERATOR})),
    "platform": Caller("plat", frozenset({Role.AGENCY}), agency="platform-operator"),
    "public": ANYONE,
}
INSIDERS = {"owner", "reviewer", "supervisor"}
REVIEWERS = {"reviewer", "supervisor"}


@pytest.mark.parametrize(("status", "who"), list(product(FirmStatus, CALLERS)))
def test_who_sees_an_entry(status: FirmStatus, who: str) -> None:
    """What stands in the directory is public; the rest exists for the firm and the reviewers in reach alone."""
    public = status in {FirmStatus.LISTED, FirmStatus.SUSPENDED, FirmStatus.GRADUATED}
    assert may_see_firm(CALLERS[who], make_firm(status=status)) is (public or who in INSIDERS)


@pytest.mark.parametrize(("status", "who"), list(product(SubmissionStatus, CALLERS)))
def test_who_sees_a_submission(status: SubmissionStatus, who: str) -> None:
    """A draft is its owner's secret, a public notice is everyone's, the rest is between firm and reviewers."""
    expected = {
        SubmissionStatus.DRAFT: {"owner"},
        SubmissionStatus.PUBLIC_NOTICE: set(CALLERS),
    }.get(status, INSIDERS)
    assert may_see_submission(CALLERS[who], make_submission(status=status)) is (who in expected)


def test_bodies_without_authority_are_those_of_the_reference_data() -> None:
    """Platforms, associations and bodies that only issue policies: the rule and the data name the same ones."""
    assert {agency.code for agency in REFERENCE.agencies if agency.kind in NEVER_LEAD} == WITHOUT_AUTHORITY


@pytest.mark.parametrize("operation", sorted(FOR_AUTHORITIES))
def test_a_platform_decides_on_no_entry(operation: Operation) -> None:
    """It holds the role of an agency for the reports it helps with, and for nothing else."""
    assert not may(CALLERS["platform"], operation)
    assert may(CALLERS["reviewer"], operation)


def test_a_draft_that_was_given_up_stays_secret() -> None:
    """Withdrawing a draft shows it to nobody."""
    given_up = make_submission(status=SubmissionStatus.WITHDRAWN, submitted_at=None)
    assert [who for who in CALLERS if may_see_submission(CALLERS[who], given_up)] == ["owner"]


@pytest.mark.parametrize(("entity", "table"), [(Firm, FIRM_FIELDS), (Submission, SUBMISSION_FIELDS)])
def test_every_field_has_a_row(entity: type[Entity], table: dict[str, object]) -> None:
    """A field that is added to an entity is shown to nobody until somebody decides who may read it."""
    fields = set(entity.model_fields) - {"id"}
    if entity is Firm:
        fields.remove("profile")
    assert fields <= table.keys()


@pytest.mark.parametrize("who", CALLERS)
def test_who_reads_a_contact(who: str) -> None:
    """Contact details are for the firm itself and the reviewers in reach; analysts do without."""
    assert may_read_firm_field(CALLERS[who], make_firm(), "contact") is (who in INSIDERS)


@pytest.mark.parametrize("who", CALLERS)
def test_who_reads_possible_duplicates(who: str) -> None:
    """Which other entries resemble this one is for reviewers: it may name entries that are not public."""
    assert may_read_submission_field(CALLERS[who], make_submission(), "possible_duplicates") is (
        who in REVIEWERS
    )


@pytest.mark.parametrize("who", CALLERS)
def test_a_field_without_a_row_is_secret(who: str) -> None:
    """Deny by default."""
    assert not may_read_firm_field(CALLERS[who], make_firm(), "shoe_size")


@pytest.mark.parametrize(
    ("metric", "public"),
    [
        (Metric.FOLLOWERS, Disclosure.EXACT),
        (Metric.MONTHLY_TURNOVER_CNY, Disclosure.BANDED),
        (Metric.ANNUAL_REVENUE_CNY, Disclosure.BANDED),
        (Metric.CUSTOMERS, Disclosure.BANDED),
        (Metric.EMPLOYEES, Disclosure.WITHHELD),
    ],
)
@pytest.mark.parametrize("who", CALLERS)
def test_figures_are_exact_for_those_who_work_with_them(who: str, metric: Metric, public: Disclosure) -> None:
    """Followers can be counted by anyone; turnover, revenue and customers are bands for the public."""
    exact = who in INSIDERS | {"analyst", "far_reviewer"}
    assert disclosure(CALLERS[who], make_firm(), metric) is (Disclosure.EXACT if exact else public)
