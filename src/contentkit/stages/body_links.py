"""The links of the documents of one bundle: where they lead now, and what to tell."""

import sqlite3
from functools import lru_cache

from contentkit.bundle.links import Rewritten, rewrite_links
from contentkit.errors import ParseError
from contentkit.harvest.scope import Scope
from contentkit.harvest.urls import canonical_url
from contentkit.models import Finding
from contentkit.profile import Profile
from contentkit.stages.fates import HOME_COLUMN
from contentkit.validate.links import check_links

_TARGET = """
SELECT u.fate, u.target, d.path FROM urls u LEFT JOIN documents d ON d.id = u.target
WHERE u.url = ?
"""
HOME_PATH = "/index.html"


class BodyLinks:
    """Rewrites the links of bodies by the fates of the ledger, and judges the others."""

    def __init__(self, conn: sqlite3.Connection, profile: Profile) -> None:
        self._conn = conn
        self._scope = Scope.from_profile(profile)
        self._query = profile.significant_query or None
        self._own = frozenset(self._scope.names)
        self.canonical = lru_cache(maxsize=2**13)(self._canonical)

    def rewrite(self, body_html: str) -> tuple[Rewritten, list[Finding]]:
        """Return a body with new links, and a finding for each that leads nowhere good."""
        made = rewrite_links(
            body_html, resolve=self._resolve, internal=self._is_internal
        )
        findings = [
            Finding(
                code="LNK-01",
                field="body_html",
                quote=link,
                data={"reason": self._reason(link)},
            )
            for link in made.unresolved
        ]
        findings += check_links(made.outside, own_hosts=self._own)
        return made, findings

    def _resolve(self, url: str) -> str | None:
        """Return the platform path of a legacy URL, None if it has none."""
        row = self._conn.execute(_TARGET, [self.canonical(url)]).fetchone()
        return platform_path(*row) if row else None

    def _is_internal(self, url: str) -> bool:
        """Tell whether a link points into the legacy site."""
        row = self._conn.execute(
            "SELECT fate_reason FROM urls WHERE url = ?", [self.canonical(url)]
        ).fetchone()
        return row is not None and row[0] != "out-of-scope"

    def _reason(self, url: str) -> str:
        """Return what became of an internal URL without a place on the platform."""
        row = self._conn.execute(
            "SELECT fate_reason, fate FROM urls WHERE url = ?", [self.canonical(url)]
        ).fetchone()
        return str(row[0] or row[1])

    def _canonical(self, url: str) -> str:
        """Return a link as the ledger knows it: one spelling of scheme, host and path."""
        try:
            clean = canonical_url(url, significant_query=self._query)
        except ParseError:
            return url
        return self._scope.canonical_host(clean)


def column_path(code: str) -> str:
    """Return the path of a platform column's page.

    >>> column_path("zwgk"), column_path("home")
    ('/col/zwgk/index.html', '/index.html')
    """
    return HOME_PATH if code == HOME_COLUMN else f"/col/{code}/index.html"


def platform_path(
    fate: str | None, target: str | None, document_path: str | None
) -> str | None:
    """Return the new place of a URL by its fate, None where it has none."""
    if fate in {"migrated", "merged"}:
        return document_path
    if fate == "column":
        return column_path(str(target))
    if fate == "asset":
        return f"/files/{str(target)[:2]}/{target}"
    return None
