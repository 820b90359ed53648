"""A synthetic legacy portal with its truth."""
