"""Sentences that belong to no single noun."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "conflict.version": (
        "内容已被他人更新：您看到的是第{expected}版，现为第{current}版。请刷新后重试。",
        "Someone else changed this first: you saw version {expected}, it is now version {current}. Reload and try again.",
    ),
    "forbidden.role": ("您的角色无权执行此操作。", "Your role may not do this."),
    "idempotency.mismatch": (
        "该 clientMutationId 已用于另一请求。",
        "This clientMutationId was used before for another request.",
    ),
    "idempotency.key_length": (
        "clientMutationId 长度须为1至{longest}个字符。",
        "A clientMutationId has between 1 and {longest} characters.",
    ),
    "idempotency.race": ("同一请求正在处理。", "The same request is being carried out."),
    "record.number_taken": ("编号已被占用，请重试。", "This number is taken; try again."),
    "record.id_taken": ("标识已被占用，请重试。", "This id is taken; try again."),
    "not_found": ("未找到。", "Not found."),
    "grant.revoked_already": ("该密钥已吊销。", "This key is revoked already."),
    "grant.own_account": ("不能停用或启用您自己的账号。", "You cannot shut out or let in your own account."),
    "grant.disabled_already": ("该账号已停用。", "This account is shut out already."),
    "grant.enabled_already": ("该账号未停用。", "This account is not shut out."),
    "delivery.nothing_to_resend": (
        "没有可重新发送的投递：可能已送达，或其地址已停止投递。",
        "There is nothing to send again: it arrived meanwhile, or its address is tried no more.",
    ),
    "gone": ("该内容已被删除。", "This has been erased."),
    "required": ("必填。", "This is required."),
}
