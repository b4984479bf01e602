"""The profile of an invented firm: what it is, where, how it is reached and what it says of itself."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple

from directory.states import EntityKind
from directory.vocabulary import Label, Region, Term
from seeds.fiction import codes, places, readings
from seeds.fiction.naming import Identity, identity, other_names, summary
from seeds.fiction.words import Slots, figures, pair, trades
from seeds.reference import load_reference

_KINDS = ((EntityKind.INDIVIDUAL_BUSINESS, 45), (EntityKind.ENTERPRISE, 30), (EntityKind.FREELANCER, 25))
_COMMON_FORMS = {
    "e-commerce-shop": 9,
    "short-video": 8,
    "live-commerce": 7,
    "service-catering": 6,
    "rural-e-commerce": 5,
    "wechat-commerce": 4,
    "public-account": 4,
    "influencer-marketing": 4,
    "service-design": 4,
    "service-travel": 4,
    "micro-application": 3,
}
_USUAL_WEIGHT = 2
_COMPANIES_ONLY = frozenset({"platform-operation", "mcn-service", "micro-drama", "sharing-space"})
_NEEDS_A_LICENCE = _COMPANIES_ONLY | {
    "franchise-micro",
    "group-buying",
    "homestay",
    "service-retail",
    "home-economy",
}
_NOT_FOR: Mapping[EntityKind, frozenset[str]] = {
    EntityKind.ENTERPRISE: frozenset({"vlog"}),
    EntityKind.INDIVIDUAL_BUSINESS: _COMPANIES_ONLY,
    EntityKind.FREELANCER: _NEEDS_A_LICENCE,
}
_METRICS_BY_GROUP: Mapping[str, tuple[str, ...]] = {
    "commerce": ("MONTHLY_TURNOVER_CNY", "ORDERS", "CUSTOMERS", "FOLLOWERS"),
    "service": ("ORDERS", "MONTHLY_TURNOVER_CNY", "CUSTOMERS"),
    "enabler": ("MONTHLY_TURNOVER_CNY", "CUSTOMERS"),
}
_CONTENT_METRICS = ("FOLLOWERS", "MONTHLY_TURNOVER_CNY", "WORKS_PUBLISHED")


class Portrait(NamedTuple):
    """A profile and what its reports will need of it."""

    profile: dict[str, Any]
    form: Term
    region: Region
    slots: Slots


def portrait(chance: Random, index: int, today: date, submitted_days_ago: int) -> Portrait:
    """Firm number `index`; its codes and account names are like no other firm's."""
    kind = chance.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    form, region = _form(chance, kind), places.region(chance)
    cooperative = form.code == "rural-e-commerce" and kind is EntityKind.ENTERPRISE and chance.random() < 0.5
    submitted = today - timedelta(days=submitted_days_ago)
    founded = submitted - timedelta(days=int(10 ** chance.uniform(2, 3.5)))
    slots = _slots(chance, form, region, founded)
    who = identity(chance, kind, slots, cooperative=cooperative)
    figures_over_time = _readings(chance, kind, form, founded, submitted)
    followers = readings.last_value(figures_over_time, "FOLLOWERS")
    profile: dict[str, Any] = {
        "name": who.name.zh,
        "entity_kind": kind.value,
        "forms": _forms(chance, form),
        "region": region.code,
        "founded_on": founded.isoformat(),
        "platforms": _accounts(chance, form, who, index, founded, followers),
        "metrics": figures_over_time,
        "contact": _contact(chance, who, region, index),
    }
    if kind is not EntityKind.FREELANCER:
        prefix = "92" if kind is EntityKind.INDIVIDUAL_BUSINESS else "93" if cooperative else "91"
        authority = places.authority_digits(chance, region, codes.cycle_of(index))
        profile["uscc"] = codes.sample_uscc(prefix, authority, index)
    profile |= _optional(chance, kind, form, who, index)
    return Portrait(profile, form, region, who.slots)


@cache
def _choices(kind: EntityKind) -> tuple[tuple[Term, ...], tuple[int, ...]]:
    known = load_reference().vocabulary("business_forms")
    forms = tuple(term for term in known if term.assignable and term.code not in _NOT_FOR[kind])
    return forms, tuple(_COMMON_FORMS.get(form.code, _USUAL_WEIGHT) for form in forms)


def _form(chance: Random, kind: EntityKind) -> Term:
    forms, weights = _choices(kind)
    return chance.choices(forms, weights)[0]


def _forms(chance: Random, primary: Term) -> list[str]:
    """The primary form, and now and then one or two of the same parent."""
    siblings = load_reference().vocabulary("business_forms").children(primary.parent)
    others = [term.code for term in siblings if term.assignable and term is not primary]
    return [primary.code, *chance.sample(others, min(chance.choice((0, 0, 0, 1, 1, 2)), len(others)))]


def _slots(chance: Random, form: Term, region: Region, founded: date) -> Slots:
    reference, kit, numbers = load_reference(), trades()[form.code], figures(chance)
    around = places.province(reference.regions, region)
    city = around.short if around.kind == "municipality" else region.short
    platforms = reference.vocabulary("platforms")
    first = platforms.require(kit["platforms"][0]).label
    second = platforms.require(chance.choice([*kit["platforms"][1:], "kuaishou", "pinduoduo", "weibo"])).label
    return numbers.also(
        city=city,
        province=around.short,
        form=form.label,
        trade=pair(chance, kit["trades"]),
        product=pair(chance, kit["products"]),
        platform=first,
        platform2=second,
        year=Label(str(founded.year), str(founded.year)),
    )


def _readings(chance: Random, kind: EntityKind, form: Term, founded: date, submitted: date) -> list[Any]:
    usual = _METRICS_BY_GROUP.get(form.extra["group"], _CONTENT_METRICS)
    metrics = usual[: chance.choice((1, 1, 2, 3))]
    return [
        *readings.monthly(chance, metrics, founded, submitted),
        *readings.yearly(chance, kind, founded, submitted),
    ]


def _accounts(
    chance: Random, form: Term, who: Identity, index: int, founded: date, followers: int | None
) -> list[dict[str, Any]]:
    platforms = trades()[form.code]["platforms"]
    chosen = [platforms[0], *chance.sample(platforms[1:], chance.randint(0, min(2, len(platforms) - 1)))]
    stem = chance.choice(
        (who.nick.zh, who.brand.zh, who.brand.en, f"{who.brand.zh}{who.slots.zh['product']}")
    )
    accounts: list[dict[str, Any]] = []
    for number, platform in enumerate(chosen):
        account: dict[str, Any] = {"platform": platform, "account_name": f"{stem}{index}"}
        if chance.random() < 0.6:
            account["url"] = f"https://example.com/{platform}/{index}"
        if number == 0 and followers:
            account["followers"] = followers
        elif chance.random() < 0.5:
            account["followers"] = round(10 ** chance.uniform(1, 5))
        if chance.random() < 0.7:
            account["opened_on"] = (founded + timedelta(days=chance.randint(0, 90))).isoformat()
        accounts.append(account)
    return accounts


def _contact(chance: Random, who: Identity, region: Region, index: int) -> dict[str, str]:
    contact = {"person": who.person.zh, "phone": f"1999999{chance.randrange(10_000):04d}"}
    if chance.random() < 0.8:
        contact["email"] = f"{who.brand.en.lower()}{index}@example.com"
    if chance.random() < 0.6:
        contact["address"] = f"{region.label.zh}{who.area.zh}路{chance.randint(1, 999)}号"
    return contact


def _optional(chance: Random, kind: EntityKind, form: Term, who: Identity, index: int) -> dict[str, Any]:
    """What many profiles leave out."""
    found: dict[str, Any] = {}
    if chance.random() < 0.7:
        found["name_en"] = who.name.en
    if others := other_names(chance, who):
        found["other_names"] = others
    if chance.random() < 0.9:
        found["summary"] = summary(chance, who.slots, "zh")
    if chance.random() < 0.55:
        found["summary_en"] = summary(chance, who.slots, "en")
    if chance.random() < 0.3:
        found["website"] = f"https://{who.brand.en.lower()}{index}.example.com"
    if occupation := _occupation(chance, kind, form):
        found["occupation"] = occupation
    industries = form.extra.get("industries", ())
    if industries and chance.random() < (0.2 if kind is EntityKind.FREELANCER else 0.95):
        found["industry"] = chance.choice(industries)
    if chance.random() < 0.2 and (programmes := _programmes(form)):
        found["support_programmes"] = [chance.choice(programmes)]
    return found


def _occupation(chance: Random, kind: EntityKind, form: Term) -> str | None:
    if kind is not EntityKind.FREELANCER and chance.random() < 0.6:
        return None
    fitting = [term.code for term in load_reference().vocabulary("occupations") if _practises(term, form)]
    return chance.choice(fitting) if fitting else "content-creator" if kind is EntityKind.FREELANCER else None


def _practises(occupation: Term, form: Term) -> bool:
    return form.code in occupation.extra["business_forms"]


@cache
def _programmes(form: Term) -> tuple[str, ...]:
    """The programmes for this form, or for every form."""
    programmes = load_reference().programmes.values()
    return tuple(found.code for found in programmes if form.code in found.forms or not found.forms)
