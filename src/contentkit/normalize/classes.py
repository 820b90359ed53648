"""Steps on classification: topic, genre, directory, disclosure, kind of document."""

import re
from functools import cache

from contentkit.codelists import Term, load_codelist
from contentkit.normalize.state import State
from contentkit.resources import read_codelist
from contentkit.text import fold_spaces

_LEVELS = re.compile(r"[\\＼/／>＞\-－—]+")
_OTHER = "其他"


def map_topic(state: State) -> None:
    """Set the topic code (主题分类) of the deepest level that the list knows."""
    text = state.values.get("topic")
    if text is None:
        return
    term, is_whole = _topic(text)
    if term:
        state.put("topic", term.code)
    if not is_whole:
        state.tell("CLS-01", "topic", text=text, kept=term.name if term else "")


def _topic(text: str) -> tuple[Term | None, bool]:
    """Return the term of a topic text and whether it covers the whole text."""
    topics = load_codelist("topics")
    levels = [part for part in _LEVELS.split(fold_spaces(text)) if part]
    if not levels:
        return None, False
    tops = [x for x in topics.named(levels[0]) if x.parent is None]
    if len(levels) == 1:
        found = tops or topics.named(levels[0])
        return (found[0], True) if len(found) == 1 else (None, False)
    if len(tops) != 1:
        return None, False
    subs = topics.named(levels[1], parent=tops[0].code)
    if len(subs) == 1:
        return subs[0], len(levels) == 2
    return tops[0], False


def map_genre(state: State) -> None:
    """Set the genre code (体裁分类)."""
    text = state.values.get("genre")
    if text is None:
        return
    found = load_codelist("genres").named(text)
    if len(found) == 1:
        state.put("genre", found[0].code)
    else:
        state.tell("unknown-genre", "genre", text=text)


def map_directory(state: State) -> None:
    """Set the directory (组配分类) as a column code: the page's, else the map's."""
    columns = load_codelist("platform-columns")
    text = state.values.get("directory")
    if text:
        levels = [part for part in _LEVELS.split(text) if part] or [text]
        found = columns.named(text) or columns.named(levels[-1])
        found = tuple(x for x in found if x.row["block"]) or found
        if len(found) == 1:
            state.put("directory", found[0].code)
            return
        state.tell("unknown-directory", "directory", text=text)
    rule = state.rule
    if rule is None or not rule.column:
        return
    code = rule.directory or (rule.column if columns[rule.column].row["block"] else "")
    if code:
        state.put("directory", code, f"columns:{rule.key}")


def map_disclosure(state: State) -> None:
    """Set 公开方式 and 公开范围 in the words of the code lists."""
    for name, codelist in (
        ("disclosure", "disclosure"),
        ("disclosure_scope", "disclosure-scopes"),
    ):
        text = state.values.get(name)
        if text is None:
            continue
        found = load_codelist(codelist).named(text)
        if len(found) == 1:
            state.put(name, found[0].code)
        else:
            state.tell("unknown-disclosure", name, text=text)


def choose_kind(state: State) -> None:
    """Set the kind: of the map's row, else of the platform column, else by pattern."""
    rule = state.rule
    if rule is None or not rule.column:
        return
    if rule.kind:
        state.put("kind", rule.kind, f"columns:{rule.key}")
        return
    own = state.recipe.kinds.get(rule.column)
    row = load_codelist("platform-columns")[rule.column].row
    kind = own or row["kind"]
    for pattern in kind_patterns():
        if pattern.within != (kind or "-"):
            continue
        text = state.document[pattern.field]
        if text and pattern.pattern.search(text):
            state.put("kind", pattern.kind, f"pattern:{pattern.field}")
            return
    origin = "recipe:kinds" if own else f"column:{rule.column}"
    state.put("kind", kind or "article", origin)


class KindPattern:
    """One row of kind-patterns.csv."""

    def __init__(self, row: dict[str, str]) -> None:
        self.kind = row["kind"]
        self.within = row["within"]
        self.field = row["field"]
        self.pattern = re.compile(row["pattern"])


@cache
def kind_patterns() -> tuple[KindPattern, ...]:
    """Return the patterns in their order."""
    return tuple(KindPattern(row) for row in read_codelist("kind-patterns"))
