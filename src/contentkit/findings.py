"""The closed list of finding codes, read from `schemas/codelists/findings-*.csv`.

One row is one code: `code, severity, family, title_zh, title_en, remedy_zh, remedy_en,
rule, grade`. Titles and remedies may name values of a finding's `data` in braces.
`mode` is what validation does by default: block, quarantine, drop-value or report.

The rules of the clean-up (POLICY section 9) state three things more: `weight` A (may
fail the whole site in an inspection) to D (hint); `auto`, what the machine may do by
itself: Y (safe), Y-field (safe in a metadata field, a proposal in the text), P (propose)
or N (never); and `same_as`, the code of STANDARDS section 12 for the same rule.
"""

from dataclasses import dataclass
from functools import cache

from contentkit.models import Finding, Severity
from contentkit.resources import packaged, read_codelist


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding: its severity, its words, where its rule comes from."""

    code: str
    severity: Severity
    family: str
    title_zh: str
    title_en: str
    remedy_zh: str
    remedy_en: str
    mode: str
    rule: str
    grade: str
    weight: str = ""
    auto: str = "N"
    same_as: str = ""


@cache
def codes() -> dict[str, Code]:
    """Return every finding code by name, in the order of the files."""
    table: dict[str, Code] = {}
    for name in packaged("codelist"):
        if not name.startswith("findings-"):
            continue
        for row in read_codelist(name):
            severity = Severity(row["severity"])
            words = {k: v for k, v in row.items() if k != "severity"}
            table[row["code"]] = Code(severity=severity, **words)
    return table


def explain(finding: Finding, lang: str = "zh") -> str:
    """Return the one-line explanation of a finding in `zh` or `en`."""
    code = codes()[finding.code]
    if lang != "zh":
        return code.title_en.format_map(_Known(finding.data))
    values = _Known(finding.data)
    if "《{title}》" in code.title_zh and "title" in values:
        values["title"] = inner_marks(str(values["title"]))
    return code.title_zh.format_map(values)


def remedy(finding: Finding, lang: str = "zh") -> str:
    """Return what to do about the finding, in `zh` or `en`."""
    code = codes()[finding.code]
    words = code.remedy_zh if lang == "zh" else code.remedy_en
    return words.format_map(_Known(finding.data))


def inner_marks(title: str) -> str:
    """Return a title as it stands within 《》, its own marks turned (GB/T 15834-2011 4.15).

    >>> inner_marks("关于印发《停车办法》的通知")
    '关于印发〈停车办法〉的通知'
    """
    return title.translate(_TURNED)


_TURNED = str.maketrans("《》〈〉", "〈〉《》")


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
