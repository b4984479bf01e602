"""
The portal's own texts (gettext): catalogues of the two languages, read as they are written, without a build step.

A message's id is a short stable key such as `home.title`. Labels of codes are no texts of the portal: they come from the
API (`portal.labels`), as do the sentences about what is wrong with a form.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from portal.language import LOCALE
from schema.enums import Language


def catalogue(language: Language) -> Catalog:
    """The catalogue as it is written."""
    locale = LOCALE[language]
    path = files("portal") / "locale" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=locale)


@cache
def texts(language: Language) -> Translations:
    """The language's texts; `gettext(key)` and `ngettext(key, key, n)` give them with `%(name)s` still in them, and %% for %."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def text(language: Language, key: str, **values: object) -> str:
    """The text of `key` with its values filled in."""
    return texts(language).gettext(key) % values
