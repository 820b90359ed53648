"""From an answer to leads: what to fetch next, what only to record, and why."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache, partial
from urllib.parse import parse_qsl, urlsplit

from contentkit.errors import ParseError
from contentkit.extract.encoding import decode_page
from contentkit.extract.page_request import PageRequest
from contentkit.extract.paging import next_requests, read_list_response
from contentkit.harvest.links import Page, iter_links, open_page, read_sitemap
from contentkit.harvest.scope import Scope, is_private_host
from contentkit.harvest.tickets import Lead, Ticket
from contentkit.harvest.traps import Traps, url_pattern
from contentkit.harvest.urls import join_url
from contentkit.harvest.wire_reader import Reply
from contentkit.html import visible_text
from contentkit.models import Finding
from contentkit.profile import Profile
from contentkit.workspace.archive_payload import content_type, decode_body

MAX_HOPS = 5  # redirects in a row: what curl-like tools of archives allow is 5 to 20
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_KNOWN = 200_000  # addresses remembered as told; the ledger knows the others
_MOST_REDIRECTS = 20  # a loop is looked for no further
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


class PageReader:
    """Reads the answers of one crawl; remembers which addresses it has told."""

    def __init__(self, profile: Profile) -> None:
        self.traps = Traps()
        self._profile = profile
        self._scope = Scope.from_profile(profile)
        self._query = profile.significant_query or None
        self._known: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._redirects: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        self._list_pages: Counter[str] = Counter()
        self._join = lru_cache(maxsize=2**16)(partial(self._joined, query=self._query))
        self._max_list_pages = profile.limits.max_list_pages

    def read(self, ticket: Ticket, reply: Reply) -> tuple[list[Lead], list[Finding]]:
        """Return what an answer names that was not told before, and what was odd."""
        findings: list[Finding] = []
        if reply.status in REDIRECTS:
            return self._redirect(ticket, reply, findings), findings
        if reply.status != 200:
            return [], findings
        if ticket.found_as == "sitemap":
            data = decode_body(reply.headers, reply.body).data
            return self.sitemap(ticket.url, data), findings
        if ticket.kind != "page":
            data = decode_body(reply.headers, reply.body).data
            charset = content_type(reply.headers)[1]
            text = decode_page(data, http_charset=charset).text
            return self._answer_leads(ticket, text), findings
        page = self._page(ticket.url, reply)
        if page is None:
            return [], findings
        if self.traps.in_chain(ticket.url, ticket.found_on):
            self.traps.watch(ticket.url, visible_text(page.root))
        leads = self._further_pages(ticket, page)
        return [*leads, *self._leads(ticket, page, findings)], findings

    def recount(self, addresses: Iterable[tuple[str, str, str | None]]) -> None:
        """Count what an earlier run admitted: URL, how and where it was found."""
        for url, found_as, found_on in addresses:
            self.traps.recount(url)
            if found_as == "next" and found_on is not None:
                root = self._roots.get(found_on, found_on)
                self._roots[url] = root
                self._list_pages[root] += 1

    def rewatch(self, url: str, reply: Reply) -> None:
        """Note again what a page of a chain said that an earlier run has read."""
        page = self._page(url, reply)
        if page is not None:
            self.traps.watch(url, visible_text(page.root))

    def _page(self, url: str, reply: Reply) -> Page | None:
        media_type, charset = content_type(reply.headers)
        return open_page(
            decode_body(reply.headers, reply.body).data,
            url=url,
            media_type=media_type,
            charset=charset,
            override=self._profile.encoding,
        )

    def sitemap(self, url: str, data: bytes) -> list[Lead]:
        """Return the leads of a sitemap, further sitemaps among them."""
        leads = []
        for href in read_sitemap(data):
            is_index = href.partition("?")[0].endswith((".xml", ".xml.gz"))
            lead = self.lead(href, "sitemap" if is_index else "link", base=url)
            if lead is not None:
                leads.append(lead)
        return leads

    def lead(
        self, href: str, found_as: str, *, base: str, depth: int = 0
    ) -> Lead | None:
        """Return the lead of a start address or a sitemap entry, None if told before."""
        url = self._join(base, href)
        if url is None or not self._is_new(url):
            return None
        reason = self._scope.reason(url, depth=depth)
        return Lead(url=url, target=url, found_as=found_as, reason=reason, clicks=0)

    def _further_pages(self, ticket: Ticket, page: Page) -> list[Lead]:
        requests = next_requests(
            page.root, page.text, page.url, limit=self._max_list_pages
        )
        return self._request_leads(ticket, requests)

    def _answer_leads(self, ticket: Ticket, text: str) -> list[Lead]:
        """Return the entries of a list service's answer and what to ask it next."""
        form = tuple(parse_qsl(ticket.body or "", keep_blank_values=True))
        request = PageRequest(
            url=ticket.target, kind=ticket.kind, method=ticket.method, form=form
        )
        answer = read_list_response(text, request)
        items = (
            self.lead(item.url, "item", base=ticket.target, depth=ticket.depth + 1)
            for item in answer.items
        )
        leads = self._request_leads(ticket, answer.requests)
        return [*leads, *(replace(x, clicks=1) for x in items if x is not None)]

    def _request_leads(
        self, ticket: Ticket, requests: Iterable[PageRequest]
    ) -> list[Lead]:
        """Return the leads of further list pages; a list has a bounded number of them."""
        leads = []
        root = self._roots.get(ticket.url, ticket.url)
        for request in requests:
            # the parameters of a list service all select the page
            query = self._query if request.kind == "page" else None
            url = self._joined(ticket.target, request.url, query)
            if url is None or not self._is_new(f"{url} {request.body or ''}".strip()):
                continue
            reason = self._scope.reason(url, depth=ticket.depth)
            if reason is None and self._list_pages[root] >= self._max_list_pages:
                reason = "list-limit"
            self._list_pages[root] += 1
            self._roots[url] = root
            leads.append(
                Lead(
                    url=url,
                    target=url,
                    found_as="next",
                    kind=request.kind,
                    method=request.method,
                    body=request.body,
                    reason=reason,
                    clicks=0,
                )
            )
        return leads

    def _leads(self, ticket: Ticket, page: Page, findings: list[Finding]) -> list[Lead]:
        leads = []
        for role, href in iter_links(page):
            url = self._join(_base_of(page.base, href), href)
            if url is None or not self._is_new(url):
                continue
            reason = self._reason(url, ticket, findings)
            target = url
            if page.encoding != "utf-8" and not href.isascii():
                target = self._as_the_page_means(page, href) or url
            leads.append(Lead(url=url, target=target, found_as=role, reason=reason))
        return leads

    def _reason(self, url: str, ticket: Ticket, findings: list[Finding]) -> str | None:
        reason = self._scope.reason(url, depth=ticket.depth + 1)
        if reason is not None:
            return reason
        rule = self.traps.admit(url, ticket.url)
        if rule is None:
            return None
        pattern = url_pattern(url)
        if (rule, pattern) not in self._told:
            self._told.add((rule, pattern))
            findings.append(
                Finding(
                    code="crawler-trap",
                    data={"rule": rule, "pattern": pattern, "url": url},
                )
            )
        return "trap"

    def _redirect(
        self, ticket: Ticket, reply: Reply, findings: list[Finding]
    ) -> list[Lead]:
        location = reply.header("location")
        if not location:
            return []
        # the header is bytes: what is not ASCII is escaped as it stands
        href = _NOT_ASCII.sub(_LATIN, location)
        url = self._join(ticket.target, href)
        data = {"url": url or location}
        if url is None:
            findings.append(Finding(code="redirect-unreadable", data=data))
            return []
        if url == ticket.url and self.moved_to(ticket, reply) is not None:
            return []  # the same page under another scheme or name: asked there
        self._redirects[ticket.url] = url
        if self._is_loop(ticket.url):
            findings.append(Finding(code="redirect-loop", data=data))
            return []
        reason = self._scope.reason(url, depth=ticket.depth)
        if reason is not None and is_private_host(urlsplit(url).hostname or ""):
            findings.append(Finding(code="redirect-private", data=data))
        elif reason is None and len(ticket.chain) >= MAX_HOPS:
            findings.append(Finding(code="redirect-endless", data=data))
            reason = "redirect-limit"
        if not self._is_new(url):
            return []
        return [Lead(url=url, target=url, found_as="redirect", reason=reason, clicks=0)]

    def _is_loop(self, url: str) -> bool:
        """Tell whether the redirects seen so far lead from a URL back to it."""
        target = self._redirects.get(url)
        for _ in range(_MOST_REDIRECTS):
            if target is None or target == url:
                break
            target = self._redirects.get(target)
        return target == url

    def moved_to(self, ticket: Ticket, reply: Reply) -> str | None:
        """Return where the same URL is to be asked instead, None if nowhere.

        A site that sends http to https, or its bare name to www, redirects every URL
        to another spelling of itself.
        """
        location = reply.header("location")
        if reply.status not in REDIRECTS or not location:
            return None
        try:
            href = _NOT_ASCII.sub(_LATIN, location)
            target = join_url(ticket.target, href, significant_query=self._query)
        except ParseError:
            return None
        is_same = self._scope.canonical_host(target) == ticket.url
        known = (ticket.target, *ticket.chain)
        return target if is_same and target not in known else None

    def _joined(
        self, base: str, href: str, query: tuple[str, ...] | None
    ) -> str | None:
        try:
            url = join_url(base, href, significant_query=query)
        except ParseError:
            return None
        return self._scope.canonical_host(url)

    def _is_new(self, url: str) -> bool:
        if url in self._known:
            return False
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known.add(url)
        return True

    def _as_the_page_means(self, page: Page, href: str) -> str | None:
        """Return the address with the query in the page's encoding, as browsers send it."""
        path, mark, query = href.partition("?")
        raw = _NOT_ASCII.sub(partial(_escape, encoding=page.encoding), query)
        return self._join(page.base, path + mark + raw)


def _base_of(base: str, href: str) -> str:
    """Return as little of a base as decides about a link, so that joins are remembered."""
    if href.startswith("/") and not href.startswith("//"):
        parts = urlsplit(base)
        return f"{parts.scheme}://{parts.netloc}/"
    if href.startswith(("http://", "https://")):
        return "http://-/"
    if href.startswith(("?", "#")):
        return base
    return base.partition("?")[0].rpartition("/")[0] + "/"


def _escape(match: re.Match[str], encoding: str) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(encoding, "replace"))


_LATIN = partial(_escape, encoding="latin-1")
