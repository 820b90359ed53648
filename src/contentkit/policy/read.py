"""Read one policy text: what it says of its own validity and of other documents."""

from collections.abc import Mapping
from datetime import date

from contentkit.errors import ParseError
from contentkit.models import Json
from contentkit.policy.clauses import read_clauses
from contentkit.policy.effects import read_effects
from contentkit.policy.folded import fold_policy
from contentkit.policy.models import Context, Reading
from contentkit.policy.numbers import find_doc_numbers
from contentkit.policy.own_title import folded_title, is_draft
from contentkit.policy.simplified import simplify
from contentkit.policy.text_findings import (
    clause_findings,
    date_findings,
    order_findings,
)
from contentkit.policy.validity import conditions, term_of, validity_on

_DATES = ("written_on", "published_on", "as_of")
_TEXTS = ("title", "doc_number", *_DATES)


def read_policy(  # noqa: PLR0913 - the keys of the contract
    text: str,
    *,
    title: str | None = None,
    doc_number: str | None = None,
    written_on: str | None = None,
    published_on: str | None = None,
    as_of: str | None = None,
) -> Reading:
    """Return what a policy text says (CONTRACT section 7).

    Every offset counts in `text`. `title` tells an interpretation or a draft from the
    document itself; the dates are ISO 8601. `expires_on` is the last day in force and is
    computed only from a calendar date of the text; `validity` is the state that the
    text proves on `as_of`, else unknown. Raises `ParseError` where a date is none.

    >>> found = read_policy("本办法自2019年7月1日起施行，有效期5年。")
    >>> found.effective_on, found.validity_years, found.expires_on
    ('2019-07-01', 5, '2024-06-30')
    """
    context = Context(
        title=title,
        doc_number=doc_number,
        written_on=_day("written_on", written_on),
        published_on=_day("published_on", published_on),
        as_of=_day("as_of", as_of),
    )
    folded = fold_policy(text)
    numbers = find_doc_numbers(folded)
    clauses = read_clauses(folded, context)
    plain = simplify(folded)
    name = folded_title(context, plain)
    term = term_of(clauses, name, context)
    draft = is_draft(name, plain, context)
    return Reading(
        doc_numbers=numbers,
        effective_on=term.effective_on,
        effective_rule=term.effective_rule,
        expires_on=term.expires_on,
        validity_years=term.validity_years,
        clauses=clauses,
        effects=read_effects(folded, context, numbers, clauses),
        is_draft=draft,
        validity=validity_on(term, context, is_draft=draft),
        findings=(
            *date_findings(folded),
            *term.findings,
            *conditions(clauses),
            *order_findings(folded, term, context),
            *clause_findings(folded, clauses, name),
        ),
    )


def answer_request(request: Json) -> dict[str, Json]:
    """Return the answer to one request of `read-policy`, both as JSON values.

    Keys that are not asked for are left alone. Raises `ParseError` that names the key.
    """
    if not isinstance(request, Mapping):
        raise ParseError(str(request)[:40], 'an object such as {"text": "…"}')
    if "text" not in request:
        raise ParseError(str(sorted(request))[:40], "an object with the key text")
    text = request["text"]
    if not isinstance(text, str):
        raise ParseError(str(text)[:40], "a string under the key text")
    context = {}
    for key in _TEXTS:
        value = request.get(key)
        if value is not None and not isinstance(value, str):
            raise ParseError(str(value)[:40], f"a string under the key {key}")
        context[key] = value or None
    return {"id": request.get("id"), **read_policy(text, **context).to_json()}


def _day(key: str, value: str | None) -> str | None:
    """Return the day of an ISO 8601 date or time."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError as error:
        raise ParseError(value, f"{key} as 2020-01-31") from error
