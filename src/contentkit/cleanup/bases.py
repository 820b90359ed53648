"""The documents that a text says it rests on: 根据《…》（…号），制定本办法."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contentkit.models import Document
from contentkit.policy.folded import fold_policy
from contentkit.policy.mentions import find_mentions, find_names
from contentkit.policy.numbers import find_doc_numbers
from contentkit.policy.sentences import sentences

_GROUND = re.compile("(?<![要应当须可])(?:根据|依据|按照|依照|遵照)[^。;:]{0,200}$")
_MAKES = re.compile(
    "(?:制[定订]|拟[定订]|修[订改])[了出]?(?:本|如下|以下|下列|《)|结合.{0,24}?(?:实际|情况)"
    "|现(?:将|就|印发)|特(?:制|作|通)|提出(?:以下|如下)"
)
_BEGINNING = 1500  # folded characters; the ground of a document stands at its top
_BEHIND = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One document that is rested on: `body_text[start:end] == quote`."""

    title: str
    doc_number: str | None
    quote: str
    start: int
    end: int


def find_grounds(document: Document) -> Iterator[Ground]:
    """Yield the documents in 《》 that a text names as its ground.

    The sentence must say that the document is made by them; to act by a rule is no
    ground of a document.

    >>> body = "根据《江澜区古树保护办法》，制定本细则。"
    >>> [ground.title for ground in find_grounds({"body_text": body})]
    ['江澜区古树保护办法']
    """
    folded = fold_policy(document["body_text"][: 2 * _BEGINNING])
    text = folded.text
    if "《" not in text[:_BEGINNING] or not _MAKES.search(text, 0, _BEGINNING):
        return
    names = find_names(folded, find_doc_numbers(folded))
    for begin, end in sentences(folded):
        if begin > _BEGINNING:
            return
        if "《" not in text[begin:end]:
            continue
        for mention in find_mentions(folded, begin, end, names):
            if mention.title is None:
                continue
            if not _GROUND.search(text[begin : mention.start]):
                continue
            if not _MAKES.search(text, mention.end, min(end, mention.end + _BEHIND)):
                continue
            start, last = folded.span(mention.start, mention.end)
            yield Ground(
                title=mention.title,
                doc_number=mention.number,
                quote=document["body_text"][start:last],
                start=start,
                end=last,
            )
