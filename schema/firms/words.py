"""The enumerations of entries, each value with its description."""

from __future__ import annotations

from enum import StrEnum

from directory.states import EntityKind, FirmStatus, Metric, SizeClass
from schema.enums import expose

__all__ = ["EntityKind", "FirmFacet", "FirmSort", "FirmStatus", "Metric", "SizeClass"]


class FirmFacet(StrEnum):
    """What a search of entries can be counted by."""

    STATUS = "STATUS"
    ENTITY_KIND = "ENTITY_KIND"
    FORM = "FORM"
    OCCUPATION = "OCCUPATION"
    INDUSTRY = "INDUSTRY"
    REGION = "REGION"
    PROVINCE = "PROVINCE"
    PLATFORM = "PLATFORM"
    SIZE_CLASS = "SIZE_CLASS"
    LISTED_MONTH = "LISTED_MONTH"
    LAPSED = "LAPSED"


class FirmSort(StrEnum):
    """What a search of entries can be sorted by."""

    RELEVANCE = "RELEVANCE"
    NAME = "NAME"
    LISTED_AT = "LISTED_AT"
    UPDATED_AT = "UPDATED_AT"
    FOLLOWERS = "FOLLOWERS"
    MONTHLY_TURNOVER = "MONTHLY_TURNOVER"


expose(
    EntityKind,
    "What a firm is in law.",
    {
        EntityKind.ENTERPRISE: "An enterprise (企业), with a code that begins with 91 or 93.",
        EntityKind.INDIVIDUAL_BUSINESS: "An individual household business (个体工商户), with a code that begins with 92.",
        EntityKind.FREELANCER: "A freelancer (自由职业者) without registration, known by platform accounts.",
    },
)
expose(
    SizeClass,
    "Statistical size class (统计上大中小微型企业), NBS 2017, by industry, headcount and yearly revenue.",
    {
        SizeClass.LARGE: "Large (大型).",
        SizeClass.MEDIUM: "Medium (中型).",
        SizeClass.SMALL: "Small (小型).",
        SizeClass.MICRO: "Micro (微型).",
    },
)
expose(
    FirmStatus,
    "Standing of an entry.",
    {
        FirmStatus.PENDING: "Handed in and not listed yet (待列入); for the firm and its reviewers only.",
        FirmStatus.LISTED: "Listed (已列入).",
        FirmStatus.SUSPENDED: "Suspended (暂停): stays visible, for its customers should know.",
        FirmStatus.GRADUATED: "Has outgrown micro and small (毕业) and stays visible.",
        FirmStatus.DELISTED: "No longer in the directory (移出); for the firm and its reviewers only.",
    },
)
expose(
    Metric,
    "A figure read over time; money in CNY.",
    {
        Metric.FOLLOWERS: "Followers of the largest account, by month.",
        Metric.MONTHLY_TURNOVER_CNY: "Turnover of a month, in CNY; shown as a band to the public.",
        Metric.ANNUAL_REVENUE_CNY: "Revenue of a year, in CNY; shown as a band to the public.",
        Metric.CUSTOMERS: "Paying customers of a month; shown as a band to the public.",
        Metric.EMPLOYEES: "Headcount at the end of a month; not shown to the public.",
        Metric.ORDERS: "Orders of a month; not shown to the public.",
        Metric.WORKS_PUBLISHED: "Works published in a month.",
    },
)
expose(
    FirmFacet,
    "What a search of entries can be counted by.",
    {
        FirmFacet.STATUS: "By standing.",
        FirmFacet.ENTITY_KIND: "By kind in law.",
        FirmFacet.FORM: "By business form; an entry of several forms counts in each.",
        FirmFacet.OCCUPATION: "By occupation.",
        FirmFacet.INDUSTRY: "By industry, GB/T 4754-2017.",
        FirmFacet.REGION: "By region as declared, GB/T 2260.",
        FirmFacet.PROVINCE: "By province (省级行政区), regions rolled up; leaves out a choice of `regions`, too.",
        FirmFacet.PLATFORM: "By platform; an entry on several platforms counts in each.",
        FirmFacet.SIZE_CLASS: "By size class.",
        FirmFacet.LISTED_MONTH: "By the month of listing, YYYY-MM in Asia/Shanghai; `listedAt` is its filter.",
        FirmFacet.LAPSED: "By whether it is lapsed, true or false; entries that a search leaves out by default count too.",
    },
)
expose(
    FirmSort,
    "What a search of entries can be sorted by. Entries without the value come last either way.",
    {
        FirmSort.RELEVANCE: "By how well the text matches; without a text, by the instant of listing.",
        FirmSort.NAME: "By name: digits, Latin letters, then Chinese by pinyin.",
        FirmSort.LISTED_AT: "By the instant of listing.",
        FirmSort.UPDATED_AT: "By the instant of the last change.",
        FirmSort.FOLLOWERS: "By the followers of the largest account.",
        FirmSort.MONTHLY_TURNOVER: "By the latest monthly turnover; only for callers who may read exact figures.",
    },
)
