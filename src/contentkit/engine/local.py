"""Run shards in this process or in local worker processes.

One worker: in this process, results by value. More: a pool of fresh processes;
each writes the results of a shard to a file under its completion key (one a line, written
beside, then renamed), so that a killed worker costs the shards in hand and a killed run finds
the finished ones again. A shard that breaks the pool three times is taken apart, and
the reference that kills its worker alone is answered by `Work.died`.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path

import orjson

from contentkit.engine.shards import Process, Shard, Work
from contentkit.errors import ContentkitError
from contentkit.models import Json

TRIES = 3  # as in the peers measured: retry a broken pool at most three times


def worker_context(module: str) -> BaseContext:
    """Return how workers start: from a server that has imported their module once.

    Never as a copy of this process, whose open ledger must not be shared and whose
    memory would be counted again. Where there is no such server (Windows), each worker
    imports everything itself.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


def start_ahead(work: Work, *, workers: int) -> None:
    """Let the server of the workers start while the caller prepares something else."""
    context = worker_context(type(work).__module__)
    if workers > 1 and context.get_start_method() == "forkserver":
        forkserver.ensure_running()


def run_shards(
    work: Work, shards: Iterable[Shard], *, workers: int, scratch: Path
) -> Iterator[Iterable[Json]]:
    """Yield the results of each shard, in the order of the shards.

    They are made or read while they are gone through, which has to be done to the end
    before the next shard is asked for.
    """
    if workers <= 1:
        process = work.open()
        for shard in shards:
            yield process(shard.refs)
        return
    scratch.mkdir(parents=True, exist_ok=True)
    pool = _Pool(work, workers, scratch)
    try:
        yield from pool.run(shards)
    finally:
        pool.close()


class _Pool:
    def __init__(self, work: Work, workers: int, scratch: Path) -> None:
        self._work = work
        self._workers = workers
        self._scratch = scratch
        self._executor: ProcessPoolExecutor | None = None

    def run(self, shards: Iterable[Shard]) -> Iterator[Iterable[Json]]:
        waiting = iter(shards)
        window: deque[tuple[Shard, Future[None] | None]] = deque()
        while True:
            # twice the workers: each has a next shard, memory stays bounded
            while len(window) < 2 * self._workers:
                shard = next(waiting, None)
                if shard is None:
                    break
                window.append((shard, self._submit(shard)))
            if not window:
                return
            shard, future = window[0]
            try:
                if future is not None:
                    future.result()
            except BrokenProcessPool:
                self.close()
                self._retry(shard)
                window.popleft()
                rest = [later for later, _ in window]
                window = deque((later, self._submit(later)) for later in rest)
            else:
                window.popleft()
            yield self._take(shard)

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _submit(self, shard: Shard) -> Future[None] | None:
        if self._path(shard).exists():
            return None
        if self._executor is None:
            self._executor = self._start()
        try:
            return self._executor.submit(
                _run_shard, self._work, shard, self._path(shard)
            )
        except BrokenProcessPool:
            self.close()
            self._executor = self._start()
            return self._executor.submit(
                _run_shard, self._work, shard, self._path(shard)
            )

    def _start(self) -> ProcessPoolExecutor:
        executor = ProcessPoolExecutor(
            self._workers,
            mp_context=worker_context(type(self._work).__module__),
            initializer=_start_worker,
        )
        try:
            # a worker that cannot even start is no fault of a shard: say so at once
            executor.submit(_set_up, self._work).result()
        except BrokenProcessPool as error:
            raise ContentkitError(
                "worker processes cannot start (see the message above): run with "
                "--workers 1"
            ) from error
        return executor

    def _retry(self, shard: Shard) -> None:
        """Finish a shard that broke the pool, in a pool of its own."""
        for _ in range(TRIES - 1):
            if self._try_alone(shard):
                return
        if len(shard.refs) == 1:
            _write(self._path(shard), [self._work.died(shard.refs[0])])
            return
        half = len(shard.refs) // 2
        parts = (Shard(shard.refs[:half]), Shard(shard.refs[half:]))
        for part in parts:
            if not self._path(part).exists():
                self._retry(part)
        _write(self._path(shard), chain.from_iterable(map(self._take, parts)))

    def _try_alone(self, shard: Shard) -> bool:
        try:
            future = self._submit(shard)
            if future is not None:
                future.result()
        except BrokenProcessPool:
            self.close()
            return False
        return True

    def _path(self, shard: Shard) -> Path:
        return self._scratch / f"{shard.key(self._work.config)}.jsonl"

    def _take(self, shard: Shard) -> Iterator[Json]:
        path = self._path(shard)
        with path.open("rb") as lines:
            yield from map(orjson.loads, lines)
        path.unlink()


_processes: dict[Work, Process] = {}  # what this worker process has set up


def _start_worker() -> None:
    # an interrupt is the parent's business: it stops handing out shards
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent was killed, which would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _set_up(work: Work) -> None:
    if work not in _processes:
        _processes[work] = work.open()


def _run_shard(work: Work, shard: Shard, path: Path) -> None:
    _set_up(work)
    _write(path, _processes[work](shard.refs))


def _write(path: Path, results: Iterable[Json]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as lines:
        for result in results:
            lines.write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE))
    part.replace(path)
