"""Where an interpretation names a document: by a link, in its title, in its text."""

import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from contentkit.cleanup.words import any_word
from contentkit.models import Document
from contentkit.policy.folded import Folded, fold_policy
from contentkit.policy.numbers import find_doc_numbers
from contentkit.policy.sentences import sentences, titles
from contentkit.policy.titles import cited_title
from contentkit.text import fold_spaces

_ANCHOR = re.compile(r'<a [^<>]*?href="([^"]{1,2000})"[^<>]*>([^<]{0,400})')
_LONGEST_TITLE = 400
_SHORTEST_SUBJECT = 6
_BEGINNING = 6000  # folded characters: what an interpretation is of stands at its top
_LEAD = 20
_MOST_LINKS = 500  # more are a list of links, no text about one document
_ABOUT = "关于"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One document named: `body_text[start:end] == quote`, or no place and no quote.

    `kind` is link (`value` an address as the page gives it), subject (a title that the
    interpretation's own title names), title (in 《》) or number (canonical). `is_marked`
    tells that the words before a link present it as the original.
    """

    kind: str
    value: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    is_marked: bool = False


def find_mentions(document: Document) -> tuple[Mention, ...]:
    """Return every way in which an interpretation may name its document, in order."""
    folded = fold_policy(document["body_text"])
    presented = tuple(_presented(folded))
    subjects = tuple(_subjects(document["title"], folded))
    return (*_links(document), *subjects, *presented)


def title_subjects(title: str) -> tuple[str, ...]:
    """Return the titles of documents that the title of an interpretation may name.

    >>> title_subjects("一图读懂《江澜区古树保护办法》")
    ('江澜区古树保护办法',)
    >>> title_subjects("关于江澜区古树保护办法的政策解读")
    ('关于江澜区古树保护办法', '江澜区古树保护办法')
    """
    folded = fold_policy(title[:_LONGEST_TITLE])
    quoted = [folded.text[a + 1 : b - 1] for a, b in titles(folded)]
    if quoted:
        return tuple(quoted)
    bare = _before().sub("", folded.text)
    bare = _after().sub("", bare)
    if bare == folded.text or len(bare) < _SHORTEST_SUBJECT:
        return ()
    bare = bare.strip(":;,-—|丨")
    if bare.startswith(_ABOUT) and len(bare) >= _SHORTEST_SUBJECT + len(_ABOUT):
        return bare, bare.removeprefix(_ABOUT)
    return (bare,)


def _links(document: Document) -> Iterator[Mention]:
    """Yield the links of a body with the place of their words in its text."""
    if 'href="' not in document["body_html"]:
        return
    text = document["body_text"]
    cursor = 0
    for match in islice(_ANCHOR.finditer(document["body_html"]), _MOST_LINKS):
        address = html.unescape(match[1])
        words = fold_spaces(html.unescape(match[2]))
        start = text.find(words, cursor) if words else -1
        if start < 0:
            yield Mention(kind="link", value=address)
            continue
        cursor = end = start + len(words)
        lead = text[text.rfind("\n", 0, start) + 1 : start][-_LEAD:]
        shown = fold_policy(lead + words[:_LEAD]).text
        if any_word("basis", "ended").search(fold_policy(lead).text):
            continue
        yield Mention(
            kind="link",
            value=address,
            quote=words,
            start=start,
            end=end,
            is_marked=any_word("original").search(shown) is not None,
        )


def _subjects(title: str, folded: Folded) -> Iterator[Mention]:
    """Yield what the title names, with the first place at which the body names it too."""
    for subject in title_subjects(title):
        place = folded.text.find(subject)
        if place < 0:
            yield Mention(kind="subject", value=subject)
            continue
        start, end = folded.span(place, place + len(subject))
        yield _quoted("subject", subject, folded.original, (start, end))


def _presented(folded: Folded) -> Iterator[Mention]:
    """Yield titles and numbers of sentences that present the document interpreted.

    What stands after a word of basis or of an end in the same sentence is none.
    """
    named = sorted(_named(folded), key=lambda pair: pair[0])
    todo = iter(named)
    current = next(todo, None)
    for begin, end in sentences(folded):
        if begin > _BEGINNING or current is None:
            return
        said = folded.text[begin:end]
        presents = any_word("introduces").search(said) is not None
        while current is not None and current[0] < end:
            if presents and not _is_ground(said, current[0] - begin):
                yield current[1]
            current = next(todo, None)


def _named(folded: Folded) -> Iterator[tuple[int, Mention]]:
    """Yield titles in 《》 and numbers near the top with their folded places."""
    for begin, end in titles(folded):
        if begin > _BEGINNING:
            break
        span = folded.span(begin, end)
        value = folded.text[begin + 1 : end - 1]
        yield begin, _quoted("title", value, folded.original, span)
    places = range(len(folded.text))
    for number in find_doc_numbers(folded):
        if number.canonical and number.kind != "damaged":
            span = (number.start, number.end)
            found = _quoted("number", number.canonical, folded.original, span)
            yield bisect_left(places, number.start, key=folded.origin), found


def _is_ground(said: str, place: int) -> bool:
    before = said[max(0, place - 60) : place]
    behind = said[place : place + 80]
    if any_word("basis").search(before.rpartition(",")[2]):
        return True
    return any_word("ended").search(before[-2:] + behind) is not None


def _quoted(kind: str, value: str, text: str, span: tuple[int, int]) -> Mention:
    start, end = span
    return Mention(kind=kind, value=value, quote=text[start:end], start=start, end=end)


def is_title_of(named: str, title: str) -> bool:
    """Tell whether a named title may be the one of a document.

    Standing (试行) must agree; an edition (2018年修订) where both state one.

    >>> is_title_of("江澜区古树保护办法", "江澜区古树保护办法（试行）")
    False
    """
    cited, own = cited_title(named), cited_title(title)
    if not cited.key or cited.key != own.key or cited.standing != own.standing:
        return False
    return not (cited.version and own.version) or cited.version == own.version


@cache
def _before() -> re.Pattern[str]:
    return re.compile(f"^(?:{any_word('before').pattern})[:丨|,]?")


@cache
def _after() -> re.Pattern[str]:
    return re.compile(f"[(]?(?:{any_word('after').pattern})[)]?$")
