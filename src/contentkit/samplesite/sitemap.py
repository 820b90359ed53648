"""The sitemap of the sample site, in files of at most 10,000 addresses."""

from collections.abc import Callable
from datetime import date

from contentkit.samplesite.addresses import ORIGIN

LIMIT = 10_000  # a fifth of what the sitemap protocol allows, to keep memory low
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class SitemapWriter:
    """Collects addresses and writes a part whenever it is full."""

    def __init__(self, put: Callable[[str, bytes], None]) -> None:
        self._put = put
        self._rows: list[str] = []
        self._parts = 0

    def add(self, url: str, day: date) -> None:
        """Add an address with the day of its last change."""
        self._rows.append(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>\n")
        if len(self._rows) == LIMIT:
            self._flush()

    def close(self) -> None:
        """Write the last part and the index."""
        self._flush()
        parts = "".join(
            f"<sitemap><loc>{ORIGIN}/sitemap_{n}.xml</loc></sitemap>\n"
            for n in range(1, self._parts + 1)
        )
        index = f"{_HEAD}<sitemapindex {_SPACE}>\n{parts}</sitemapindex>\n"
        self._put("site/sitemap.xml", index.encode())

    @property
    def parts(self) -> int:
        """Return how many parts were written."""
        return self._parts

    def _flush(self) -> None:
        if not self._rows:
            return
        self._parts += 1
        text = f"{_HEAD}<urlset {_SPACE}>\n{''.join(self._rows)}</urlset>\n"
        self._put(f"site/sitemap_{self._parts}.xml", text.encode())
        self._rows = []
