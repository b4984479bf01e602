"""Codes that name firms, entries and reports."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from directory.identifiers import (
    NUMBER_ALPHABET,
    USCC_ALPHABET,
    InvalidAccount,
    InvalidUscc,
    Number,
    Prefix,
    Uscc,
    UsccFault,
    account_key,
    check_uscc,
    new_id,
    new_number,
    normalise_uscc,
    organisation_code_ok,
    parse_number,
    parse_reference_like,
    uscc_check_character,
    uscc_fits,
)
from directory.states import EntityKind
from tests.strategies import hostile_texts, numbers, usccs

VALID = "91110000600037341L"


def fault_of(text: str) -> UsccFault:
    with pytest.raises(InvalidUscc) as refused:
        check_uscc(text)
    return UsccFault(refused.value.reason)


@pytest.mark.parametrize(
    "written",
    [
        "91110000600037341l",
        "  91110000600037341L\n",
        "9111 0000 6000 3734 1L",
        "911100-00-600037341-L",
        "９１１１００００６０００３７３４１Ｌ",
        "91110000\u3000600037341\u2010L",
    ],
)
def test_a_code_is_read_in_any_spacing_case_and_width(written: str) -> None:
    """Copied from a licence, a web page or a spreadsheet, the code is the same."""
    assert check_uscc(written) == VALID


@pytest.mark.parametrize(
    "code",
    [
        "91100000100003962T",  # registered with the national authority
        "92330108FFFF000131",
        "91310115FFFF0003XJ",
    ],
)
def test_codes_of_real_shapes_are_valid(code: str) -> None:
    """National registration, an individual household, an organisation code that ends in X."""
    assert check_uscc(code) == code


@pytest.mark.parametrize("prefix", ["N1", "Y1", "A1"])
def test_the_first_two_characters_may_be_letters(prefix: str) -> None:
    """Collective economic organisations, military and other bodies carry a letter for their authority."""
    body = f"{prefix}330100MA2ABCDE1"
    code = body + uscc_check_character(body)

    assert check_uscc(code) == code


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", UsccFault.LENGTH),
        ("91110000600037341", UsccFault.LENGTH),
        ("91110000600037341LL", UsccFault.LENGTH),
        (" " * 1000 + VALID, UsccFault.LENGTH),
        ("9111000060003734IL", UsccFault.ALPHABET),
        ("9111000O600037341L", UsccFault.ALPHABET),
        ("9111000060003734一L", UsccFault.ALPHABET),
        ("94110000600037341L", UsccFault.KIND),
        ("B1110000600037341L", UsccFault.KIND),
        ("91990000600037341L", UsccFault.REGION),
        ("9111A000600037341L", UsccFault.REGION),
        ("911100006000373411", UsccFault.CHECKSUM),
    ],
)
def test_the_reason_of_a_refusal_is_the_first_that_applies(text: str, fault: UsccFault) -> None:
    """Length, then characters, kind, region and at last the check character."""
    assert fault_of(text) is fault


@pytest.mark.parametrize("letter", "IOSVZ")
def test_a_forbidden_letter_is_named_with_its_place(letter: str) -> None:
    """O for 0 is the usual slip: it is shown, never repaired, for the repaired code might be another firm's."""
    with pytest.raises(InvalidUscc) as refused:
        check_uscc(VALID[:4] + letter + VALID[5:])

    assert refused.value.key == "uscc.alphabet"
    assert refused.value.params == {"character": letter, "position": 5}


@given(usccs())
def test_the_check_character_agrees_with_an_independent_implementation(code: str) -> None:
    """python-stdnum computes the same 18th character."""
    assert uscc_check_character(code[:17]) == stdnum_uscc.calc_check_digit(code[:17])


@given(usccs(prefixes=["91", "92", "93", "12", "52"]))
def test_codes_with_eight_leading_digits_are_valid_for_an_independent_implementation(code: str) -> None:
    """python-stdnum asks for eight leading digits; where there are, it accepts what we accept."""
    assert check_uscc(code) == stdnum_uscc.validate(code)


@given(usccs(), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_every_single_wrong_character_is_detected(code: str, place: int, other: str) -> None:
    """Weights are invertible modulo the prime 31, so that no single substitution keeps the sum."""
    if other == code[place]:
        return

    assert fault_of(code[:place] + other + code[place + 1 :]) in UsccFault


@given(usccs(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_detected(code: str, place: int) -> None:
    """Neighbouring weights differ modulo 31, the check character (weight 1) included."""
    if code[place] == code[place + 1]:
        return

    assert fault_of(code[:place] + code[place + 1] + code[place] + code[place + 2 :]) in UsccFault


@given(hostile_texts)
@example("ß" * 9)
def test_a_text_is_a_code_or_is_refused_as_one(text: str) -> None:
    """No input, however odd, ends in another exception."""
    try:
        code = check_uscc(text)
    except InvalidUscc:
        return

    assert stdnum_uscc.calc_check_digit(code[:17]) == code[17]


@given(hostile_texts)
def test_normalising_a_code_twice_changes_nothing(text: str) -> None:
    """What is stored is a fixed point; upper case may expand a letter, never twice."""
    once = normalise_uscc(text)

    assert normalise_uscc(once) == once


@pytest.mark.parametrize(
    ("kind", "prefix", "fits"),
    [
        (EntityKind.ENTERPRISE, "91", True),
        (EntityKind.ENTERPRISE, "93", True),
        (EntityKind.ENTERPRISE, "92", False),
        (EntityKind.INDIVIDUAL_BUSINESS, "92", True),
        (EntityKind.INDIVIDUAL_BUSINESS, "91", False),
        (EntityKind.FREELANCER, "92", False),
    ],
)
def test_the_prefix_tells_the_kind_of_entity(kind: EntityKind, prefix: str, fits: bool) -> None:
    """Enterprises and cooperatives 91 and 93, households 92, freelancers none."""
    assert uscc_fits(kind, prefix + VALID[2:]) is fits


def test_the_organisation_code_inside_is_checked_by_its_own_standard() -> None:
    """GB 11714: a code may be valid as a whole while the old code inside is not."""
    broken = VALID[:16] + "2"
    code = broken + uscc_check_character(broken)

    assert organisation_code_ok(VALID)
    assert check_uscc(code) == code
    assert not organisation_code_ok(code)


def test_a_number_is_short_and_has_no_letter_that_reads_as_a_digit() -> None:
    """Prefix, seven random characters, a check character, in groups of four."""
    number = new_number(Prefix.ENTRY, lambda size: bytes(range(size)))

    assert number.startswith("NG-0123-456")
    assert len(number) == 12
    assert not set("ILOU") & set(NUMBER_ALPHABET)


@given(numbers())
def test_a_number_is_read_back_as_it_was_given_out(number: str) -> None:
    """The prefix says what it names."""
    assert parse_number(number) == Number(Prefix(number[:2]), number)


@given(numbers(), st.randoms(use_true_random=False))
def test_a_number_is_read_in_any_case_spacing_and_width(number: str, random: object) -> None:
    """Typed on a phone, dictated, or pasted with full-width characters."""
    spaced = " ".join(number.replace("-", "")).lower()
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)

    assert parse_number(spaced) == parse_number(wide) == parse_number(number)


@given(numbers())
def test_letters_that_look_like_digits_are_read_as_digits(number: str) -> None:
    """O is 0, I and L are 1: our numbers have no such letters."""
    misread = number.replace("0", "O").replace("1", "l")

    assert parse_number(misread) == parse_number(number)


@given(numbers(), st.integers(0, 9), st.sampled_from(NUMBER_ALPHABET))
def test_every_wrong_character_of_a_number_is_detected(number: str, place: int, other: str) -> None:
    """The prefix is part of the check: an entry number does not pass as a report's reference."""
    compact = number.replace("-", "")
    if other == compact[place]:
        return

    assert parse_number(compact[:place] + other + compact[place + 1 :]) is None


@given(numbers(), st.integers(0, 9), st.integers(0, 9))
def test_every_swap_of_two_characters_of_a_number_is_detected(number: str, one: int, other: int) -> None:
    """Neighbours or not: the weights are different powers of a primitive element."""
    characters = list(number.replace("-", ""))
    if characters[one] == characters[other]:
        return
    characters[one], characters[other] = characters[other], characters[one]

    assert parse_number("".join(characters)) is None


def test_a_search_box_recognises_a_number_or_a_code() -> None:
    """Anything else is words to search for."""
    report = new_number(Prefix.REPORT, lambda size: bytes(size))

    assert parse_reference_like(f" {report.lower()}") == Number(Prefix.REPORT, report)
    assert parse_reference_like("9111 0000 6000 3734 1l\u200b") == Uscc(VALID)
    assert parse_reference_like("直播带货") is None


@given(hostile_texts)
def test_a_search_box_takes_anything(text: str) -> None:
    """A typed result or None, for every text there is."""
    assert parse_reference_like(text) is None or text


def test_an_opaque_id_is_a_random_uuid() -> None:
    """32 hexadecimal digits, version 4."""
    assert new_id(lambda size: b"\xff" * size) == "ffffffffffff4fffbfffffffffffffff"


@pytest.mark.parametrize(
    "written", ["小宇Vlog", "@小宇vlog", "＠小宇ＶＬＯＧ", " 小宇 Vlog ", "小宇\u200bVlog", "小宇\u3000vlog"]
)
def test_one_account_has_one_key(written: str) -> None:
    """Width, case, a leading @, spaces and invisible characters do not make another account."""
    assert account_key("douyin", written) == "douyin:小宇vlog"


def test_the_same_name_on_two_platforms_is_two_accounts() -> None:
    """An account belongs to its platform."""
    assert account_key("douyin", "小宇") != account_key("bilibili", "小宇")


def test_an_account_needs_a_name() -> None:
    """An @ alone names nobody."""
    with pytest.raises(InvalidAccount) as refused:
        account_key("douyin", " ＠ \u200b")

    assert refused.value.key == "account.empty"


@given(hostile_texts)
def test_the_key_of_a_key_is_the_same(name: str) -> None:
    """Normalising is idempotent, so that old keys and new ones compare."""
    try:
        key = account_key("douyin", name)
    except InvalidAccount:
        return

    assert account_key("douyin", key.removeprefix("douyin:")) == key
