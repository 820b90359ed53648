"""What the server of a sample site answers: files, odd routes, list services, traps."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from contentkit.samplesite.lists import PROXY, UNIT

Route = Mapping[str, Any]

_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".css": "text/css",
    ".js": "application/javascript",
    ".xml": "text/xml",
    ".txt": "text/plain",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
    ".ofd": "application/ofd",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RECORD = re.compile(r"<record>.*?</record>", re.DOTALL)
_PAGE = "<html><head><meta charset=utf-8><title>{0}</title></head><body><h1>{0}</h1>{1}</body></html>"


class Response:
    """What the server answers: status, headers, and how much of the body it sends."""

    def __init__(self, body: bytes, content_type: str, *, status: int = 200) -> None:
        self.status = status
        self.body = body
        self.headers = {"Content-Type": content_type}
        self.cut = False
        self.promised: int | None = None


class Site:
    """A written site as a server sees it: paths to responses, and who asked for what."""

    def __init__(self, directory: Path) -> None:
        self._root = directory / "site"
        self._service = directory / "service"
        self.hits: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._sessions = count(0xA2)
        self.pause = threading.Event()
        facts = json.loads((directory / "site.json").read_text(encoding="utf-8"))
        self._types = [(re.compile(p), t) for p, t in facts["content_types"]]
        self._routes: dict[str, list[Route]] = {}
        with (directory / "routes.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                route = json.loads(line)
                self._routes.setdefault(route["path"], []).append(route)

    def respond(self, target: str, form: str) -> Response:
        """Return the response to a path with query; `form` is the body of a POST."""
        with self._lock:
            self.hits[target] += 1
            first = self.hits[target] == 1
        path, _, query = target.partition("?")
        for route in self._routes.get(path, ()):
            response = self._follow(route, path, first=first)
            if response is not None:
                return response
        if path == PROXY:
            return self._answer_jpage(parse_qs(query), parse_qs(form))
        if path == UNIT:
            return self._answer_unit(parse_qs(query))
        return _answer_trap(path, query, self._sessions) or self._read_file(path)

    def _follow(self, route: Route, path: str, *, first: bool) -> Response | None:
        """Return what a route answers, or None where the file follows as usual."""
        response: Response | None = None
        match route["do"]:
            case "file":
                response = self._read_odd_file(route, path)
            case "status":
                response = make_page("无法访问", status=route["status"])
            case "redirect":
                response = _make_redirect(route["to"], status=route["status"])
            case "soft-404":
                response = self._read_file("soft-404.html", root=self._service)
            case "cut":
                response = self._read_file("half.html", root=self._service)
                response.cut = True
            case "big":
                response = Response(b"", "video/mp4")
                response.promised = route["bytes"]
            case _ if first:
                response = self._misbehave(route, path)
        return response

    def _misbehave(self, route: Route, path: str) -> Response | None:
        """Return what a page answers the first time only."""
        if route["do"] == "slow":
            self.pause.wait(route["seconds"])
            return None
        if route["do"] == "cut-once":
            response = self._read_file(path)
            response.cut = True
            return response
        response = make_page("请稍后再试", status=route["status"])
        if "retry" in route:
            response.headers["Retry-After"] = str(route["retry"])
        return response

    def _read_file(self, path: str, *, root: Path | None = None) -> Response:
        base = root or self._root
        name = path.lstrip("/")
        if not name or name.endswith("/"):
            name += "index.html"
        file = base / name
        parts = Path(name).parts
        if ".." in parts or "\0" in name or not file.is_file():
            return make_page("404 Not Found", status=404)
        media_type = _MEDIA_TYPES.get(file.suffix, "application/octet-stream")
        if media_type == "text/html":
            kinds = (kind for pattern, kind in self._types if pattern.search(path))
            media_type = next(kinds, media_type)
        return Response(file.read_bytes(), media_type)

    def _read_odd_file(self, route: Route, path: str) -> Response:
        response = self._read_file(route.get("file", path))
        if "content_type" in route:
            response.headers["Content-Type"] = route["content_type"]
        if "attachment" in route:
            # Header bytes are GBK, as old download scripts sent them; http.server
            # writes header text as Latin-1.
            name = route["attachment"].encode("gbk").decode("latin-1")
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _answer_unit(self, query: Mapping[str, list[str]]) -> Response:
        column = _number(query.get("pageId"))
        page = _number(query.get("pageNo")) or "1"
        response = self._read_file(f"unit/{column}/{page}.json", root=self._service)
        if response.status == 404:
            empty = b'{"success":true,"code":"200","data":{"html":""}}'
            response = Response(empty, "application/json")
        response.headers["Content-Type"] = "application/json;charset=utf-8"
        return response

    def _answer_jpage(
        self, query: Mapping[str, list[str]], form: Mapping[str, list[str]]
    ) -> Response:
        column = _number(query.get("columnid") or form.get("columnid"))
        folder = self._service / "jpage" / column
        if not column or not folder.is_dir():
            return make_page("404 Not Found", status=404)
        if "startrecord" in query:
            start = max(1, int(_number(query["startrecord"]) or 1))
            end = int(_number(query.get("endrecord")) or start)
            text = _slice_records(folder, start, min(end, start + 999))
        else:
            page = _number(query.get("page")) or "1"
            file = folder / f"{page}.xml"
            empty = "<datastore><recordset></recordset></datastore>"
            text = file.read_text(encoding="utf-8") if file.is_file() else empty
        return Response(text.encode(), "text/xml;charset=UTF-8")


def _answer_trap(path: str, query: str, sessions: Iterator[int]) -> Response | None:
    values = parse_qs(query)
    if path.startswith("/go/chain/"):
        step = int(_number([path.rsplit("/", 1)[1]]) or 0)
        return _make_redirect(f"/go/chain/{step + 1}")
    if path == "/calendar/":
        year, month = (int(_number(values.get(key)) or 1) for key in ("y", "m"))
        turned = divmod(year * 12 + month, 12)
        link = f"/calendar/?y={turned[0]}&m={turned[1] + 1}"
        return make_page(f"办事日历 {year}年{month}月", [(link, "下一月")])
    if path == "/tags/":
        page = int(_number(values.get("page")) or 1)
        tag = _number(values.get("tag")) or "1"
        links = [(f"/tags/?tag={tag}&page={page + 1}", "下一页")]
        links.append((f"/tags/?tag={int(tag) + 1}&page=1&from={tag}", "相关标签"))
        return make_page(f"标签{tag} 第{page}页", links)
    if path.startswith("/jlwz/bbs.jsp"):
        link = f"/jlwz/bbs.jsp;jsessionid={next(sessions):04X}"
        return make_page("网上论坛", [(link, "刷新")])
    if path.startswith(("/vc/", "/e/public/ViewClick")):
        return Response(b"document.write('46');", "text/html")
    return None


def make_page(
    title: str, links: Sequence[tuple[str, str]] = (), *, status: int = 200
) -> Response:
    """Return a short page of the server's own."""
    rows = "".join(f'<p><a href="{escape(u)}">{t}</a></p>' for u, t in links)
    body = _PAGE.format(escape(title), rows).encode()
    return Response(body, "text/html; charset=utf-8", status=status)


def _make_redirect(to: str, *, status: int = 302) -> Response:
    response = make_page("已移动", status=status)
    response.headers["Location"] = to
    return response


def _slice_records(folder: Path, start: int, end: int) -> str:
    """Return the records from `start` to `end`, 1-based, over the group files."""
    files = sorted(folder.glob("*.xml"), key=lambda file: int(file.stem))
    size = len(_RECORD.findall(files[0].read_text(encoding="utf-8"))) or 1
    records: list[str] = []
    first = (start - 1) // size
    for file in files[first : (end - 1) // size + 1]:
        records += _RECORD.findall(file.read_text(encoding="utf-8"))
    begin = start - 1 - first * size
    chosen = "\n".join(records[begin : begin + end - start + 1])
    return f"<datastore><recordset>\n{chosen}\n</recordset></datastore>"


def _number(values: list[str] | None) -> str:
    return values[0] if values and values[0].isascii() and values[0].isdigit() else ""
