"""
Personal values as others may see them (脱敏): enough to recognise what one knows, too little to learn it.

The shape of a mask tells nothing about what it covers: the stars do not count the characters.
"""

from __future__ import annotations

import re

from directory.text import RunKind, fold, runs

STARS = "**"
# Two-character surnames still borne by many; any other first two characters are surname and given name.
COMPOUND_SURNAMES = frozenset(
    {
        "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟",
        "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离",
        "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "令狐", "百里", "呼延", "东郭", "南门", "西门", "拓跋",
        "轩辕", "第五", "公西", "左丘", "东里", "段干", "梁丘", "即墨", "谷梁", "单于",
    }
)  # fmt: skip

# The most characters of each kind of value that a mask lets through.
MAX_NAME_REVEALED = 2
MAX_PHONE_REVEALED = 7
MAX_EMAIL_LOCAL_REVEALED = 1

_MOBILE = re.compile(r"1[0-9]{10}")
_SHORTEST_MASKABLE_DIGITS = 7


def mask_name(name: str) -> str:
    """The surname and two stars: 王小明 -> 王**, 欧阳娜娜 -> 欧阳**, Anna Smith -> A**.

    At most two characters show, and never a whole name: one character gives **.
    """
    stripped = name.strip()
    first = next(iter(runs(stripped)), None)
    if first is None or len(stripped) < 2:
        return STARS
    is_compound = first.kind is RunKind.CJK and len(stripped) > 2 and fold(stripped[:2]) in COMPOUND_SURNAMES
    return stripped[first.start : first.start + (2 if is_compound else 1)] + STARS


def mask_phone(phone: str) -> str:
    """A mobile number with its middle hidden, 13812345678 -> 138****5678; any other with its last two digits.

    `phone` is in the form of `normalise_phone`; fewer than seven digits show nothing.
    """
    if _MOBILE.fullmatch(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    digits = [character for character in phone if character.isdigit()]
    return "****" + ("".join(digits[-2:]) if len(digits) >= _SHORTEST_MASKABLE_DIGITS else "")


def mask_email(email: str) -> str:
    """The first character of the local part and the domain: anna@example.cn -> a***@example.cn.

    A local part of one character shows nothing; what is no address is hidden whole.
    """
    local, at, domain = email.rpartition("@")
    if not at:
        return "***"
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"
