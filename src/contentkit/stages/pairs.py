"""Judge the candidate pairs: compare exactly, tell one document from two, keep evidence.

Reads candidates, documents and file texts; writes `pairs`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
import orjson

from contentkit.dedupe.authority import classify
from contentkit.dedupe.boilerplate import Boilerplate
from contentkit.dedupe.exact import jaccard_of
from contentkit.dedupe.facts import Copy, attachment_copy, copy_from
from contentkit.dedupe.judge import Verdict, judge, least_told
from contentkit.dedupe.minhash import Signature, is_below
from contentkit.dedupe.shingles import Grams, grams_of
from contentkit.dedupe.text import fold_codes
from contentkit.dedupe.words import threshold
from contentkit.engine import Process, Shard, run_shards
from contentkit.models import Json
from contentkit.progress import Progress
from contentkit.resources import read_codelist
from contentkit.stages.duplicate_findings import FAILED
from contentkit.stages.runner import attempt, config_digest
from contentkit.workspace import Workspace, dump, open_reader

VERSION = "2"  # rises when pairs are judged differently
SHARD_PAIRS = 500
_AT_HAND = 512  # texts and grams that a process remembers
_KNOWN = 8192  # copies without their texts, and signatures: a kilobyte each

# what a pair rests on stands in its reference: results are kept by it; pairs of one title
# come together, for they are of the same few texts
_REFS = """
SELECT c.a, c.b, c.source, ifnull(x.digest, p.sha256), ifnull(y.digest, q.sha256)
FROM candidates c
LEFT JOIN documents x ON x.url_id = c.a LEFT JOIN file_texts p ON p.url_id = c.a
LEFT JOIN documents y ON y.url_id = c.b LEFT JOIN file_texts q ON q.url_id = c.b
ORDER BY x.title, c.a, c.b
"""
_KEPT = "SELECT copy, signature FROM fingerprints WHERE url_id = ? AND origin = 'html'"
_DOCUMENT = "SELECT coalesce(valid_data, data) FROM documents WHERE url_id = ?"
_FILE = (
    "SELECT sha256, name, json_extract(data, '$.text') FROM file_texts WHERE url_id = ?"
)
# the document that carries a file, the first by id where there are more
_CARRIER = """
SELECT d.url_id FROM captures c JOIN urls u ON u.id = c.url_id
JOIN refs r ON r.ref_url = u.url AND r.role = 'attachment'
JOIN documents d ON d.url_id = r.url_id AND d.state = 'valid'
WHERE c.sha256 = ? AND c.is_current = 1 ORDER BY d.id LIMIT 1
"""
_INSERT = "INSERT OR REPLACE INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, kw_only=True)
class PairWork:
    """Judge pairs of texts read from the ledger by id."""

    ledger: str
    boilerplate: Boilerplate
    config: str

    def open(self) -> Process:
        """Open the ledger for reading."""
        reader = _Copies(open_reader(self.ledger), self.boilerplate)
        return partial(_process, reader)

    def died(self, ref: Json) -> Json:
        """Leave a pair that kills its worker apart: it is asked about, not merged."""
        return _failed(ref, "the worker process died on this pair", "")


def judge_pairs(
    workspace: Workspace,
    boilerplate: Boilerplate,
    *,
    workers: int,
    progress: Progress,
) -> int:
    """Replace the pairs by the judgement of the present candidates; return how many."""
    conn = workspace.conn
    work = PairWork(
        ledger=str(workspace.folder / "workspace.db"),
        boilerplate=boilerplate,
        config=config_digest("pairs", VERSION, dump(list(boilerplate.keys))),
    )
    (total,) = conn.execute("SELECT count(*) FROM candidates").fetchone()
    progress.start("dedupe", total)
    with workspace.transaction():
        conn.execute("DELETE FROM pairs")
    kept = 0
    scratch = workspace.folder / "scratch"
    shards = _shards(workspace)
    try:
        for results in run_shards(work, shards, workers=workers, scratch=scratch):
            rows = list(results)
            told = [row for row in rows if row is not None]
            with workspace.transaction():
                conn.executemany(_INSERT, told)
            kept += len(told)
            progress.advance(len(rows))
    finally:
        progress.close()
    return kept


def _shards(workspace: Workspace) -> Iterator[Shard]:
    cursor = open_reader(str(workspace.folder / "workspace.db")).execute(_REFS)
    while rows := cursor.fetchmany(SHARD_PAIRS):
        yield Shard(tuple(list(row) for row in rows))


def _process(copies: "_Copies", refs: Sequence[Json]) -> Iterator[Json]:
    return (attempt(partial(_judge, copies), ref, _failed) for ref in refs)


def _failed(ref: Json, error: str, trace: str) -> list[Json]:
    """Return the row of a pair that could not be judged: nobody knows what it is."""
    evidence = dump({"error": error, "trace": trace})
    return [ref[0], ref[1], FAILED, "unrelated", 0.0, "failed", "[]", evidence]


def _judge(copies: "_Copies", ref: Json) -> list[Json] | None:
    """Return the row of a pair, None where there is nothing to tell."""
    a, b, source = ref[:3]
    if copies.is_unlike(a, b):
        return None
    first, second = copies.copy(a), copies.copy(b)
    if first is None or second is None:
        return None
    similarity = copies.jaccard(a, b)
    if source == "near" and similarity < threshold("near"):
        return None
    verdict = judge(first, second, similarity)
    if verdict.code is None and not (verdict.blockers and similarity >= _near()):
        return None
    return [
        a,
        b,
        verdict.code,
        verdict.relation,
        round(similarity, 6),
        _state(verdict),
        dump([blocker.to_json() for blocker in verdict.blockers]),
        dump(verdict.evidence),
    ]


def _near() -> float:
    return threshold("near")


def _state(verdict: Verdict) -> str:
    if verdict.is_same:
        return "duplicate"
    return "distinct" if verdict.blockers else "related"


class _Copies:
    """The copies and grams of texts, the last used ones at hand."""

    def __init__(self, conn: sqlite3.Connection, boilerplate: Boilerplate) -> None:
        self._conn = conn
        self._boilerplate = boilerplate
        self._known = lru_cache(maxsize=_KNOWN)(self._find_known)
        self.copy = lru_cache(maxsize=_AT_HAND)(self._copy)
        self._grams = lru_cache(maxsize=_AT_HAND)(self._make_grams)

    def is_unlike(self, a: int, b: int) -> bool:
        """Tell whether there is nothing to tell of two pages, without their texts."""
        first, second = self._known(a), self._known(b)
        if first is None or second is None:
            return False
        least = least_told(first[0], second[0])
        return bool(least) and is_below(first[1], second[1], least)

    def jaccard(self, a: int, b: int) -> float:
        """Return the true similarity of two texts; equal characters give 1.0."""
        first, second = self._grams(a), self._grams(b)
        if first.size == second.size == 0:
            return (
                1.0 if self._folded(a) and self._folded(a) == self._folded(b) else 0.0
            )
        return jaccard_of(first, second)

    def _find_known(self, key: int) -> tuple[Copy, Signature] | None:
        """Return a page without its text, and its signature; None without one."""
        row = self._conn.execute(_KEPT, [key]).fetchone()
        if row is None or not row[1]:
            return None
        return read_copy(row[0], key), np.frombuffer(row[1], dtype="<u2")

    def _copy(self, key: int) -> Copy | None:
        row = self._conn.execute(_KEPT, [key]).fetchone()
        if row is not None:
            (data,) = self._conn.execute(_DOCUMENT, [key]).fetchone()
            return read_copy(row[0], key, text=orjson.loads(data)["body_text"])
        row = self._conn.execute(_FILE, [key]).fetchone()
        carrier = self._conn.execute(_CARRIER, [row[0]]).fetchone() if row else None
        page = self.copy(carrier[0]) if carrier else None
        if page is None:
            return None
        return attachment_copy(page, key=key, name=row[1], text=row[2])

    def _make_grams(self, key: int) -> Grams:
        return grams_of(fold_codes(self._text(key)))

    def _folded(self, key: int) -> bytes:
        return fold_codes(self._text(key)).tobytes()

    def _text(self, key: int) -> str:
        copy = self.copy(key)
        return self._boilerplate.without(copy.text) if copy else ""


def read_copy(facts: str, key: int, *, text: str = "") -> Copy:
    """Return the copy of which facts are stored, with the class of its column."""
    copy = copy_from(orjson.loads(facts), key=key, text=text)
    column = _columns().get(copy.column)
    return replace(
        copy, column_class=classify(kind=copy.kind, url=copy.url, column=column)
    )


@lru_cache(maxsize=1)
def _columns() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in read_codelist("platform-columns")}
