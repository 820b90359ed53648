"""Steps on issuers: names to register entries, joint issuers apart, doubt kept."""

import re
from functools import cache

from contentkit.issuers import Issuer
from contentkit.models import Json
from contentkit.normalize.state import State
from contentkit.normalize.texts import clean_text
from contentkit.resources import read_codelist

_SEPARATOR = re.compile(r"[、,，;；/\s]+")


def find_issuer(state: State) -> None:
    """Set issuer and co-issuers from the stated name."""
    text = clean_text(state.values.get("issuer", ""))
    if not text:
        return
    entries = [_resolved(state, part) for part in _parts(state, text)]
    state.put("issuer", entries[0])
    if len(entries) > 1:
        state.put("co_issuers", entries[1:], state.origins["issuer"])


def issuer_from_number(state: State) -> None:
    """Take the issuer whose 机关代字 numbers the document, where none is stated."""
    number = state.document["doc_number"]
    if state.document["issuer"] is not None or not number:
        return
    known = state.recipe.issuers.of_doc_code(number.partition("〔")[0], on=state.day)
    if len(known) == 1:
        state.put("issuer", _entry(known[0]), "doc_number > lookup:issuers")


def _parts(state: State, text: str) -> list[str]:
    """Split joint issuers; a name that the register knows as a whole stays whole."""
    if state.recipe.issuers.named(text):
        return [text]
    parts = [part for part in _SEPARATOR.split(text) if part]
    if len(parts) > 1 and all(
        part.endswith(_endings()) or state.recipe.issuers.named(part) for part in parts
    ):
        return parts
    return [text]


def _resolved(state: State, text: str) -> dict[str, Json]:
    """Return name and code; a name that fits none or several keeps its text, no code."""
    register = state.recipe.issuers
    found = register.named(text, on=state.day)
    if len(found) == 1:
        return _entry(found[0])
    if len(found) > 1:
        names = [issuer.name for issuer in found]
        state.tell("ambiguous-issuer", "issuer", text=text, candidates="、".join(names))
    elif register:
        state.tell("unknown-issuer", "issuer", text=text)
    return {"name": text, "code": None}


def _entry(issuer: Issuer) -> dict[str, Json]:
    return {"name": issuer.name, "code": issuer.code or None}


@cache
def _endings() -> tuple[str, ...]:
    return tuple(row["word"] for row in read_codelist("organization-endings"))
