"""What people are told about consents and about their own data."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "consent.version": (
        "告知书已更新为{version}版，请阅读后再同意。",
        "The notice is now of version {version}: read it before you agree.",
    ),
    "consent.none": ("没有可撤回的同意。", "There is no consent to withdraw."),
    "person.not_you": (
        "请输入您自己的登录标识以确认删除。",
        "To confirm the erasure, type the subject that you are signed in as.",
    ),
}
