"""From the bytes of one page to a record: what the page says."""

from contentkit.extract.page import extract_page_json, extract_record

__all__ = ["extract_page_json", "extract_record"]
