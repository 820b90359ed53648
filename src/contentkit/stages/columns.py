"""The legacy columns of a site, what flows through them and where it goes."""

from collections.abc import Iterator

from contentkit.extract.service_page import SERVICES
from contentkit.models import Json
from contentkit.recipe import Recipe
from contentkit.workspace import Workspace

# a column is known by its articles and by its list pages, not by what a service answers
_COLUMNS = f"""
SELECT u.column_key,
       min(CASE WHEN r.kind = 'list' AND ifnull(r.template, '') NOT IN {SERVICES}
         THEN u.url END),
       min(CASE r.kind WHEN 'article' THEN u.url END),
       sum(r.kind = 'article')
FROM urls u JOIN records r ON r.url_id = u.id
WHERE u.column_key IS NOT NULL AND r.kind IN ('article', 'list')
GROUP BY u.column_key ORDER BY u.column_key
"""


def map_columns(workspace: Workspace, recipe: Recipe) -> None:
    """Fill the table `columns` anew from records and the recipe's column map."""
    with workspace.transaction() as conn:
        conn.execute("DELETE FROM columns")
        conn.executemany(
            "INSERT INTO columns (key, name, url, documents, action, platform_column,"
            " reason, sample_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            _rows(workspace, recipe),
        )


def _rows(workspace: Workspace, recipe: Recipe) -> Iterator[list[Json]]:
    rows = workspace.conn.execute(_COLUMNS).fetchall()
    for key, list_url, article_url, count in rows:
        path = () if key.startswith("/") else tuple(key.split(" > "))
        url = article_url or list_url
        rule = recipe.columns.find(url, path) if url else None
        if rule is None and list_url:
            rule = recipe.columns.find(list_url, path)
        if rule is None:
            yield [key, key, list_url, count, None, None, None, url]
        else:
            yield [
                key,
                key,
                list_url,
                count,
                rule.action,
                rule.column or None,
                rule.reason or None,
                url,
            ]
