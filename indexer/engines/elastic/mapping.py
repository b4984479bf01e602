"""
Mapping and settings of the indices, made from the documents' fields, and documents as they are written.

A document holds its fields as they are, and under `tokens`, `stems` and `spelled` the texts as the application cut them;
those are indexed but not kept in `_source`. Tombstones are documents too: Elasticsearch forgets the versions of deleted
ones after a minute, and a late write would bring an erased entry back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from indexer.documents.digest import content_digest
from indexer.documents.fields import FIELDS, SPELLED, Field, FieldKind, text_fields
from indexer.engines.tokens import character_text, spelled_text
from indexer.query.search import Document, Kind
from indexer.query.syntax import LONGEST_PREFIX, SHORTEST_PREFIX

Json = dict[str, Any]

# Raise it when the cutting of texts or the shape of the documents changes.
FORMAT = 2
REFRESH_SECONDS = 1

ID = "id"
VERSION = "version"
DELETED = "deleted"
DIGEST = "digest"
TOKENS = "tokens"
STEMS = "stems"
SPELLED_TOKENS = "spelled"

# Whole numbers and truth values only: coercion would take "12" for 12 and 1.5 for 1.
_TYPES: Mapping[FieldKind, Json] = {
    FieldKind.KEYWORD: {"type": "keyword"},
    FieldKind.NUMBER: {"type": "long", "coerce": False},
    FieldKind.FLAG: {"type": "boolean"},
    FieldKind.TEXT: {"type": "text", "index": False, "norms": False},
}
# Pairs of neighbours make phrases of two characters one look-up; beginnings of words make prefixes one.
_TOKENS: Json = {
    "type": "text",
    "analyzer": "whitespace",
    "index_phrases": True,
    "index_prefixes": {"min_chars": SHORTEST_PREFIX, "max_chars": LONGEST_PREFIX},
}
# No phrase and no prefix asks for stems, so they go without what those two cost.
_STEMS: Json = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}


# Each stands once in a document, and a long name is no worse a match for it.
_SPELLED: Json = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}

_OWN = frozenset({ID, VERSION, DELETED, DIGEST, TOKENS, STEMS, SPELLED_TOKENS})


def mapping(kind: Kind) -> Json:
    """The mapping of a kind's index; unknown fields are refused."""
    names = [field.name for field in text_fields(kind)]
    own: Json = {
        ID: {"type": "keyword"},
        VERSION: {"type": "long"},
        DELETED: {"type": "boolean"},
        DIGEST: {"type": "keyword", "index": False},
        TOKENS: {"dynamic": "strict", "properties": dict.fromkeys(names, _TOKENS)},
        STEMS: {"dynamic": "strict", "properties": dict.fromkeys(names, _STEMS)},
        SPELLED_TOKENS: {"dynamic": "strict", "properties": dict.fromkeys(SPELLED[kind], _SPELLED)},
    }
    fields = {field.name: _TYPES[field.kind] for field in FIELDS[kind].values()}
    return {
        "dynamic": "strict",
        "_source": {"excludes": [TOKENS, STEMS, SPELLED_TOKENS]},
        "properties": fields | own,
    }


def settings(shards: int) -> Json:
    """The settings of a kind's index. One shard holds some ten million documents and gives exact facets."""
    return {
        "index": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",
            # Said explicitly, or an index nobody searched for half a minute stops refreshing.
            "refresh_interval": f"{REFRESH_SECONDS}s",
        }
    }


def layout(kind: Kind, shards: int) -> str:
    """A digest of everything that decides what an index of the kind holds; it is part of the index's name."""
    shape = [FORMAT, mapping(kind), settings(shards)]
    return hashlib.sha256(orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def index_document(document: Document) -> bytes:
    """The document as it is written. Raises: TypeError, UnicodeError when it is no JSON."""
    own: Json = {ID: document.id, VERSION: document.version, DELETED: document.body is None}
    if document.body is None:
        return orjson.dumps(own)
    values = {field.name: _texts(field, document.body) for field in text_fields(document.kind)}
    texts = {name: character_text(each) for name, each in values.items()}
    spelled = {name: spelled_text(values[name]) for name in SPELLED[document.kind]}
    own[DIGEST] = content_digest(document.body)
    own[TOKENS] = {name: tokens for name, (tokens, _) in texts.items() if tokens}
    own[STEMS] = {name: stems for name, (_, stems) in texts.items() if stems}
    own[SPELLED_TOKENS] = {name: tokens for name, tokens in spelled.items() if tokens}
    return orjson.dumps(document.body | own)


def _texts(field: Field, body: Json) -> Sequence[str]:
    value = body.get(field.name)
    texts = value if isinstance(value, list) else [value]
    return [text for text in texts if isinstance(text, str)]


def body_of(source: Json) -> Json:
    """The document's body out of what the engine gives back."""
    return {name: value for name, value in source.items() if name not in _OWN}
