"""Where an invented firm is: regions drawn by population, and the code of the registering authority."""

from functools import cache
from itertools import accumulate
from random import Random

from directory.vocabulary import Region, RegionTree
from seeds.reading import read_json
from seeds.reference import load_reference

_CAPITAL_WEIGHT = 4  # a provincial capital draws as many firms as four other prefectures


@cache
def _weighted() -> tuple[tuple[Region, ...], tuple[float, ...]]:
    """Regions of the mainland and their cumulative weights: population of the province (census of 2020, in 10,000)."""
    regions, table = load_reference().regions, read_json("sample/places")
    found: list[Region] = []
    weights: list[float] = []
    for province, population in table["provinces"].items():
        inside = regions.children(province)
        shares = [table["cities"].get(region.code, _default_share(region)) for region in inside]
        found.extend(inside)
        weights.extend(population * share / sum(shares) for share in shares)
    return tuple(found), tuple(accumulate(weights))


def _default_share(region: Region) -> float:
    if region.kind == "direct_county":
        return 0.2
    return _CAPITAL_WEIGHT if region.code[2:4] == "01" and region.level == "prefecture" else 1


def region(chance: Random) -> Region:
    """A prefecture, a district of a municipality or a county directly under its province."""
    regions, weights = _weighted()
    return chance.choices(regions, cum_weights=weights)[0]


def province(regions: RegionTree, inside: Region) -> Region:
    """The province around a region."""
    return regions.require(regions.path(inside.code)[0])


def authority_digits(chance: Random, inside: Region, cycle: int) -> str:
    """Digits 3-8 of a USCC: a county-level authority of the region's prefecture, another for each `cycle` 0 to 2."""
    return f"{inside.code[:4]}{1 + chance.randrange(29) + 30 * cycle:02d}"
