"""What a bundle of a workspace holds, streamed from ledger and archive into a writer."""

import sqlite3
from collections.abc import Iterator
from functools import partial

import orjson

from contentkit.bundle.info import BundleInfo
from contentkit.bundle.reconcile import Reconciliation, UrlFate, reconcile
from contentkit.bundle.redirects import Redirect, Status, check_redirects
from contentkit.bundle.report import render_report
from contentkit.bundle.write import BundleWriter
from contentkit.models import Finding, Json
from contentkit.profile import Profile, load_profile
from contentkit.progress import Progress
from contentkit.recipe import Recipe
from contentkit.resources import read_codelist, schema_file, schema_names
from contentkit.stages.body_links import BodyLinks, column_path, platform_path
from contentkit.stages.corrected import Corrected
from contentkit.stages.facts import report_facts
from contentkit.stages.fates import HOME_COLUMN
from contentkit.stages.finding_rows import insert_findings
from contentkit.workspace import Workspace, dump
from contentkit.workspace.archive import ArchiveReader

_DOCUMENTS = """
SELECT d.url_id, coalesce(d.valid_data, d.data) FROM documents d
JOIN urls u ON u.id = d.url_id
WHERE d.state = 'valid' AND u.fate = 'migrated' ORDER BY d.id
"""
_FATES = "SELECT url, fate, column_key, fate_reason, target FROM urls ORDER BY url"
_FILES = """
SELECT f.sha256, f.payload_warc, f.payload_offset FROM
  (SELECT sha256, min(id) AS id FROM captures
   WHERE sha256 IN (SELECT sha256 FROM carried) GROUP BY sha256) k
JOIN captures f ON f.id = k.id ORDER BY f.sha256
"""
GONE = ("http-404", "http-410")  # the legacy server itself says that it is gone


class BundleContents:
    """Everything that goes into one bundle; `unresolved` counts links without a place."""

    def __init__(
        self,
        workspace: Workspace,
        recipe: Recipe,
        info: BundleInfo,
        progress: Progress,
    ) -> None:
        self._info = info
        self._workspace = workspace
        self._conn = workspace.conn
        self._recipe = recipe
        self._progress = progress
        # findings of the export until all are known; as many as a site has bad links
        self._conn.execute("DROP TABLE IF EXISTS temp.told")
        self._conn.execute("CREATE TEMP TABLE told (url TEXT, finding TEXT)")
        self.unresolved = 0

    def write(self, writer: BundleWriter) -> tuple[Reconciliation, str]:
        """Stream everything into the bundle; return the proof and the report."""
        self._documents(writer)
        self._columns(writer)
        self._relations(writer)
        self._files(writer)
        for redirect in self._redirects():
            writer.add_redirect(redirect)
        edition = self._recipe.edition
        for name in schema_names(edition):
            writer.add_schema(name, schema_file(edition, name).read_bytes())
        self._check_redirects()
        self._store_findings()
        proof = reconcile(iter_fates(self._conn), writer.view())
        pretty = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        writer.add_report(
            "reconciliation.json", orjson.dumps(proof.to_json(), option=pretty)
        )
        writer.add_report("findings.jsonl", _findings(self._conn))
        writer.add_report("corrections.jsonl", _corrections(self._conn))
        report = render_report(report_facts(self._workspace, self._info, proof))
        writer.add_report("report.html", report.encode())
        return proof, report

    def _documents(self, writer: BundleWriter) -> None:
        total = self._conn.execute(
            "SELECT count(*) FROM documents WHERE state = 'valid'"
        ).fetchone()[0]
        self._progress.start("export", total)
        links = BodyLinks(self._conn, self._profile())
        view = Corrected(self._conn)
        for item, data in self._conn.cursor().execute(_DOCUMENTS):
            document = orjson.loads(data)
            for finding in view.document(item, document):
                self._tell(document["url"], finding)
            made, findings = links.rewrite(document["body_html"])
            document["body_html"] = made.html
            self.unresolved += len(made.unresolved)
            for finding in findings:
                self._tell(document["url"], finding)
            writer.add_document(document)
            self._progress.advance()
        self._progress.close()

    def _profile(self) -> Profile:
        settings = self._workspace.settings
        return load_profile(
            self._workspace.resource(settings.profile), base_url=settings.base_url
        )

    def _redirects(self) -> Iterator[Redirect]:
        rows = self._conn.cursor().execute(
            "SELECT u.url, u.fate, u.fate_reason, u.target, d.path FROM urls u"
            " LEFT JOIN documents d ON d.id = u.target"
            " WHERE ifnull(u.fate_reason, '') <> 'out-of-scope' ORDER BY u.url"
        )
        for url, fate, reason, target, document in rows:
            to = platform_path(fate, target, document)
            if to is not None:
                status = Status.MOVED
            elif fate == "dropped" or reason in GONE:
                status = Status.GONE
            else:
                status = Status.UNRESOLVED
            yield Redirect(from_url=url, to=to, status=status)

    def _check_redirects(self) -> None:
        for fault in check_redirects(
            self._redirects, is_target=partial(_is_target, self._conn)
        ):
            self._tell(str(fault.quote), fault)

    def _tell(self, url: str, finding: Finding) -> None:
        line = [url, dump(finding.to_json())]
        self._conn.execute("INSERT INTO temp.told VALUES (?, ?)", line)

    def _store_findings(self) -> None:
        """Put what this export told in the place of what the last one did."""
        with self._workspace.transaction() as conn:
            conn.execute("DELETE FROM findings WHERE stage = 'export'")
            told = conn.cursor().execute(
                "SELECT u.id, t.finding FROM temp.told t LEFT JOIN urls u ON u.url = t.url"
                " ORDER BY t.url, t.rowid"
            )
            for url_id, finding in told:
                insert_findings(conn, "export", url_id, [orjson.loads(finding)])

    def _columns(self, writer: BundleWriter) -> None:
        legacy: dict[str, list[Json]] = {}
        for name, url, count, action, code in self._conn.execute(
            "SELECT name, url, documents, action, platform_column FROM columns"
            " WHERE platform_column IS NOT NULL ORDER BY key"
        ):
            flow = {"name": name, "url": url, "documents": count, "action": action}
            legacy.setdefault(code, []).append(flow)
        writer.add_column(
            {
                "code": HOME_COLUMN,
                "name": "首页",
                "parent": None,
                "path": column_path(HOME_COLUMN),
                "article20": [],
                "legacy": [],
            }
        )
        for row in read_codelist("platform-columns"):
            writer.add_column(
                {
                    "code": row["code"],
                    "name": row["name"],
                    "parent": row["parent"] or None,
                    "path": column_path(row["code"]),
                    "article20": row["article20"].split() if row["article20"] else [],
                    "legacy": legacy.get(row["code"], []),
                }
            )

    def _relations(self, writer: BundleWriter) -> None:
        for relation in Corrected(self._conn).relations():
            writer.add_relation(relation)

    def _files(self, writer: BundleWriter) -> None:
        reader = ArchiveReader(self._workspace.archive_dir)
        for sha256, warc, offset in self._conn.cursor().execute(_FILES):
            writer.add_file(sha256, [reader.payload(warc, offset).data])


def iter_fates(conn: sqlite3.Connection) -> Iterator[UrlFate]:
    """Yield the fate of every discovered URL, sorted by URL."""
    rows = conn.cursor().execute(_FATES)
    for url, fate, column, reason, target in rows:
        yield UrlFate(url=url, fate=fate, column=column, reason=reason, target=target)


def _is_target(conn: sqlite3.Connection, path: str) -> bool:
    # columns and files were looked up when the redirect was made
    if path.startswith(("/col/", "/files/")) or path == column_path(HOME_COLUMN):
        return True
    sql = "SELECT 1 FROM documents WHERE path = ? AND state = 'valid'"
    return conn.execute(sql, [path]).fetchone() is not None


def _findings(conn: sqlite3.Connection) -> Iterator[bytes]:
    columns = ["url", "document", "code", "severity", "stage", "field", "quote"]
    columns += ["start", "end", "proposal", "data"]
    rows = conn.cursor().execute(
        'SELECT url, document, code, severity, stage, field, quote, start, "end",'
        " proposal, data FROM v_findings ORDER BY url, stage, code, field, start, data"
    )
    for row in rows:
        line = dict(zip(columns, row, strict=True))
        line["data"] = orjson.loads(line["data"])
        line["data"].pop("trace", None)  # names places of this machine
        yield orjson.dumps(
            line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        )


def _corrections(conn: sqlite3.Connection) -> Iterator[bytes]:
    """Yield every value that a rule or an editor put in place of what was read."""
    rows = conn.cursor().execute(
        "SELECT d.id, c.field, c.original, c.value, c.code, c.origin FROM corrections c"
        " JOIN documents d ON d.url_id = c.url_id ORDER BY d.id, c.field, c.code"
    )
    for document, field, original, value, code, origin in rows:
        line = {
            "document": document,
            "field": field,
            "original": orjson.loads(original) if original else None,
            "value": orjson.loads(value),
            "code": code,
            "origin": origin,
        }
        yield orjson.dumps(
            line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        )
