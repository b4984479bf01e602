"""Every notion of the article of August 2020 has a name in the reference data, and its figures are what it says."""

import json
from pathlib import Path

import pytest

from directory.reference import Reference
from seeds.reference import load_reference
from seeds.sample import article_cases

NOTIONS = json.loads(Path(__file__).with_name("article_notions.json").read_text(encoding="utf-8"))
FIGURES = {
    "online-video-users": 759_000_000,
    "short-video-users": 648_000_000,
    "long-video-users": 639_000_000,
    "short-video-share": 0.758,
    "mobile-time-increment": 0.331,
    "new-netizen-usage": 0.532,
    "young-entrepreneurs": 4_467_000,
    "student-entrepreneurs": 741_000,
    "case-xiaoyu-followers": 1_000_000,
    "case-xiangyan-followers": 20_000,
    "case-xiangyan-customers": 1_600,
    "case-xiangyan-turnover": 80_000,
}
SIGNATORIES = "ndrc cac miit moe mohrss mot mara mofcom mct nhc sasac samr nhsa"
EIGHT_OCCUPATIONS = (
    "freelance-designer ride-hailing-driver travel-concierge delivery-rider online-matchmaker "
    "online-fitness-coach freelance-photographer content-creator"
)


def resolves(reference: Reference, target: str) -> bool:
    """Whether `<what>:<code>` names something."""
    what, code = target.split(":", 1)
    match what:
        case "policies":
            return code in reference.policies or reference.clause(code) is not None
        case "support_programmes":
            return code in reference.programmes
        case "agencies":
            return reference.agencies.get(code) is not None
        case "cases":
            return any(firm.key == code for firm in article_cases())
        case vocabulary:
            return code in reference.vocabulary(vocabulary)


@pytest.mark.parametrize("notion", NOTIONS, ids=[f"{n['en']} -> {n['target']}" for n in NOTIONS])
def test_a_notion_of_the_article_has_a_code(notion: dict[str, str]) -> None:
    """Each form, carrier, occupation, platform, problem, programme, measure and policy that the article names is there."""
    assert resolves(load_reference(), notion["target"])


def test_the_walk_can_fail() -> None:
    """A notion that nobody named does not resolve, in any of the places looked at."""
    places = ("policies", "support_programmes", "agencies", "cases", "themes")
    assert not any(resolves(load_reference(), f"{place}:no-such-thing") for place in places)


@pytest.mark.parametrize(("code", "value"), FIGURES.items())
def test_a_figure_is_quoted_as_printed(code: str, value: float) -> None:
    """The figures of the article are kept exactly, with the day they stand for and their source."""
    figure = load_reference().vocabulary("statistics").require(code)
    assert figure.extra["value"] == value
    assert figure.extra["as_of"]
    assert figure.extra["source"]["zh"]


def test_growth_of_entrepreneurs_is_kept_with_the_numbers() -> None:
    """4 per cent more young entrepreneurs, 9 per cent more students among them."""
    statistics = load_reference().vocabulary("statistics")
    growth = [statistics.require(f"{who}-entrepreneurs").extra["yoy_growth"] for who in ("young", "student")]
    assert growth == [0.04, 0.09]


def test_thirteen_departments_signed_in_the_order_of_the_document() -> None:
    """NDRC and twelve others: "13 departments" counts NDRC itself."""
    reference = load_reference()
    signed = sorted(
        (a for a in reference.agencies if a.signatory_order), key=lambda a: a.signatory_order or 0
    )
    assert [agency.code for agency in signed] == SIGNATORIES.split()
    assert reference.policies["ndrc-2020-1157"].issuers == tuple(SIGNATORIES.split())


def test_the_eight_flexible_occupations_lead_the_list() -> None:
    """The plan of April 2020 names eight occupations, in this order."""
    occupations = [term.code for term in load_reference().vocabulary("occupations")]
    assert occupations[:8] == EIGHT_OCCUPATIONS.split()


def test_the_six_micro_forms_stand_under_the_micro_economy() -> None:
    """Micro-innovation, -applications, -products, -films, -fitness and -tourism are found by searching for their root."""
    forms = load_reference().vocabulary("business_forms")
    six = {f"micro-{what}" for what in ("innovation", "application", "product", "film", "fitness", "tourism")}
    assert six <= set(forms.descendants("micro-economy"))


def test_the_five_measures_of_the_support_programme() -> None:
    """Joint training, standards, shared courses, trend guidance and open tools."""
    programme = load_reference().programmes["micro-entrepreneurship"]
    assert set(programme.measures) == {
        "joint-training",
        "standardisation",
        "course-sharing",
        "trend-guidance",
        "open-tools",
    }
