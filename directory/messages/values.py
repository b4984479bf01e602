"""Sentences about single values: codes, texts, ways to reach someone, dates, figures."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    # Unified social credit code
    "uscc.length": (
        "统一社会信用代码应为18位，现为{length}位。",
        "A unified social credit code has 18 characters; this one has {length}.",
    ),
    "uscc.alphabet": (
        "统一社会信用代码第{position}位“{character}”无效：只用数字和大写字母，不含I、O、S、V、Z。",
        "Character {position} of the code, “{character}”, is not allowed: digits and capital letters except I, O, S, V, Z.",
    ),
    "uscc.kind": (
        "统一社会信用代码前两位“{prefix}”不是有效的登记管理部门和机构类别。",
        "“{prefix}” at the start of the code names no registration authority and kind of body.",
    ),
    "uscc.region": (
        "统一社会信用代码第3至8位“{region}”不是有效的行政区划码。",
        "“{region}”, characters 3 to 8 of the code, is no administrative division.",
    ),
    "uscc.checksum": (
        "统一社会信用代码校验位不符，请核对是否有误。",
        "The check character of the code does not fit: please look for a typing mistake.",
    ),
    "uscc.freelancer": (
        "自由职业者没有统一社会信用代码；已登记的请选择个体工商户或企业。",
        "A freelancer has no unified social credit code; if you are registered, choose household or enterprise.",
    ),
    "uscc.other_kind": (
        "该代码以“{prefix}”开头，与所选主体类型不符（应以{expected}开头）。",
        "This code begins with “{prefix}” and belongs to another kind of entity (expected: {expected}).",
    ),
    # Texts
    "text.control": (
        "第{position}个字符（{character}）是控制字符或换行，请删除。",
        "Character {position} ({character}) is a control character or line break: please remove it.",
    ),
    "text.surrogate": (
        "第{position}个字符（{character}）不完整，请重新输入。",
        "Character {position} ({character}) is broken: please type it again.",
    ),
    "text.bidi": (
        "第{position}个字符（{character}）会改变文字方向，请删除。",
        "Character {position} ({character}) changes the direction of the text: please remove it.",
    ),
    "text.zero_width": (
        "第{position}个字符（{character}）不可见，请删除。",
        "Character {position} ({character}) is invisible: please remove it.",
    ),
    "text.combining": (
        "第{position}个字符处叠加的符号过多（{character}）。",
        "Too many marks are piled up at character {position} ({character}).",
    ),
    "text.noncharacter": (
        "第{position}个字符（{character}）不是有效字符。",
        "Character {position} ({character}) is not a character.",
    ),
    "text.private_use": (
        "第{position}个字符（{character}）属自定义区，他人无法显示。",
        "Character {position} ({character}) is from a private area that others cannot display.",
    ),
    "text.too_long": (
        "最多{max}个字符，现为{length}个。",
        "At most {max} characters; there are {length}.",
    ),
    "text.too_short": ("至少{least}个字符。", "At least {least} characters."),
    "name.no_letters": ("名称须含文字或数字。", "A name contains letters, characters or digits."),
    # Phone, mail, web
    "phone.characters": (
        "电话号码只能含数字、空格、连字符和括号。",
        "A phone number has only digits, spaces, hyphens and brackets.",
    ),
    "phone.country": ("仅支持中国大陆号码。", "Only numbers of the Chinese mainland are taken."),
    "phone.format": (
        "不是有效的手机、固定电话（须带区号）或400/800号码。",
        "This is no mobile number, landline with area code, or 400/800 number.",
    ),
    "email.length": ("电子邮箱最多{max}个字符。", "An e-mail address has at most {max} characters."),
    "email.format": ("不是有效的电子邮箱地址。", "This is not an e-mail address."),
    "website.length": ("网址最多{max}个字符。", "A web address has at most {max} characters."),
    "website.characters": (
        "网址含有不允许的字符。",
        "The web address contains characters that are not allowed.",
    ),
    "website.scheme": (
        "网址须以 http:// 或 https:// 开头。",
        "A web address begins with http:// or https://.",
    ),
    "website.host": ("网址中的域名无效。", "The domain name in the web address is not valid."),
    "website.userinfo": (
        "网址中不得含用户名或密码。",
        "A web address must not contain a user name or password.",
    ),
    "account.empty": ("账号名称为空。", "Nothing is left of this account name."),
    "account.repeated": ("同一平台账号重复填写。", "This platform account is given twice."),
    "platforms.freelancer": (
        "自由职业者至少须填写一个平台账号。",
        "A freelancer gives at least one platform account.",
    ),
    # Shapes of values
    "value.not_object": ("此处应为一组字段。", "A set of fields is expected here."),
    "value.unknown_field": ("没有此字段。", "There is no such field."),
    "value.not_text": ("此处应为文字。", "Text is expected here."),
    "value.not_list": ("此处应为列表。", "A list is expected here."),
    "value.too_many": ("最多{most}项，现为{given}项。", "At most {most} items; there are {given}."),
    "value.not_a_word": ("应为以下之一：{words}。", "One of these is expected: {words}."),
    "value.not_integer": ("应为整数。", "A whole number is expected."),
    "value.not_decimal": ("应为十进制数，例如 80000.00。", "A decimal number is expected, such as 80000.00."),
    "value.too_many_places": ("最多{places}位小数。", "At most {places} decimals."),
    "value.out_of_range": ("应在{least}至{most}之间。", "A value from {least} to {most} is expected."),
    "date.format": (
        "应为真实日期，格式为 YYYY-MM-DD。",
        "An existing date is expected, written as YYYY-MM-DD.",
    ),
    "date.future": ("日期不得晚于今天（{today}）。", "The date lies after today ({today})."),
    "date.too_early": ("日期不得早于{earliest}。", "The date lies before {earliest}."),
    "period.month_format": ("期间应为月份，格式为 YYYY-MM。", "A month is expected, written as YYYY-MM."),
    "period.year_format": ("期间应为年份，格式为 YYYY。", "A year is expected, written as YYYY."),
    "period.future": ("期间尚未到来。", "This period has not come yet."),
    "period.too_early": ("期间不得早于{earliest}年。", "The period lies before {earliest}."),
    "reading.repeated": (
        "同一指标在{period}重复填写。",
        "This metric is given twice for {period}.",
    ),
    "reading.source": ("数据来源应为以下之一：{known}。", "The source is one of: {known}."),
    # Codes of the vocabularies
    "code.unknown": ("没有代码“{given}”。", "There is no code “{given}”."),
    "code.too_general": (
        "代码“{given}”过于宽泛，请选择其下级。",
        "The code “{given}” is too general: choose one below it.",
    ),
    "code.retired": ("代码“{given}”已停用。", "The code “{given}” is no longer in use."),
    "industry.unknown": (
        "“{given}”不是名录所用的国民经济行业代码（GB/T 4754-2017，2至4位数字）。",
        "“{given}” is no industry code of the directory (GB/T 4754-2017, 2 to 4 digits).",
    ),
    "region.unknown": (
        "“{given}”不是有效的六位行政区划代码（GB/T 2260）。",
        "“{given}” is no administrative division (six digits, GB/T 2260).",
    ),
    # What the record holds unique
    "record.number_taken": ("编号已被占用，请重试。", "This number is taken: please try again."),
    "record.id_taken": ("标识已被占用，请重试。", "This identifier is taken: please try again."),
}
