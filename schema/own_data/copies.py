"""What the caller may know of their own data: a copy of it, and who has looked at it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import strawberry

from directory.access import Operation
from directory.consents import NOTICES
from directory.facts import Fact
from directory.looks import WAYS
from directory.states import Language
from schema.context import Context
from schema.enums import ConsentPurpose, ViewPurpose, ViewWay


@strawberry.type(description="What somebody is told before they agree to a purpose (告知书).")
class ConsentNotice:
    """Made by `consent_notices`."""

    purpose: ConsentPurpose = strawberry.field(description="What it is for.")
    version: str = strawberry.field(description="Its version, to be given back with the consent.")
    text_zh: strawberry.Private[str]
    text_en: strawberry.Private[str]

    @strawberry.field(description="Its words.")
    def text(
        self,
        language: Annotated[Language, strawberry.argument(description="In which language.")] = Language.ZH,
    ) -> str:
        return self.text_zh if language is Language.ZH else self.text_en


def consent_notices() -> list[ConsentNotice]:
    """The present notice of each purpose."""
    return [
        ConsentNotice(purpose=purpose, version=notice.version, text_zh=notice.zh, text_en=notice.en)
        for purpose, notice in NOTICES.items()
    ]


@strawberry.type(
    description="That somebody saw the caller's contact details, or who the caller is (查看记录)."
)
class ContactView:
    """From the log, which nobody can change."""

    at: datetime = strawberry.field(description="When.")
    way: ViewWay = strawberry.field(description="By which way.")
    agency: str | None = strawberry.field(
        description="The agency that they acted for, by its code; null for supervisors and operators who act for none."
    )
    purpose: ViewPurpose | None = strawberry.field(
        description="What for; null unless they looked at an entry."
    )
    report: str | None = strawberry.field(
        description="The number of the report whose reporter was shown, its timeline says why, or of which a file was read. "
        "Null otherwise."
    )


async def contact_views(context: Context) -> list[ContactView]:
    """Each time that the caller was seen, oldest first; none for the public."""
    subject = context.caller.subject
    if subject is None or not context.may(Operation.READ_OWN_DATA):
        return []
    async with context.services.record.reader() as reader:
        entries = await reader.log_about(subject, tuple(WAYS))
    return [_shown(entry.fact) for entry in entries]


def _shown(fact: Fact) -> ContactView:
    way, said = WAYS[fact.kind], fact.data
    return ContactView(
        at=fact.at,
        way=way,
        agency=said.get("agency"),
        purpose=ViewPurpose(said["purpose"]) if way is ViewWay.LOOKED_AT else None,
        report=said.get("report"),
    )


@strawberry.type(description="A copy of everything that is kept of the caller (个人信息副本).")
class MyData:
    """PIPL, article 45."""

    json: str = strawberry.field(
        description="All of it, as a JSON object with a list of rows for each table."
    )


async def my_data(context: Context) -> MyData | None:
    """The caller's copy; None for the public and for machines."""
    subject = context.caller.subject
    if subject is None or not context.may(Operation.READ_OWN_DATA):
        return None
    async with context.services.record.reader() as reader:
        copied: Any = await reader.copy_of_person(subject)
    return MyData(json=json.dumps(copied, ensure_ascii=False, default=str))
