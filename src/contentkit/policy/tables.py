"""Lists of documents: 继续有效的…目录, 废止的…目录, 宣布失效的…目录, as lines or as cells.

    附件2：宣布失效的规范性文件目录
    序号  文件名称                文号              说明
    1     关于…的通知              甲政发〔2010〕5号   已被替代

A heading says what happens to the documents below it, until the next heading. A list of
documents that are to be amended or may be repealed (拟修改, 拟废止) is a plan and yields
nothing. Time and memory grow with the text alone: 5,000 rows are 5,000 effects.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from contentkit.policy.effect_words import any_of, of_role, pattern, verb_type, verbs
from contentkit.policy.list_rows import (
    Cell,
    Row,
    begins_item,
    fill,
    is_row,
    split_line,
    split_titles,
)
from contentkit.policy.models import Effect, EffectType, Scope
from contentkit.text import nfkc, squeeze

_LISTED = {EffectType.REPEAL, EffectType.LAPSE, EffectType.STOP, EffectType.KEEP}
_LONGEST_HEADING = 80
_LONGEST_LINE = 1200
_LINE = re.compile(r"[^\r\n]+")
_HEADER_WORD = re.compile(
    "序号|编号|(?:规范性|行政规范性)?文件(?:名称|标题|题目|名)|名称|标题|题名|(?:发文|文件)?[文字]号"
    "|发文字号|文件编号|统一编号|(?:发文|制定|起草|发布|印发|责任|实施)(?:机关|单位|部门|日期|时间)"
    "|(?:成文|施行|实施|生效|失效)(?:日期|时间)|有效期限?|备注|说明|(?:废止|失效)?(?:理由|依据|原因)"
    "|(?:清理|处理)(?:意见|结果|情况)|有效性"
)
_SECTION = re.compile(
    "(?:[(]?[一二三四五六七八九十]{1,3}[)]?[、.]|第[一二三四五六七八九十]{1,3}部分"
    "|附件?[0-9一二三四五六七八九十]{0,3}(?::|$)|附表)"
)


@dataclass(frozen=True, slots=True)
class Lists:
    """The effects of the lists of a text, and the blocks that they fill in it."""

    effects: tuple[Effect, ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()

    def covers(self, place: int) -> bool:
        """Tell whether an offset of the text lies within a list."""
        at = bisect_right(self.blocks, place, key=_first) - 1
        return at >= 0 and place < self.blocks[at][1]


def read_list(
    content: str | Iterable[Sequence[str]], heading: str
) -> tuple[Effect, ...]:
    """Return what a list does to each document that it names.

    `content` is a text, or rows of cells: these are read as the text that `rows_text`
    makes of them, and offsets count in that one. `heading` is what stands above the
    list, the name of its attachment say; headings within it take its place.
    """
    text = content if isinstance(content, str) else rows_text(content)
    return find_lists(text, heading=heading).effects


def rows_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of cells as lines, their cells set off by tabs."""
    return "\n".join(
        "\t".join(re.sub(r"[\t\r\n]+", " ", cell) for cell in row) for row in rows
    )


def find_lists(text: str, *, heading: str | None = None) -> Lists:
    """Return the lists of a text; what stands before its first heading is under `heading`."""
    reader = _Reader(text)
    if heading is not None:
        reader.open(heading_type(heading), 0)
    for match in _LINE.finditer(text):
        reader.read(match.start(), match.end())
    reader.close()
    return Lists(tuple(reader.effects), tuple(reader.blocks))


def heading_type(line: str) -> EffectType | None:
    """Return what a heading says of the documents below it, None for a plan.

    >>> str(heading_type("附件1：继续有效的规范性文件目录")), heading_type("拟废止文件清单")
    ('keep', None)
    """
    plain = _plain(line)
    if pattern("planned").search(plain):
        return None
    match = verbs().search(plain)
    if match and verb_type(match[0]) in _LISTED:
        return verb_type(match[0])
    return EffectType.KEEP if pattern("kept").search(plain) else None


def _first(block: tuple[int, int]) -> int:
    return block[0]


def _plain(line: str) -> str:
    return squeeze(nfkc(line))


def _is_heading(plain: str) -> bool:
    return len(plain) <= _LONGEST_HEADING and bool(_heading().fullmatch(plain))


@cache
def _heading() -> re.Pattern[str]:
    act = any_of("verb", "planned", "kept")
    end = f"(?:目录|清单|名单|名录|一览表|明细表|汇总表|{any_of('document')})"
    count = "(?:共?[0-9]{1,5}[件个部项])?"
    notes = r"(?:[(][^()]{0,30}[)]){0,2}"
    below = "(?:下列|以下|如下)"
    lead = (
        f"[^。《]{{0,60}}{below}[^。《]{{0,40}}{act}[^。《]{{0,12}}:"
        f"|[^。《]{{0,60}}{act}[^。《]{{0,12}}{below}[^。《]{{0,30}}:"
        f"|[^。《]{{0,60}}{act}[^。《]{{0,30}}如下:"
    )
    return re.compile(
        f"[^。《,]{{0,40}}{act}[^。《,]{{0,30}}{end}{count}{notes}:?|{lead}"
    )


@cache
def _ends() -> tuple[str, ...]:
    """Return the signs that headings end with; most lines end otherwise."""
    words = (*of_role("document"), *"录单表", ")", "）", ":", "：", *"件个部项")
    return tuple(sorted({word[-1] for word in words}))


class _Reader:
    """Reads line after line; a block is open below a heading."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.effects: list[Effect] = []
        self.blocks: list[tuple[int, int]] = []
        self.type: EffectType | None = None
        self.is_open = False
        self.begin = self.end = 0
        self.row = Row()
        self.above = ""

    def open(self, act: EffectType | None, place: int) -> None:
        """Begin a block whose documents suffer `act`; None keeps nothing of it."""
        self.close()
        self.type, self.is_open = act, True
        self.begin = self.end = place

    def close(self) -> None:
        """End the block."""
        self._finish()
        if self.is_open and self.end > self.begin:
            self.blocks.append((self.begin, self.end))
        self.is_open = False

    def read(self, start: int, end: int) -> None:
        """Read one line."""
        line = self.text[start:end]
        above, self.above = self.above, line
        if end - start > _LONGEST_LINE:
            self.close()
            return
        may_head = len(line) <= 2 * _LONGEST_HEADING and line.rstrip().endswith(_ends())
        if not self.is_open and not may_head:
            return
        plain = _plain(line)
        heading = plain if may_head else ""
        if heading.endswith(("目录", "清单")) and not _is_heading(plain):
            heading = _plain(above[-_LONGEST_HEADING:]) + plain
        if _is_heading(heading):
            self.open(heading_type(heading), start)
        elif not self.is_open or not plain:
            return
        elif self._is_over(plain):
            self.close()
        else:
            self._read_cells(split_line(line, start))

    def _is_over(self, plain: str) -> bool:
        if "《" in plain:
            return (
                plain.endswith("。") and not plain.startswith("《") and _is_prose(plain)
            )
        if _SECTION.match(plain):
            return "关于" not in plain or plain.startswith("附")
        return plain.endswith("。") and not plain[0].isdecimal()

    def _read_cells(self, cells: list[Cell]) -> None:
        if all(not c.text or _HEADER_WORD.fullmatch(_plain(c.text)) for c in cells):
            self._finish()
            return
        first = cells[0]
        rest = begins_item(first)
        if rest is not None:
            self._finish()
            self.row.is_item = True
            cells[0] = rest
        elif self.row.title and (first.text.startswith("《") or self.row.number):
            self._finish()
        for cell in cells:
            for number, piece in enumerate(split_titles(cell)):
                if number:
                    self._finish()
                fill(self.row, piece)

    def _finish(self) -> None:
        row, self.row = self.row, Row()
        if not is_row(row):
            return
        self.end = max(self.end, row.end)
        act = heading_type(row.result) if row.result else self.type
        if act is None:
            return
        self.effects.append(
            Effect(
                type=act,
                title=row.title,
                doc_number=row.number,
                scope=Scope.PARTIAL if row.part else Scope.WHOLE,
                date=None,
                quote=self.text[row.start : row.end],
                start=row.start,
                end=row.end,
                detail=row.part,
            )
        )


def _is_prose(plain: str) -> bool:
    """Tell whether a line with a title is a sentence of its own, no item of a list."""
    return (
        _SECTION.match(plain) is None and not plain[0].isdecimal() and plain[0] != "("
    )
