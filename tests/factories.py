"""The smallest valid entities: each call gives a new one, `changes` replace fields."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from itertools import count
from typing import Any

from directory.entities import Blockage, BlockingPoint, Firm, Submission
from directory.identifiers import Prefix, new_id, new_number, uscc_check_character
from directory.profiles import PlatformAccount, Profile
from directory.states import (
    BlockageStatus,
    BlockingPointStatus,
    EntityKind,
    FirmStatus,
    Language,
    Severity,
    SubmissionKind,
    SubmissionStatus,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REGION = "330100"
_bodies = count(1)


def make_uscc() -> str:
    """A valid code of an enterprise that no other call gives in this run."""
    body = f"91{REGION}MA{next(_bodies):07d}"
    return body + uscc_check_character(body)


def make_profile(**changes: Any) -> Profile:
    """An enterprise in Hangzhou that streams and sells, with a code of its own."""
    values: dict[str, Any] = {
        "name": "杭州微光直播有限公司",
        "uscc": make_uscc(),
        "entity_kind": EntityKind.ENTERPRISE,
        "forms": ("live-commerce",),
        "region": REGION,
    }
    return Profile(**{**values, **changes})


def make_freelancer_profile(**changes: Any) -> Profile:
    """A freelancer with one platform account of their own."""
    account = PlatformAccount(platform="douyin", account_name=f"小光{next(_bodies)}")
    values: dict[str, Any] = {
        "name": "王小明",
        "uscc": None,
        "entity_kind": EntityKind.FREELANCER,
        "platforms": (account,),
    }
    return make_profile(**{**values, **changes})


def make_firm(**changes: Any) -> Firm:
    """A listed entry, not yet kept."""
    values: dict[str, Any] = {
        "id": new_id(secrets.token_bytes),
        "version": 0,
        "entry_number": new_number(Prefix.ENTRY, secrets.token_bytes),
        "status": FirmStatus.LISTED,
        "owner": "firm-user",
        "created_at": NOW,
        "updated_at": NOW,
    }
    if "profile" not in changes:
        values["profile"] = make_profile()
    return Firm(**{**values, **changes})


def make_submission(**changes: Any) -> Submission:
    """A registration handed in for `firm_id`, not yet kept; pass the firm's id for one that the record will take."""
    values: dict[str, Any] = {
        "id": new_id(secrets.token_bytes),
        "version": 0,
        "firm_id": new_id(secrets.token_bytes),
        "kind": SubmissionKind.REGISTRATION,
        "status": SubmissionStatus.SUBMITTED,
        "owner": "firm-user",
        "region": REGION,
        "created_at": NOW,
        "updated_at": NOW,
        "submitted_at": NOW,
    }
    if "profile" not in changes and changes.get("status") is not SubmissionStatus.DRAFT:
        values["profile"] = make_profile()
    return Submission(**{**values, **changes})


def make_blockage(**changes: Any) -> Blockage:
    """A report just made for `firm_id`, not yet kept; pass the firm's id for one that the record will take."""
    values: dict[str, Any] = {
        "id": new_id(secrets.token_bytes),
        "version": 0,
        "reference": new_number(Prefix.REPORT, secrets.token_bytes),
        "firm_id": new_id(secrets.token_bytes),
        "reporter": "firm-user",
        "status": BlockageStatus.REPORTED,
        "title": "平台抽成过高",
        "description": "平台抽成占成交额三成，微利经营难以为继。",
        "language": Language.ZH,
        "category": "platform-fees",
        "severity": Severity.MEDIUM,
        "region": REGION,
        "reported_at": NOW,
        "updated_at": NOW,
    }
    return Blockage(**{**values, **changes})


def make_point(**changes: Any) -> BlockingPoint:
    """A blocking point just named, not yet kept."""
    values: dict[str, Any] = {
        "id": new_id(secrets.token_bytes),
        "version": 0,
        "reference": new_number(Prefix.POINT, secrets.token_bytes),
        "status": BlockingPointStatus.OPEN,
        "title": "平台抽成缺少上限",
        "description": "平台抽成比例没有统一上限，商户无从议价。",
        "category": "platform-fees",
        "clauses": ("platform-fee-guide-2025#ban",),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return BlockingPoint(**{**values, **changes})
