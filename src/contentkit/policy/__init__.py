"""What policy documents say of themselves and of others; pure functions over texts."""

from contentkit.policy.read import answer_request, read_policy

__all__ = ["answer_request", "read_policy"]
