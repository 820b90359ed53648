"""Which documents of the sample site repeat another one, word for word or nearly so."""

from contentkit.samplesite.layout import Column, Layout

COPIES = {
    # column: (every, at place, original's column, how)
    "bulletins": (12, 5, "publicity", "exact"),
    "department-files": (10, 7, "office-files", "exact"),
    "streets": (8, 3, "news", "repost"),
    "media-focus": (8, 2, "news", "near"),
}


def copied_from(layout: Layout, column: Column, place: int) -> int | None:
    """Return the index of the document whose words stand at a place, None if its own."""
    every, at, key, _ = COPIES.get(column.key, (0, 0, "", ""))
    if not every or place % every != at:
        return None
    source = layout.column(key)
    # About the same share of the way down, one further: so it is older as a rule.
    other = place * source.documents // column.documents + 1
    return source.first + other if other < source.documents else None
