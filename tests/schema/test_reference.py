"""Reference data through the API: policies, clauses, agencies, programmes, terms, regions, and ids."""

import base64
from dataclasses import replace

import pytest

from directory.access import Role
from directory.dead_letter_ports import DeadLetter
from schema.app import make_app
from schema.node import global_id
from schema.services import IndexState
from tests.factories import NOW
from tests.rulebooks import REFERENCE
from tests.schema.serving import Served

CLAUSES = [clause for policy in REFERENCE.policies.values() for clause in policy.clauses]
QUOTABLE = next(clause for clause in CLAUSES if clause.quotable)
SUMMARISED = next(clause for clause in CLAUSES if not clause.quotable)


async def test_policies_come_with_issuers_and_clauses(served: Served) -> None:
    """In one question, without a read of the record."""
    answer = await served.ask(
        "{ policies { code title documentNumber issuedOn sourceUrl issuers { code name } "
        "clauses { code heading leadAgencies { code } } } }"
    )

    policies = answer.data["policies"]
    assert [policy["code"] for policy in policies] == list(REFERENCE.policies)
    assert all(issuer["name"] for policy in policies for issuer in policy["issuers"])


async def test_a_quoted_clause_is_shown_word_by_word(served: Served) -> None:
    """It was read in a public copy."""
    clause = (
        await served.ask(
            "query($c: String!) { clause(code: $c) { quotable text policy { code } } }", {"c": QUOTABLE.code}
        )
    ).data["clause"]

    assert clause == {"quotable": True, "text": QUOTABLE.text.zh, "policy": {"code": QUOTABLE.policy_code}}


async def test_a_recalled_clause_is_shown_as_a_summary(served: Served) -> None:
    """Nobody shall quote what nobody has checked."""
    query = "query($c: String!) { clause(code: $c) { quotable text en: text(language: EN) } }"

    clause = (await served.ask(query, {"c": SUMMARISED.code})).data["clause"]

    assert clause["quotable"] is False
    assert clause["text"] == f"摘要：{SUMMARISED.text.zh}"
    assert clause["en"] == f"Summary: {SUMMARISED.text.en}"


async def test_an_unknown_clause_is_null(served: Served) -> None:
    """Not an error: there is just none."""
    assert (await served.ask('{ clause(code: "nothing#1") { code } }')).data == {"clause": None}


async def test_agencies_speak_both_languages(served: Served) -> None:
    """Chinese unless asked, also for an explicit null."""
    query = (
        "{ agencies { code name zh: name(language: ZH) en: name(language: EN) none: name(language: null) } }"
    )

    for agency in (await served.ask(query)).data["agencies"]:
        label = REFERENCE.agencies.require(agency["code"]).label
        assert (agency["name"], agency["zh"], agency["none"], agency["en"]) == (
            label.zh,
            label.zh,
            label.zh,
            label.en,
        )


async def test_a_local_office_is_found_by_its_code_and_an_unknown_one_is_null(served: Served) -> None:
    """With the region that it works for."""
    query = "query($c: String!) { agency(code: $c) { code region { code } } }"

    answer = await served.ask(query, {"c": "local-culture@330100"})
    unknown = await served.ask(query, {"c": "nobody"})

    assert answer.data["agency"] == {"code": "local-culture@330100", "region": {"code": "330100"}}
    assert unknown.data == {"agency": None}


async def test_programmes_can_be_asked_for_by_form(served: Served) -> None:
    """Those for that form, and those for all."""
    form = next(p.forms[0] for p in REFERENCE.programmes.values() if p.forms)

    answer = await served.ask(
        "query($f: String) { supportProgrammes(form: $f) { code sponsor name description measures { label } forms { code } } }",
        {"f": form},
    )

    expected = [code for code, p in REFERENCE.programmes.items() if not p.forms or form in p.forms]
    assert [programme["code"] for programme in answer.data["supportProgrammes"]] == expected


async def test_terms_know_their_parents(served: Served) -> None:
    """A vocabulary is a tree."""
    answer = await served.ask(
        '{ terms(vocabulary: "industries") { code label(language: EN) description parent { code } } }'
    )

    parents = {term["code"]: term["parent"] and term["parent"]["code"] for term in answer.data["terms"]}
    assert parents == {term.code: term.parent for term in REFERENCE.vocabulary("industries")}


async def test_regions_open_level_by_level(served: Served) -> None:
    """Provinces first, then what lies in one."""
    provinces = (await served.ask("{ regions { code name parent { code } } }")).data["regions"]
    cities = (await served.ask('{ regions(parent: "330000") { code parent { name(language: EN) } } }')).data[
        "regions"
    ]

    assert {
        "code": "330000",
        "name": REFERENCE.regions.require("330000").label.zh,
        "parent": None,
    } in provinces
    assert "330100" in [city["code"] for city in cities]


@pytest.mark.parametrize(
    "query",
    [
        '{ terms(vocabulary: "nothing") { code } }',
        '{ regions(parent: "990000") { code } }',
        '{ supportProgrammes(form: "nothing") { code } }',
    ],
)
async def test_an_unknown_code_is_the_callers_mistake(served: Served, query: str) -> None:
    """Told in both languages, at its place."""
    answer = await served.ask(query)

    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.content["errors"][0]["path"]
    assert "没有代码" in answer.content["errors"][0]["extensions"]["messages"]["zh"]


@pytest.mark.parametrize(
    ("field", "type_name"),
    [("policies", "Policy"), ("agencies", "Agency"), ("supportProgrammes", "SupportProgramme")],
)
async def test_each_node_is_found_by_its_id(served: Served, field: str, type_name: str) -> None:
    """What a list shows can be asked for again, alone or many at once."""
    first = (await served.ask(f"{{ {field} {{ id code }} }}")).data[field][0]

    answer = await served.ask(
        f"query($id: ID!) {{ node(id: $id) {{ id __typename ... on {type_name} {{ code }} }} "
        'nodes(ids: [$id, "nothing", $id]) { id } }',
        {"id": first["id"]},
    )

    assert answer.data["node"] == {"id": first["id"], "__typename": type_name, "code": first["code"]}
    assert answer.data["nodes"] == [{"id": first["id"]}, None, {"id": first["id"]}]


@pytest.mark.parametrize(
    "id",
    [
        "", "x", "堵点", "====", "A" * 600, base64.b64encode(b"\xff\xfe").decode(),
        *(base64.b64encode(text.encode()).decode() for text in ("Policy", "Policy:", ":x", "Nothing:x", "Policy:nothing")),
    ],
)  # fmt: skip
async def test_an_id_of_nothing_is_null(served: Served, id: str) -> None:
    """Whatever is wrong with it: nobody learns whether a thing exists by asking for its id."""
    assert (await served.ask("query($id: ID!) { node(id: $id) { id } }", {"id": id})).data == {"node": None}


async def test_the_index_tells_how_far_it_is(served: Served) -> None:
    """To everyone."""
    answer = await served.ask(
        "{ indexStatus { engine recordPosition indexedPosition lagSeconds documents rejected reachable"
        " generation previousGeneration following rebuilding filling lastFault } }"
    )

    assert answer.data["indexStatus"] == {
        "engine": "embedded",
        "recordPosition": "0",
        "indexedPosition": "0",
        "lagSeconds": 0,
        "documents": 0,
        "rejected": 0,
        "reachable": True,
        "generation": None,
        "previousGeneration": None,
        "following": False,
        "rebuilding": False,
        "filling": False,
        "lastFault": None,
    }


LETTER = DeadLetter("firm", "f1", 7, "mapper_parsing_exception", NOW)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLOCK])
async def test_the_first_dead_letters_are_for_operators(served: Served, role: Role) -> None:
    """What was refused and why; all others are told how many there are."""

    async def index_state() -> IndexState:
        return IndexState("embedded", 9, 9, 0.0, 3, 1, letters=(LETTER,))

    services = replace(served.services, index_state=index_state)
    refused = replace(served, services=services, app=make_app(services))
    answer = await refused.ask(
        "{ indexStatus { rejected deadLetters { entityId kind position reason } } }",
        token=None if role is Role.PUBLIC else served.tokens.issue(role, agency="local-amr@330100"),
    )

    letter = {
        "entityId": global_id("Firm", "f1"),
        "kind": "firm",
        "position": "7",
        "reason": "mapper_parsing_exception",
    }
    assert answer.data["indexStatus"] == {
        "rejected": 1,
        "deadLetters": [letter] if role is Role.OPERATOR else None,
    }


async def test_a_code_list_tells_by_its_etag_whether_a_copy_is_still_good(served: Served) -> None:
    """Version, etag and terms with the days on which they may be used; unknown lists are null."""
    query = """{ vocabulary(name: "business_forms") { name version etag terms { code assignable validFrom validTo } }
        usable: vocabulary(name: "business_forms") { terms(validOn: "2026-11-01") { code } }
        nothing: vocabulary(name: "nothing") { name } vocabularies { name etag } }"""

    data = (await served.ask(query)).data

    kept = REFERENCE.vocabulary("business_forms")
    shown = data["vocabulary"]
    assert (shown["version"], shown["etag"]) == (kept.version, kept.etag)
    assert [term["code"] for term in shown["terms"]] == [term.code for term in kept]
    assert {term["code"] for term in data["usable"]["terms"]} == {
        term["code"] for term in shown["terms"] if term["assignable"] and not term["validTo"]
    }
    assert data["nothing"] is None
    assert {one["name"]: one["etag"] for one in data["vocabularies"]} == {
        name: found.etag for name, found in REFERENCE.vocabularies.items()
    }
