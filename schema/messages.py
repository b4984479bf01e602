"""Sentences of the API itself, in Chinese and English, by key; those of the rules are in `directory/messages/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MESSAGES: Mapping[str, tuple[str, str]] = {
    "body.method": ("GraphQL 请求须用 POST 方法。", "Send GraphQL requests by POST."),
    "body.media_type": (
        "请求体类型须为 application/json（UTF-8）。",
        "The body's media type must be application/json, in UTF-8.",
    ),
    "body.not_acceptable": (
        "本接口只回答 application/graphql-response+json 或 application/json。",
        "Answers come as application/graphql-response+json or application/json only.",
    ),
    "body.too_large": ("请求体不得超过{bytes}字节。", "A request body has at most {bytes} bytes."),
    "body.too_slow": ("请求体未在{seconds}秒内送达。", "The body did not arrive within {seconds} seconds."),
    "body.not_json": ("请求体不是有效的 UTF-8 JSON。", "The body is not valid JSON in UTF-8."),
    "body.not_object": ("请求体须为一个 JSON 对象。", "The body must be one JSON object."),
    "body.field_type": ("“{field}”的类型不正确。", "`{field}` has the wrong type."),
    "body.no_query": ("请求中没有查询。", "The request holds no query."),
    "body.which_operation": (
        "请求含多个操作，须以 operationName 指明其一；所指操作须存在。",
        "Name one of the document's operations in `operationName`.",
    ),
    "body.subscription": (
        "订阅须通过 WebSocket（graphql-transport-ws）进行。",
        "Subscriptions run over WebSocket (graphql-transport-ws).",
    ),
    "headers.too_large": ("请求头不得超过{bytes}字节。", "A request's headers have at most {bytes} bytes."),
    "host.unknown": ("本服务不以此主机名应答。", "The server does not answer to this host name."),
    "method": ("此地址不支持该请求方法。", "This address does not take that method."),
    "not_found": ("未找到该地址。", "There is nothing at this address."),
    "token.refused": ("令牌无效或已过期。", "The token is not valid, or no longer."),
    "csrf.missing": (
        "请求未能证明来自本站页面，已拒绝；请刷新页面后重试。",
        "The request did not prove that it comes from our own page. Reload the page and try again.",
    ),
    "sign_in.again": ("重新登录", "Sign in again"),
    "sign_in.refused": (
        "登录未成功：身份提供方的答复无效或已过期。",
        "You are not signed in: the identity provider's answer does not hold, or no longer.",
    ),
    "sign_in.disabled": (
        "该账号已停用，请联系系统管理员。",
        "This account is disabled. Ask whoever runs the directory.",
    ),
    "sign_in.unavailable": (
        "暂时无法登录，请稍后再试。",
        "Signing in is not possible right now. Try again later.",
    ),
    "query.invalid": ("查询不符合模式：{detail}", "{detail}"),
    "query.input": ("输入的值不正确：{detail}", "{detail}"),
    "query.too_long": ("查询文本不得超过{limit}字节。", "A query has at most {limit} bytes."),
    "query.too_deep": (
        "查询嵌套过深（{found}层，上限{limit}层）。",
        "The query nests {found} deep; the limit is {limit}.",
    ),
    "query.too_many_aliases": (
        "查询的别名过多（{found}个，上限{limit}个）。",
        "The query has {found} aliases; the limit is {limit}.",
    ),
    "query.too_many_directives": (
        "查询的指令过多（{found}个，上限{limit}个）。",
        "The query has {found} directives; the limit is {limit}.",
    ),
    "query.too_many_fields": (
        "查询的字段过多（{found}个，上限{limit}个）。",
        "The query selects {found} fields; the limit is {limit}.",
    ),
    "query.too_many_repeats": (
        "查询重复选择同一字段过多（{found}次，上限{limit}次）。",
        "The query repeats fields {found} times; the limit is {limit}.",
    ),
    "query.too_costly": (
        "查询代价过高（{found}，上限{limit}）。请减少每页数量或嵌套。",
        "The query costs {found}; the limit is {limit}. Ask for smaller pages or less nesting.",
    ),
    "query.introspection": (
        "匿名用户请从 /schema.graphql 获取模式，或登录后再做内省查询。",
        "Introspection is for signed-in callers; the schema is at /schema.graphql.",
    ),
    "query.cyclic": ("片段互相引用成环。", "The query's fragments spread each other in a circle."),
    "query.page_size": (
        "“{argument}”须在1至{limit}之间。",
        "`{argument}` must be between 1 and {limit}.",
    ),
    "search.field_not_allowed": (
        "您的角色无权按“{field}”筛选或排序。",
        "Your role may not filter or sort by `{field}`.",
    ),
    "firm.by_what": (
        "请提供名录编号或统一社会信用代码。",
        "Name the entry by `entryNumber` or `uscc`.",
    ),
    "sign_in": ("请先登录。", "Please sign in first."),
    "submission.no_entry": (
        "该申报尚未提交，名录主体还不存在。",
        "This draft was not handed in: its entry does not exist yet.",
    ),
    "cursor.invalid": ("游标无效，或不属于本次查询。", "The cursor is not valid for this query."),
    "cursor.expired": (
        "游标已过期，请从第一页重新查询。",
        "The cursor has expired: start again from the first page.",
    ),
    "position.invalid": (
        "位置须为非负整数：0表示从头开始，或用导出文件所载的位置。",
        "A position is a whole number, not negative: 0 for the beginning, or the one that an export names.",
    ),
    "position.unknown": (
        "日志止于位置{head}，没有所给的位置。请重新导出快照（NDJSON），再从其首行所载的位置继续。",
        "The log ends at position {head}, before the one given. Export a new snapshot as NDJSON and go on from the "
        "position in its first line.",
    ),
    "list.too_long": ("“{argument}”最多{limit}项。", "`{argument}` has at most {limit} items."),
    "code.unknown": ("“{vocabulary}”中没有代码“{unknown}”。", "There is no code {unknown} in {vocabulary}."),
    "body.export_field": (
        "导出请求体只有一个字段“filter”。",
        "The body of an export has one field, `filter`.",
    ),
    "forbidden.export": ("您的角色无权导出数据。", "Your role may not export."),
    "forbidden.read": ("您的角色无权查看此内容。", "Your role may not read this."),
    "unavailable.record": (
        "名录暂时无法读写，请稍后重试。",
        "The record cannot be reached now. Try again later.",
    ),
    "unavailable.search": (
        "检索暂时不可用，请稍后重试。",
        "The search cannot be reached now. Try again later.",
    ),
    "unavailable.busy": (
        "检索繁忙，请在{seconds}秒后重试。",
        "The search is busy. Try again in {seconds} seconds.",
    ),
    "busy": ("服务繁忙，请在{seconds}秒后重试。", "The server is busy. Try again in {seconds} seconds."),
    "timeout": (
        "请求未在{limit}秒内完成，已终止。提交类操作可以原 clientMutationId 重试，不会重复执行。",
        "The request did not end within {limit} seconds and was stopped. A mutation may be sent again under its "
        "clientMutationId: it is never carried out twice.",
    ),
    "rate.cost": (
        "查询过于频繁，请在{seconds}秒后重试。",
        "You have asked for much in a short time. Try again in {seconds} seconds.",
    ),
    "rate.creations": (
        "提交过于频繁，请在{seconds}秒后重试。",
        "You have sent in much in a short time. Try again in {seconds} seconds.",
    ),
    "rate.exports": (
        "导出过于频繁，请在{seconds}秒后重试。",
        "You have exported much in a short time. Try again in {seconds} seconds.",
    ),
    "rate.uploads": (
        "上传过于频繁，请在{seconds}秒后重试。",
        "You have sent in many files in a short time. Try again in {seconds} seconds.",
    ),
    "rate.failed-sign-ins": (
        "登录失败次数或无效令牌过多，请在{seconds}秒后重试。",
        "Too many attempts to sign in have failed, or tokens did not hold. Try again in {seconds} seconds.",
    ),
    "rate.sign-ins": (
        "登录过于频繁，请在{seconds}秒后重试。",
        "You have signed in too often. Try again in {seconds} seconds.",
    ),
    "rate.sign-ins-of-address": (
        "此网络地址登录过于频繁，请在{seconds}秒后重试。",
        "Too many have signed in from this address. Try again in {seconds} seconds.",
    ),
    "rate.at_once": (
        "您同时进行的请求过多，请待其完成后重试。",
        "Too many of your requests are under way. Wait until one has ended.",
    ),
    "socket.too_many_operations": (
        "每个连接最多同时进行{limit}个操作。",
        "A connection runs at most {limit} operations at a time.",
    ),
    "internal": (
        "服务内部错误，参考号{reference}。",
        "Something went wrong on our side. Reference: {reference}",
    ),
}


def sentences(key: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The sentence for `key` as {"zh": ..., "en": ...}. Raises: KeyError for a key without a sentence."""
    chinese, english = MESSAGES[key]
    return {"zh": chinese.format(**params), "en": english.format(**params)}
