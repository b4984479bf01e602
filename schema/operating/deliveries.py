"""What has not reached its reader (未送达), for whoever looks after the ways out."""

from __future__ import annotations

from datetime import datetime

import strawberry

from directory import undelivered as domain
from directory.access import Operation
from directory.undelivered import Way
from directory.webhooks import DeliveryState
from schema.arguments import After, First
from schema.context import Info
from schema.enums import expose
from schema.limits import DEFAULT_PAGE
from schema.operating.pages import Connection, listed

expose(
    Way,
    "How a notice goes out.",
    {Way.WEBHOOK: "To a webhook (推送).", Way.MAIL: "By mail (邮件提醒)."},
)


@strawberry.type(description="A delivery or mail that was tried in vain (未送达).")
class Undelivered:
    """It tells where to by its host alone: the whole address is its reader's."""

    name: str = strawberry.field(
        description="What it is called in its `Webhook-Id` or `Message-ID` header, the same at every attempt."
    )
    way: Way = strawberry.field(description="How it goes out.")
    host: str = strawberry.field(description="The host of the webhook, or the domain of the mail's address.")
    at: datetime = strawberry.field(description="When there was something to tell.")
    state: DeliveryState = strawberry.field(
        description="FAILED, or PENDING where it is tried again at `dueAt`."
    )
    attempts: int = strawberry.field(description="How often it was tried.")
    status: int | None = strawberry.field(
        description="The HTTP status or SMTP reply of the last attempt; null where there was none."
    )
    due_at: datetime | None = strawberry.field(
        description="When it is tried next; null when it is tried no more."
    )


@strawberry.type
class UndeliveredQueries:
    """For operators."""

    @strawberry.field(
        description="Deliveries to webhooks and mails that failed or are being tried again, newest first, for as long as "
        "they are kept; for operators."
    )
    async def undelivered(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[Undelivered]:
        return await listed(
            info.context,
            Operation.READ_UNDELIVERED,
            "undelivered",
            first=first,
            after=after,
            read=lambda reader: reader.undelivered,
            shown=_shown,
        )


def _shown(kept: domain.Undelivered) -> Undelivered:
    return Undelivered(
        name=kept.id,
        way=kept.way,
        host=kept.host,
        at=kept.at,
        state=kept.state,
        attempts=kept.attempts,
        status=kept.status,
        due_at=kept.due_at,
    )
