"""Steps on content: the body, and the files that go with it."""

from collections.abc import Iterable
from urllib.parse import quote

from contentkit.models import FileFact, Finding, Json, Link
from contentkit.normalize.sanitize import sanitize_body
from contentkit.normalize.state import State
from contentkit.normalize.texts import clean_text

_UNKNOWN_TYPE = "application/octet-stream"
_URL_SIGNS = "!#$%&'()*+,/:;=?@[]~"  # stay as they are; all else in UTF-8 and percent


def sanitize(state: State) -> None:
    """Set the sanitized body and its visible text."""
    clean = sanitize_body(state.record.body_html)
    state.document["body_html"] = clean.html
    state.document["body_text"] = clean.text
    state.findings += clean.findings
    origin = state.record.origins.get("body_html", "page")
    for name in ("body_html", "body_text"):
        state.trace(name, None, original=None, origin=origin)


def attach_files(state: State) -> None:
    """List the captured attachments and images; those not captured become findings."""
    for name, links, code in (
        ("attachments", state.record.attachments, "ATT-01"),
        ("images", state.record.images, "image-missing"),
    ):
        entries, missing = _entries(links, state, code)
        state.findings += missing
        if entries:
            state.put(name, entries, state.record.origins.get(name, "page"))


def _entries(
    links: Iterable[Link], state: State, code: str
) -> tuple[list[dict[str, Json]], list[Finding]]:
    entries: list[dict[str, Json]] = []
    missing = []
    for link in links:
        fact = state.files.get(link.url)
        if fact is None or fact.sha256 is None or fact.bytes == 0:
            reason = _why_missing(fact)
            data = {"url": link.url, "name": clean_text(link.name), "reason": reason}
            missing.append(Finding(code=code, quote=link.name or None, data=data))
        else:
            entries.append(_entry(link, fact, fact.sha256, len(entries) + 1))
    return entries, missing


def _why_missing(fact: FileFact | None) -> str:
    if fact is not None and fact.sha256 is not None:
        return "empty"
    return fact.reason if fact and fact.reason else "not-captured"


def _entry(link: Link, fact: FileFact, sha256: str, ordinal: int) -> dict[str, Json]:
    name = clean_text(link.name) or link.url.partition("?")[0].rpartition("/")[2]
    return {
        "ordinal": ordinal,
        "name": name,
        "media_type": fact.media_type or _UNKNOWN_TYPE,
        "bytes": fact.bytes,
        "sha256": sha256,
        "origin_url": quote(link.url, safe=_URL_SIGNS),
        "path": f"files/{sha256[:2]}/{sha256}",
    }
