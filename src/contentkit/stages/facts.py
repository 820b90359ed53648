"""What the report of a bundle tells, gathered from the ledger."""

import sqlite3

import orjson

from contentkit import __version__
from contentkit.bundle.info import BundleInfo
from contentkit.bundle.reconcile import Reconciliation
from contentkit.bundle.report_facts import (
    ColumnFact,
    FindingExample,
    FindingFact,
    GateFact,
    LinkFact,
    ReasonFact,
    ReportFacts,
)
from contentkit.profile import load_profile
from contentkit.resources import read_codelist
from contentkit.workspace import Workspace

EXAMPLES = 3  # enough to recognize the kind of finding; the XLSX holds them all
LINKS = 200


def report_facts(
    workspace: Workspace, info: BundleInfo, proof: Reconciliation
) -> ReportFacts:
    """Return everything that the report shows about the bundle to come."""
    conn = workspace.conn
    profile = load_profile(
        workspace.resource(workspace.settings.profile),
        base_url=workspace.settings.base_url,
    )
    links = conn.execute(
        "SELECT f.quote, u.url FROM findings f JOIN urls u ON u.id = f.url_id"
        " WHERE f.stage = 'export' AND f.code = 'LNK-01' ORDER BY f.quote, u.url"
    ).fetchall()
    return ReportFacts(
        site_name=profile.title or info.site,
        base_url=profile.base_url or "",
        run=info.run,
        bundle=info.identifier,
        edition=info.schema_edition,
        software=f"contentkit {__version__}",
        made_at=info.bagging_date,
        organization=info.organization,
        discovered=proof.discovered,
        fates=proof.fates,
        documents=proof.documents,
        files=proof.files,
        bytes=_file_bytes(conn),
        gaps=tuple(f"{gap.problem} {gap.url or gap.target}" for gap in proof.gaps),
        gates=tuple(
            GateFact(name=n, is_ok=bool(k), expected=e, found=f, remedy=r)
            for n, k, e, f, r in conn.execute(
                "SELECT name, is_ok, expected_zh, found_zh, remedy_zh FROM gates"
                " ORDER BY name"
            )
        ),
        reasons=tuple(_reasons(conn)),
        columns=tuple(_columns(conn, proof)),
        findings=tuple(_findings(conn)),
        links=tuple(LinkFact(url=url, found_on=page) for url, page in links[:LINKS]),
        links_total=len(links),
    )


def _file_bytes(conn: sqlite3.Connection) -> int:
    row = conn.execute(
        "SELECT ifnull(sum(bytes), 0) FROM files WHERE sha256 IN"
        " (SELECT sha256 FROM carried)"
    ).fetchone()
    return int(row[0])


def _reasons(conn: sqlite3.Connection) -> list[ReasonFact]:
    return [
        ReasonFact(fate=fate, reason=reason, urls=count, example=example)
        for fate, reason, count, example in conn.execute(
            "SELECT fate, fate_reason, count(*), min(url) FROM urls"
            " WHERE fate_reason IS NOT NULL GROUP BY fate, fate_reason"
            " ORDER BY fate, count(*) DESC, fate_reason"
        )
    ]


def _columns(conn: sqlite3.Connection, proof: Reconciliation) -> list[ColumnFact]:
    names = {row["code"]: row["name"] for row in read_codelist("platform-columns")}
    known = {
        key: (url, action, platform, reason)
        for key, url, action, platform, reason in conn.execute(
            "SELECT key, url, action, platform_column, reason FROM columns"
        )
    }
    facts = []
    for key, fates in proof.columns.items():
        url, action, platform, reason = known.get(key or "", (None,) * 4)
        facts.append(
            ColumnFact(
                name=key,
                fates=fates,
                url=url,
                action=action,
                platform=names.get(platform, platform),
                reason=reason,
            )
        )
    return sorted(facts, key=lambda x: (-sum(x.fates.values()), x.name or ""))


def _findings(conn: sqlite3.Connection) -> list[FindingFact]:
    facts = []
    for code, count, pages in conn.execute(
        "SELECT code, count(*), count(DISTINCT url_id) FROM findings"
        " WHERE code <> 'LNK-01' GROUP BY code ORDER BY count(*) DESC, code"
    ).fetchall():
        examples = conn.execute(
            "SELECT url, title, quote, data FROM v_findings WHERE code = ?"
            " ORDER BY url, field, start LIMIT ?",
            [code, EXAMPLES],
        )
        facts.append(
            FindingFact(
                code=code,
                count=count,
                pages=pages,
                examples=tuple(
                    FindingExample(url=u, title=t, quote=q, data=orjson.loads(d))
                    for u, t, q, d in examples
                ),
            )
        )
    return facts
