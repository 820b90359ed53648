"""Steps on place: platform column, Article 20 items, path, defaults of the recipe."""

from contentkit.codelists import load_codelist
from contentkit.normalize.state import State

_ISSUER = "issuer"
_DISCLOSURE = ("disclosure", "disclosure_scope")


def place(state: State) -> None:
    """Set column and statutory items from the column map; an unmapped column blocks."""
    rule = state.rule
    if rule is None:
        path = " > ".join(state.record.column_path)
        folder = state.capture.url.partition("?")[0].rpartition("/")[0] + "/"
        state.tell("COL-03", "column", path=path, folder=folder)
        return
    origin = f"columns:{rule.key}"
    state.put("column", rule.column, origin)
    items = list(rule.article20)
    if not items:
        row = load_codelist("platform-columns")[rule.column].row
        items = row["article20"].split()
        origin = f"column:{rule.column}"
    if items:
        state.put("article20", items, origin)


def fill_defaults(state: State) -> None:
    """Fill what the page does not state from the recipe's defaults, and say so."""
    for name, value in sorted(state.recipe.defaults.items()):
        if state.document[name] is not None or name in state.values:
            continue
        if name in _DISCLOSURE and not _is_disclosed(state):
            continue
        if name == _ISSUER:
            known = state.recipe.issuers.named(value, on=state.day)
            code = known[0].code if len(known) == 1 else ""
            state.put(name, {"name": value, "code": code or None}, "recipe:default")
        else:
            state.put(name, value, "recipe:default")
        state.tell("defaulted-value", name, value=value)


def _is_disclosed(state: State) -> bool:
    """Say whether the document belongs to the disclosure platform: news does not."""
    if state.document["kind"] in {"policy", "disclosure"}:
        return True
    column = state.document["column"]
    return bool(column and load_codelist("platform-columns")[column].row["block"])


def make_path(state: State) -> None:
    """Set the path on the platform; without date or column there is none."""
    published, column = state.document["published_at"], state.document["column"]
    if published is None or column is None:
        return
    year, month, day = published[:10].split("-")
    identifier = state.document["id"]
    path = state.recipe.path_pattern.format(
        year=year,
        month=int(month),
        day=int(day),
        column=column,
        id16=identifier.replace("-", "")[:16],
        id=identifier,
    )
    state.put("path", path, "recipe:path_pattern")
