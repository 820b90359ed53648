"""Clean-up rules on signs: FMT-NESTED-QUOTE, FMT-PUNCT, FMT-MOJIBAKE (POLICY 9).

Half-width signs of a title may be replaced without asking. The proposal for a title is
the whole title, that for a place in the text what should stand there. Damage that shows in the characters themselves is TXT-01.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from contentkit.models import Document, Finding
from contentkit.validate.fields import text_of

_FIELDS = ("title", "body_text")
_MOST = 20  # findings of one rule on one field
_LONGEST_TITLE = 200  # characters within 《》; an open mark that goes on is not closed
_MARKS = re.compile("[《》]")
_ANGLES = re.compile("[<＜]([^<>＜＞\n]+)[>＞]")
_INNER = str.maketrans("《》", "〈〉")
_SHOWN = 12  # characters around a mark without its partner

_HAN = "\u4e00-\u9fff"
_CHINESE = f"{_HAN}《》〈〉“”（）、。，；：？！"
_SIGNS = str.maketrans(",;:?!", "，；：？！")
# Between 汉字 and signs of Chinese; a half-width sign beside a digit or letter may be
# part of a number, a time, an address.
_HALF = re.compile(
    f"[,;?!](?<=[{_HAN}》〉”）][,;?!])(?=[{_CHINESE}]|$)|:(?<=[{_HAN}》]:)(?=[{_CHINESE}])"
)
# No bracket of a document number or year: NUM-BRACKET tells those.
_PAIR = re.compile(f"\\(([^()\n]{{0,40}}[{_HAN}][^()\n]{{0,40}})\\)")
_QUOTED = re.compile(f'"([{_CHINESE}0-9A-Za-z+·]{{1,60}})"')

# A site that replaced the name of its old agency everywhere by its banner did so in
# quoted titles and signatures too; a real title does not welcome its reader.
_BANNER = re.compile(
    f"欢迎(?:进入|光临|访问|来到|浏览)[{_HAN}]{{2,20}}?(?:网站|网|门户|平台)"
)
_DATE_LINE = re.compile("[ \u3000]*(?:[0-9]{4}|[一二][〇○零一二三四五六七八九]{3})年")
_LOST = re.compile(f"(?<=[{_HAN}])\\?{{2,}}(?=[{_HAN}])")


def check_formats(document: Document) -> Iterator[Finding]:
    """Yield wrong signs of title and text."""
    for name in _FIELDS:
        text = text_of(document, name)
        if "《" in text or "》" in text:
            yield from islice(_title_marks(name, text), _MOST)
        if "欢迎" in text or "??" in text:
            yield from islice(_damage(name, text), _MOST)
    yield from _title_punctuation(text_of(document, "title"))
    yield from _text_punctuation(text_of(document, "body_text"))


@dataclass(slots=True)
class _Open:
    start: int
    has_inner: bool = False
    children: list[int] = field(default_factory=list)


def _title_marks(name: str, text: str) -> Iterator[Finding]:
    """Yield title marks within title marks, and marks without a partner."""
    opened: list[_Open] = []
    for match in _MARKS.finditer(text):
        place = match.start()
        while opened and place - opened[0].start > _LONGEST_TITLE:
            yield _unbalanced(name, text, opened.pop(0).start)
        if match[0] == "《":
            opened.append(_Open(place))
        elif not opened:
            yield _unbalanced(name, text, place)
        else:
            mark = opened.pop()
            if opened:
                opened[-1].has_inner = True
            else:
                yield from _nested(name, text, (mark.start, place + 1), mark.has_inner)
    for mark in opened:
        yield _unbalanced(name, text, mark.start)


def _nested(
    name: str, text: str, span: tuple[int, int], has_inner: bool
) -> Iterator[Finding]:
    quote = text[span[0] : span[1]]
    inner = quote[1:-1]
    proper = inner.translate(_INNER) if has_inner else inner
    if "<" in inner or "＜" in inner:
        proper = _ANGLES.sub(r"〈\1〉", proper)
    if proper != inner:
        wanted = f"《{proper}》"
        if name == "title":
            wanted = text[: span[0]] + wanted + text[span[1] :]
        yield Finding(
            code="FMT-NESTED-QUOTE",
            field=name,
            quote=quote,
            start=span[0],
            end=span[1],
            proposal=wanted,
            data={"text": quote},
        )


def _unbalanced(name: str, text: str, place: int) -> Finding:
    shown = text[place : place + _SHOWN]
    if text[place] == "》":
        shown = text[max(0, place + 1 - _SHOWN) : place + 1]
    return Finding(
        code="FMT-NESTED-QUOTE",
        field=name,
        quote=text[place],
        start=place,
        end=place + 1,
        data={"text": shown.replace("\n", " ")},
    )


def _title_punctuation(title: str) -> Iterator[Finding]:
    """Yield a title with half-width signs, and the whole title without them."""
    proper = full_width(title)
    if proper != title:
        yield Finding(
            code="FMT-PUNCT",
            field="title",
            quote=title,
            start=0,
            end=len(title),
            proposal=proper,
            data={"text": title},
        )


def _text_punctuation(text: str) -> Iterator[Finding]:
    for match in islice(_HALF.finditer(text), _MOST):
        start, end = match.start() - 1, match.end()
        quote = text[start:end]
        yield Finding(
            code="FMT-PUNCT",
            field="body_text",
            quote=quote,
            start=start,
            end=end,
            proposal=quote.translate(_SIGNS),
            data={"text": quote},
        )


def full_width(text: str) -> str:
    """Return a line of Chinese with full-width signs where half-width ones stand.

    Signs in numbers, times, addresses and words of other languages stay.

    >>> full_width('关于印发"一件事"清单(试行)的通知,2021年10:30')
    '关于印发“一件事”清单（试行）的通知,2021年10:30'
    >>> full_width("通知:各镇,各街道(2021)")
    '通知：各镇，各街道(2021)'
    """
    if text.isascii():
        return text
    text = _HALF.sub(_widened, text)
    if "(" in text:
        text = _PAIR.sub(r"（\1）", text)
    if text.count('"') % 2 == 0:
        text = _QUOTED.sub(r"“\1”", text)
    return text


def _widened(match: re.Match[str]) -> str:
    return match[0].translate(_SIGNS)


def _damage(name: str, text: str) -> Iterator[Finding]:
    """Yield a site's banner in the place of a name, and question marks for lost signs."""
    for match in _BANNER.finditer(text):
        if _stands_for_a_name(name, text, match):
            yield _damaged(name, match)
    for match in _LOST.finditer(text):
        yield _damaged(name, match)


def _stands_for_a_name(name: str, text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if text[max(0, start - 1) : start] == "《":
        return True
    if name == "title":
        return match[0] != text.strip()
    line_end = text.find("\n", end)
    is_line = (
        text[max(0, start - 1) : start] in ("", "\n", "\u3000") and line_end == end
    )
    return is_line and bool(_DATE_LINE.match(text, line_end + 1))


def _damaged(name: str, match: re.Match[str]) -> Finding:
    return Finding(
        code="FMT-MOJIBAKE",
        field=name,
        quote=match[0],
        start=match.start(),
        end=match.end(),
        data={"text": match[0]},
    )
