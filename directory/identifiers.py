"""
Codes that name a firm, an entry or a report: the unified social credit code (统一社会信用代码), entry numbers,
references, account keys, opaque ids.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from directory.characters import BIDI_RANGES, CONTROL_RANGES, IGNORED_RANGES, pattern
from directory.refusals import RefusedValue, visible
from directory.states import EntityKind

USCC_LENGTH = 18
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(USCC_LENGTH - 1))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# Registration authority (登记管理部门) and the kinds of body it registers; GB 32100-2015, table 1. 9 is "other".
USCC_KINDS: Mapping[str, str] = {
    "1": "1239",  # establishment office: state organ, public institution, mass organisation
    "2": "19",  # foreign affairs
    "3": "123459",  # justice: law firm, notary, legal service, forensic service, arbitration
    "4": "19",  # culture
    "5": "1239",  # civil affairs: association, private non-enterprise unit, foundation
    "6": "129",  # tourism
    "7": "129",  # religion
    "8": "19",  # trade unions
    "9": "1239",  # market regulation: enterprise, individual household, farmers' cooperative
    "A": "19",  # military
    "N": "1239",  # agriculture: collective economic organisations
    "Y": "1",  # other
}
# First two digits of GB/T 2260; 10 stands for bodies registered with a national authority.
_PROVINCE_RANGES = ((10, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
USCC_PROVINCES = frozenset(str(code) for low, high in _PROVINCE_RANGES for code in range(low, high + 1))
USCC_PREFIXES: Mapping[EntityKind, frozenset[str]] = {
    EntityKind.ENTERPRISE: frozenset({"91", "93"}),
    EntityKind.INDIVIDUAL_BUSINESS: frozenset({"92"}),
    EntityKind.FREELANCER: frozenset(),
}

# Longer inputs are no code in whatever spacing, and are not worth normalising.
_LONGEST_INPUT = 64
_SEPARATORS = re.compile(r"[\s\-_\u2010-\u2015\u2212]+")
_INVISIBLE = re.compile(f"[{pattern(*IGNORED_RANGES, *BIDI_RANGES, *CONTROL_RANGES)}]")

RandomBytes = Callable[[int], bytes]


class UsccFault(StrEnum):
    """Why a text is no unified social credit code."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    KIND = "kind"
    REGION = "region"
    CHECKSUM = "checksum"


class InvalidUscc(RefusedValue):
    """A text that is no code of GB 32100-2015.

    Params: `length` (LENGTH); `character` and `position` from 1 (ALPHABET); `prefix` (KIND); `region` (REGION).
    """

    subject = "uscc"


def _compact(text: str) -> str:
    """NFKC, upper case, without spaces and hyphens."""
    # Once more at the end: a mark set free by its space joins the letter before it.
    upper = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return unicodedata.normalize("NFKC", upper)


def normalise_uscc(text: str) -> str:
    """The code as written without spaces, hyphens and full width, in upper case; O stays O, for it may be a typo."""
    return _compact(text)


def check_uscc(text: str) -> str:
    """The normalised code. Raises: InvalidUscc, with the first fault in the order of `UsccFault`.

    Source: GB 32100-2015 with amendment 1. The division may have been abolished since, so only its province counts.
    """
    uscc = normalise_uscc(text[: _LONGEST_INPUT + 1])
    if len(uscc) != USCC_LENGTH or len(text) > _LONGEST_INPUT:
        raise InvalidUscc(UsccFault.LENGTH, length=len(uscc))
    for position, character in enumerate(uscc, start=1):
        if character not in _USCC_VALUES:
            raise InvalidUscc(UsccFault.ALPHABET, character=visible(character), position=position)
    if uscc[1] not in USCC_KINDS.get(uscc[0], ""):
        raise InvalidUscc(UsccFault.KIND, prefix=uscc[:2])
    region = uscc[2:8]
    if not region.isdigit() or region[:2] not in USCC_PROVINCES:
        raise InvalidUscc(UsccFault.REGION, region=region)
    if uscc[-1] != uscc_check_character(uscc[:-1]):
        raise InvalidUscc(UsccFault.CHECKSUM)
    return uscc


def uscc_check_character(first17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, section 5; ISO 7064 family, modulus 31, powers of 3).

    Raises: KeyError, for a character outside the alphabet.
    """
    total = sum(
        weight * _USCC_VALUES[character] for weight, character in zip(_USCC_WEIGHTS, first17, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def uscc_fits(kind: EntityKind, uscc: str) -> bool:
    """Whether a code of this prefix belongs to the kind of entity: 91 or 93, 92, none for a freelancer."""
    return uscc[:2] in USCC_PREFIXES[kind]


def organisation_code_ok(uscc: str) -> bool:
    """Whether characters 9-17 end in the check character of GB 11714.

    A warning only: the codes of some early individual households do not.
    """
    body, check = uscc[8:16], uscc[16:17]
    total = sum(
        weight * int(character, 36) for weight, character in zip(_ORGANISATION_WEIGHTS, body, strict=True)
    )
    return check == "0123456789X"[-total % 11]


class Prefix(StrEnum):
    """What a number of ours names, by its first two characters."""

    ENTRY = "NG"
    REPORT = "BK"
    POINT = "BP"


class Number(NamedTuple):
    """A number of an entry (名录编号), report or blocking point; `canonical` reads `NG-7K4M-2QXC`."""

    prefix: Prefix
    canonical: str


class Uscc(NamedTuple):
    """A valid unified social credit code, recognised in a text."""

    canonical: str


# No I, L, O, U: they are taken for 1 and 0, or spell words.
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_VALUES = {character: value for value, character in enumerate(NUMBER_ALPHABET)}
_MISREAD = str.maketrans("OIL", "011")
_RANDOM_CHARACTERS = 7
_NUMBER_LENGTH = 2 + _RANDOM_CHARACTERS + 1
_PREFIXES = {prefix.value: prefix for prefix in Prefix}


def new_number(prefix: Prefix, random_bytes: RandomBytes) -> str:
    """A random number such as `NG-7K4M-2QXC`: 35 random bits and a check character.

    Two in the same directory may meet (one in 70,000 for the 500,000th entry): the record's unique index decides,
    and the caller draws again. `random_bytes` is `secrets.token_bytes` outside tests.
    """
    drawn = "".join(NUMBER_ALPHABET[byte % 32] for byte in random_bytes(_RANDOM_CHARACTERS))
    body = prefix + drawn
    return _canonical(body + number_check_character(body))


def number_check_character(body: str) -> str:
    """The last character for prefix and random part: a check over GF(32) with the weights of a primitive element.

    It detects every wrong character and every swap of two characters, the prefix included.
    Raises: KeyError, for a character outside the alphabet.
    """
    total = 0
    for character in body:
        total = _doubled(total ^ _NUMBER_VALUES[character])
    return NUMBER_ALPHABET[total]


def _doubled(value: int) -> int:
    """`value` times x in GF(32), modulo the primitive polynomial x^5 + x^2 + 1."""
    return (value << 1) ^ (0b100101 if value & 16 else 0)


def _canonical(compact: str) -> str:
    return f"{compact[:2]}-{compact[2:6]}-{compact[6:]}"


def parse_number(text: str) -> Number | None:
    """The number meant by `text`, or None.

    Any spacing, case and width, hyphens or none; O reads as 0, I and L as 1.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    compact = _compact(_INVISIBLE.sub("", text)).translate(_MISREAD)
    prefix = _PREFIXES.get(compact[:2])
    if prefix is None or len(compact) != _NUMBER_LENGTH or not _NUMBER_VALUES.keys() >= set(compact):
        return None
    if number_check_character(compact[:-1]) != compact[-1]:
        return None
    return Number(prefix, _canonical(compact))


def parse_reference_like(text: str) -> Number | Uscc | None:
    """The number or the valid USCC that the whole of `text` is, or None: for search boxes."""
    if number := parse_number(text):
        return number
    try:
        return Uscc(check_uscc(_INVISIBLE.sub("", text[: _LONGEST_INPUT + 1])))
    except InvalidUscc:
        return None


def new_id(random_bytes: RandomBytes) -> str:
    """An opaque id: a version 4 UUID in 32 hexadecimal digits, without hyphens."""
    return uuid.UUID(bytes=random_bytes(16), version=4).hex


class AccountFault(StrEnum):
    """Why an account name is refused."""

    EMPTY = "empty"


class InvalidAccount(RefusedValue):
    """An account name of which nothing is left after normalising."""

    subject = "account"


@lru_cache(maxsize=4096)
def account_key(platform: str, account_name: str) -> str:
    """What makes two claims of a platform account (平台账号) the same: `platform:name`.

    The name without width, case, a leading @, spaces and invisible characters: none of them tells two accounts
    apart for a reader. Raises: InvalidAccount.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", account_name).casefold())
    name = unicodedata.normalize("NFKC", re.sub(r"\s+", "", _INVISIBLE.sub("", folded))).lstrip("@")
    if not name:
        raise InvalidAccount(AccountFault.EMPTY)
    return f"{platform.strip().casefold()}:{name}"
