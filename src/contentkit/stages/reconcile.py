"""The proof that nothing is unaccounted for, drawn from ledger and bundle anew."""

from collections.abc import Iterator
from pathlib import Path

from contentkit.bundle.reconcile import reconcile
from contentkit.bundle.view import BundleView, read_view
from contentkit.errors import BundleError
from contentkit.models import Json
from contentkit.recipe import load_recipe
from contentkit.stages.contents import iter_fates
from contentkit.stages.export import gap_lines, prepare
from contentkit.workspace import Workspace

# what one table knows and another should know too
_TORN = (
    (
        "a list shows it, but no row of urls knows it",
        (
            "SELECT DISTINCT f.ref_url FROM refs f LEFT JOIN urls u ON u.url = f.ref_url"
            " WHERE u.id IS NULL AND f.ref_url LIKE 'http%' ORDER BY f.ref_url"
        ),
    ),
    (
        "captured, but its capture is missing",
        (
            "SELECT u.url FROM urls u LEFT JOIN captures c ON c.url_id = u.id"
            " AND c.is_current = 1 WHERE u.state = 'captured' AND c.id IS NULL"
            " ORDER BY u.url"
        ),
    ),
    (
        "extracted, but its record is missing",
        (
            "SELECT u.url FROM marks m JOIN urls u ON u.id = m.item"
            " LEFT JOIN records r ON r.url_id = m.item WHERE m.stage = 'extract'"
            " AND m.outcome = 'done' AND r.url_id IS NULL ORDER BY u.url"
        ),
    ),
    (
        "normalized, but its document is missing",
        (
            "SELECT u.url FROM marks m JOIN urls u ON u.id = m.item"
            " LEFT JOIN documents d ON d.url_id = m.item WHERE m.stage = 'normalize'"
            " AND m.outcome = 'done' AND d.url_id IS NULL ORDER BY u.url"
        ),
    ),
    (
        "a row of records, documents or captures without a URL",
        (
            "SELECT title FROM records WHERE url_id NOT IN (SELECT id FROM urls)"
            " UNION SELECT json_extract(data, '$.url') FROM documents"
            " WHERE url_id NOT IN (SELECT id FROM urls)"
            " UNION SELECT sha256 FROM captures WHERE url_id NOT IN (SELECT id FROM urls)"
        ),
    ),
)


def reconcile_workspace(workspace: Workspace) -> tuple[Json, list[str]]:
    """Compare what was discovered with the last bundle; return the proof and the gaps.

    Before the first export the fates alone are summed up. Raises `BundleError` when
    the last bundle is gone.
    """
    recipe = load_recipe(workspace.resource(workspace.settings.recipe))
    prepare(workspace, recipe)
    lines = list(_torn_lines(workspace))
    last = workspace.conn.execute(
        "SELECT path FROM exports ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if last is None:
        return _fates_only(workspace, lines), lines
    proof = reconcile(iter_fates(workspace.conn), _view(workspace.folder / last[0]))
    lines += gap_lines(proof)
    answer = proof.to_json()
    answer["is_whole"] = not lines
    return answer, lines


def _view(path: Path) -> BundleView:
    if not path.is_dir():
        raise BundleError(
            str(path), ["the last bundle is not there any more: export again"]
        )
    return read_view(path)


def _torn_lines(workspace: Workspace) -> Iterator[str]:
    for problem, sql in _TORN:
        for (name,) in workspace.conn.execute(sql):
            yield (
                f"reconcile: {name}: {problem}: run the stages again, or "
                "'contentkit rebuild'"
            )


def _fates_only(workspace: Workspace, lines: list[str]) -> Json:
    fates: dict[str, int] = {}
    for item in iter_fates(workspace.conn):
        if item.fate is None:
            lines.append(
                f"reconcile: {item.url}: it has no fate yet: run the stages first"
            )
        else:
            fates[item.fate] = fates.get(item.fate, 0) + 1
    return {
        "discovered": sum(fates.values()) + len(lines),
        "fates": dict(sorted(fates.items())),
        "is_whole": not lines,
    }
