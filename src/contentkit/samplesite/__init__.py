"""The synthetic legacy portal with its truth, and a loopback server for it."""

from contentkit.samplesite.addresses import ORIGIN
from contentkit.samplesite.server import Server, serve
from contentkit.samplesite.write import SiteSummary, write_site

__all__ = ["ORIGIN", "Server", "SiteSummary", "serve", "write_site"]
