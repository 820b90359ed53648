"""The report for leaders, editors and engineers: one HTML file, one XLSX file."""

from dataclasses import dataclass
from pathlib import Path

from contentkit.bundle.sink import replace_file
from contentkit.models import Json
from contentkit.review.report_book import write_book
from contentkit.review.report_facts import Facts
from contentkit.review.report_page import render_report
from contentkit.review.report_queries import read_facts
from contentkit.review.words import Words
from contentkit.workspace import Workspace

HTML, XLSX = "report.html", "report.xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of a report and the facts in them."""

    facts: Facts
    files: tuple[Path, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the counts and the files as the command prints them."""
        return {
            "as_of": self.facts.as_of or None,
            "discovered": self.facts.discovered,
            "fates": {fate: n for fate, n in self.facts.fates.items() if fate},
            "undetermined": self.facts.fates.get("", 0),
            "documents": self.facts.documents,
            "findings": len(self.facts.rows),
            "to_decide": self.facts.to_decide,
            "files": [str(path) for path in self.files],
        }


def write_report(
    workspace: Workspace, out: Path, *, lang: str = "zh", as_of: str | None = None
) -> Written:
    """Write the report of a workspace into a folder; older files are replaced.

    `lang` is `zh` or `en`. Reads the ledger only; the same ledger gives the same bytes.
    Raises `WorkspaceError` where validity was not settled for the day `as_of`.
    """
    words = Words(lang)
    facts = read_facts(workspace, words, as_of=as_of)
    files = {
        out / HTML: render_report(facts, words).encode(),
        out / XLSX: write_book(facts, words),
    }
    for place, content in files.items():
        replace_file(place, content)
    return Written(facts=facts, files=tuple(files))
