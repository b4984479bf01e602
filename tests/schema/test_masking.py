"""Which errors a caller sees: those on purpose as they are, all others as a reference to the log."""

import json

import pytest
from graphql import GraphQLError
from structlog.testing import capture_logs

from directory.errors import InvalidInput, RecordUnavailable, SearchUnavailable
from directory.messages.catalogue import CATALOGUE
from schema.errors import user_errors
from schema.masking import shown_errors
from schema.messages import MESSAGES
from tests.schema.serving import Served

SECRET = "postgresql://user:password@10.0.0.1/record"


def shown(cause: Exception) -> GraphQLError:
    """What a caller sees of a resolver's exception."""
    (error,) = shown_errors([GraphQLError(str(cause), path=["firm"], original_error=cause)], validated=True)
    return error


@pytest.mark.parametrize(
    "cause", [RuntimeError(SECRET), KeyError(SECRET), OSError(2, SECRET), AssertionError(SECRET)]
)
def test_what_nobody_foresaw_is_masked(cause: Exception) -> None:
    """The caller gets a reference, the log gets the rest."""
    with capture_logs() as logs:
        error = shown(cause)

    reference = logs[0]["reference"]
    assert SECRET not in json.dumps(error.formatted)
    assert error.formatted["path"] == ["firm"]
    assert error.extensions == {
        "code": "INTERNAL",
        "messages": {
            "zh": f"服务内部错误，参考号{reference}。",
            "en": f"Something went wrong on our side. Reference: {reference}",
        },
    }
    assert logs[0]["exc_info"] is cause


@pytest.mark.parametrize(
    ("fault", "code"),
    [(RecordUnavailable(SECRET), "UNAVAILABLE"), (SearchUnavailable(SECRET), "SEARCH_UNAVAILABLE")],
)
def test_an_outage_is_told_without_its_cause(fault: Exception, code: str) -> None:
    """The caller can try again later; the operator reads why."""
    with capture_logs() as logs:
        error = shown(fault)

    assert (error.extensions or {})["code"] == code
    assert SECRET not in json.dumps(error.formatted)
    assert logs


def test_a_callers_mistake_outside_a_payload_is_told_in_both_languages() -> None:
    """Each problem by itself, with the argument it is about."""
    error = shown(InvalidInput.at("filter", "text", key="required"))

    assert error.extensions == {
        "code": "INVALID",
        "messages": {"zh": "必填。", "en": "This is required."},
        "argument": ["filter", "text"],
    }


def test_a_payloads_errors_point_into_the_input() -> None:
    """As the caller wrote it: camel case, from `input` down."""
    (error,) = user_errors(InvalidInput.at("profile", "name_en", key="required").problems)

    assert (error.code, error.path) == ("INVALID", ["input", "profile", "nameEn"])


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("{ viewer { role } }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("{ viewer { roles }", None, "GRAPHQL_PARSE_FAILED"),
        ("query($c: String!) { clause(code: $c) { code } }", {}, "BAD_USER_INPUT"),
        ("query($c: String!) { clause(code: $c) { code } }", {"c": 3}, "BAD_USER_INPUT"),
        ("query($l: Language) { agencies { name(language: $l) } }", {"l": "FR"}, "BAD_USER_INPUT"),
        ("{ changes(first: 10) { nodes { kind } } }", None, "FORBIDDEN"),
    ],
)
async def test_a_query_that_is_wrong_is_told_why(
    served: Served, query: str, variables: dict[str, object] | None, code: str
) -> None:
    """With a code, and in both languages."""
    answer = await served.ask(query, variables)

    assert answer.codes == [code]
    assert set(answer.content["errors"][0]["extensions"]["messages"]) == {"zh", "en"}


async def test_names_are_not_suggested(served: Served) -> None:
    """ "Did you mean" tells strangers what there is."""
    assert "mean" not in (await served.ask("{ viewer { role } }")).content["errors"][0]["message"]


def test_every_sentence_is_there_in_both_languages() -> None:
    """With the same parameters."""
    from string import Formatter

    for zh, en in [*MESSAGES.values(), *CATALOGUE.values()]:
        assert zh
        assert en
    for zh, en in MESSAGES.values():
        assert {name for _, name, _, _ in Formatter().parse(zh)} - {None} >= {
            name for _, name, _, _ in Formatter().parse(en)
        } - {None}
