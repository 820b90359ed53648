"""The redirects as an nginx map.

The map looks at host and request as the client sent them, so addresses escaped in GBK
stay what they are. nginx compares map keys without regard to case (that also covers
`%e4` for `%E4`); addresses that differ by nothing but case become regular expressions.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from contentkit.bundle.redirects import (
    Redirect,
    Status,
    escape_url,
    key_hash,
    repeated_keys,
    request_key,
)

_LONGEST = 4000
"""nginx reads its configuration in blocks of 4,096 bytes and refuses longer words."""

_LINE = 64  # bytes; hash buckets are aligned to the cache line
_FULLEST = 10  # entries
_LARGEST = 65536 - _LINE  # bytes; ngx_hash.c takes no more
_SMALLEST = 16384  # buckets; above 10,000 nginx tries the largest number first
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")

_HEAD = """\
# Old addresses -> new ones; written by contentkit, do not edit.
# 旧网址跳转表，由 contentkit 生成，请勿手工修改。
#
# 用法：在 nginx.conf 的 http 块内 include 本文件，并在旧域名的 server 块中写：
# Use: include this file in the http block; in the server block of the old host write:
#
#     set $contentkit_platform "https://www.example.gov.cn";  # 新平台地址 new platform
#     if ($contentkit_redirect = "410") {{ return 410; }}
#     if ($contentkit_redirect) {{ return 301 $contentkit_redirect; }}
#
# 如 http 块内已有 map_hash_* 指令，请保留数值较大的一条。
# If the http block has map_hash_* directives already, keep the larger values.
#
# 收录 written: {written}; 未收录 left out: {left_out} (地址过长或无效 too long or no http URL)

map_hash_max_size {max_size};
map_hash_bucket_size {bucket_size};

map "" $contentkit_platform {{
    default "";
}}

map "$http_host$request_uri" $contentkit_redirect {{
    default "";
"""


@dataclass(frozen=True, slots=True)
class _Answer:
    key: str
    value: str


def nginx_map(read: Callable[[], Iterable[Redirect]]) -> Iterator[bytes]:
    """Yield redirects.nginx.conf; `read` gives the redirects anew at each call.

    `301` answers 301; `410` answers 410; `archive` answers 301 if it has an address
    and 410 if not; `unresolved` is left to the old server.
    """
    survey = _Survey()
    shared = repeated_keys(survey.folded_keys(read()))
    yield _HEAD.format(
        written=survey.written,
        left_out=survey.left_out,
        max_size=max(_SMALLEST, 1 << (2 * survey.written).bit_length()),
        bucket_size=_bucket_size(survey.longest),
    ).encode()
    for line in _entries(_answers(read()), shared):
        yield f"    {line}\n".encode()
    yield b"}\n"


class _Survey:
    """What the head of the map says of its entries, counted in a first reading."""

    def __init__(self) -> None:
        self.written = 0
        self.left_out = 0
        self.longest = 0

    def folded_keys(self, redirects: Iterable[Redirect]) -> Iterator[str]:
        for answer in _answers(redirects):
            if answer is None:
                self.left_out += 1
            else:
                self.written += 1
                self.longest = max(self.longest, len(answer.key))
                yield answer.key.lower()


def _entries(
    answers: Iterable[_Answer | None], shared: frozenset[int]
) -> Iterator[str]:
    groups: dict[str, list[_Answer]] = {}
    for answer in answers:
        if answer is None:
            continue
        if shared and key_hash(folded := answer.key.lower()) in shared:
            groups.setdefault(folded, []).append(answer)
        else:
            yield f"{_quoted(answer.key)} {_quoted(answer.value)};"
    for folded in sorted(groups):
        yield from _group(groups[folded])


def _group(group: list[_Answer]) -> Iterator[str]:
    """Yield the entries of addresses that are equal but for case."""
    if len({answer.value for answer in group}) == 1:
        yield f"{_quoted(group[0].key)} {_quoted(group[0].value)};"
        return
    values: dict[str, str] = {}
    for answer in group:
        # two answers to one address are a finding of check_redirects; the first stays
        values.setdefault(answer.key, answer.value)
    for key, value in values.items():
        yield f"{_quoted(_exact(key))} {_quoted(value)};"


def _answers(redirects: Iterable[Redirect]) -> Iterator[_Answer | None]:
    """Yield the answer to each decided address; None if nginx cannot hold it."""
    return (_answer(r) for r in redirects if r.status is not Status.UNRESOLVED)


def _answer(redirect: Redirect) -> _Answer | None:
    key = request_key(redirect.from_url)
    if key is None:
        return None
    value = "410"
    if redirect.to is not None and redirect.status is not Status.GONE:
        # a literal dollar cannot be written in nginx: it would name a variable
        value = escape_url(redirect.to).replace("$", "%24")
        if value.startswith("/"):
            value = f"${{contentkit_platform}}{value}"
    # escaping makes a text at most four times as long: most need no closer look
    is_short = max(len(key), len(value)) < _LONGEST // 4 - len("~^(?i:)$")
    if is_short or max(len(_quoted(_exact(key))), len(_quoted(value))) <= _LONGEST:
        return _Answer(key, value)
    return None


def _exact(key: str) -> str:
    """Return the regular expression of one address that minds the case of its path."""
    host, slash, rest = key.partition("/")
    pattern = _PERCENT.sub(_either_case, re.escape(slash + rest))
    return f"~^(?i:{re.escape(host)}){pattern}$"


def _either_case(match: re.Match[str]) -> str:
    return "%" + "".join(
        f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in match[1]
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bucket_size(longest: int) -> int:
    """Return room for the fullest bucket: hash buckets take only what they hold.

    ngx_hash.c: an entry is a pointer and its key with two bytes of length, in steps of
    8; with twice as many buckets as entries, the fullest of a million has some 9.
    """
    entry = 8 + -(-(longest + 2) // 8) * 8
    wanted = -(-(_FULLEST * entry + 8) // _LINE) * _LINE
    return min(wanted, _LARGEST)
