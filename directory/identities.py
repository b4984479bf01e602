"""What makes an entry the same as another in law (主体身份): the USCC, or a freelancer's platform accounts."""

from __future__ import annotations

from collections.abc import Mapping

from directory.duplicates import Identity
from directory.facts import Json
from directory.identifiers import account_key
from directory.profiles import Profile
from directory.states import EntityKind


def account_keys(profile: Profile) -> Mapping[str, int]:
    """The normalised account keys of the profile, each with its place in the list of platforms."""
    return {
        account_key(account.platform, account.account_name): place
        for place, account in enumerate(profile.platforms)
    }


def identity_keys(profile: Profile) -> frozenset[str]:
    """What no other live entry may have: `uscc:<code>`, or each `<platform>:<name>` of a freelancer."""
    if profile.entity_kind is EntityKind.FREELANCER:
        return frozenset(account_keys(profile))
    return frozenset({f"uscc:{profile.uscc}"}) if profile.uscc else frozenset()


def described(firm_id: str, profile: Profile, former_names: tuple[str, ...] = ()) -> Identity:
    """What near duplicates of the entry are looked for by: present and former names, code, accounts, region."""
    return Identity(
        id=firm_id,
        name=profile.name,
        name_en=profile.name_en,
        other_names=(*profile.other_names, *former_names),
        uscc=profile.uscc,
        region=profile.region,
        accounts=tuple((account.platform, account.account_name) for account in profile.platforms),
    )


def described_in(firm_id: str, state: Mapping[str, Json]) -> Identity:
    """`described`, of an entry's state as `entities.dump` gives it: what is compared with many needs no more of them."""
    return Identity(
        id=firm_id,
        name=state["profile.name"],
        name_en=state.get("profile.name_en"),
        other_names=(*state.get("profile.other_names", ()), *state.get("former_names", ())),
        uscc=state.get("profile.uscc"),
        region=state["profile.region"],
        accounts=tuple(
            (each["platform"], each["account_name"]) for each in state.get("profile.platforms", ())
        ),
    )
