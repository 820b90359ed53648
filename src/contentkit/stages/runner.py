"""One runner for every per-document stage: pending, pure work, one atomic commit.

An item is pending while no mark carries its current input digest and the digest of the
configuration. Items go out in shards in key order; results come back in that order and
are committed shard by shard: results, findings and marks in one transaction.
"""

import hashlib
import sqlite3
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from contentkit.engine import Shard, Work, run_shards
from contentkit.errors import ContentkitError
from contentkit.models import Finding, Json, StageReport
from contentkit.progress import Progress, Silent
from contentkit.stages.finding_rows import delete_findings, finding_row, insert_rows
from contentkit.workspace import Workspace

SHARD_ITEMS = 250  # some seconds of work: what a killed worker costs at most


class Stage(Protocol):
    """A per-document stage.

    `pending_sql` selects `item, input, …` of items after `:after` in key order whose
    mark is missing or old; `store` writes the result of one item.
    """

    @property
    def name(self) -> str:
        """The name of the stage in marks and findings."""

    @property
    def work(self) -> Work:
        """The pure work, picklable."""

    @property
    def source_sql(self) -> str:
        """SELECT item, input, url, more of the reference … (see `_Pending`)."""

    def store(self, conn: sqlite3.Connection, item: int, result: Json) -> None:
        """Write the result of one item over its old one."""

    def remove(self, conn: sqlite3.Connection, item: int) -> None:
        """Delete the old result of an item that is dropped or failed."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a stage is run; none of it changes what a result is."""

    run_id: int
    workers: int = 1
    limit: int | None = None
    retry_failed: bool = False
    progress: Progress = field(default_factory=Silent)


@dataclass
class _Tally:
    seen: int = 0
    done: int = 0
    failed: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


_Batch = Iterable[tuple[tuple[int, str], Json]]


def run_stage(workspace: Workspace, stage: Stage, options: Options) -> StageReport:
    """Run a stage over what is pending and commit shard by shard."""
    pending = _Pending(workspace.conn, stage, options)
    tally = _Tally()
    options.progress.start(stage.name, pending.count())
    # two iterators over the same shards: one is worked on, one says what came back
    sent: list[list[tuple[int, str]]] = []
    shards = pending.shards(sent)
    scratch = workspace.folder / "scratch"
    try:
        for results in run_shards(
            stage.work, shards, workers=options.workers, scratch=scratch
        ):
            items = sent.pop(0)
            _commit(workspace, stage, options, zip(items, results, strict=True), tally)
            options.progress.advance(len(items))
    finally:
        options.progress.close()
    return StageReport(
        stage=stage.name,
        seen=tally.seen,
        done=tally.done,
        dropped=dict(tally.dropped),
        failed=tally.failed,
        findings=dict(tally.findings),
    )


def count_pending(workspace: Workspace, stage: Stage) -> int:
    """Return how many items wait for a stage."""
    return _Pending(workspace.conn, stage, Options(run_id=0)).count()


@dataclass
class _Pending:
    conn: sqlite3.Connection
    stage: Stage
    options: Options

    def count(self) -> int:
        sql, values = self._select("count(*)")
        total = int(self.conn.execute(sql, values).fetchone()[0])
        return total if self.options.limit is None else min(total, self.options.limit)

    def shards(self, sent: list[list[tuple[int, str]]]) -> Iterator[Shard]:
        left = self.options.limit
        after = -1
        while left is None or left > 0:
            size = SHARD_ITEMS if left is None else min(SHARD_ITEMS, left)
            sql, values = self._select("*")
            rows = self.conn.execute(
                f"{sql} AND s.item > ? ORDER BY s.item LIMIT {size}",
                [*values, after],
            ).fetchall()
            if not rows:
                return
            after = rows[-1][0]
            if left is not None:
                left -= len(rows)
            sent.append([(row[0], row[1]) for row in rows])
            yield Shard(tuple(list(row) for row in rows))

    def _select(self, what: str) -> tuple[str, list[Json]]:
        stale = "m.item IS NULL OR m.input <> s.input OR m.config <> ?"
        if self.options.retry_failed:
            stale += " OR m.outcome = 'failed'"
        columns = "s.*" if what == "*" else what
        sql = (
            f"SELECT {columns} FROM ({self.stage.source_sql}) s "
            f"LEFT JOIN marks m ON m.stage = ? AND m.item = s.item WHERE ({stale})"
        )
        return sql, [self.stage.name, self.stage.work.config]


def _commit(
    workspace: Workspace, stage: Stage, options: Options, batch: _Batch, tally: _Tally
) -> None:
    """Write a shard as its results come: no more than one is in memory."""
    config, run_id = stage.work.config, options.run_id
    marks: list[list[Json]] = []
    findings: list[tuple[int, Sequence[Json]]] = []
    with workspace.transaction() as conn:
        for (item, digest), result in batch:
            outcome, reason = result["outcome"], result.get("reason")
            if outcome == "done":
                stage.store(conn, item, result)
            else:
                stage.remove(conn, item)
            marks.append([stage.name, item, digest, config, outcome, reason, run_id])
            findings += [(item, row) for row in result["findings"]]
            _count(tally, result)
        delete_findings(conn, stage.name, [mark[1] for mark in marks])
        insert_rows(conn, stage.name, findings)
        conn.executemany(
            "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", marks
        )


def guarded(step: Callable[[Json], Json], ref: Json) -> Json:
    """Do one item; an unexpected error becomes a failed result with its traceback.

    Its findings become rows of the ledger here, in the worker.
    """
    return attempt(partial(_with_rows, step), ref, failed)


def _with_rows(step: Callable[[Json], Json], ref: Json) -> Json:
    result = step(ref)
    result["findings"] = [finding_row(ref[2], x) for x in result["findings"]]
    return result


def attempt(
    step: Callable[[Json], Json], ref: Json, fallback: Callable[[Json, str, str], Json]
) -> Json:
    """Do one item; after an unexpected error return `fallback(ref, error, traceback)`.

    The one place where any exception is caught: a fault of ours on one page must not
    stop the run, and must not vanish either. What is no fault of a page, such as a
    damaged archive, stops the run.
    """
    try:
        return step(ref)
    except ContentkitError:
        raise
    except Exception as error:
        return fallback(ref, f"{type(error).__name__}: {error}", traceback.format_exc())


def died(ref: Json) -> Json:
    """Return the result of an item that kills its worker."""
    return failed(ref, f"the worker process died on {ref[2]}")


def failed(ref: Json, error: str, trace: str = "") -> Json:
    """Return the result of an item that could not be processed."""
    finding = Finding(code="internal-error", data={"error": error, "trace": trace})
    return {
        "outcome": "failed",
        "reason": "internal-error",
        "findings": [finding_row(ref[2], finding.to_json())],
    }


def config_digest(*parts: str) -> str:
    """Return the digest of everything a stage's results depend on but its input."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _count(tally: _Tally, result: Json) -> None:
    tally.seen += 1
    if result["outcome"] == "failed":
        tally.failed += 1
    elif result["outcome"] == "dropped":
        tally.dropped[result["reason"]] += 1
    else:
        tally.done += 1
    tally.findings.update(severity for _, severity, *_ in result["findings"])
