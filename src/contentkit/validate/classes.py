"""Rules on classes and disclosure: CLS-02, CLS-04, codes that no list knows."""

from collections.abc import Iterator
from functools import cache

from contentkit.codelists import load_codelist
from contentkit.models import Document, Finding
from contentkit.validate.fields import text_of

_LISTS = {"column": "platform-columns", "topic": "topics", "genre": "genres"}


def check_disclosure(document: Document) -> Iterator[Finding]:
    """Yield CLS-02 and CLS-04: what is open needs a statutory item, the rest stays in.

    CLS-02 asks for an item of Art. 20 or 21 in 法定主动公开内容 and of every policy
    document; news are no part of the directory, and guide, rules, annual report and
    requests are duties of other articles.
    """
    disclosure = text_of(document, "disclosure")
    if disclosure in ("依申请公开", "不予公开"):
        yield Finding(code="CLS-04", field="disclosure", data={"value": disclosure})
    elif disclosure == "主动公开" and not document.get("article20"):
        column = text_of(document, "column")
        block = _blocks().get(column)
        if block == "statutory" or (
            text_of(document, "kind") == "policy" and not block
        ):
            yield Finding(code="CLS-02", field="article20", data={"column": column})


def check_codes(document: Document) -> Iterator[Finding]:
    """Yield `unknown-code` for codes that stand in no code list."""
    for key, name in _LISTS.items():
        code = text_of(document, key)
        if code and code not in load_codelist(name):
            yield _unknown(key, code, name)
    items = document.get("article20")
    for code in items if isinstance(items, list) else ():
        if isinstance(code, str) and code not in load_codelist("article20"):
            yield _unknown("article20", code, "article20")


def _unknown(key: str, code: str, name: str) -> Finding:
    return Finding(code="unknown-code", field=key, data={"value": code, "list": name})


@cache
def _blocks() -> dict[str, str]:
    terms = load_codelist("platform-columns").terms
    return {code: term.row["block"] for code, term in terms.items()}
