"""发文字号 of a field or title: one grammar with the reading of policy texts."""

from contentkit.policy.numbers import DocNumber, find_title_number, parse_doc_number

__all__ = ["DocNumber", "find_title_number", "parse_doc_number"]
