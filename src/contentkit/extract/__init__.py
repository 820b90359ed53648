"""From the bytes of one page to a record: what the page says."""

from contentkit.extract.page import extract_record

__all__ = ["extract_record"]
