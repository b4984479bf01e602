"""Commands on personal data (个人信息): what the person decides, and whoever looks at how to reach one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from directory.commands import Command
from directory.consents import ConsentPurpose


class ViewPurpose(StrEnum):
    """What somebody needs contact details for."""

    REVIEW = "REVIEW"
    FOLLOW_UP = "FOLLOW_UP"
    CALL_BACK = "CALL_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent(Command):
    """Agree to a purpose, by the version of the notice that was read (同意)."""

    firm: str
    purpose: ConsentPurpose
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Command):
    """Agree no longer (撤回同意)."""

    firm: str
    purpose: ConsentPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewContact(Command):
    """Look at the contact details of an entry, which is put on record (查看联系方式)."""

    firm: str
    purpose: ViewPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseMyData(Command):
    """Erase all that is kept of the caller; `subject` is typed once more, so that nobody does it by mistake (删除)."""

    subject: str
