"""Who one can be at the development issuer: people of the sample data, one for each role, and someone new to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from directory.access import Role


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone to sign in as. The subject is that under which the sample data knows them."""

    key: str
    subject: str
    name: str
    name_en: str
    role: Role
    agency: str | None = None
    region: str | None = None


PERSONAS: Mapping[str, Persona] = {
    persona.key: persona
    for persona in (
        Persona(
            "xiaoyu", "article-xiaoyu", "小宇 · 短视频博主", "Xiaoyu, creator of short videos", Role.FIRM
        ),
        Persona("xiangyan", "article-xiangyan", "向妍 · 网店店主", "Xiangyan, online seller", Role.FIRM),
        Persona("newcomer", "newcomer", "何苗 · 尚未申报", "He Miao, not in the directory yet", Role.FIRM),
        Persona(
            "officer",
            "officer-li",
            "李科员 · 市场监管总局",
            "Officer Li, State Administration for Market Regulation",
            Role.AGENCY,
            "samr",
        ),
        Persona(
            "handler",
            "officer-local-culture@110108",
            "王科员 · 海淀区文旅局",
            "Officer Wang, Haidian District Bureau of Culture and Tourism",
            Role.AGENCY,
            "local-culture@110108",
            "110108",
        ),
        Persona(
            "supervisor",
            "supervisor",
            "陈处长 · 国家发展改革委（督办）",
            "Director Chen, NDRC, supervision",
            Role.SUPERVISOR,
            "ndrc",
        ),
        Persona("analyst", "analyst", "赵研究员 · 分析人员", "Zhao, analyst", Role.ANALYST),
        Persona("operator", "operator", "孙工 · 运维", "Sun, operator", Role.OPERATOR),
    )
}
