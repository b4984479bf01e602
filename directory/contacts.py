"""Ways to reach a firm: phone numbers of the mainland, e-mail addresses, web addresses."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from directory.refusals import RefusedValue
from directory.text import InvalidText, TextFault, clean_text

MAX_PHONE_LENGTH = 40
MAX_EMAIL_LENGTH = 254
MAX_LOCAL_PART_LENGTH = 64
MAX_WEBSITE_LENGTH = 500


class PhoneFault(StrEnum):
    """Why a phone number is refused."""

    CHARACTERS = "characters"
    COUNTRY = "country"
    FORMAT = "format"


class InvalidPhone(RefusedValue):
    """No mobile, landline or 400/800 number of the mainland."""

    subject = "phone"


_EXTENSION = re.compile(r"^(.*?\d.*?)\s*(?:转|分机|ext\.?|#|(?<=\d{7})-)\s*(\d{1,6})$", re.IGNORECASE)
_PHONE_SEPARATORS = re.compile(r"[\s()\-.\u2010-\u2015\u2212]+")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)86|^86(?=1[3-9]\d{9}$)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(r"[48]00\d{7}")
# Area codes: three digits for the largest cities, four elsewhere; numbers in an area start with 2 to 8.
_LANDLINE = re.compile(r"(10|2[0-57-9])([2-8]\d{7})|([3-9]\d{2})([2-8]\d{6,7})")


def normalise_phone(text: str) -> str:
    """The number in national form: `13812345678`, `0571-87654321`, `010-12345678-801`, `4001234567`.

    Full width, spaces, hyphens, brackets and +86 are taken; an extension after 转, 分机, ext, # or a last hyphen.
    A landline needs its area code.
    Raises: InvalidPhone.
    """
    number = unicodedata.normalize("NFKC", text[: MAX_PHONE_LENGTH + 1]).strip()
    if len(text) > MAX_PHONE_LENGTH:
        raise InvalidPhone(PhoneFault.FORMAT)
    number, extension = (found[1], f"-{found[2]}") if (found := _EXTENSION.match(number)) else (number, "")
    digits = _PHONE_SEPARATORS.sub("", number)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise InvalidPhone(PhoneFault.CHARACTERS)
    national = _COUNTRY_CODE.sub("", digits)
    if national.startswith(("+", "00")):
        raise InvalidPhone(PhoneFault.COUNTRY)
    if _MOBILE.fullmatch(national) and not extension:
        return national
    if _SERVICE.fullmatch(national):
        return national + extension
    without_trunk_zero = national.removeprefix("0")
    if without_trunk_zero != digits and (found := _LANDLINE.fullmatch(without_trunk_zero)):
        return f"0{found[1] or found[3]}-{found[2] or found[4]}{extension}"
    raise InvalidPhone(PhoneFault.FORMAT)


class EmailFault(StrEnum):
    """Why an e-mail address is refused."""

    LENGTH = "length"
    FORMAT = "format"


class InvalidEmail(RefusedValue):
    """A text to which no mail could be sent."""

    subject = "email"


_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]+")
_DOMAIN_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_DOMAIN_LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)", re.IGNORECASE)


def check_email(text: str) -> str:
    """The address with half-width characters and its domain in lower case. Raises: InvalidEmail.

    A light check of shape: only a mail that arrives proves an address.
    """
    wide = unicodedata.normalize("NFKC", text[: MAX_EMAIL_LENGTH + 100])
    try:
        email = clean_text(wide, multiline=False, max_length=MAX_EMAIL_LENGTH)
    except InvalidText as invalid:
        too_long = invalid.reason is TextFault.TOO_LONG
        raise InvalidEmail(
            EmailFault.LENGTH if too_long else EmailFault.FORMAT, max=MAX_EMAIL_LENGTH
        ) from invalid
    local, at, domain = email.rpartition("@")
    if len(local) > MAX_LOCAL_PART_LENGTH:
        raise InvalidEmail(EmailFault.LENGTH, max=MAX_LOCAL_PART_LENGTH)
    dots_misplaced = local.startswith(".") or local.endswith(".") or ".." in local
    if not at or dots_misplaced or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise InvalidEmail(EmailFault.FORMAT)
    return f"{local}@{domain.lower()}"


class WebsiteFault(StrEnum):
    """Why a web address is refused."""

    LENGTH = "length"
    CHARACTERS = "characters"
    SCHEME = "scheme"
    HOST = "host"
    USERINFO = "userinfo"


class InvalidWebsite(RefusedValue):
    """A text that is no safe link to a web page."""

    subject = "website"


# A browser reads a backslash as a slash, so that https://good.cn\@bad.cn would lead elsewhere than it looks.
_UNSAFE_IN_URL = re.compile(r"[\s\\<>\"`{}|^]")


def check_website(text: str) -> str:
    """The http or https address, scheme and host in lower case. Raises: InvalidWebsite.

    A named host is required; user names and passwords in the address are refused.
    """
    if len(text) > MAX_WEBSITE_LENGTH:
        raise InvalidWebsite(WebsiteFault.LENGTH, max=MAX_WEBSITE_LENGTH)
    try:
        url = clean_text(text, multiline=False, max_length=MAX_WEBSITE_LENGTH)
    except InvalidText as invalid:
        raise InvalidWebsite(WebsiteFault.CHARACTERS) from invalid
    if _UNSAFE_IN_URL.search(url):
        raise InvalidWebsite(WebsiteFault.CHARACTERS)
    parts, host = _split(url)
    if parts.scheme not in ("http", "https"):
        raise InvalidWebsite(WebsiteFault.SCHEME)
    if "@" in parts.netloc:
        raise InvalidWebsite(WebsiteFault.USERINFO)
    if not _DOMAIN.fullmatch(host):
        raise InvalidWebsite(WebsiteFault.HOST)
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def _split(url: str) -> tuple[SplitResult, str]:
    """The parts of the address and its host without port. Raises: InvalidWebsite, for an impossible host or port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as impossible:
        raise InvalidWebsite(WebsiteFault.HOST) from impossible
    return parts, parts.hostname or ""
