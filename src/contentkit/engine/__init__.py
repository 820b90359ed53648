"""Run shards of pure work: references in, files out."""

from contentkit.engine.local import run_shards, start_ahead, worker_context
from contentkit.engine.shards import Process, Shard, Work

__all__ = ["Process", "Shard", "Work", "run_shards", "start_ahead", "worker_context"]
