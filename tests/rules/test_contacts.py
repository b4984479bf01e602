"""Phone numbers, e-mail addresses, web addresses."""

from __future__ import annotations

import pytest
from hypothesis import given

from directory.contacts import (
    EmailFault,
    InvalidEmail,
    InvalidPhone,
    InvalidWebsite,
    PhoneFault,
    WebsiteFault,
    check_email,
    check_website,
    normalise_phone,
)
from tests.strategies import hostile_texts


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("００８６　１３８　１２３４　５６７８", "13812345678"),
        ("(010) 6234 5678", "010-62345678"),
        ("+86 10 62345678", "010-62345678"),
        ("057187654321", "0571-87654321"),
        ("0571-87654321 转 801", "0571-87654321-801"),
        ("0571-87654321-801", "0571-87654321-801"),
        ("400-123-4567", "4001234567"),
    ],
)
def test_a_mainland_number_is_read_as_people_write_it(written: str, number: str) -> None:
    """Mobile, landline with area code and extension, service number."""
    assert normalise_phone(written) == number


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", PhoneFault.CHARACTERS),
        ("一三八", PhoneFault.CHARACTERS),
        ("138123456789", PhoneFault.FORMAT),
        ("12812345678", PhoneFault.FORMAT),
        ("62345678", PhoneFault.FORMAT),
        ("13812345678转2", PhoneFault.FORMAT),
        ("1" * 10_000, PhoneFault.FORMAT),
        ("+1 202 555 0100", PhoneFault.COUNTRY),
        ("00852 2345 6789", PhoneFault.COUNTRY),
    ],
)
def test_other_numbers_are_refused_with_a_reason(written: str, fault: PhoneFault) -> None:
    """Twelve digits, no area code, another country, no digits."""
    with pytest.raises(InvalidPhone) as refused:
        normalise_phone(written)

    assert refused.value.key == f"phone.{fault}"


@given(hostile_texts)
def test_a_contact_is_clean_or_refused(text: str) -> None:
    """Each check ends in a value that passes again, or in its own refusal."""
    for check in (normalise_phone, check_email, check_website):
        try:
            value = check(text)
        except (InvalidPhone, InvalidEmail, InvalidWebsite):
            continue
        assert check(value) == value


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" A.b@Example.CN ", "A.b@example.cn"),
        ("ｘ＠qq.com", "x@qq.com"),
        ("张三@公司.中国", "张三@公司.中国"),
    ],
)
def test_an_address_keeps_its_local_part(written: str, address: str) -> None:
    """Only the domain has no case."""
    assert check_email(written) == address


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("a.cn", EmailFault.FORMAT),
        ("@b.cn", EmailFault.FORMAT),
        ("a@b", EmailFault.FORMAT),
        ("a b@c.cn", EmailFault.FORMAT),
        ("a..b@c.cn", EmailFault.FORMAT),
        ("a@c.cn\r\nBcc: d@e.cn", EmailFault.FORMAT),
        ("<a@b.cn>", EmailFault.FORMAT),
        ("a" * 65 + "@b.cn", EmailFault.LENGTH),
        ("a@" + "b." * 400 + "cn", EmailFault.LENGTH),
    ],
)
def test_what_is_no_address_is_refused(written: str, fault: EmailFault) -> None:
    """Header injection and lists of addresses included."""
    with pytest.raises(InvalidEmail) as refused:
        check_email(written)

    assert refused.value.key == f"email.{fault}"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" HTTPS://Shop.Example.cn/A?b=1#c ", "https://shop.example.cn/A?b=1#c"),
        ("http://店.中国:8080/x", "http://店.中国:8080/x"),
    ],
)
def test_a_web_address_keeps_its_path(written: str, address: str) -> None:
    """Scheme and host have no case, the rest has."""
    assert check_website(written) == address


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("www.example.cn", WebsiteFault.SCHEME),
        ("javascript:alert(1)", WebsiteFault.SCHEME),
        ("data:text/html,x", WebsiteFault.SCHEME),
        ("//example.cn", WebsiteFault.SCHEME),
        ("https://", WebsiteFault.HOST),
        ("https://localhost/", WebsiteFault.HOST),
        ("https://10.0.0.1/", WebsiteFault.HOST),
        ("https://[::1]/", WebsiteFault.HOST),
        ("https://example.cn:99999/", WebsiteFault.HOST),
        ("https://user:secret@example.cn/", WebsiteFault.USERINFO),
        ("https://good.cn\\@bad.cn", WebsiteFault.CHARACTERS),
        ("https://exa\tmple.cn", WebsiteFault.CHARACTERS),
        ("https://exa\u202emple.cn", WebsiteFault.CHARACTERS),
        ('https://example.cn/"onclick="x', WebsiteFault.CHARACTERS),
        ("https://example.cn/" + "a" * 500, WebsiteFault.LENGTH),
    ],
)
def test_what_is_no_safe_link_is_refused(written: str, fault: WebsiteFault) -> None:
    """Scripts, hidden log-ins, inner hosts and addresses that look like others."""
    with pytest.raises(InvalidWebsite) as refused:
        check_website(written)

    assert refused.value.key == f"website.{fault}"
