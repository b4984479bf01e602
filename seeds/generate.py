"""Any number of plausible firms with their reports: deterministic, streamed, in both languages.

Nothing here is a real business: codes are issued to nobody, phone numbers begin 1999999, addresses of mail and web
lie under example.com. Names of platforms serve as values to search by; what is said of them is invented.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from directory.vocabulary import Label
from seeds.fiction.lives import Matter, duplicate, life
from seeds.fiction.portraits import Portrait, portrait
from seeds.fiction.stories import category, report
from seeds.reference import load_reference
from seeds.sample import Outcome, SampleFirm, SampleReport

_OUTCOMES: tuple[tuple[Outcome, int], ...] = (
    ("listed", 86),
    ("in_review", 4),
    ("in_notice", 3),
    ("changes_requested", 3),
    ("rejected", 2),
    ("draft", 2),
)
# Calendar days between handing in and being listed: review, then five working days of public notice.
_LISTING_DAYS = 15
_REPORTS = ((0, 34), (1, 38), (2, 17), (3, 8), (4, 3))
_DUPLICATE_SHARE = 0.08


def generate(count: int, *, seed: int = 1, today: date) -> Iterator[SampleFirm]:
    """`count` firms; the same ones for the same seed and day, and the first of them for a smaller count.

    Raises: ValueError beyond `codes.LARGEST_COUNT` firms.
    """
    return (_firm(index, seed, today) for index in range(count))


def _firm(index: int, seed: int, today: date) -> SampleFirm:
    chance = Random(f"{seed}/{index}")  # noqa: S311 - invention, not secrecy
    outcome = chance.choices([name for name, _ in _OUTCOMES], [weight for _, weight in _OUTCOMES])[0]
    submitted_days_ago = _submitted_days_ago(chance, outcome)
    drawn = portrait(chance, index, today, submitted_days_ago)
    key = f"sample-{seed}-{index:07d}"
    return SampleFirm(
        key=key,
        owner_subject=f"owner-{key}",
        profile=drawn.profile,
        submitted_days_ago=submitted_days_ago,
        outcome=outcome,
        attested=chance.random() < 0.93,
        reports=tuple(_reports(chance, key, drawn, submitted_days_ago)) if outcome == "listed" else (),
    )


def _submitted_days_ago(chance: Random, outcome: Outcome) -> int:
    if outcome == "in_notice":
        return chance.randint(2, 6)
    if outcome != "listed":
        return chance.randint(0, 25)
    # A few entries are past 15 months without an update, and will be flagged.
    return chance.randint(430, 800) if chance.random() < 0.03 else chance.randint(_LISTING_DAYS + 1, 420)


def _reports(chance: Random, key: str, drawn: Portrait, submitted_days_ago: int) -> Iterator[SampleReport]:
    """The reports of a listed firm, the oldest first."""
    number = chance.choices([n for n, _ in _REPORTS], [weight for _, weight in _REPORTS])[0]
    ages = sorted(
        (chance.randint(0, submitted_days_ago - _LISTING_DAYS) for _ in range(number)), reverse=True
    )
    earlier: list[SampleReport] = []
    for position, age in enumerate(ages, start=1):
        earlier.append(_report(chance, f"{key}-{position}", drawn, age, earlier))
        yield earlier[-1]


def _report(
    chance: Random, key: str, drawn: Portrait, age: int, earlier: Sequence[SampleReport]
) -> SampleReport:
    first = earlier[0] if earlier else None
    again = first is not None and _stands(first) and chance.random() < _DUPLICATE_SHARE
    categories = load_reference().vocabulary("blockage_categories")
    about = categories.require(first.report["category"]) if first and again else category(chance, drawn.form)
    said = {other.report["title"] for other in earlier}
    filed = report(chance, about, drawn.profile, drawn.slots, said=said)
    matter = Matter(about, filed, drawn.region.code, drawn.slots.also(agency=_neighbour(drawn)))
    if first and again:
        step = duplicate(chance, first.key, matter)
        return SampleReport(key, filed, age, (step,) if step.after_days <= age else ())
    return SampleReport(key, filed, age, life(chance, matter, age))


def _stands(earlier: SampleReport) -> bool:
    """Whether another report can be merged into this one: it was neither refused nor withdrawn."""
    return all(step.action != "withdraw" and step.params.get("accept", True) for step in earlier.steps)


def _neighbour(drawn: Portrait) -> Label:
    """The service office of the region: who gets what nobody else is competent for."""
    return load_reference().agencies.handling("local-gsb", drawn.region.code).label
