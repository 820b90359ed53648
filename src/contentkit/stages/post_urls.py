"""The identity of a POST: its address with the form in the query, as pywb writes it.

https://github.com/webrecorder/pywb `warcserver/inputrequest.py`: `__wb_method=POST&`
and then the form. So captures of one address with different forms stay apart, and other
tools of web archiving use the same key.
"""

import base64
import hashlib
from urllib.parse import quote_plus, urlencode

import orjson

from contentkit.errors import ParseError
from contentkit.harvest.urls import canonical_url
from contentkit.models import Json


def post_url(url: str, media_type: str | None, body: bytes) -> str:
    """Return the canonical URL that stands for a POST of `body` to `url`.

    >>> post_url("http://e.cn/q", "application/x-www-form-urlencoded", b"a=1&b=2")
    'http://e.cn/q?__wb_method=POST&a=1&b=2'
    """
    mark = "&" if "?" in url else "?"
    base = f"{url}{mark}__wb_method=POST"
    form = _form(media_type or "", body)
    try:
        return canonical_url(f"{base}&{form}" if form else base)
    except ParseError:
        # a form too long for an address: its digest still tells it from others
        digest = hashlib.sha256(body).hexdigest()
        return canonical_url(f"{base}&__wb_post_sha256={digest}")


def _form(media_type: str, body: bytes) -> str:
    if not body:
        return ""
    if media_type == "application/x-www-form-urlencoded":
        # bytes of a GBK form stay those bytes
        text = body.decode("utf-8", errors="surrogateescape")
        return text.replace("#", "%23")
    if media_type in ("application/json", "text/json"):
        try:
            return urlencode(_flatten(orjson.loads(body)))
        except orjson.JSONDecodeError:
            pass
    return "__wb_post_data=" + quote_plus(base64.b64encode(body).decode())


def _flatten(value: Json) -> list[tuple[str, str]]:
    """Return the leaves of a JSON value by their key; repeated keys get `.2_` as in pywb."""
    pairs: list[tuple[str, str]] = []
    counts: dict[str, int] = {}
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        name, item = waiting.pop(0)
        if isinstance(item, dict):
            waiting[:0] = list(item.items())
        elif isinstance(item, list):
            waiting[:0] = [(name, part) for part in item]
        else:
            counts[name] = counts.get(name, 0) + 1
            suffix = f".{counts[name]}_" if counts[name] > 1 else ""
            pairs.append((name + suffix, str(item)))
    return pairs
