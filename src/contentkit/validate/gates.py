"""Gates: what must hold over the whole site before anything is exported."""

from collections.abc import Iterator
from dataclasses import dataclass

from contentkit.findings import codes
from contentkit.recipe import Assertion, Recipe
from contentkit.validate.document import mode_of
from contentkit.validate.site import (
    SiteFacts,
    check_article20,
    check_columns,
)

_NAMED = 5  # unmapped columns that a gate names; the ledger lists them all


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate: whether it holds, what it expected, what it found, what to do.

    `expected`, `found` and `remedy` are for the engineer's terminal; the same in Chinese
    (`…_zh`) is for the report.
    """

    name: str
    ok: bool
    expected: str
    found: str
    remedy: str
    expected_zh: str
    found_zh: str
    remedy_zh: str


def check_assertions(facts: SiteFacts, recipe: Recipe) -> list[GateResult]:
    """Return every gate of a site: columns, blocking findings, the recipe's bounds.

    COL-01, COL-02, CLS-03 and IDX-06 are gates only where the recipe's modes say
    `block`; by default they are reported.
    """
    return [
        _columns_gate(facts, recipe),
        *_blocking_gates(facts, recipe),
        *(_assertion_gate(facts, assertion) for assertion in recipe.assertions),
    ]


def blocking_codes(recipe: Recipe) -> list[str]:
    """Return the codes of the findings that refuse an export, sorted."""
    return sorted(code for code in codes() if mode_of(code, recipe.modes) == "block")


def fields_asserted(recipe: Recipe) -> list[str]:
    """Return the fields whose fill rates the recipe bounds, sorted."""
    measures = {a.measure for a in recipe.assertions} - {"documents"}
    return sorted(measure.removeprefix("fill.") for measure in measures)


def _columns_gate(facts: SiteFacts, recipe: Recipe) -> GateResult:
    documents = sum(column.documents for column in facts.unmapped)
    ordered = sorted(facts.unmapped, key=lambda x: (-x.documents, x.name))
    named = "; ".join(
        f"{x.name} ({x.documents}, such as {x.sample_url})" for x in ordered[:_NAMED]
    )
    more = len(ordered) - _NAMED
    rest = f"; and {more} more" if more > 0 else ""
    is_open = mode_of("COL-03", recipe.modes) == "block"
    return GateResult(
        name="columns-mapped",
        ok=not facts.unmapped or not is_open,
        expected="every legacy column is mapped, merged or dropped with a reason",
        found=f"{len(ordered)} unmapped with {documents} documents: {named}{rest}"
        if ordered
        else "no unmapped column",
        remedy="add the columns to the column map of the recipe and run again",
        expected_zh="旧站每个栏目都已对应、并入，或注明原因后舍弃",
        found_zh=f"{len(ordered)} 个栏目（{documents} 篇文档）没有去向：{named}"
        if ordered
        else "没有遗漏的栏目",
        remedy_zh="在迁移方案的栏目对应表中补上这些栏目后重新运行",
    )


def _blocking_gates(facts: SiteFacts, recipe: Recipe) -> Iterator[GateResult]:
    counts = dict(facts.findings)
    for finding in (*check_columns(facts), *check_article20(facts)):
        counts[finding.code] = counts.get(finding.code, 0) + 1
    for code in blocking_codes(recipe):
        if code == "COL-03":
            continue  # told by column
        count = counts.get(code, 0)
        yield GateResult(
            name=f"no-{code}",
            ok=not count,
            expected=f"no finding {code}",
            found=f"{count} findings",
            remedy=codes()[code].remedy_en,
            expected_zh=f"没有 {code} 问题",
            found_zh=f"{count} 条",
            remedy_zh=codes()[code].remedy_zh,
        )


def _assertion_gate(facts: SiteFacts, assertion: Assertion) -> GateResult:
    documents, filled = facts.documents, facts.filled
    place = place_zh = ""
    if assertion.column is not None:
        column = facts.columns.get(assertion.column)
        documents = column.documents if column else 0
        filled = column.filled if column else {}
        place = f" in column {assertion.column}"
        place_zh = f"栏目 {assertion.column} 的"
    if assertion.measure == "documents":
        value = float(documents)
        found = found_zh = f"{documents}"
    else:
        count = filled.get(assertion.measure.removeprefix("fill."), 0)
        value = count / documents if documents else 0.0
        found = f"{value:.4f} ({count} of {documents} documents)"
        found_zh = f"{value:.1%}（{documents} 篇中 {count} 篇有值）"
    is_min = assertion.bound == "min"
    holds = value >= assertion.value if is_min else value <= assertion.value
    word = "at least" if is_min else "at most"
    word_zh = "不少于" if is_min else "不多于"
    return GateResult(
        name=f"assert.{assertion.bound}.{assertion.measure}{place}",
        ok=holds,
        expected=f"{assertion.measure} {word} {assertion.value:g}{place}",
        found=found,
        remedy="find out why by the findings of these documents, or correct the "
        "assertion in the recipe",
        expected_zh=f"{place_zh}{_measure_zh(assertion)}{word_zh} {assertion.value:g}",
        found_zh=found_zh,
        remedy_zh="根据这些文档的问题查明原因，或更正迁移方案中的要求",
    )


def _measure_zh(assertion: Assertion) -> str:
    if assertion.measure == "documents":
        return "文档数"
    return f"{assertion.measure.removeprefix('fill.')} 的填写率"
