"""What a setting may say where an address is wanted."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from directory.errors import InvalidInput
from directory.mail import checked_address


def is_network(name: str) -> bool:
    """Whether it is an IP address or network."""
    try:
        ip_network(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_mail_address(text: str) -> bool:
    """Whether mail can come from it."""
    try:
        return checked_address(text) == text
    except InvalidInput:
        return False


def is_public_url(text: str) -> bool:
    """Whether it can stand in a header, and leads to us without anybody between."""
    try:
        parts = urlsplit(text)
        plain = text.isascii() and text.isprintable() and not set(text) & set(" <>?#")
        here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    except ValueError:
        return False
    return plain and bool(parts.hostname) and (parts.scheme == "https" or here)
