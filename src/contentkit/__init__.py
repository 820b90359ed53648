"""Offline-first ingestion and migration toolkit for legacy government websites."""

__version__ = "0.1.0"
