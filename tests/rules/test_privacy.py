"""Each field has a class, and each table says whose data it holds. PIPL, articles 6, 45, 51."""

from __future__ import annotations

import pytest

from directory.entities import Blockage, Entity, Firm, Submission
from directory.privacy import (
    CLASSES,
    CONTACT,
    SEALED,
    PrivacyClass,
    declared_fields,
    personal_fields,
)
from directory.profiles import ContactDetails
from directory.record.holdings import HOLDINGS
from directory.record.tables import metadata
from directory.report_fields import REPORT_FIELDS
from directory.visibility import FIRM_FIELDS, SUBMISSION_FIELDS
from tests.factories import make_blockage, make_firm, make_freelancer_profile, make_submission


@pytest.mark.parametrize("kind", CLASSES)
def test_each_field_that_is_kept_has_a_class(kind: type[Entity]) -> None:
    """A new field without a row, or a row without a field, is seen here."""
    assert CLASSES[kind].keys() == declared_fields(kind)


def test_each_contact_detail_has_a_class() -> None:
    """All of them are personal."""
    assert CONTACT.keys() == ContactDetails.model_fields.keys()
    assert {row.privacy for row in CONTACT.values()} == {PrivacyClass.PERSONAL}


def test_each_table_says_whose_data_it_holds() -> None:
    """A new table without a statement is seen here; export and erasure go by these."""
    assert set(HOLDINGS) == set(metadata.tables.values())


def test_each_field_that_can_be_read_has_a_class() -> None:
    """Who may read a field stands in the tables of visibility; what it is stands in one table beside them."""
    firm, submission = CLASSES[Firm], CLASSES[Submission]
    derived = {"version", "profile"}
    assert {name for name in FIRM_FIELDS if name not in firm and f"profile.{name}" not in firm} <= derived
    assert {name for name in SUBMISSION_FIELDS if name not in submission} <= derived
    # Of a report these are worked out when it is read.
    worked_out = {name for name in REPORT_FIELDS if name.partition(".")[0] not in CLASSES[Blockage]}
    assert worked_out == {
        "id", "version", "waiting_on", "gross_days", "net_days", "overdue", "long_overdue", "overdue_level",
        "days_overdue",
        "resolution", "residual", "open_actions", "suggested_blocking_points", "suggested_agencies", "suggested_co_agencies",
        "suggested_blocking_points_with_reasons", "similar", "similar_with_reasons", "indicators", "reported_by",
            "messages", "public_text", "published_evidence", "reporter_alias", "reporter_size_class",
    }  # fmt: skip


@pytest.mark.parametrize(
    "field",
    ["supervision", "call_back", "deadlines", "timeline", "plan", "evidence", "resolutions", "reporter"],
)
def test_what_is_written_about_a_report_stays_out_of_the_log(field: str) -> None:
    """Anybody may have typed a name into it."""
    assert field in personal_fields(make_blockage())


@pytest.mark.parametrize(
    "field", ["review_note", "objections", "change_requests", "readings", "profile.name"]
)
def test_what_a_person_hands_in_stays_out_of_the_log(field: str) -> None:
    """And what is written about it in the review."""
    assert field in personal_fields(make_submission(profile=make_freelancer_profile()))


def test_figures_of_an_enterprise_are_business_and_those_of_a_person_personal() -> None:
    """Turnover of one who works alone is an income."""
    assert "readings" not in personal_fields(make_firm())
    assert {"readings", "growth"} <= personal_fields(make_firm(profile=make_freelancer_profile()))


def test_what_is_sealed_already_is_not_sealed_twice() -> None:
    """Entries hold a reference to contact details, and so may the log."""
    assert personal_fields(make_firm(profile=make_freelancer_profile())).isdisjoint(SEALED)


def test_nothing_sensitive_is_collected() -> None:
    """Identity numbers, bank accounts and the like (P3) have no field to go into."""
    kept = {row.privacy for rows in CLASSES.values() for row in rows.values()}
    assert PrivacyClass.SENSITIVE not in kept
