"""What policy documents say of themselves and of others; pure functions over texts."""

from contentkit.policy.read import read_policy

__all__ = ["read_policy"]
