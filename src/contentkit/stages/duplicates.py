"""Stage dedupe: from pairs to clusters, authoritative copies, findings and relations.

Reads pairs, documents and decisions; writes `clusters`, `relations` of type
duplicate-of, and the findings of stage dedupe. Nothing is merged here: a copy gives way
to the authoritative one only where an editor accepted the pair (or the recipe says that
a code needs no editor), and export follows that.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from contentkit.dedupe.authority import Missing
from contentkit.dedupe.clusters import (
    Cluster,
    JudgedPair,
    PairDecision,
    build_clusters,
)
from contentkit.dedupe.facts import Copy
from contentkit.dedupe.words import blocker_name
from contentkit.models import Finding, StageReport
from contentkit.stages.candidates import find_candidates
from contentkit.stages.duplicate_findings import describe_pairs, pair_evidence
from contentkit.stages.file_texts import FilesStage, list_files
from contentkit.stages.finding_rows import insert_findings
from contentkit.stages.fingerprints import (
    FingerprintStage,
    learned_boilerplate,
    retire_fingerprints,
)
from contentkit.stages.pairs import VERSION, judge_pairs, read_copy
from contentkit.stages.runner import Options, count_pending, run_stage
from contentkit.workspace import Workspace, dump

DEDUPE = "dedupe"

_CORPUS = """
SELECT ifnull(max(run_id), 0) || ' ' || count(*) FROM marks
WHERE stage IN ('validate', 'files', 'fingerprint')
"""
_DECIDED = "SELECT ifnull(max(id), 0) FROM decisions"
_LISTED = """
SELECT EXISTS (SELECT 1 FROM marks f JOIN marks l ON l.input = f.input
  WHERE f.stage = 'list-files' AND f.item = 0 AND l.stage = 'link' AND l.item = 0)
"""
_SAME = """
SELECT p.a, p.b, p.jaccard >= 1.0, p.state FROM pairs p
CROSS JOIN documents x ON x.url_id = p.a CROSS JOIN documents y ON y.url_id = p.b
WHERE p.state IN ('duplicate', 'distinct') ORDER BY p.a, p.b
"""
_PAIR_DECISIONS = """
SELECT x.url_id, y.url_id, l.answer, l.evidence FROM v_latest_decisions l
JOIN documents x ON x.id = substr(l.subject, 1, 36)
JOIN documents y ON y.id = substr(l.subject, 38) WHERE l.kind = 'pair'
"""
_MEMBERS = """
SELECT url_id, copy FROM fingerprints WHERE origin = 'html' AND url_id IN
  (SELECT a FROM pairs WHERE state = 'duplicate' UNION
   SELECT b FROM pairs WHERE state = 'duplicate' UNION
   SELECT x.url_id FROM documents x JOIN v_latest_decisions l ON l.kind = 'pair'
     AND x.id IN (substr(l.subject, 1, 36), substr(l.subject, 38)))
ORDER BY url_id
"""


def dedupe(workspace: Workspace, options: Options) -> StageReport:
    """Find copies of one document among all valid documents and their files."""
    list_files(workspace, options.run_id)
    files = run_stage(workspace, FilesStage(workspace), options)
    retire_fingerprints(workspace)
    boilerplate = learned_boilerplate(workspace, options.run_id)
    marks = FingerprintStage(workspace, boilerplate)
    prints = run_stage(workspace, marks, options)
    conn = workspace.conn
    corpus = _corpus(conn)
    is_again = options.retry_failed and bool(_count(conn, "state", "failed"))
    is_changed = is_again or not _is_done(conn, "pairs", corpus)
    if is_changed:
        find_candidates(workspace)
        judge_pairs(
            workspace, boilerplate, workers=options.workers, progress=options.progress
        )
        _set_done(workspace, "pairs", corpus, options.run_id)
    state = _state(conn)
    if is_changed or not _is_done(conn, DEDUPE, state):
        _settle(workspace)
        _set_done(workspace, DEDUPE, state, options.run_id)
    return _report(workspace, files, prints, is_changed=is_changed)


def is_dedupe_pending(workspace: Workspace) -> bool:
    """Tell whether anything changed since documents and files were compared."""
    conn = workspace.conn
    (is_listed,) = conn.execute(_LISTED).fetchone()
    if not is_listed or not _is_done(conn, DEDUPE, _state(conn)):
        return True
    # learned from what was validated before the comparison, so nothing is written here
    fingerprints = FingerprintStage(workspace, learned_boilerplate(workspace, 0))
    stages = (FilesStage(workspace), fingerprints)
    return any(count_pending(workspace, stage) for stage in stages)


def _corpus(conn: sqlite3.Connection) -> str:
    return f"{VERSION} {conn.execute(_CORPUS).fetchone()[0]}"


def _state(conn: sqlite3.Connection) -> str:
    return f"{_corpus(conn)} {conn.execute(_DECIDED).fetchone()[0]}"


def _settle(workspace: Workspace) -> None:
    """Derive clusters, relations and findings anew from pairs and decisions."""
    conn = workspace.conn
    copies = {
        key: read_copy(facts, key) for key, facts in conn.cursor().execute(_MEMBERS)
    }
    pairs = (
        JudgedPair(
            a=a,
            b=b,
            is_same=state == "duplicate",
            is_exact=bool(is_exact),
            is_blocked=state == "distinct",
        )
        for a, b, is_exact, state in conn.cursor().execute(_SAME)
    )
    decisions = _decisions(conn)
    clusters = build_clusters(copies, pairs, decisions)
    accepted: dict[int, set[int]] = defaultdict(set)
    for said in decisions:
        if said.is_accepted:
            accepted[said.a].add(said.b)
            accepted[said.b].add(said.a)
    with workspace.transaction():
        conn.execute("DELETE FROM clusters")
        conn.execute("DELETE FROM relations WHERE stage = ?", [DEDUPE])
        conn.execute("DELETE FROM findings WHERE stage = ?", [DEDUPE])
        for cluster in clusters:
            _store_cluster(conn, cluster, accepted)
        for item, finding in _findings(conn, clusters, copies):
            insert_findings(conn, DEDUPE, item, [finding.to_json()])


def _decisions(conn: sqlite3.Connection) -> list[PairDecision]:
    """Return the answers on pairs that hold.

    One that rests on other evidence is asked again. Until then the pair is apart: an old
    acceptance merges nothing, an old rejection still keeps two documents.
    """
    return [
        PairDecision(a=a, b=b, is_accepted=answer == "accept")
        for a, b, answer, seen in conn.execute(_PAIR_DECISIONS).fetchall()
        if answer == "reject"
        or (answer == "accept" and seen == pair_evidence(conn, a, b))
    ]


def _store_cluster(
    conn: sqlite3.Connection, cluster: Cluster, accepted: Mapping[int, set[int]]
) -> None:
    """Write the members; one is accepted if a chain of accepted pairs leads to the best."""
    reasons = dict(cluster.choice.ranking)
    members, reached = set(cluster.members), {cluster.canonical}
    newest = [cluster.canonical]
    while newest:
        near = accepted.get(newest.pop(), set()) & members - reached
        reached |= near
        newest.extend(near)
    for key in cluster.members:
        role = "canonical" if key == cluster.canonical else "copy"
        conn.execute(
            "INSERT INTO clusters VALUES (?, ?, ?, ?, ?)",
            [key, cluster.canonical, role, key in reached, dump(reasons[key])],
        )
        if key != cluster.canonical:
            conn.execute(
                "INSERT OR REPLACE INTO relations VALUES ('duplicate-of', ?, ?, ?, ?)",
                [
                    key,
                    cluster.canonical,
                    DEDUPE,
                    dump(
                        {
                            "rule": _rule(conn, key, cluster),
                            "accepted": key in reached,
                        }
                    ),
                ],
            )


def _rule(conn: sqlite3.Connection, key: int, cluster: Cluster) -> str:
    """Return the code of the pair that ties a copy to its cluster."""
    low, high = sorted((key, cluster.canonical))
    row = conn.execute(
        "SELECT code FROM pairs WHERE a = ? AND b = ? AND state = 'duplicate'",
        [low, high],
    ).fetchone()
    return str(row[0]) if row else "DUP-EXACT"


def _findings(
    conn: sqlite3.Connection, clusters: list[Cluster], copies: dict[int, Copy]
) -> Iterator[tuple[int, Finding]]:
    best = {x: cluster.canonical for cluster in clusters for x in cluster.members}
    rows = conn.cursor().execute(
        "SELECT a, b, code, relation, jaccard, blockers, evidence FROM pairs"
        " WHERE code IS NOT NULL ORDER BY a, b"
    )
    yield from describe_pairs(conn, rows, best)
    for cluster in clusters:
        for missing in cluster.choice.missing:
            yield cluster.canonical, _missing(missing, copies)


def _missing(missing: Missing, copies: dict[int, Copy]) -> Finding:
    other = copies[missing.held_by]
    name = missing.field.replace("_", "-")
    return Finding(
        code="DUP-AUTH-MISSING",
        field=missing.field,
        proposal=missing.value,
        data={
            "what": blocker_name(name),
            "what_en": blocker_name(name, "en"),
            "value": missing.value,
            "title": other.title,
            "url": other.url,
            "subject": other.id,
        },
    )


def _is_done(conn: sqlite3.Connection, name: str, state: str) -> bool:
    row = conn.execute(
        "SELECT input FROM marks WHERE stage = ? AND item = 0", [name]
    ).fetchone()
    return row is not None and row[0] == state


def _set_done(workspace: Workspace, name: str, state: str, run_id: int) -> None:
    with workspace.transaction() as conn:
        conn.execute(
            "INSERT OR REPLACE INTO marks VALUES (?, 0, ?, '', 'done', NULL, ?)",
            [name, state, run_id],
        )


def _report(
    workspace: Workspace, files: StageReport, prints: StageReport, *, is_changed: bool
) -> StageReport:
    count = partial(_count, workspace.conn)
    found = dict(
        workspace.conn.execute(
            "SELECT severity, count(*) FROM findings WHERE stage = ? GROUP BY severity",
            [DEDUPE],
        ).fetchall()
    )
    pairs, copies = count("state", "duplicate"), count("role", "copy")
    notes = (
        f"{count():,} candidate pairs compared, {pairs:,} of one document",
        f"{copies:,} copies to be merged if an editor accepts",
    )
    return StageReport(
        stage=DEDUPE,
        seen=files.seen + prints.seen,
        done=files.done + prints.done,
        failed=files.failed + prints.failed + count("state", "failed"),
        findings=found if is_changed else {},
        notes=notes if is_changed else (),
    )


def _count(conn: sqlite3.Connection, column: str = "", value: str = "") -> int:
    tables = {"": "candidates", "state": "pairs", "role": "clusters"}
    where = f" WHERE {column} = ?" if column else ""
    sql = f"SELECT count(*) FROM {tables[column]}{where}"
    return int(conn.execute(sql, [value] if column else []).fetchone()[0])
