"""Run shards of pure work: references in, files out."""
