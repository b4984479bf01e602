"""What a setting may say where an address is wanted."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from directory.errors import InvalidInput
from directory.mail import checked_address

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
PORT = re.compile(r":\d+$")


def is_network(name: str) -> bool:
    """Whether it is an IP address or network."""
    try:
        ip_network(name)
    except ValueError:
        return False
    return True


def is_host(name: str) -> bool:
    """Whether a Host header can name it: a name or an address, of IPv6 in brackets, without a port."""
    if name.startswith("[") and name.endswith("]"):
        return is_network(name[1:-1])
    return HOST.fullmatch(name) is not None


def is_origin(text: str) -> bool:
    """Whether a browser would send it as Origin: scheme, host and port."""
    scheme, _, rest = text.partition("://")
    host, _, port = rest.rpartition(":") if PORT.search(rest) else (rest, "", "")
    return scheme in ("http", "https") and is_host(host) and (not port or port.isdecimal())


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
