"""Webhooks (推送): how they are signed, when they are tried again, and where they may lead."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import ip_address

import pytest

from directory.errors import InvalidInput
from directory.webhooks import (
    GONE,
    JITTER,
    PATIENCE,
    PAUSES,
    Delivery,
    DeliveryState,
    Webhook,
    after_attempt,
    checked_url,
    is_public,
    new_secret,
    settled,
    signed_headers,
)
from tests.factories import NOW

INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "fd00:ec2::254",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101")


def test_the_example_of_the_standard_is_signed_as_there() -> None:
    """The key, id, time and body of the reference libraries' own test give the signature that stands there."""
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, NOW.tzinfo),
        b'{"test": 2432232314}',
    )
    assert headers["Webhook-Signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["Webhook-Timestamp"] == "1614265330"


def test_a_secret_is_kept_as_receivers_take_it() -> None:
    """Thirty-two random bytes, behind a word that says what it is."""
    secret = new_secret(b"k" * 32)
    headers = signed_headers(secret, "msg_1", NOW, b"{}")
    signed = f"msg_1.{int(NOW.timestamp())}.{{}}".encode()
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{expected}"


def test_what_is_not_taken_is_tried_again_with_growing_pauses_and_given_up_in_the_end() -> None:
    """Ten attempts over some three days; each pause lies between its length and a fifth more."""
    delivery, now = Delivery("msg", "w", 1, NOW, NOW), NOW
    for pause in PAUSES:
        for jitter in (0.0, 1.0):
            after = settled(delivery, 500, now, jitter)
            assert after.state is DeliveryState.PENDING
            assert after.due_at == now + pause * (1 + JITTER * jitter)
        delivery, now = after, now + pause * (1 + JITTER)
    after = settled(delivery, None, now, 0.0)
    assert (after.state, after.due_at, after.attempts) == (DeliveryState.FAILED, None, 10)
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < PATIENCE


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_success_takes_it(status: int) -> None:
    """Whatever the receiver says beside that."""
    assert settled(Delivery("msg", "w", 1, NOW, NOW), status, NOW, 0.0).state is DeliveryState.DELIVERED


@pytest.mark.parametrize("status", [301, 302, 307, 404, 429, 500, 101, None])
def test_anything_else_does_not(status: int | None) -> None:
    """A redirection is not followed."""
    assert settled(Delivery("msg", "w", 1, NOW, NOW), status, NOW, 0.0).state is DeliveryState.PENDING


def test_an_address_that_takes_nothing_for_five_days_is_disabled() -> None:
    """Not before; one delivery that is taken starts the days anew; an address that is gone is not asked again."""
    webhook = after_attempt(Webhook("w", "o", "https://a.example/", "", NOW), 500, NOW)
    assert webhook.enabled
    assert webhook.failing_since == NOW
    assert after_attempt(webhook, 500, NOW + PATIENCE - timedelta(seconds=1)).enabled
    assert not after_attempt(webhook, 500, NOW + PATIENCE).enabled
    assert after_attempt(webhook, 204, NOW + PATIENCE).failing_since is None
    assert not after_attempt(webhook, GONE, NOW).enabled


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_public(address: str) -> None:
    """Private, loopback, link-local, of the cloud's metadata, multicast, and IPv4 in any dress of IPv6."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_of_the_open_net_are(address: str) -> None:
    """So that the guard does not simply refuse everything."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.1.2.3/",
        "https://localhost/", "https://a.localhost/", "https://169.254.169.254/latest/meta-data", "ftp://hooks.example/",
        "https://user:pass@hooks.example/", "https://hooks.example/#x", "https:///x", "https://hooks.example:0/", "",
        "https://hooks.example:99999/", "https://hooks.example/\r\nX: 1", "https://hooks.example/ x", "https://h\\@x/",
        "https://例子.example/", "https://hooks.example/" + "a" * 2000,
    ],
)  # fmt: skip
def test_an_address_that_may_lead_inside_or_be_read_in_two_ways_is_refused(url: str) -> None:
    """By its form alone, before any name is looked up."""
    with pytest.raises(InvalidInput):
        checked_url(url, private=False)


def test_an_operator_may_allow_addresses_inside() -> None:
    """For receivers in the own network."""
    assert checked_url("http://127.0.0.1:8080/hook?x=1", private=True)
    assert checked_url("https://hooks.example:8443/a", private=False)
