"""Status words that stand only in comments of a page (FMT-CLASS-LABEL).

Templates keep their labels 已废止 and 已失效 in comments and show one of them by script:
such a word says nothing of the document, and a search in the source finds it on every
page (POLICY 1.3). It is told so that nobody takes it for a label.
"""

from collections.abc import Iterator
from functools import cache

from contentkit.models import Finding
from contentkit.resources import read_codelist

_ENDED = frozenset({"amended", "lapsed", "partly-repealed", "repealed"})
_SHORTEST = 3  # 废止 alone is a word of every clause
_MOST = 20  # places of one word that are looked at


def find_hidden_labels(html: str) -> Iterator[Finding]:
    """Yield the first status word that a page holds in comments and nowhere else.

    >>> [x.quote for x in find_hidden_labels("<!-- <b>已废止</b> --><p>通知</p>")]
    ['已废止']
    >>> list(find_hidden_labels("<!-- 已废止 --><p>本文已废止</p>"))
    []
    """
    if "<!--" not in html:
        return
    for word in _status_words():
        if word in html and _only_in_comments(html, word):
            yield Finding(code="FMT-CLASS-LABEL", quote=word, data={"text": word})
            return


def _only_in_comments(html: str, word: str) -> bool:
    start = end = 0
    for _ in range(_MOST):
        start = html.find(word, end)
        if start < 0:
            return True
        opened = html.rfind("<!--", 0, start)
        if opened < 0 or html.find("-->", opened, start) >= 0:
            return False
        end = start + len(word)
    return False


@cache
def _status_words() -> tuple[str, ...]:
    labels = (
        row["label"]
        for row in read_codelist("validity-labels")
        if row["validity"] in _ENDED and len(row["label"]) >= _SHORTEST
    )
    return tuple(sorted(labels))
