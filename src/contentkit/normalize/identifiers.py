"""Steps on dates and numbers: when a document was made and what identifies it."""

from contentkit.errors import ParseError
from contentkit.normalize.dates import parse_date, to_date, to_minute
from contentkit.normalize.doc_numbers import find_title_number, parse_doc_number
from contentkit.normalize.index_numbers import (
    IndexNumber,
    clean_index_number,
    parse_index_number,
)
from contentkit.normalize.state import State
from contentkit.text import nfkc, squeeze

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―－﹣"), "-")


def parse_dates(state: State) -> None:
    """Set written_on as a date, published_at as a date or minute, as the page states.

    Seconds are cut off (the original keeps them); nothing stands in for a missing date.
    """
    for name, cut in (("written_on", to_date), ("published_at", to_minute)):
        text = state.values.get(name)
        if text is None:
            continue
        try:
            state.put(name, cut(parse_date(text)))
        except ParseError:
            if name == "published_at":
                state.tell("META-03", name, value=text, origin=state.origins[name])
            else:
                state.tell("date-unreadable", name, text=text)


def parse_index(state: State) -> None:
    """Set the index number as stated, without white space; check form and digits."""
    text = state.values.get("index_number")
    if text is None:
        return
    state.put("index_number", clean_index_number(text))
    try:
        number = parse_index_number(text)
    except ParseError:
        state.tell("IDX-01", "index_number", text=text)
        return
    _check_digits(state, number)
    years = {
        value[:4]
        for name in ("written_on", "published_at")
        if (value := state.document[name])
    }
    if years and str(number.year) not in years:
        state.tell(
            "IDX-07",
            "index_number",
            year=number.year,
            stated="、".join(sorted(years)),
        )


def _check_digits(state: State, number: IndexNumber) -> None:
    if number.uscc_ok is False:
        state.tell("IDX-02", "index_number", front=number.front)
    if number.org_code_ok is False:
        state.tell("IDX-03", "index_number", front=number.front)
    if number.proposal:
        state.tell(
            "IDX-04", "index_number", proposal=number.proposal, front=number.front
        )


def parse_number(state: State) -> None:
    """Set the document number in canonical form, from its field or the title's end."""
    text = state.values.get("doc_number")
    if text is None:
        number = find_title_number(state.values.get("title", ""))
        if number:
            state.put("doc_number", number.canonical, "title")
        return
    try:
        number = parse_doc_number(text)
    except ParseError:
        state.put("doc_number", None)
        state.tell("DOC-01", "doc_number", text=text)
        return
    state.put("doc_number", number.canonical)
    if number.defects:
        state.tell(
            "doc-number-repaired",
            "doc_number",
            canonical=number.canonical,
            defects=list(number.defects),
        )


def parse_registry(state: State) -> None:
    """Set the registry number (统一编号) with ASCII signs; validation checks its form."""
    text = state.values.get("registry_number")
    if text:
        folded = squeeze(nfkc(text)).translate(_DASHES)
        state.put("registry_number", folded.upper())
