"""Reference data as frozen values: vocabularies, regions, policies, agencies, programmes.

Codes are stable for ever; labels may change between versions.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

_SIX_DIGITS = re.compile(r"[0-9]{6}")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class UnknownCode(LookupError):
    """A code that its vocabulary does not hold; `vocabulary` and `code` say which."""

    def __init__(self, vocabulary: str, code: str) -> None:
        super().__init__(f"no code {code!r} in {vocabulary}")
        self.vocabulary = vocabulary
        self.code = code


class Certainty(StrEnum):
    """How far a fact of the reference data may be relied on."""

    VERIFIED = "verified"
    SEED = "seed"
    RECALLED = "recalled"
    DERIVED = "derived"
    DESIGN = "design"


@dataclass(frozen=True, slots=True)
class Label:
    """One text in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in `language`, "ZH" or "EN". Raises: ValueError for any other."""
        if language == "ZH":
            return self.zh
        if language == "EN":
            return self.en
        raise ValueError(f"no language {language!r}: labels are in ZH and EN")


@dataclass(frozen=True)
class Term:
    """One code of a vocabulary. `extra` holds what only this vocabulary knows (JSON values)."""

    code: str
    vocabulary: str
    label: Label
    description: Label | None = None
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    certainty: Certainty = Certainty.DESIGN
    aliases_zh: tuple[str, ...] = ()
    aliases_en: tuple[str, ...] = ()
    assignable: bool = True
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)

    def is_valid_on(self, day: date) -> bool:
        """Whether new entries may use the term on `day`; both ends are inclusive."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class Vocabulary:
    """A named list or tree of terms (词表), in the order a reader should see them."""

    name: str
    version: str
    terms: tuple[Term, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Term]:
        """Every term by its code."""
        return MappingProxyType({term.code: term for term in self.terms})

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[Term, ...]]:
        below: dict[str | None, list[Term]] = {}
        for term in self.terms:
            below.setdefault(term.parent, []).append(term)
        return {parent: tuple(terms) for parent, terms in below.items()}

    @cached_property
    def _paths(self) -> Mapping[str, tuple[str, ...]]:
        return {term.code: self._path(term) for term in self.terms}

    def _path(self, term: Term) -> tuple[str, ...]:
        return (*(self._path(self.require(term.parent)) if term.parent else ()), term.code)

    @cached_property
    def etag(self) -> str:
        """A content hash (16 hexadecimal digits) that changes when, and only when, the terms change."""
        content = json.dumps(
            [[self.name, self.version], *({**vars(term), "extra": dict(term.extra)} for term in self.terms)],
            default=_plain,
            ensure_ascii=False,
            sort_keys=True,
        )
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def get(self, code: str) -> Term | None:
        """The term with this code, or None."""
        return self.by_code.get(code)

    def require(self, code: str) -> Term:
        """The term with this code. Raises: UnknownCode."""
        if (term := self.by_code.get(code)) is None:
            raise UnknownCode(self.name, code)
        return term

    def roots(self) -> tuple[Term, ...]:
        """The terms without a parent."""
        return self.children(None)

    def children(self, parent: str | None) -> tuple[Term, ...]:
        """The terms directly below `parent`; the roots for None; nothing for an unknown code."""
        return self._children.get(parent, ())

    def descendants(self, code: str) -> tuple[str, ...]:
        """The codes of the term and of everything below it, depth first. Raises: UnknownCode."""
        own = self.require(code).code
        return (own, *(below for child in self.children(own) for below in self.descendants(child.code)))

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the root down to the term itself. Raises: UnknownCode."""
        return self._paths[self.require(code).code]


def _plain(value: object) -> object:
    """`value` as JSON can hold it, for the content hash."""
    if isinstance(value, Label):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative division (行政区划) by its six-digit code, GB/T 2260."""

    code: str
    level: str
    kind: str
    parent: str | None
    label: Label
    short: Label
    macro_region: str


@dataclass(frozen=True)
class RegionTree:
    """Provinces, prefectures and the counties that matter; six digits of a known province are valid too."""

    regions: tuple[Region, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Worked out once: what is kept for a tree is looked up by it for every entry."""
        return hash(self.regions)

    @cached_property
    def by_code(self) -> Mapping[str, Region]:
        """The listed regions by code."""
        return MappingProxyType({region.code: region for region in self.regions})

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[Region, ...]]:
        below: dict[str | None, list[Region]] = {}
        for region in self.regions:
            below.setdefault(region.parent, []).append(region)
        return {parent: tuple(found) for parent, found in below.items()}

    @cached_property
    def _paths(self) -> Mapping[str, tuple[str, ...]]:
        return {region.code: self._path(region) for region in self.regions}

    def _path(self, region: Region) -> tuple[str, ...]:
        return (*(self._path(self.require(region.parent)) if region.parent else ()), region.code)

    def is_listed(self, code: str) -> bool:
        """Whether the code is in the list itself: an unlisted one deserves a warning, not a refusal."""
        return code in self.by_code

    def is_known(self, code: str) -> bool:
        """Whether the code may be used: listed, or six digits inside a listed province.

        Divisions are set up and abolished every year, so a list is always a little behind.
        """
        return code in self.by_code or (
            bool(_SIX_DIGITS.fullmatch(code)) and f"{code[:2]}0000" in self.by_code
        )

    def get(self, code: str) -> Region | None:
        """The region, or None for an unknown code.

        A known but unlisted code gives a county of its nearest listed region, labelled with both.
        """
        if listed := self.by_code.get(code):
            return listed
        if not self.is_known(code):
            return None
        prefecture, province = self.by_code.get(f"{code[:4]}00"), self.by_code[f"{code[:2]}0000"]
        above = prefecture or province
        label = Label(f"{above.label.zh}（{code}）", f"{above.label.en} ({code})")
        return Region(code, "county", "unlisted", above.code, label, label, above.macro_region)

    def require(self, code: str) -> Region:
        """The region. Raises: UnknownCode."""
        if (region := self.get(code)) is None:
            raise UnknownCode("regions", code)
        return region

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the province down to the code itself: ("440000", "440300"). Raises: UnknownCode."""
        if (listed := self._paths.get(code)) is not None:
            return listed
        return self._path(self.require(code))

    def children(self, parent: str | None) -> tuple[Region, ...]:
        """The listed regions directly inside `parent`; the provinces for None."""
        return self._children.get(parent, ())

    def contains(self, outer: str, inner: str) -> bool:
        """Whether `inner` is `outer` or lies inside it; False for unknown codes."""
        return self.is_known(inner) and outer in self.path(inner)

    def is_mainland(self, code: str) -> bool:
        """Whether the region lies in one of the 31 mainland provinces; False for unknown codes."""
        return self.is_known(code) and self.require(code).macro_region != "hmt"


class TextKind(StrEnum):
    """What the text of a clause is."""

    QUOTATION = "quotation"
    SUMMARY = "summary"
    TITLE_ONLY = "title_only"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a policy (条款). A clause whose text is not known carries its heading as text."""

    code: str
    policy_code: str
    ref: str
    heading: Label
    text: Label
    text_kind: TextKind
    certainty: Certainty
    status: str
    lead_agencies_suggested: tuple[str, ...] = ()

    @property
    def quotable(self) -> bool:
        """Whether the Chinese text may stand in quotation marks: it was read in a public copy, word by word.

        Everything else is shown as a summary. The English is the project's translation, never official.
        """
        return self.text_kind is TextKind.QUOTATION and self.certainty is Certainty.VERIFIED


@dataclass(frozen=True)
class Policy:
    """A law, rule or policy document (政策文件) and those clauses that reports cite."""

    code: str
    title: Label
    number: str | None
    kind: str
    issuers: tuple[str, ...]
    date_signed: date | None
    date_published: date | None
    date_effective: date | None
    status: str
    certainty: Certainty
    clauses: tuple[Clause, ...]
    note: str | None = None
    source: str | None = None

    @property
    def issued_on(self) -> date | None:
        """The day of signature; of publication where that is not known."""
        return self.date_signed or self.date_published


@dataclass(frozen=True, slots=True)
class Agency:
    """A body that handles reports (部门): national, a local office, a platform or an association.

    `signatory_order` is the place among the thirteen departments of 发改高技〔2020〕1157号.
    For a local type, `office` is its name without a region and `acts_for` the national bodies of its line.
    """

    code: str
    label: Label
    abbr: Label
    kind: str
    level: str
    duties: Label
    former_names: tuple[str, ...] = ()
    signatory_order: int | None = None
    region: str | None = None
    hotline: str | None = None
    office: Label | None = None
    acts_for: tuple[str, ...] = ()
    certainty: Certainty = Certainty.RECALLED


@dataclass(frozen=True)
class Agencies:
    """The agencies by code. `local-amr@330100` is the office of type `local-amr` in region 330100."""

    agencies: tuple[Agency, ...]
    regions: RegionTree

    @cached_property
    def by_code(self) -> Mapping[str, Agency]:
        """The listed agencies and local types by code, without the local offices derived from them."""
        return MappingProxyType({agency.code: agency for agency in self.agencies})

    @cached_property
    def _local_type_of(self) -> Mapping[str, str]:
        return {national: agency.code for agency in self.agencies for national in agency.acts_for}

    def __iter__(self) -> Iterator[Agency]:
        return iter(self.agencies)

    def __len__(self) -> int:
        return len(self.agencies)

    def get(self, code: str) -> Agency | None:
        """The agency or local office, or None: unknown code, unknown region, or no local type."""
        if (listed := self.by_code.get(code)) or "@" not in code:
            return listed
        kind, region_code = code.split("@", 1)
        return self._local_office(kind, region_code)

    def require(self, code: str) -> Agency:
        """The agency or local office. Raises: UnknownCode."""
        if (agency := self.get(code)) is None:
            raise UnknownCode("agencies", code)
        return agency

    def handling(self, code: str, region: str) -> Agency:
        """Who handles a matter of `code`'s line in `region` first: the local office where there is one.

        `region` is narrowed to its prefecture, or to the province where none is listed.
        Raises: UnknownCode, for the agency or the region.
        """
        agency = self.require(code)
        kind = agency.code if agency.office else self._local_type_of.get(agency.code)
        if kind is None:
            return agency
        listed = [part for part in self.regions.path(region)[:2] if self.regions.is_listed(part)]
        return self.require(f"{kind}@{listed[-1]}")

    def _local_office(self, kind: str, region_code: str) -> Agency | None:
        local, region = self.by_code.get(kind), self.regions.get(region_code)
        if local is None or local.office is None or region is None:
            return None
        return Agency(
            code=f"{kind}@{region_code}",
            label=Label(f"{region.label.zh}{local.office.zh}", f"{region.label.en} {local.office.en}"),
            abbr=Label(f"{region.short.zh}{local.abbr.zh}", f"{region.short.en} {local.abbr.en}"),
            kind=local.kind,
            level=region.level,
            duties=local.duties,
            region=region_code,
            hotline=local.hotline,
            certainty=Certainty.DERIVED,
        )


@dataclass(frozen=True, slots=True)
class SupportProgramme:
    """A programme that helps firms (扶持计划).

    `measures` and `forms` are codes of those vocabularies, `targets` of occupations or carriers.
    """

    code: str
    name: Label
    description: Label
    providers: tuple[Label, ...]
    measures: tuple[str, ...]
    forms: tuple[str, ...]
    targets: tuple[str, ...]
    certainty: Certainty
    platform: str | None = None
    policy: str | None = None

    @property
    def sponsor(self) -> Label:
        """The names of all providers in one line."""
        return Label(
            "、".join(provider.zh for provider in self.providers),
            ", ".join(provider.en for provider in self.providers),
        )
