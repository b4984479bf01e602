"""One round of matching and delivery, for an installation whose servers do not run all the time."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.leading import held
from newgrowth import matching
from newgrowth.delivery import mail, webhooks
from newgrowth.delivery.mailing import mailer_of, sender_of
from newgrowth.delivery.posting import Poster
from newgrowth.matching import match_once
from newgrowth.serving import services_of
from newgrowth.settings import Settings
from newgrowth.wiring import Parts, opened, process_name
from schema.services import Services


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the round did: matches told, and deliveries tried."""

    matches: int
    tried: int


async def deliver_once(settings: Settings) -> Delivered:
    """Matches what the index has and tries what is due; nothing that another process is at work on."""
    async with opened(settings) as parts:
        services = services_of(parts)
        return Delivered(
            await _matched(parts, services), await _tried(parts, services) + await _mailed(parts, services)
        )


async def _matched(parts: Parts, services: Services) -> int:
    count = 0
    async with held(parts.record.leases, matching.LEASE, process_name("match")) as lease:
        while lease is not None and (matched := await match_once(services)) is not None:
            count += matched
    return count


async def _tried(parts: Parts, services: Services) -> int:
    poster, count = Poster(private=parts.settings.private_webhooks), 0
    async with held(parts.record.leases, webhooks.LEASE, process_name("deliver")) as lease:
        while lease is not None and (tried := await webhooks.deliver_due(services, poster)):
            count += tried
    return count


async def _mailed(parts: Parts, services: Services) -> int:
    mailer, sender, count = mailer_of(parts.settings), sender_of(parts.settings), 0
    if mailer is None:
        return 0
    async with held(parts.record.leases, mail.LEASE, process_name("mail")) as lease:
        while lease is not None and (tried := await mail.mail_due(services, mailer, sender)):
            count += tried
    return count
