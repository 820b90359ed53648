"""Rules on what normalizing made of the page's statements: DATE-04, DOC-03.

They need what a document alone does not show: the record, and the recipe's tables.
"""

from contentkit.errors import ParseError
from contentkit.models import Json
from contentkit.normalize.dates import parse_date, to_minute
from contentkit.normalize.state import State
from contentkit.text import fold


def check_made(state: State) -> None:
    """Tell where the document says something else than its page or the tables."""
    _check_published(state)
    _check_number_code(state)


def _check_published(state: State) -> None:
    """Tell DATE-04: a migration changes no date of publication (no default makes one).

    A patch of a text that is no date is the repair that META-03 asks for.
    """
    kept, stated = state.document["published_at"], state.record.published_at
    if kept is None or stated is None:
        return
    try:
        first = to_minute(parse_date(stated))
    except ParseError:
        return
    if kept != first:
        state.tell("DATE-04", "published_at", kept=kept, stated=first)


def _check_number_code(state: State) -> None:
    """Tell DOC-03: the 机关代字 of the number is that of the issuer or a co-issuer.

    A code that the register does not know says nothing.
    """
    number, issuer = state.document["doc_number"], state.document["issuer"]
    if not number or issuer is None or "〔" not in number:
        return
    code = number.partition("〔")[0]
    known = state.recipe.issuers.of_doc_code(code, on=state.day)
    entries: list[dict[str, Json]] = [issuer, *state.document["co_issuers"]]
    names = {fold(x.name) for x in known}
    if not known or any(fold(entry["name"]) in names for entry in entries):
        return
    state.tell(
        "DOC-03",
        "doc_number",
        doc_code=code,
        owner="、".join(dict.fromkeys(x.name for x in known)),
        issuer="、".join(str(entry["name"]) for entry in entries),
    )
