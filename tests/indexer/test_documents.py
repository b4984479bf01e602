"""Documents: what of an entry or a report can be searched, and what never enters the index."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.entities import Deadline, MetricReading, Resolution, SealedRef
from directory.profiles import PlatformAccount
from directory.states import (
    BlockageStatus,
    FirmStatus,
    Metric,
    ResolutionKind,
    ResolutionState,
    Severity,
)
from indexer.documents.blockage import blockage_document
from indexer.documents.digest import content_digest
from indexer.documents.fields import FIELDS, FieldKind, text_fields
from indexer.documents.firm import firm_document
from indexer.documents.names import collation_key
from indexer.engines.fts.rows import refusal
from indexer.query.search import Document, Kind
from tests.factories import NOW, make_blockage, make_firm, make_profile
from tests.rulebooks import REFERENCE


def document_of(**changes: Any) -> dict[str, Any]:
    """The document of an entry without reports."""
    return firm_document(make_firm(**changes), REFERENCE, open_blockages=False)


def report_of(**changes: Any) -> dict[str, Any]:
    """The document of a report."""
    return blockage_document(make_blockage(**changes), make_firm(owner="owner"), REFERENCE)


def reading(metric: Metric, period: str, value: str, days: int = 0) -> MetricReading:
    """A figure, reported some days later."""
    return MetricReading(
        metric=metric,
        period=period,
        value=Decimal(value),
        source=None,
        reported_at=NOW + timedelta(days=days),
    )


def test_every_field_is_one_that_engines_know() -> None:
    """A full entry and a full report pass the engines' own check of types."""
    profile = make_profile(
        name_en="Glimmer",
        other_names=("微光",),
        industry="51",
        occupation="freelance-designer",
        founded_on=date(2019, 7, 1),
        summary="摘要",
        summary_en="summary",
        platforms=(PlatformAccount(platform="douyin", account_name="微光", followers=3),),
    )
    readings = (reading(Metric.MONTHLY_TURNOVER_CNY, "2026-01", "80000"),)
    firm = make_firm(
        profile=profile, listed_at=NOW, confirmed_at=NOW, readings=readings, merged_from=("NG-1",)
    )
    report = make_blockage(
        firm_id=firm.id, agency="samr", co_agencies=("cac",), closed_at=NOW, forms=("vlog",)
    )
    bodies = {
        Kind.FIRM: firm_document(firm, REFERENCE, open_blockages=True),
        Kind.BLOCKAGE: blockage_document(report, firm, REFERENCE),
    }
    for kind, body in bodies.items():
        assert refusal(Document(kind, "id", 1, body)) is None
        assert body.keys() <= FIELDS[kind].keys()


def test_contact_details_are_not_in_the_document() -> None:
    """Not even the pointer to them."""
    contact = SealedRef(ref="sealed-reference", commitment="c0ffee")
    raw = orjson.dumps(document_of(contact=contact))
    assert b"sealed-reference" not in raw
    assert b"c0ffee" not in raw


@pytest.mark.parametrize("status", FirmStatus)
def test_an_entry_is_public_once_it_was_listed(status: FirmStatus) -> None:
    """Pending and delisted entries are not for everyone; a suspension is shown."""
    assert document_of(status=status)["public"] is (status not in (FirmStatus.PENDING, FirmStatus.DELISTED))


def test_an_entry_is_found_by_each_of_its_numbers() -> None:
    """Its own, those merged into it, and its credit code."""
    firm = make_firm(merged_from=("NG-7K4M-2QXC",))
    assert firm_document(firm, REFERENCE, open_blockages=False)["codes"] == [
        firm.entry_number,
        "NG-7K4M-2QXC",
        firm.profile.uscc,
    ]


def test_a_region_is_found_through_those_around_it() -> None:
    """Facets count the district, filters ask for the province."""
    body = document_of(profile=make_profile(region="330106"))
    assert (body["region"], body["region_path"]) == ("330106", ["330000", "330100", "330106"])
    assert body["province"] == "330000"


def test_a_form_is_found_through_those_above_it() -> None:
    """Micro-economy finds every form."""
    body = document_of(profile=make_profile(forms=("short-video",)))
    assert body["forms"] == ["short-video"]
    assert {"micro-economy", "short-video"} <= set(body["form_path"])


def test_a_code_that_a_vocabulary_dropped_stands_for_itself() -> None:
    """An old entry stays searchable when a list changes."""
    body = document_of(profile=make_profile(forms=("gone",), industry="gone", region="999999"))
    assert (body["form_path"], body["industry_path"], body["region_path"]) == (["gone"], ["gone"], ["999999"])


def test_labels_are_searchable_in_both_languages() -> None:
    """A reader types the name of a form, not its code."""
    assert {"短视频", "short video"} <= set(
        document_of(profile=make_profile(forms=("short-video",)))["labels"]
    )


def test_former_names_and_account_names_are_searched_like_the_name() -> None:
    """Each once."""
    account = PlatformAccount(platform="douyin", account_name="微光")
    profile = make_profile(other_names=("微光", "Glimmer"), platforms=(account,))
    assert document_of(profile=profile, former_names=("旧名",))["other_names"] == ["微光", "Glimmer", "旧名"]


def test_the_turnover_is_kept_exactly_and_as_a_band() -> None:
    """The latest month, of several reports the last, in whole fen."""
    readings = (
        reading(Metric.MONTHLY_TURNOVER_CNY, "2026-01", "80000.10"),
        reading(Metric.MONTHLY_TURNOVER_CNY, "2025-12", "999999"),
        reading(Metric.MONTHLY_TURNOVER_CNY, "2026-01", "80000.29", days=1),
    )
    body = document_of(readings=readings)
    assert (body["turnover_fen"], body["turnover_band"]) == (8_000_029, "50000-100000")


def test_followers_are_those_of_the_largest_account() -> None:
    """Accounts share followers: adding them up would count some twice."""
    accounts = (
        PlatformAccount(platform="douyin", account_name="a", followers=100),
        PlatformAccount(platform="weibo", account_name="b", followers=70),
    )
    assert document_of(profile=make_profile(platforms=accounts))["followers"] == 100
    assert document_of(readings=(reading(Metric.FOLLOWERS, "2026-01", "500"),))["followers"] == 500


def test_months_are_those_of_the_calendar_in_china() -> None:
    """An entry listed at 16:00 UTC on the last of the month belongs to the next."""
    listed = NOW.replace(month=1, day=31, hour=16)
    assert document_of(listed_at=listed)["listed_month"] == "2026-02"


def test_what_has_no_value_is_left_out() -> None:
    """So that no engine has to tell null from missing."""
    profile = make_profile(uscc=None)
    assert all(value not in (None, "", []) for value in document_of(profile=profile).values())


def test_a_reports_text_does_not_tell_who_reported() -> None:
    """The public searches reports by their text: a firm's name in it would name the reporter."""
    firm = make_firm(profile=make_profile(name="独一无二科技"))
    body = blockage_document(make_blockage(firm_id=firm.id), firm, REFERENCE)
    texts = [body.get(field.name) for field in text_fields(Kind.BLOCKAGE)]
    assert "独一无二" not in orjson.dumps(texts).decode()
    assert firm.entry_number not in body["codes"]


def test_a_report_belongs_to_the_owner_of_its_entry() -> None:
    """Whoever reported it for an entry that now belongs to another no longer sees it among the own."""
    assert report_of(reporter="clerk")["owner"] == ["owner"]


def test_a_report_falls_due_with_the_first_running_limit_of_its_handlers() -> None:
    """What was met or is void does not count, nor the reporter's own limit to confirm."""

    def limit(stage: str, days: int, **changes: Any) -> Deadline:
        due = NOW + timedelta(days=days)
        return Deadline(stage=stage, started_at=NOW, due_at=due, working_days=days, **changes)

    deadlines = (
        limit("triage", 1, met_at=NOW),
        limit("accept", 2, void=True),
        limit("confirm", 3),
        limit("resolve", 15),
    )
    assert report_of(deadlines=deadlines)["due_at"] == int((NOW + timedelta(days=15)).timestamp())
    assert "due_at" not in report_of(deadlines=deadlines[:3])


def test_severities_are_ranked() -> None:
    """By how badly they hinder, not by their letters."""
    ranks = [report_of(severity=severity)["severity_rank"] for severity in (Severity.LOW, Severity.HIGH)]
    assert ranks == sorted(ranks)


def test_a_report_is_searched_by_its_last_resolution_and_by_its_clauses() -> None:
    """What was answered, and the headings of what it cites."""
    answered = Resolution(
        state=ResolutionState.CLAIMED,
        kind=ResolutionKind.RULE_CLARIFIED,
        summary="已发文明确",
        proposed_by="samr",
        proposed_at=NOW,
    )
    body = report_of(resolutions=(answered,), clauses=("ndrc-2020-1157#1",))
    assert body["resolution"] == "已发文明确"
    assert len(body["clause_headings"]) == 2


def test_only_a_resolved_report_has_a_time_of_resolution() -> None:
    """Closed unresolved is not resolved."""
    closed = report_of(status=BlockageStatus.CLOSED_UNRESOLVED, closed_at=NOW)
    assert ("closed_at" in closed, "resolved_at" in closed) == (True, False)
    assert "resolved_at" in report_of(status=BlockageStatus.RESOLVED, closed_at=NOW)


def test_names_are_ordered_as_a_chinese_list_of_names() -> None:
    """Digits, Latin letters without case, then by pinyin; rare characters after the common ones."""
    names = ["张三", "李四", "阿里", "zoom", "Apple", "9号", "北京", "龘龘"]
    assert sorted(names, key=collation_key) == [
        "9号",
        "Apple",
        "zoom",
        "阿里",
        "北京",
        "李四",
        "张三",
        "龘龘",
    ]


@given(st.text(max_size=200))
def test_any_name_has_a_key_in_plain_hexadecimal(name: str) -> None:
    """Engines compare such keys alike."""
    key = collation_key(name)
    assert set(key) <= set("0123456789abcdef")
    assert len(key) <= 4_000


def test_the_digest_knows_no_order_of_fields() -> None:
    """Equal documents have equal digests, different ones have not."""
    assert content_digest({"a": 1, "b": [2]}) == content_digest({"b": [2], "a": 1})
    assert content_digest({"a": 1}) != content_digest({"a": 2})


def test_no_field_is_searched_both_as_text_and_as_code() -> None:
    """Text fields have no codes in them and code fields no sentences."""
    for kind in Kind:
        names = [field.name for field in FIELDS[kind].values()]
        assert len(names) == len(set(names))
        assert all(FIELDS[kind][field.name].kind is FieldKind.TEXT for field in text_fields(kind))
