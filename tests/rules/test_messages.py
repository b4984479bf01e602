"""Whatever is refused can be told in Chinese and in English, with the same particulars."""

from __future__ import annotations

import ast
import re
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

import directory
from directory.contacts import (
    EmailFault,
    InvalidEmail,
    InvalidPhone,
    InvalidWebsite,
    PhoneFault,
    WebsiteFault,
)
from directory.identifiers import AccountFault, InvalidAccount, InvalidUscc, UsccFault
from directory.messages.catalogue import CATALOGUE
from directory.refusals import RefusedValue
from directory.text import InvalidText, TextFault

SOURCES = sorted(Path(directory.__file__).parent.rglob("*.py"))
REFUSALS: list[tuple[type[RefusedValue], type[StrEnum]]] = [
    (InvalidUscc, UsccFault),
    (InvalidText, TextFault),
    (InvalidPhone, PhoneFault),
    (InvalidEmail, EmailFault),
    (InvalidWebsite, WebsiteFault),
    (InvalidAccount, AccountFault),
]
REFUSED = {f"{refusal.subject}.{reason}" for refusal, reasons in REFUSALS for reason in reasons}


def keys_in(source: str) -> set[str]:
    """The message keys written in a module: as `key=`, or third in a `Problem`."""
    found: set[object] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        named = [keyword.value for keyword in node.keywords if keyword.arg == "key"]
        third = node.args[2:3] if isinstance(node.func, ast.Name) and node.func.id == "Problem" else []
        for value in (*named, *third):
            branches = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            found |= {each.value for each in branches if isinstance(each, ast.Constant)}
    return {key for key in found if isinstance(key, str)}


USED = {key: path.name for path in SOURCES for key in keys_in(path.read_text(encoding="utf-8"))}


def placeholders(sentence: str) -> set[str]:
    """The particulars a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_walk_finds_keys() -> None:
    """The walk below would prove nothing if it found nothing."""
    assert {"uscc.freelancer", "code.unknown", "review.own", "draft.too_large", "period.year_format"} <= set(
        USED
    )


@pytest.mark.parametrize("key", sorted({*USED, *REFUSED}))
def test_every_key_has_a_sentence(key: str) -> None:
    """No caller is ever shown a key instead of a sentence."""
    assert key in CATALOGUE


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_both_languages_say_the_same(key: str) -> None:
    """The same particulars in both, Chinese in one and none in the other."""
    chinese, english = CATALOGUE[key]
    assert placeholders(chinese) == placeholders(english)
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"[\u4e00-\u9fff]", english)
