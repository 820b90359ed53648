"""Personal data in documents and files: PII-ID18 … PII-LIST (POLICY 5).

A number is told for its pattern, its validator and what stands around it, never for the
pattern alone; what each counts is in `codelists/personal-scores.csv`. Findings hold the
masked form only, offsets lead to the place. Nothing is masked here: that is proposed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as value
from datetime import date
from urllib.parse import unquote

from contentkit.cleanup.personal_context import Judged, Place, judge
from contentkit.cleanup.personal_lists import (
    find_addresses,
    find_addresses_below,
    find_lists,
)
from contentkit.cleanup.personal_masks import mask_number, mask_text
from contentkit.cleanup.personal_numbers import Candidate, find_numbers
from contentkit.cleanup.personal_tables import Tables, tables_of_html, tables_of_rows
from contentkit.cleanup.personal_words import scores, words
from contentkit.filetext import FileText
from contentkit.models import Document, Finding, Json

_FIELDS = ("title", "subtitle", "summary", "source", "author")
_DIGITS = re.compile("[0-9０-９]{11}")
_HAN = re.compile("[\u3400-\u9fff]")
_TAG_REACH = 2000  # characters of one tag looked at

_NO_TABLES = Tables()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A text to be searched: its field, what every finding of it holds."""

    field: str
    place: Place
    as_of: date | None = None
    data: Mapping[str, Json] = value(default_factory=dict)
    has_offsets: bool = True


def check_personal(document: Document) -> Iterator[Finding]:
    """Yield the personal data of a document, its file names and links included.

    The files themselves are read by `check_personal_file`.
    """
    as_of = _captured_on(document)
    for name in _FIELDS:
        if document.get(name):
            source = _Source(
                field=name, place=Place(document[name], _NO_TABLES), as_of=as_of
            )
            for found in _numbers(source):
                whole = found.proposal and mask_text(document[name])
                yield replace(found, proposal=whole)
    yield from _body(document, as_of)
    yield from _attributes(document["body_html"], as_of)
    for key in ("attachments", "images"):
        for file in document[key]:
            yield from _file_names(key, file, as_of)


def check_personal_file(
    name: str, read: FileText, *, as_of: date | None = None
) -> Iterator[Finding]:
    """Yield the personal data in a file: its text, tables, properties, members.

    Each finding proposes the quarantine of the file: masking means writing it anew.
    """
    data: dict[str, Json] = {"name": mask_text(name), "proposal": "quarantine"}
    if read.hidden:
        data["hidden"] = [mask_text(part) for part in read.hidden]
    text = read.text
    tables = _NO_TABLES
    if read.tables and _is_worth_tables(text):
        tables = tables_of_rows(read.tables, text)
    place = Place(text, tables)
    source = _Source(field="attachments", place=place, as_of=as_of, data=data)
    source = _placed(source, name, "text")
    yield from _numbers(source)
    yield from _addresses(source)
    yield from _lists(source, name)
    others = [(f"property:{k}", v) for k, v in sorted((read.properties or {}).items())]
    others += [("member", member) for member in read.members]
    for where, content in others:
        part = replace(source, place=Place(content, _NO_TABLES))
        yield from _numbers(_placed(part, name, where))


def _placed(source: _Source, name: str, where: str) -> _Source:
    subject = f"{mask_text(name)} {where}"
    return replace(source, data={**source.data, "place": where, "subject": subject})


def _captured_on(document: Document) -> date | None:
    captured = (document.get("provenance") or {}).get("captured_at")
    return date.fromisoformat(captured[:10]) if captured else None


def _body(document: Document, as_of: date | None) -> Iterator[Finding]:
    text, html = document["body_text"], document["body_html"]
    tables = _NO_TABLES
    if "<table" in html and _is_worth_tables(text):
        tables = tables_of_html(html, text)
    source = _Source(field="body_text", place=Place(text, tables), as_of=as_of)
    yield from _numbers(source)
    yield from _addresses(source)
    yield from _lists(source, document["title"])


def _is_worth_tables(text: str) -> bool:
    return _DIGITS.search(text) is not None or any(x in text for x in words("name"))


def _attributes(html: str, as_of: date | None) -> Iterator[Finding]:
    """Yield numbers in attributes of a body: links, alternative texts, data-*."""
    done = 0
    for match in _DIGITS.finditer(html):
        at = match.start()
        low = max(0, at - _TAG_REACH)
        if at < done or html.rfind("<", low, at) <= html.rfind(">", low, at):
            continue
        start = html.rfind('"', low, at) + 1
        done = html.find('"', at, at + _TAG_REACH)
        if not start or done < 0:
            done = match.end()
            continue
        yield from _in_attribute(html, start, done, as_of)


def _in_attribute(
    html: str, start: int, end: int, as_of: date | None
) -> Iterator[Finding]:
    value = html[start:end]
    place = Place(unquote(value), _NO_TABLES, is_address="/" in value)
    source = _Source(
        field="body_html",
        place=place,
        as_of=as_of,
        has_offsets=place.text == value,
    )
    for found in _numbers(source):
        if found.start is None or found.end is None:
            yield found
        else:
            yield replace(found, start=found.start + start, end=found.end + start)


def _file_names(
    key: str, file: dict[str, Json], as_of: date | None
) -> Iterator[Finding]:
    shown = mask_text(file.get("name") or "")
    for where, name in (("name", "name"), ("address", "origin_url")):
        value = file.get(name) or ""
        if not _DIGITS.search(value):
            continue
        text = unquote(value) if where == "address" else value
        is_address = where == "address" or not _HAN.search(value)
        source = _Source(
            field=key,
            place=Place(text, _NO_TABLES, is_address=is_address),
            as_of=as_of,
            data={"name": shown, "place": where, "subject": f"{shown} {where}"},
            has_offsets=text == value,
        )
        yield from _numbers(source)


def _numbers(source: _Source) -> Iterator[Finding]:
    """Yield each number once, under one rule no more than the code list allows."""
    told: dict[tuple[str, str], Judged] = {}
    times: Counter[tuple[str, str]] = Counter()
    for candidate in find_numbers(source.place.text, source.as_of):
        judged = judge(candidate, source.place)
        if judged.is_told:
            key = (candidate.rule, candidate.number)
            times[key] += 1
            told.setdefault(key, judged)
    most = int(scores("all")["most"])
    seen: Counter[str] = Counter()
    totals = Counter(rule for rule, _ in told)
    for key, judged in told.items():
        rule = key[0]
        seen[rule] += 1
        if seen[rule] <= most:
            more = totals[rule] - most if seen[rule] == most else 0
            yield _number_finding(source, judged, times[key], max(0, more))


def _number_finding(source: _Source, judged: Judged, times: int, more: int) -> Finding:
    candidate = judged.candidate
    masked = mask_number(candidate.rule, candidate.number)
    data: dict[str, Json] = {
        "masked": masked,
        "evidence": list(judged.evidence),
        "score": judged.score,
    }
    data |= {k: v for k, v in (("count", times), ("more", more)) if v > (k == "count")}
    code = "PII-CONTACT" if judged.is_office else candidate.rule
    return Finding(
        code=code,
        field=source.field,
        quote=masked,
        proposal=None if judged.is_office else masked,
        data={**source.data, **data},
        **_offsets(source, candidate),
    )


def _offsets(source: _Source, candidate: Candidate) -> dict[str, int]:
    if not source.has_offsets:
        return {}
    return {"start": candidate.start, "end": candidate.end}


def _addresses(source: _Source) -> Iterator[Finding]:
    text = source.place.text
    if not any(word in text for word in words("address")):
        return
    found = {x[0]: x for x in find_addresses(text)}
    for table in source.place.tables.tables:
        found |= {x[0]: x for x in find_addresses_below(table, text)}
    most = int(scores("all")["most"])
    for number, (start, end, masked) in enumerate(sorted(found.values()), 1):
        data: dict[str, Json] = {"masked": masked}
        if number == most and len(found) > most:
            data["more"] = len(found) - most
        yield Finding(
            code="PII-ADDRESS",
            field=source.field,
            quote=masked,
            start=start,
            end=end,
            proposal=masked,
            data={**source.data, **data},
        )
        if number == most:
            break


def _lists(source: _Source, title: str) -> Iterator[Finding]:
    for table in source.place.tables.tables:
        for found in find_lists(table, source.place.text, title):
            data: dict[str, Json] = {"header": found.header, "rows": found.rows}
            yield Finding(
                code=found.rule,
                field=source.field,
                quote=source.place.text[found.start : found.end],
                start=found.start,
                end=found.end,
                data={**source.data, **data},
            )
