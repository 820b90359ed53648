"""Plain text, HTML and RTF as attachments."""

import re

from contentkit.extract import extract_record
from contentkit.extract.encoding import decode_page
from contentkit.filetext.result import Collector

_RTF = re.compile(
    r"(?P<hex>(?:\\'[0-9a-fA-F]{2})+)|\\u(?P<code>-?[0-9]{1,6}) ?(?:\\'[0-9a-fA-F]{2}|\?)?"
    r"|\\(?P<word>[a-z]{1,32})-?[0-9]{0,10} ?|\\(?P<sign>.)|(?P<group>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_RTF_BREAKS = ("par", "line", "row", "sect")
_RTF_SKIPPED = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "themedata",
        "listtable",
        "listoverridetable",
        "header",
        "footer",
        "objdata",
    ]
)


def read_text(data: bytes, out: Collector) -> None:
    """Read plain text in whatever encoding it is."""
    for line in _decode(data).splitlines():
        if out.is_full:
            return
        out.line(line)


def read_html(data: bytes, out: Collector) -> None:
    """Read a page that was attached as a file."""
    for line in extract_record(data, url="http://attachment.invalid/").body_text.split(
        "\n"
    ):
        out.line(line)


def read_rtf(data: bytes, out: Collector) -> None:
    """Read the text of an RTF file; pictures, fonts and styles are left out."""
    line: list[str] = []
    depth = 0
    skipped: int | None = None  # the depth of the group that holds no text
    for token in _RTF.finditer(data.decode("latin-1")):
        kind = token.lastgroup
        if kind == "group":
            depth += 1 if token[0] == "{" else -1
            if skipped is not None and depth < skipped:
                skipped = None
        elif skipped is not None:
            continue
        elif token["word"] in _RTF_SKIPPED or token["sign"] == "*":
            skipped = depth
        elif token["word"] in _RTF_BREAKS:
            out.line(_whole("".join(line)))
            line = []
            if out.is_full:
                return
        else:
            line.append(_rtf_text(token))
    out.line(_whole("".join(line)))


def _whole(text: str) -> str:
    """Join the halves of characters beyond 16 bits; a half alone is no text."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _rtf_text(token: re.Match[str]) -> str:
    if token["hex"]:
        raw = bytes.fromhex(token["hex"].replace("\\'", ""))
        return raw.decode("gb18030", "replace")
    if token["code"]:
        return chr(int(token["code"]) & 0xFFFF)
    if token["word"] in {"tab", "cell"}:
        return "\t"
    return (
        token["text"]
        or (token["sign"] if token["sign"] in {"{", "}", "\\"} else "")
        or ""
    )


def _decode(data: bytes) -> str:
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    return decode_page(data).text
