"""The ordered stages: pending items, pure work, one atomic commit."""
