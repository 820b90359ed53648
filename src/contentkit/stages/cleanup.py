"""Stage cleanup: what documents say of each other, settled over the whole site.

Reads documents, readings, effects and decisions; writes `validity`, `relations`,
`corrections` and the findings of stage cleanup. It is derived anew whenever anything it
rests on changed: the readings, the clusters, the decisions, the day.
"""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import chain

from contentkit.findings import inner_marks
from contentkit.models import Finding, Json, StageReport
from contentkit.policy.cycles import find_cycles
from contentkit.profile import load_profile
from contentkit.recipe import load_recipe
from contentkit.stages.body_links import BodyLinks
from contentkit.stages.collisions import find_collisions
from contentkit.stages.corrections import settle_corrections
from contentkit.stages.effects import resolve_effects
from contentkit.stages.finding_rows import insert_findings
from contentkit.stages.interpretations import settle_interpretations
from contentkit.stages.readings import ReadStage, retire_readings
from contentkit.stages.runner import Options, count_pending, run_stage
from contentkit.stages.successors import settle_successors
from contentkit.stages.validity import CLEANUP, settle_validity
from contentkit.validate.edition import load_edition
from contentkit.workspace import Workspace

VERSION = "1"  # rises when the stage answers differently for the same readings

_STATE = """
SELECT ifnull(max(run_id), 0) || ' ' || count(*) FROM marks
WHERE stage IN ('validate', 'read', 'dedupe', 'pairs')
"""
_DECIDED = "SELECT ifnull(max(id), 0) FROM decisions"
_NEWEST = "SELECT max(captured_at) FROM captures"
_REPEALS = """
SELECT source, target FROM relations WHERE type = 'repeals' AND stage = ?
"""


def cleanup(
    workspace: Workspace, options: Options, *, as_of: str | None = None
) -> StageReport:
    """Read what is pending, then settle the whole site as of a day.

    Without a day it is that of the newest capture: what the archive says, not the clock.
    """
    retire_readings(workspace)
    read = run_stage(workspace, ReadStage(workspace), options)
    conn = workspace.conn
    day = as_of or _last_day(conn)
    recipe = load_recipe(workspace.resource(workspace.settings.recipe))
    state = _state(conn, day, recipe.digest)
    if _settled(conn) == state:
        return _report(read, {})
    with workspace.transaction():
        conn.execute("DELETE FROM findings WHERE stage = ?", [CLEANUP])
        found = chain(
            resolve_effects(conn),
            settle_validity(conn, day),
            _cycles(conn),
            settle_interpretations(conn, _canonical(workspace)),
            settle_successors(conn, day, recipe.jurisdiction),
            find_collisions(conn),
        )
        for item, finding in found:
            insert_findings(conn, CLEANUP, item, [finding.to_json()])
        for item, finding in settle_corrections(conn, load_edition(recipe.edition)):
            insert_findings(conn, CLEANUP, item, [finding.to_json()])
        conn.execute(
            "INSERT OR REPLACE INTO marks VALUES (?, 0, ?, '', 'done', NULL, ?)",
            [CLEANUP, state, options.run_id],
        )
    counts = conn.execute(
        "SELECT severity, count(*) FROM findings WHERE stage = ? GROUP BY severity",
        [CLEANUP],
    )
    return _report(read, dict(counts.fetchall()), _notes(conn, day))


def is_cleanup_pending(workspace: Workspace) -> bool:
    """Tell whether anything changed since the site was last settled, on whatever day."""
    conn = workspace.conn
    if count_pending(workspace, ReadStage(workspace)):
        return True
    recipe = load_recipe(workspace.resource(workspace.settings.recipe))
    settled = _settled(conn)
    day = settled.split(" ")[1] if settled else ""
    return settled != _state(conn, day, recipe.digest)


def _state(conn: sqlite3.Connection, day: str, recipe: str) -> str:
    numbers = (str(conn.execute(sql).fetchone()[0]) for sql in (_STATE, _DECIDED))
    return " ".join([VERSION, day, recipe, *numbers])


def _settled(conn: sqlite3.Connection) -> str | None:
    done = conn.execute(
        "SELECT input FROM marks WHERE stage = ? AND item = 0", [CLEANUP]
    ).fetchone()
    return str(done[0]) if done else None


def _last_day(conn: sqlite3.Connection) -> str:
    newest = conn.execute(_NEWEST).fetchone()[0]
    return (newest or "1970-01-01")[:10]


def _canonical(workspace: Workspace) -> Callable[[str], str]:
    """Return what turns a link of a page into the ledger's form of an address."""
    settings = workspace.settings
    profile = load_profile(
        workspace.resource(settings.profile), base_url=settings.base_url
    )
    return BodyLinks(workspace.conn, profile).canonical


def _cycles(conn: sqlite3.Connection) -> Iterator[tuple[int, Finding]]:
    """Yield REL-CYCLE on each document of a circle of repeals."""
    edges = conn.execute(_REPEALS, [CLEANUP]).fetchall()
    for group in find_cycles(edges):
        titles: dict[int, tuple[str, str]] = {}
        for item in group:
            row = conn.execute(
                "SELECT id, title FROM documents WHERE url_id = ?", [item]
            ).fetchone()
            titles[item] = (row[0], row[1])
        named = "；".join(f"《{inner_marks(title)}》" for _, title in titles.values())
        data: dict[str, Json] = {
            "titles": named,
            "documents": sorted(name for name, _ in titles.values()),
            "subject": "cycle",
        }
        for item in group:
            yield item, Finding(code="REL-CYCLE", data=data)


def _notes(conn: sqlite3.Connection, day: str) -> tuple[str, ...]:
    states = conn.execute(
        "SELECT validity, count(*) FROM validity GROUP BY validity ORDER BY validity"
    ).fetchall()
    told = ", ".join(f"{count:,} {state}" for state, count in states)
    effects = dict(
        conn.execute("SELECT state, count(*) FROM effects GROUP BY state").fetchall()
    )
    resolved = effects.pop("resolved", 0)
    rest = sum(effects.values())
    return (
        f"policy documents on {day}: {told or 'none'}",
        f"effects on other documents: {resolved:,} resolved, {rest:,} not",
    )


def _report(
    read: StageReport, findings: dict[str, int], notes: tuple[str, ...] = ()
) -> StageReport:
    total = dict(read.findings)
    for severity, count in findings.items():
        total[severity] = total.get(severity, 0) + count
    return StageReport(
        stage=CLEANUP,
        seen=read.seen,
        done=read.done,
        dropped=read.dropped,
        failed=read.failed,
        findings=total,
        notes=notes,
    )
