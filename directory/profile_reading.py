"""
The one door for what a firm declares (申报信息): API input, import rows and forms pass here as raw values.

Fields are named as in the public API, in snake_case; a problem's path ends in them, with list places as text:
("profile", "platforms", "0", "url").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from directory.coded_fields import check_code
from directory.contacts import check_email, check_website, normalise_phone
from directory.errors import ErrorCode, InvalidInput, Path, Problem
from directory.identifiers import USCC_PREFIXES, account_key, check_uscc, uscc_fits
from directory.profiles import ContactDetails, PlatformAccount, Profile, ReadingClaim
from directory.raw_fields import RawFields
from directory.reading_claims import read_claims
from directory.reference import Reference
from directory.refusals import RefusedValue
from directory.rulebook import Rulebook
from directory.states import EntityKind
from directory.text import run_texts
from directory.vocabulary import Vocabulary

READINGS_FIELD = "metrics"
PROFILE_FIELDS = (*Profile.model_fields, READINGS_FIELD, "contact")
ACCOUNT_FIELDS = tuple(PlatformAccount.model_fields)
CONTACT_FIELDS = tuple(ContactDetails.model_fields)

SHORTEST_NAME, LONGEST_NAME = 2, 200
LONGEST_SUMMARY = 4000
LONGEST_ADDRESS = 300
LONGEST_CODE = 60
MOST_OTHER_NAMES = 20
MOST_FORMS = 6  # one primary and five secondary ones
MOST_ACCOUNTS = 20
MOST_PROGRAMMES = 20

_INDUSTRY = re.compile(r"[A-T]?([0-9]{2,4})")


class Declaration(NamedTuple):
    """Clean values: the profile, and what travels beside it."""

    profile: Profile
    readings: tuple[ReadingClaim, ...]
    contact: ContactDetails | None


class DeclaredOn(NamedTuple):
    """A declaration that was read already, and as of which day: on another one the rules may say something else."""

    declaration: Declaration
    day: date


def read_profile(raw: object, rulebook: Rulebook, today: date, path: Path = ("profile",)) -> Declaration:
    """What the firm declares, clean. `today` is the date in Shanghai.

    Raises: InvalidInput, with every problem at once; nothing else, whatever `raw` is.
    """
    reference, problems = rulebook.reference, list[Problem]()
    fields = RawFields(raw, path, problems, PROFILE_FIELDS)
    kind = fields.word("entity_kind", EntityKind, required=True)
    values: dict[str, Any] = {
        "entity_kind": kind,
        "uscc": _read_uscc(fields, kind),
        "platforms": _read_accounts(fields, kind, reference, today),
        **_read_names(fields),
        **_read_codes(fields, reference, today),
        "founded_on": fields.day("founded_on", today=today),
        "summary": fields.text("summary", longest=LONGEST_SUMMARY, multiline=True),
        "summary_en": fields.text("summary_en", longest=LONGEST_SUMMARY, multiline=True),
        "website": fields.checked("website", check_website),
    }
    readings = read_claims(fields, READINGS_FIELD, reference, today)
    contact = read_contact(fields.given("contact"), (*path, "contact"), problems)
    if problems:
        raise InvalidInput.all_of(problems)
    return Declaration(Profile(**values), readings, contact)


def read_contact(raw: object, path: Path, problems: list[Problem]) -> ContactDetails | None:
    """The contact details, None when there are none; what is wrong goes to `problems`."""
    if raw is None:
        return None
    fields = RawFields(raw, path, problems, CONTACT_FIELDS)
    details = ContactDetails(
        person=fields.text("person", longest=LONGEST_NAME),
        phone=fields.checked("phone", normalise_phone),
        email=fields.checked("email", check_email),
        address=fields.text("address", longest=LONGEST_ADDRESS),
    )
    return details if any(details.model_dump().values()) else None


def _read_names(fields: RawFields) -> Mapping[str, Any]:
    name = fields.text("name", longest=LONGEST_NAME, shortest=SHORTEST_NAME, required=True)
    if name is not None and not run_texts(name):
        fields.note("name", key="name.no_letters")
    others = fields.texts("other_names", longest=LONGEST_NAME, most=MOST_OTHER_NAMES)
    return {
        "name": name,
        "name_en": fields.text("name_en", longest=LONGEST_NAME, shortest=SHORTEST_NAME),
        "other_names": tuple(other for other in others if other != name),
    }


def _read_uscc(fields: RawFields, kind: EntityKind | None) -> str | None:
    if kind is EntityKind.FREELANCER:
        if fields.given("uscc") is not None:
            fields.note("uscc", key="uscc.freelancer")
        return None
    uscc = fields.checked("uscc", check_uscc, required=kind is not None)
    if uscc is not None and kind is not None and not uscc_fits(kind, uscc):
        expected = ", ".join(sorted(USCC_PREFIXES[kind]))
        fields.note("uscc", key="uscc.other_kind", prefix=uscc[:2], expected=expected)
    return uscc


def _read_accounts(
    fields: RawFields, kind: EntityKind | None, reference: Reference, today: date
) -> tuple[PlatformAccount, ...]:
    if kind is EntityKind.FREELANCER and fields.given("platforms") is None:
        fields.note("platforms", key="platforms.freelancer", code=ErrorCode.REQUIRED)
    accounts: dict[str, PlatformAccount] = {}
    for row in fields.objects("platforms", ACCOUNT_FIELDS, most=MOST_ACCOUNTS):
        platform = _read_code(row, "platform", reference.vocabulary("platforms"), today, required=True)
        name = row.text("account_name", longest=LONGEST_NAME, required=True)
        url = row.checked("url", check_website)
        followers = row.integer("followers")
        opened_on = row.day("opened_on", today=today)
        if platform is None or name is None or (key := _account_key(row, platform, name)) is None:
            continue
        if key in accounts:
            row.note("account_name", key="account.repeated", code=ErrorCode.DUPLICATE)
        accounts[key] = PlatformAccount(
            platform=platform, account_name=name, url=url, followers=followers, opened_on=opened_on
        )
    return tuple(accounts.values())


def _account_key(row: RawFields, platform: str, name: str) -> str | None:
    try:
        return account_key(platform, name)
    except RefusedValue as refused:
        row.problems.append(refused.problem_at(*row.path, "account_name"))
        return None


def _read_codes(fields: RawFields, reference: Reference, today: date) -> Mapping[str, Any]:
    forms = fields.texts("forms", longest=LONGEST_CODE, most=MOST_FORMS, required=True)
    programmes = fields.texts("support_programmes", longest=LONGEST_CODE, most=MOST_PROGRAMMES)
    for code, place in forms.items():
        check_code(fields, ("forms", place), code, reference.vocabulary("business_forms"), today)
    for code, place in programmes.items():
        if code not in reference.programmes:
            fields.note("support_programmes", place, key="code.unknown", given=code)
    return {
        "forms": tuple(forms),
        "support_programmes": tuple(programmes),
        "occupation": _read_code(fields, "occupation", reference.vocabulary("occupations"), today),
        "industry": _read_industry(fields, reference),
        "region": _read_region(fields, reference),
    }


def _read_code(
    fields: RawFields, name: str, vocabulary: Vocabulary, today: date, *, required: bool = False
) -> str | None:
    code = fields.text(name, longest=LONGEST_CODE, required=required)
    if code is not None:
        check_code(fields, (name,), code, vocabulary, today)
    return code


def _read_industry(fields: RawFields, reference: Reference) -> str | None:
    """Two to four digits of GB/T 4754-2017, with or without the letter of the section, kept as digits."""
    code = fields.text("industry", longest=LONGEST_CODE)
    if code is None:
        return None
    found = _INDUSTRY.fullmatch(code.upper())
    # The list holds the classes that matter here; any class of a division it knows is a class of the norm.
    if found and found[1][:2] in reference.vocabulary("industries"):
        return found[1]
    fields.note("industry", key="industry.unknown", given=code)
    return None


def _read_region(fields: RawFields, reference: Reference) -> str | None:
    code = fields.text("region", longest=LONGEST_CODE, required=True)
    if code is None or reference.regions.is_known(code):
        return code
    fields.note("region", key="region.unknown", given=code)
    return None
