"""Values of a document as a rule needs them, whatever a wrong document holds.

A rule looks at one relation between fields and must not stumble over a field that the
schema already complains about: such a field reads as empty.
"""

from datetime import date

from contentkit.models import Document, Json


def text_of(document: Document, key: str) -> str:
    """Return a text field, empty where there is none."""
    value = document.get(key)
    return value if isinstance(value, str) else ""


def items_of(document: Document, key: str) -> list[dict[str, Json]]:
    """Return the objects of a list field."""
    value = document.get(key)
    return [x for x in value if isinstance(x, dict)] if isinstance(value, list) else []


def object_of(document: Document, key: str) -> dict[str, Json]:
    """Return an object field, empty where there is none."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def date_of(document: Document, key: str) -> date | None:
    """Return the day of a date or time field; None where there is no valid one."""
    try:
        return date.fromisoformat(text_of(document, key)[:10])
    except ValueError:
        return None
