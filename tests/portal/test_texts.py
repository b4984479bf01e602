"""The two catalogues say the same things, all that the pages ask for, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2.ext import babel_extract

import portal
from directory.consents import ConsentPurpose
from directory.deadlines import Stage
from directory.growth import CRITERIA
from directory.looks import ViewWay
from directory.machine_keys import Scope
from directory.person_commands import ViewPurpose
from directory.states import SubmissionStatus
from directory.undelivered import Way
from indexer.query.search import Kind
from portal import admin_lists
from portal.api_reference import GROUPS
from portal.faults import KINDS
from portal.pages import apply, my_firm, tracking
from portal.profiles import STEPS
from portal.rendering import EXTENSIONS, as_written
from portal.texts import catalogue, text
from schema.enums import Language
from schema.viewer import Role

ROOT = Path(portal.__file__).parent
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Texts in their own language on the other's pages: the switch.
SAID_IN_THE_OTHER = {"site.other_language"}
# Families of keys whose last part is a value: where they are made, and what the values are.
FAMILIES = {
    "fault.": {f"fault.{kind}.{part}" for kind in KINDS for part in ("title", "text")},
    "growth.": {f"growth.{row.code}" for row in CRITERIA},
    "export.": {f"export.{form}" for form in ("csv", "xlsx", "ndjson")},
    "suggestion.": {f"suggestion.{kind}" for kind in ("firm", "blocking_point", "term", "policy", "clause")},
    "step.": {f"step.{action}" for action in (*tracking.WORDED_ACTIONS, "other")},
    "actor.": {f"actor.{actor}" for actor in tracking.ACTORS},
    "tracking.stage.": {f"tracking.stage.{stage}" for stage in tracking.STAGES},
    "apply.step.": {f"apply.step.{step}" for step in apply.ALL_STEPS},
    "field.": {f"field.{field}" for fields in STEPS.values() for field in fields},
    "submission.next.": {f"submission.next.{status.value}" for status in SubmissionStatus},
    "criterion.": {f"criterion.{criterion}" for criterion in my_firm.WANTED_IN},
    "data.": {
        *(f"data.purpose.{purpose.value}" for purpose in ConsentPurpose),
        *(f"data.view.{purpose.value}" for purpose in ViewPurpose),
        *(f"data.way.{way.value}" for way in ViewWay if way is not ViewWay.LOOKED_AT),
    },
    "admin.": {
        *(f"admin.kind.{kind.value}" for kind in Kind),
        *(f"admin.way.{way.value}" for way in Way),
        *(f"{act.key}_text" for act in admin_lists.ACTS),
    },
    "api.": {f"api.group.{group}" for group in GROUPS},
    "role.": {f"role.{role.value}" for role in Role},
    "scope.": {f"scope.{scope.name}" for scope in Scope},
    "limit.": {f"limit.{stage}" for stage in Stage},
    "form.": {
        f"form.{kind}"
        for kind in ("Int", "Float", "Decimal", "Date", "DateTime", "USCC", "Boolean", "choice", "required")
    },
}


def keys(found: Catalog) -> set[str]:
    """The keys of a catalogue."""
    return {message.id if isinstance(message.id, str) else message.id[0] for message in found if message.id}


def asked_by_templates() -> Iterator[str]:
    """Keys that templates ask for as they stand."""
    for path in (ROOT / "templates").rglob("*.html"):
        with path.open("rb") as file:
            options = {"extensions": ",".join(EXTENSIONS), "silent": "false"}
            for _, _, found, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), options):
                key = found[0] if isinstance(found, tuple) else found
                # A key that is put together belongs to a family.
                if key is not None:
                    yield key


def said_in_code(known: set[str]) -> set[str]:
    """Keys that stand as texts in the portal's modules."""
    return {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known
    }


def asked_by_code() -> Iterator[str]:
    """Keys that the portal's modules ask for as they stand."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "text"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                yield node.args[0].value


@pytest.mark.parametrize("language", Language)
def test_every_text_that_is_asked_for_is_there(language: Language) -> None:
    """In templates, in code, and of every family."""
    asked = {
        *asked_by_templates(),
        *asked_by_code(),
        *(key for family in FAMILIES.values() for key in family),
    }

    assert asked - keys(catalogue(language)) == set()


@pytest.mark.parametrize("language", Language)
def test_no_text_is_kept_that_nobody_asks_for(language: Language) -> None:
    """What is left over says something that no page says."""
    known = keys(catalogue(language))
    families = {key for family in FAMILIES.values() for key in family}

    assert known - {*asked_by_templates(), *said_in_code(known), *families} == set()


def test_both_catalogues_hold_the_same_keys_with_the_same_values_in_them() -> None:
    """A value that one language names, the other names too."""
    chinese, english = catalogue(Language.ZH), catalogue(Language.EN)

    assert keys(chinese) == keys(english)
    for key in keys(chinese):
        assert placeholders(chinese, key) == placeholders(english, key), key


def placeholders(found: Catalog, key: str) -> set[str]:
    """The values that a message names in any of its forms."""
    message = found.get(key)
    assert message is not None
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    assert all(texts), key
    for one in texts:
        # A lone per cent sign would break the page that shows the text.
        assert str(one) % dict.fromkeys(PLACEHOLDER.findall(str(one)), "") is not None
    return {name for one in texts for name in PLACEHOLDER.findall(str(one))}


@pytest.mark.parametrize("language", Language)
def test_texts_are_in_their_language(language: Language) -> None:
    """No English sentence on a Chinese page, no Chinese one on an English page."""
    for message in catalogue(language):
        if not message.id or message.id in SAID_IN_THE_OTHER:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if language is Language.EN:
            assert not any(CHINESE.search(str(one)) for one in texts), message.id


def test_a_thing_is_called_by_one_chinese_word() -> None:
    """Who signs in does so by a 账号, as on a platform; what blocks is 报送 by who is hindered."""
    said = [message.string for message in catalogue(Language.ZH)]

    assert [one for one in said if re.search("账户|帐号|帐户|上报", str(one))] == []


def test_what_people_wrote_is_marked_with_its_language() -> None:
    """Where that is not the page's; it is text, whatever it says."""
    assert as_written("抽成过高", Language.ZH) == "抽成过高"
    assert as_written("抽成<b>", Language.EN) == '<span lang="zh-CN">抽成&lt;b&gt;</span>'
    assert as_written("Fees are too high", Language.ZH) == '<span lang="en">Fees are too high</span>'
    assert as_written(None, Language.ZH) == ""


def test_a_text_is_filled_with_its_values() -> None:
    """As templates fill them."""
    assert text(Language.ZH, "directory.title_found", words="直播") == "“直播”的查询结果"
    assert text(Language.EN, "directory.title_found", words="tea") == "Results for “tea”"
