"""The body of a page, built as HTML and as the text that a reader sees, side by side.

The convention of `body_text`: **one paragraph a line, one table cell a line, one list
item a line, in the order of the page**; indents and empty lines are no text, neither
are list numbers that the browser makes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

Cell = str | tuple[str, int, int]
"""The text of a cell, or (text, rowspan, colspan)."""

_WORD_SPAN = (
    '<span style="font-size:16.0pt;font-family:仿宋_GB2312;mso-hansi-font-family:宋体;'
    'mso-bidi-font-family:仿宋_GB2312">'
)
_PARAGRAPHS = {
    "plain": '<p style="text-indent: 2em;{align}">{text}</p>\n',
    "spaces": '<p style="{align}">　　{text}</p>\n',
    "word": '<p class="MsoNormal" style="margin:0cm;text-indent:32.0pt;mso-char-indent-count:2.0;'
    'mso-pagination:none;{align}">' + _WORD_SPAN + "{text}</span>"
    '<span lang="EN-US"><o:p></o:p></span></p>\n',
    "wps": '<p class="MsoNormal" style="mso-pagination:widow-orphan;{align}">'
    "<!--[if !supportLists]--><!--[endif]--><span style=\"mso-spacerun:'yes';"
    'font-family:仿宋_GB2312;mso-font-kerning:0.0000pt;">{text}</span></p>'
    "<p><span><o:p>&nbsp;</o:p></span></p>\n",
    "font": '<P style="{align}"><FONT face=宋体><FONT size=3><FONT color=#000000>'
    "　　{text}</FONT></FONT></FONT></P>\n",
    "breaks": "&nbsp;&nbsp;&nbsp;&nbsp;{text}<br />\n",
}
STYLES = tuple(_PARAGRAPHS)
_ALIGN = {"": "", "center": "text-align:center", "right": "text-align:right"}


@dataclass(slots=True)
class Body:
    """Collects the parts of one body in a markup style of `STYLES`."""

    style: str
    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def paragraph(self, text: str, *, html: str | None = None, align: str = "") -> None:
        """Add a paragraph; `html` is its inner markup where it is more than the text."""
        inner = escape(text, quote=False) if html is None else html
        template = _PARAGRAPHS[self.style]
        self.parts.append(template.format(text=inner, align=_ALIGN[align]))
        self.lines.append(text)

    def link(self, before: str, text: str, address: str) -> None:
        """Add a paragraph that ends in a link."""
        anchor = f'<a href="{escape(address)}">{escape(text, quote=False)}</a>'
        self.paragraph(before + text, html=escape(before, quote=False) + anchor)

    def table(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add a table; empty cells are cells but no text."""
        self.parts.append('<table border="1" cellspacing="0" cellpadding="4"><tbody>\n')
        for row in rows:
            self.parts.append("<tr>")
            for cell in row:
                self._cell(cell)
            self.parts.append("</tr>\n")
        self.parts.append("</tbody></table>\n")

    def items(self, texts: Sequence[str]) -> None:
        """Add an ordered list."""
        rows = "".join(f"<li>{escape(x, quote=False)}</li>\n" for x in texts)
        self.parts.append(f"<ol>\n{rows}</ol>\n")
        self.lines.extend(texts)

    def image(self, address: str, caption: str) -> None:
        """Add a picture and, where there is one, its caption as a paragraph."""
        self.raw(
            f'<p style="text-align:center"><img src="{escape(address)}" '
            f'alt="{escape(caption)}" width="320" /></p>\n'
        )
        if caption:
            self.paragraph(caption, align="center")

    def raw(self, html: str) -> None:
        """Add markup without any text for a reader."""
        self.parts.append(html)

    @property
    def html(self) -> str:
        """Return the markup."""
        return "".join(self.parts)

    @property
    def text(self) -> str:
        """Return what a reader sees."""
        return "\n".join(self.lines)

    def _cell(self, cell: Cell) -> None:
        text, rows, columns = (cell, 1, 1) if isinstance(cell, str) else cell
        spans = f' rowspan="{rows}"' if rows > 1 else ""
        spans += f' colspan="{columns}"' if columns > 1 else ""
        inner = escape(text, quote=False)
        if self.style == "word":
            inner = (
                f'<p class="MsoNormal" align="center">{_WORD_SPAN}{inner}</span></p>'
            )
        self.parts.append(f"<td{spans}>{inner}</td>")
        if text:
            self.lines.append(text)
