"""One request for a further page of a list, and what its answer holds."""

from dataclasses import dataclass
from urllib.parse import urlencode

from contentkit.models import ListItem


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A request that a spider should make.

    `kind` says how the answer is read: `page` (an HTML page like the first), `jpage`,
    `query-data` or `gkmlpt`. `form` is sent as the body of a POST.
    """

    url: str
    kind: str = "page"
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> str | None:
        """The body of a POST, form-encoded in UTF-8; None for a GET."""
        return urlencode(self.form) if self.method == "POST" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnswer:
    """What the answer of a list service holds: entries and the requests to follow."""

    items: tuple[ListItem, ...] = ()
    requests: tuple[PageRequest, ...] = ()
