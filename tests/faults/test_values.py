"""Values that people get wrong, and those that others make up: told with the field's path, or kept exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from directory.workdays import local_date
from tests.factories import make_uscc
from tests.faults.house import House
from tests.journeys.entries import enterprise, freelancer
from tests.journeys.stage import PUBLIC

SUBMIT = (
    "mutation Submit($input: SubmitFirmInput!) { payload: submitFirm(input: $input) "
    "{ firm { id name uscc contact { phone } platforms { followers openedOn } metrics { value } foundedOn } "
    "errors { code path zh: message(language: ZH) en: message } } }"
)


async def told(house: House, profile: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and path, from the profile down, of each problem of a registration; the query itself was in order."""
    payload = (await house.ask(SUBMIT, input={"profile": profile})).data["payload"]
    assert payload["firm"] is None
    assert all(error["zh"] and error["en"] and error["path"][0] == "input" for error in payload["errors"])
    return [(error["code"], ".".join(error["path"][2:])) for error in payload["errors"]]


async def registered(house: House, profile: dict[str, Any]) -> dict[str, Any]:
    """The entry that a registration leads to."""
    payload = (await house.ask(SUBMIT, input={"profile": profile})).data["payload"]
    assert payload["errors"] == []
    firm: dict[str, Any] = payload["firm"]
    return firm


IN_NO_TEXT = {
    "turned": "微光\u202e司公",
    "isolated": "微光\u2067公司\u2069",
    "10,000 combining marks": "微光公司" + "\u0301" * 10_000,
    "20 combining marks": "微光a" + "\u0301" * 20,
    "a zero": "微光\0公司",
    "an escape": "微光\x1b[31m公司",
    "a private character": "微光\ue000公司",
    "no character": "微光\uffff公司",
    "a tag": "微光\U000e0041公司",
}
IN_NO_NAME = {
    **IN_NO_TEXT,
    "a joiner": "微\u200d光公司",
    "an invisible space": "微\u200b光公司",
    "a mark of byte order": "微\ufeff光公司",
    "a line break": "微光\n公司",
}
AT: dict[str, tuple[str, Callable[[str], Any]]] = {
    "name": ("name", lambda bad: bad),
    "nameEn": ("nameEn", lambda bad: bad),
    "otherNames": ("otherNames.1", lambda bad: ["好名", bad]),
    "contact": ("contact.person", lambda bad: {"person": bad}),
    "platforms": ("platforms.0.accountName", lambda bad: [{"platform": "douyin", "accountName": bad}]),
}


@pytest.mark.parametrize("field", AT)
@pytest.mark.parametrize("bad", IN_NO_NAME)
async def test_a_name_that_nobody_can_check_is_refused(unmoved: House, bad: str, field: str) -> None:
    """Two names that look the same must be the same; the path says which one it is."""
    path, given = AT[field]

    ((code, where),) = await told(unmoved, enterprise(**{field: given(IN_NO_NAME[bad])}))

    assert where == path
    assert code == ("TOO_LARGE" if bad.startswith("10,000") else "INVALID_TEXT")


@pytest.mark.parametrize("bad", IN_NO_TEXT)
async def test_a_text_that_nobody_can_check_is_refused(unmoved: House, bad: str) -> None:
    """In texts of several lines emoji may keep their joiners; what turns or hides words is refused there too."""
    ((code, where),) = await told(unmoved, enterprise(summary=IN_NO_TEXT[bad]))

    assert (code, where) == ("INVALID_TEXT", "summary")


async def test_half_a_character_becomes_a_sign_for_it(house: House) -> None:
    """JSON can carry half an emoji; the record and the answer cannot."""
    profile = enterprise(name="微光\ud83d公司")

    assert (await registered(house, profile))["name"] == "微光\ufffd公司"


def with_other_check(uscc: str) -> str:
    """The code with another last character."""
    return uscc[:-1] + ("0" if uscc[-1] != "0" else "1")


BAD_CODES = {
    "another check character": with_other_check(make_uscc()),
    "an O for a zero": "91330100MAO000001X",
    "an I for a one": "9I330100MA0000001X",
    "12 digits": "913301000000",
    "19 characters": make_uscc() + "1",
    "another kind of body": "11330100MA00000019",
    "no province": "91990100MA00000019",
    "Chinese digits": "九一三三〇一〇〇MA00000019",
    "a zero character": make_uscc()[:-1] + "\0",
    "Arabic digits": "٩١330100MA00000019",
}


@pytest.mark.parametrize("code", BAD_CODES)
async def test_a_wrong_credit_code_is_told(unmoved: House, code: str) -> None:
    """GB 32100-2015: at its field, also where the look-up asks for it."""
    assert await told(unmoved, enterprise(uscc=BAD_CODES[code])) == [("INVALID", "uscc")]
    answer = await unmoved.ask(
        "query($code: USCC!) { firm(uscc: $code) { id } }", PUBLIC, code=BAD_CODES[code]
    )
    assert answer.codes == ["INVALID"]


@pytest.mark.parametrize("code", ["", "9" * 65, 91330100, 1.5, True, ["91330100MA00000019"], {}])
async def test_what_cannot_be_a_credit_code_is_refused(unmoved: House, code: Any) -> None:
    """By its form, before any rule is asked."""
    answer = await unmoved.ask(SUBMIT, input={"profile": enterprise(uscc=code)})

    assert answer.codes == ["BAD_USER_INPUT"]


def wide(text: str) -> str:
    """The text in full-width characters."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.parametrize(
    "spelt", [str.lower, wide, lambda code: f" {code} ", lambda code: f"{code[:6]}-{code[6:12]} {code[12:]}"]
)
async def test_a_credit_code_in_another_spelling_is_the_same(house: House, spelt: Any) -> None:
    """Lower case, full width, spaces and hyphens are normalised."""
    code = make_uscc()

    assert (await registered(house, enterprise(uscc=spelt(code))))["uscc"] == code


@pytest.mark.parametrize(
    "phone",
    [
        "138123456789", "1381234567", "12345678901", "+1 212 555 0100", "+852 2123 4567", "87654321", "电话13812345678",
        "1381234567O", "138\u200b12345678", "1" * 5_000, "+86+8613812345678",
    ],
)  # fmt: skip
async def test_a_wrong_phone_number_is_told(unmoved: House, phone: str) -> None:
    """At its field."""
    assert await told(unmoved, enterprise(contact={"phone": phone})) == [("INVALID", "contact.phone")]


@pytest.mark.parametrize(
    "phone", ["13812345678", "+86 138 1234 5678", "0086-138-1234-5678", wide("13812345678"), "138 1234 5678 "]
)
async def test_a_phone_number_in_another_spelling_is_the_same(house: House, phone: str) -> None:
    """+86, spaces, hyphens and full width are normalised."""
    firm = await registered(house, enterprise(contact={"phone": phone}))

    assert firm["contact"] == {"phone": "13812345678"}


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30", "2026-13-01", "0000-01-01", "2026-2-3", "20260203", "2026-02-03T00:00:00Z", "03.02.2026", "",
        "２０２６-02-03", "2026-02-03 ", "-2026-02-03", "12026-02-03", 20260203, True, ["2026-02-03"],
    ],
)  # fmt: skip
async def test_what_is_no_date_is_refused(unmoved: House, day: Any) -> None:
    """As a variable, and as a filter."""
    submitted = await unmoved.ask(SUBMIT, input={"profile": enterprise(foundedOn=day)})
    searched = await unmoved.ask(
        "query($day: Date) { firms(filter: {foundedOn: {from: $day}}) { totalCount } }", day=day
    )

    assert (submitted.codes, searched.codes) == (["BAD_USER_INPUT"], ["BAD_USER_INPUT"])


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1949-09-30", "tomorrow"])
async def test_a_day_that_cannot_be_meant_is_told(unmoved: House, day: str) -> None:
    """No firm was founded tomorrow, or before the republic."""
    tomorrow = local_date(unmoved.stage.clock.now) + timedelta(days=1)
    meant = tomorrow.isoformat() if day == "tomorrow" else day

    assert await told(unmoved, enterprise(foundedOn=meant)) == [("INVALID", "foundedOn")]


@pytest.mark.parametrize("field", ["foundedOn", "listedAt"])
@pytest.mark.parametrize(
    "bounds", [("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01"), ("9999-12-31", None)]
)
async def test_the_ends_of_the_calendar_can_be_searched(
    unmoved: House, field: str, bounds: tuple[str, str | None]
) -> None:
    """First and last day there are: a range like any other."""
    query = f"query($range: DateRange) {{ firms(filter: {{{field}: $range}}) {{ totalCount }} }}"

    assert (await unmoved.ask(query, range={"from": bounds[0], "to": bounds[1]})).codes == []


@pytest.mark.parametrize(
    "instant",
    [
        "2026-03-02T10:00:00", "2026-03-02", "2026-03-02T24:00:00Z", "2026-03-02T10:60:00Z", "2026-02-30T10:00:00Z",
        "0000-01-01T00:00:00Z", "2026-03-02T10:00:00+99:00", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00",
        "2026-03-02 10:00:00Z", "now", "", 1772416800, 1.5,
    ],
)  # fmt: skip
async def test_what_is_no_instant_is_refused(unmoved: House, instant: Any) -> None:
    """One without a time zone above all: nobody knows which day it was in Shanghai."""
    number = unmoved.listed["firm"]["entryNumber"]
    query = "query($number: String!, $at: DateTime) { firm(entryNumber: $number, asOf: $at) { name } }"

    assert (await unmoved.ask(query, number=number, at=instant)).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-02T10:00:00.123456+08:00"]
)
async def test_the_ends_of_time_can_be_asked_for(unmoved: House, instant: str) -> None:
    """Before an entry was, there is none; at the end of time it is as it is."""
    number = unmoved.listed["firm"]["entryNumber"]
    query = "query($number: String!, $at: DateTime) { firm(entryNumber: $number, asOf: $at) { name } }"

    assert (await unmoved.ask(query, number=number, at=instant)).codes == []


@pytest.mark.parametrize("followers", [2**31, 2**53 + 1, -(2**31) - 1, 1.5, "1e3", "1000", True, [1], 10**29])
async def test_followers_that_are_no_whole_number_are_refused(unmoved: House, followers: Any) -> None:
    """Or none of GraphQL's 32 bits: nothing is rounded or cut."""
    account = {"platform": "douyin", "accountName": "微光", "followers": followers}

    assert (await unmoved.ask(SUBMIT, input={"profile": enterprise(platforms=[account])})).codes == [
        "BAD_USER_INPUT"
    ]


async def test_fewer_followers_than_none_are_told(unmoved: House) -> None:
    """At the account's field."""
    account = {"platform": "douyin", "accountName": "微光", "followers": -1}

    assert await told(unmoved, enterprise(platforms=[account])) == [("INVALID", "platforms.0.followers")]


async def test_the_most_followers_are_kept_exactly(house: House) -> None:
    """The largest whole number of GraphQL."""
    account = {"platform": "douyin", "accountName": "最大的账号", "followers": 2**31 - 1}

    firm = await registered(house, freelancer(platforms=[account]))

    assert firm["platforms"] == [{"followers": 2**31 - 1, "openedOn": None}]


def reading(value: Any, metric: str = "FOLLOWERS") -> dict[str, Any]:
    """A figure of January."""
    return {"metric": metric, "period": "2026-01", "value": value}


@pytest.mark.parametrize(
    "value", [1.5, 1e3, "1e3", "1,000", "NaN", "Infinity", "", " 1", "９", "9" * 19, True, None, [1]]
)
async def test_a_figure_that_is_no_exact_number_is_refused(unmoved: House, value: Any) -> None:
    """Binary fractions are not exact, powers of ten are not how figures are written."""
    answer = await unmoved.ask(SUBMIT, input={"profile": enterprise(metrics=[reading(value)])})

    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("value", ["-1", -1, "0.5", "1.50", str(2**53), "9" * 18])
async def test_a_count_out_of_range_is_told(unmoved: House, value: Any) -> None:
    """Whole, not negative, and small enough that every client reads it exactly."""
    assert await told(unmoved, enterprise(metrics=[reading(value)])) == [("INVALID", "metrics.0.value")]


@pytest.mark.parametrize(
    ("value", "metric"),
    [
        (str(2**31), "FOLLOWERS"), (2**31, "FOLLOWERS"), (str(2**53 - 1), "FOLLOWERS"), ("0", "ORDERS"),
        ("99999999999998.99", "MONTHLY_TURNOVER_CNY"), ("0.10", "MONTHLY_TURNOVER_CNY"),
    ],
)  # fmt: skip
async def test_a_large_figure_is_kept_exactly(house: House, value: Any, metric: str) -> None:
    """To the last digit, as the submission shows it."""
    profile = enterprise(metrics=[reading(value, metric)])
    query = SUBMIT.replace("{ firm {", "{ submission { metrics { value } } firm {")

    payload = (await house.ask(query, input={"profile": profile})).data["payload"]

    assert payload["errors"] == []
    assert payload["submission"]["metrics"] == [{"value": str(value)}]
