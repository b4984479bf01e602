"""The one way to the reference data: `load_reference()`."""

from functools import cache

from directory.reference import Reference
from directory.vocabulary import Agencies, RegionTree
from seeds import limits, reading
from seeds.integrity import check

VERSION = "2026.11.2"
"""Version of the data under `seeds/data`; raised with every change of a code or label."""


@cache
def load_reference() -> Reference:
    """All reference data of this release, checked; the same value on every call.

    Raises: BrokenReferenceError, when a code refers to something that is not there.
    """
    regions = RegionTree(reading.read_regions())
    vocabularies = reading.read_vocabularies(VERSION)
    return check(
        Reference(
            version=VERSION,
            vocabularies=vocabularies,
            regions=regions,
            policies=reading.read_policies(),
            agencies=Agencies(reading.read_agencies(), regions),
            programmes=reading.read_programmes(),
            synonyms=reading.read_synonyms(vocabularies["business_forms"]),
            work_years=reading.read_work_years(),
            limits=limits.read_limits(),
            rungs=limits.read_rungs(),
        )
    )
