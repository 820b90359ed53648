"""What one crawl works with; the parts that Scrapy makes find it on the spider."""

from dataclasses import dataclass, field

from contentkit.errors import ContentkitError, HarvestError
from contentkit.harvest.guard import AddressGuard, own_hosts
from contentkit.harvest.pace import Pace
from contentkit.harvest.reader import PageReader
from contentkit.harvest.settings import USER_AGENT
from contentkit.harvest.tickets import Book
from contentkit.harvest.wire import Client
from contentkit.harvest.wire_reader import Headers, Reply
from contentkit.profile import Profile

_ASKED = (
    ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("Accept-Language", "zh-CN,zh;q=0.9"),
    ("Accept-Encoding", "gzip, deflate"),
)
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass(slots=True, kw_only=True)
class Crawl:
    """One crawl; `fault` is what ended it early, if anything."""

    profile: Profile
    book: Book
    reader: PageReader
    pace: Pace
    limit: int | None = None
    fault: ContentkitError | None = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(
            AddressGuard(own_hosts(self.profile)),
            max_bytes=self.profile.limits.max_bytes,
            timeouts=self.pace.timeouts,
        )

    @property
    def user_agent(self) -> str:
        """How the crawl names itself."""
        return self.profile.politeness.user_agent or USER_AGENT

    @property
    def base_url(self) -> str:
        """The home page of the site."""
        return self.profile.base_url or self.profile.start_urls[0]

    def headers(self, method: str = "GET") -> Headers:
        """Return the header fields of a request."""
        fields = (("User-Agent", self.user_agent), *_ASKED)
        return fields if method == "GET" else (*fields, _FORM)

    async def ask(self, url: str) -> Reply:
        """Fetch an address that is not on the frontier; raises `FetchFailed`."""
        return await self.client.fetch("GET", url, headers=self.headers())


def crawl_of(spider: object) -> Crawl:
    """Return the crawl that a spider was made for."""
    crawl = getattr(spider, "crawl", None)
    assert isinstance(crawl, Crawl)
    return crawl


def as_fault(error: BaseException | None) -> ContentkitError:
    """Return an error as one that ends a command with a message."""
    if isinstance(error, ContentkitError):
        return error
    return HarvestError(f"the crawl stopped: {error!r}: report this to the developers")
