"""Support programmes that an entry may qualify for (扶持计划匹配): what is met, what is not, what nothing tells."""

from __future__ import annotations

from directory.profiles import PlatformAccount
from directory.programmes import CARRIERS, Finding, ProgrammeCriterion, match, programmes_for
from directory.states import EntityKind, SizeClass
from tests.factories import make_firm, make_freelancer_profile, make_profile
from tests.rulebooks import REFERENCE

MUSICIANS = REFERENCE.programmes["douyin-musicians"]
LOAN = REFERENCE.programmes["startup-loan"]


def test_a_musician_on_the_platform_meets_everything() -> None:
    """Form, occupation and platform, each with what was asked for."""
    firm = make_firm(profile=make_freelancer_profile(forms=("digital-music",), occupation="musician"))
    found = match(firm, MUSICIANS, REFERENCE)
    assert found.may_qualify
    assert found.findings == (
        Finding(ProgrammeCriterion.FORM, ("digital-music",), True),
        Finding(ProgrammeCriterion.TARGET, ("musician",), True),
        Finding(ProgrammeCriterion.PLATFORM, ("douyin",), True),
    )


def test_another_platform_does_not_do() -> None:
    """The programme is of its platform, and the reason is shown."""
    account = PlatformAccount(platform="kuaishou", account_name="小光")
    profile = make_freelancer_profile(forms=("digital-music",), occupation="musician", platforms=(account,))
    found = match(make_firm(profile=profile), MUSICIANS, REFERENCE)
    assert not found.may_qualify
    assert [finding.met for finding in found.findings] == [True, True, False]


def test_what_nothing_tells_stays_open() -> None:
    """An enterprise of unknown size may be a small one; once the size is known, it is."""
    enterprise = make_firm(profile=make_profile(entity_kind=EntityKind.ENTERPRISE))
    assert [each.met for each in match(enterprise, LOAN, REFERENCE).findings] == [None]
    small = enterprise.model_copy(update={"size_class": SizeClass.MICRO})
    assert [each.met for each in match(small, LOAN, REFERENCE).findings] == [True]


def test_programmes_without_open_questions_come_first() -> None:
    """And none that is known not to fit."""
    household = make_firm(profile=make_profile(entity_kind=EntityKind.INDIVIDUAL_BUSINESS))
    found = [one.programme.code for one in programmes_for(household, REFERENCE)]
    assert "individual-household-help" in found
    assert "douyin-musicians" not in found


def test_every_target_of_a_programme_is_understood() -> None:
    """A target that is neither an occupation nor a known carrier would never be met, silently."""
    occupations = REFERENCE.vocabulary("occupations")
    targets = {target for one in REFERENCE.programmes.values() for target in one.targets}
    assert {each for each in targets if each not in occupations} <= CARRIERS.keys()
