"""The words of the editors' screens, reports and sheets, in Chinese or English.

Rows of `schemas/codelists/review-words.csv` (key, zh, en); names of codes come from the
code lists themselves.
"""

from dataclasses import dataclass
from functools import cache

from contentkit.findings import codes, explain
from contentkit.models import Finding
from contentkit.resources import read_codelist

LANGS = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `zh` or `en`."""

    lang: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key, with values put in; raises `KeyError`."""
        return _catalog(self.lang)[key].format(**values)

    def of(self, codelist: str, code: str, key: str = "name") -> str:
        """Return a word of a code list, or the code itself where it is unknown."""
        return _names(codelist, key, self.lang).get(code, code)

    def field(self, name: str) -> str:
        """Return what a field of a document is called, or its key where it is unknown."""
        return _catalog(self.lang).get(f"field-{name}", name)

    def reason(self, code: str) -> str:
        """Return what a reason of a fate means: a code of a list or of a finding."""
        for codelist in ("fate-reasons", "drop-reasons"):
            if (word := self.of(codelist, code)) != code:
                return word
        return explain(Finding(code=code), self.lang) if code in codes() else code


@cache
def _catalog(lang: str) -> dict[str, str]:
    return {row["key"]: row[lang] for row in read_codelist("review-words")}


@cache
def _names(codelist: str, key: str, lang: str) -> dict[str, str]:
    rows = read_codelist(codelist)
    name = f"{key}_{lang}" if lang != "zh" and f"{key}_{lang}" in rows[0] else key
    return {row["code"]: row[name] for row in rows}
