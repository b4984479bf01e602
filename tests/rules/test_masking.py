"""Personal values as others may see them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.masking import (
    MAX_EMAIL_LOCAL_REVEALED,
    MAX_NAME_REVEALED,
    MAX_PHONE_REVEALED,
    mask_email,
    mask_name,
    mask_phone,
)
from tests.strategies import hostile_texts


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("王明", "王**"),
        ("欧阳娜娜", "欧阳**"),
        ("歐陽娜娜", "歐陽**"),
        ("欧阳", "欧**"),
        ("王", "**"),
        ("Anna Smith", "A**"),
        ("Al", "A**"),
        ("  李雷 ", "李**"),
        ("阿卜杜勒·热合曼·买买提明江·艾合买提", "阿**"),
        ("", "**"),
        ("🙂🙂", "**"),
    ],
)
def test_a_name_shows_its_surname(name: str, masked: str) -> None:
    """Two characters for a compound surname; always two stars, so that the length stays hidden."""
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("0571-87654321", "****21"),
        ("010-12345678-801", "****01"),
        ("4001234567", "****67"),
        ("110", "****"),
        ("", "****"),
    ],
)
def test_a_phone_number_hides_its_middle(phone: str, masked: str) -> None:
    """A mobile number shows network and last four digits, others the last two."""
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("anna@example.cn", "a***@example.cn"),
        ("a@example.cn", "***@example.cn"),
        ("张三@公司.中国", "张***@公司.中国"),
        ("no address", "***"),
        ("", "***"),
    ],
)
def test_an_address_shows_its_first_letter_and_domain(email: str, masked: str) -> None:
    """The number of hidden characters is hidden too."""
    assert mask_email(email) == masked


@given(st.text(min_size=1, max_size=40) | hostile_texts)
def test_a_name_is_never_revealed_whole_or_beyond_two_characters(name: str) -> None:
    """Of any length, in any script."""
    shown = mask_name(name).removesuffix("**")

    assert len(shown) <= MAX_NAME_REVEALED
    assert shown in name
    assert len(shown) < max(len(name.strip()), 1)


@given(st.text("0123456789-", max_size=40))
def test_a_phone_number_never_reveals_more_than_seven_digits(phone: str) -> None:
    """And never all it has."""
    shown = mask_phone(phone).replace("*", "")

    assert len(shown) <= MAX_PHONE_REVEALED
    assert len(shown) < max(sum(map(str.isdigit, phone)), 1)


@given(st.text(max_size=40), st.text("abc.", max_size=20))
def test_an_address_never_reveals_more_than_one_character_of_its_owner(local: str, domain: str) -> None:
    """The domain is no secret, the local part is."""
    shown = mask_email(f"{local}@{domain}").split("***")[0]

    assert len(shown) <= MAX_EMAIL_LOCAL_REVEALED
    assert len(shown) < max(len(local), 1)
