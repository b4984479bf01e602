"""What the caller may know of their own data: a copy of it, and who has looked at it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import strawberry

from directory.access import Operation
from directory.consents import NOTICES
from directory.handlers.people import VIEWED
from directory.states import Language
from schema.context import Context
from schema.enums import ConsentPurpose, ViewPurpose


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


@strawberry.type(description="That somebody looked at the caller's contact details (查看记录).")
class ContactView:
    """From the log, which nobody can change."""

    at: datetime = strawberry.field(description="When.")
    agency: str | None = strawberry.field(description="The agency that they acted for, by its code.")
    purpose: ViewPurpose = strawberry.field(description="What for.")


async def contact_views(context: Context) -> list[ContactView]:
    """Who has looked at the caller's contact details, oldest first; none for the public."""
    subject = context.caller.subject
    if subject is None or not context.may(Operation.READ_OWN_DATA):
        return []
    async with context.services.record.reader() as reader:
        entries = await reader.log_about(subject, (VIEWED,))
    return [
        ContactView(
            at=entry.fact.at,
            agency=entry.fact.data.get("agency"),
            purpose=ViewPurpose(entry.fact.data["purpose"]),
        )
        for entry in entries
    ]


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
