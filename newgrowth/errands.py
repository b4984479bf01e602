"""What is done beside serving: the clock, matches of saved searches, deliveries, mails. In the server, or alone."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from typing import Any

from newgrowth.delivery.mail import send_mails
from newgrowth.delivery.mailing import mailer_of, sender_of
from newgrowth.delivery.posting import Poster
from newgrowth.delivery.webhooks import deliver
from newgrowth.matching import match_searches
from newgrowth.point_watch import watch_points
from newgrowth.wiring import Parts, process_name
from schema.services import Services

Work = Coroutine[Any, Any, None]


def errands(parts: Parts, services: Services) -> Iterator[Work]:
    """All but the clock. Several processes may run them: each has a lease, or does nothing twice."""
    leases = parts.record.leases
    yield match_searches(services, leases, process_name("match"))
    poster = Poster(private=parts.settings.private_webhooks)
    yield deliver(services, poster, leases, process_name("deliver"))
    yield watch_points(services)
    mailer = mailer_of(parts.settings)
    if mailer is not None:
        yield send_mails(services, mailer, sender_of(parts.settings), leases, process_name("mail"))
