"""Names of invented firms, in Chinese and, for most, in English."""

from random import Random
from typing import NamedTuple

from directory.states import EntityKind
from directory.vocabulary import Label
from seeds.fiction.words import Slots, names, pair

_PATTERNS = {
    EntityKind.ENTERPRISE: "enterprise",
    EntityKind.INDIVIDUAL_BUSINESS: "household",
    EntityKind.FREELANCER: "freelancer",
}


class Identity(NamedTuple):
    """What a firm and the person behind it are called; `slots` can name them in a text."""

    name: Label
    brand: Label
    person: Label
    nick: Label
    area: Label
    slots: Slots


def brand(chance: Random) -> Label:
    """A brand of two characters with its reading: 拾光, Shiguang."""
    first, second = pair(chance, names()["first"]), pair(chance, names()["second"])
    return Label(first.zh + second.zh, first.en + second.en)


def identity(chance: Random, kind: EntityKind, slots: Slots, *, cooperative: bool = False) -> Identity:
    """A name that fits the kind of entity. `slots` must know city, province, trade and product."""
    surname, given = pair(chance, names()["surnames"]), pair(chance, names()["given"])
    own, area = brand(chance), pair(chance, names()["areas"])
    known = slots.also(
        surname=surname,
        given=given,
        given2=pair(chance, names()["given"]),
        brand=own,
        brand2=brand(chance),
        area=area,
    )
    nick = Label(
        *(known.fill(chance.choice(names()["nick"][language]), language) for language in ("zh", "en"))
    )
    known = known.also(nick=nick)
    patterns = names()["cooperative" if cooperative else _PATTERNS[kind]]
    name = Label(*(known.fill(chance.choice(patterns[language]), language) for language in ("zh", "en")))
    person = Label(surname.zh + given.zh, f"{given.en} {surname.en}")
    return Identity(name, own, person, nick, area, known.also(name=name))


def other_names(chance: Random, who: Identity) -> list[str]:
    """Up to three brands, nicknames and English names beside the registered one."""
    candidates = [
        who.brand.zh,
        who.brand.en,
        who.nick.zh,
        f"{who.brand.zh}{who.slots.zh['product']}",
        who.name.en,
    ]
    return chance.sample(candidates, chance.choice((0, 0, 1, 1, 2, 3)))


def summary(chance: Random, slots: Slots, language: str) -> str:
    """Two to four sentences on what the firm does, in "zh" or "en"."""
    parts = names()["summaries"][language]
    chosen = [
        chance.choice(parts["open"]),
        *chance.sample(parts["middle"], chance.randint(1, 2)),
        chance.choice(parts["end"]),
    ]
    return ("" if language == "zh" else " ").join(slots.fill(part, language) for part in chosen if part)
