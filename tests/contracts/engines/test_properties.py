"""Any small directory, any search: every engine finds and counts what a count by hand does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.query.search import (
    AnyOf,
    Between,
    Both,
    Document,
    Either,
    FacetWanted,
    Filter,
    Is,
    Kind,
    Not,
    Search,
    SearchEngine,
)
from indexer.query.synonyms import widened
from indexer.query.syntax import QueryTooLong, parse
from tests.contracts.engines.by_hand import facet_by_hand, found_by_hand
from tests.contracts.engines.corpus import firm
from tests.measure import measure
from tests.rulebooks import REFERENCE
from tests.strategies import hostile_texts

CODES = st.sampled_from(["a", "b", "c"])
FRAGMENTS = st.sampled_from(
    [
        "直播",
        "直",
        "播间",
        "网络",
        "網絡",
        "，",
        "。",
        " ",
        "茶",
        "live",
        "lives",
        "commerce",
        "e-",
        "MCN",
        "ｍｃｎ",
        "1",
        "2",
        "café",
        "commerce",
        "comerce",
        "livecommerce",
        "抽成",
        "佣金",
        "commission",
        "take rate",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=8).map("".join)
BOXES = st.lists(
    st.one_of(
        FRAGMENTS,
        st.sampled_from(
            [" ", '"', "-", "*", " OR ", "“", "liv*", " -茶", " name:", " description:", " region:"]
        ),
    ),
    max_size=8,
).map("".join)
FILTERS: st.SearchStrategy[Filter] = st.recursive(
    st.one_of(
        st.builds(
            AnyOf,
            st.sampled_from(["forms", "region", "province", "platforms"]),
            st.lists(CODES, max_size=2).map(tuple),
        ),
        st.builds(Is, st.sampled_from(["public", "growth_qualified"]), st.booleans()),
        st.builds(
            Between,
            st.just("followers"),
            st.none() | st.integers(0, 5),
            st.none() | st.integers(0, 5),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Either, st.lists(inner, max_size=2).map(tuple)),
        st.builds(Both, st.lists(inner, max_size=2).map(tuple)),
    ),
    max_leaves=4,
)
FACETS = (
    FacetWanted("FORM", "forms", size=2),
    FacetWanted("REGION", "region"),
    FacetWanted("PLATFORM", "platforms", size=1, selected=("b", "zzz")),
    FacetWanted("PROVINCE", "province", beside=("REGION",)),
)


@st.composite
def corpora(draw: st.DrawFn) -> list[Document]:
    """A few entries of one owner, whom no other example shares."""
    owner = uuid4().hex
    bodies: list[dict[str, Any]] = draw(
        st.lists(
            st.fixed_dictionaries(
                {"public": st.booleans()},
                optional={
                    "name": TEXTS.filter(bool),
                    "other_names": st.lists(TEXTS.filter(bool), min_size=1, max_size=2),
                    "summary_en": TEXTS.filter(bool),
                    "forms": st.lists(CODES, min_size=1, max_size=3, unique=True),
                    "platforms": st.lists(CODES, min_size=1, max_size=3, unique=True),
                    "region": CODES,
                    "province": CODES,
                    "followers": st.integers(0, 5),
                    "growth_qualified": st.booleans(),
                },
            ),
            max_size=6,
        )
    )
    return [firm(f"{owner}-{place}", owner=owner, **body) for place, body in enumerate(bodies)]


@settings(max_examples=measure(30, 80))
@given(
    documents=corpora(),
    box=BOXES,
    narrowed=FILTERS,
    named=st.lists(
        st.tuples(st.sampled_from(["FORM", "REGION", "PLATFORM", "PROVINCE", None]), FILTERS), max_size=3
    ),
    own=st.booleans(),
)
async def test_hits_totals_and_facets_are_those_counted_by_hand(
    library: SearchEngine,
    documents: list[Document],
    box: str,
    narrowed: Filter,
    named: list[tuple[str | None, Filter]],
    own: bool,
) -> None:
    """Text, filters and visibility together; each facet leaves out its own selection, provinces that of cities too, or none."""
    owner = documents[0].body["owner"] if documents and documents[0].body else uuid4().hex
    visible = Both((AnyOf("owner", (owner,)), narrowed))
    search = Search(
        Kind.FIRM,
        visible,
        widened(parse(box), REFERENCE),
        filters=tuple(named),
        facets=(facets := tuple(replace(wanted, own=own) for wanted in FACETS)),
        first=20,
        total=True,
    )
    await library.put(documents)
    await library.refresh()

    found = await library.search(search)

    expected = {document.id for document in found_by_hand(search, documents)}
    assert {hit.id for hit in found.hits} == expected
    assert found.total == len(expected)
    for wanted, counted in zip(facets, found.facets, strict=True):
        values, other = facet_by_hand(search, wanted, documents)
        assert ({value.value: value.count for value in counted.values}, counted.other) == (values, other)
        assert list(counted.values) == sorted(counted.values, key=lambda value: (-value.count, value.value))


@settings(max_examples=measure(150, 1_000))
@given(
    text=st.one_of(hostile_texts, st.text('"“”()*-:/\\[]{}^~?&|!<>=OR AND NOT NEAR _id:.+$ 茶a', max_size=80))
)
async def test_nothing_typed_into_the_box_breaks_an_engine(library: SearchEngine, text: str) -> None:
    """Brackets, operators of other languages, broken characters: plain text or nothing, never an error."""
    await library.search(
        Search(Kind.FIRM, AnyOf("owner", ("library",)), widened(parse(text), REFERENCE), first=1)
    )
    await library.suggest(text, AnyOf("owner", ("library",)), 3)


async def test_the_longest_texts_that_are_read_can_be_searched(library: SearchEngine) -> None:
    """A thousand characters or 64 terms, in the shapes that cost an engine most."""
    boxes = [
        "茶" * 1_000,
        "直播，" * 64,
        " OR ".join(["ab*"] * 64),
        " ".join(f"-w{n}" for n in range(64)),
        '"' + "ab " * 64 + '"',
    ]
    for box in boxes:
        await library.search(
            Search(Kind.FIRM, AnyOf("owner", ("library",)), widened(parse(box), REFERENCE), first=1)
        )
    for box in ("茶" * 1_001, "a b " * 33, "(" * 100_000, "word " * 20_000):
        try:
            assert parse(box) is None
        except QueryTooLong:
            continue
