"""Measure document numbers: exact forms, look-alikes, defects, numbers a second.

    python benchmarks/policy_numbers.py [--rounds N]

Input: the labelled strings of ../shared/data/gold/docnumbers.jsonl, alone and in six
sentences. The peers are three patterns of the kind that public projects use, written
here from their descriptions: six-cornered brackets alone, brackets of several kinds, and
brackets with orders and announcements. A pattern has no notion of a canonical form, so
its brackets are made six-cornered and its white space is dropped before it is compared.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from contentkit.policy.folded import fold_policy
from contentkit.policy.numbers import find_doc_numbers

GOLD = Path(__file__).parents[1] / "../shared/data/gold/docnumbers.jsonl"
PLACE = "广东省"  # where the one short issuer of the set is from
AROUND = (
    "{}",
    "现依据{}执行。",
    "《关于加强管理的通知》（{}）同时废止。",
    "关于印发管理办法的通知 {}",
    "，{}，",
    "《关于停止执行{}的通知》",
    "某某区管理办法\n{}\n各乡镇：",
)
_PLAIN = re.compile(r"[一-龥]{1,12}〔[0-9]{4}〕[0-9]+号")
_BRACKETS = re.compile(
    r"[一-龥]{1,12}\s*[〔\[（(]\s*[0-9]{4}\s*[〕\])）]\s*第?[0-9]+\s*号"
)
_FORMS = re.compile(
    _BRACKETS.pattern
    + r"|[一-龥]{2,30}令\s*第?\s*[0-9]+\s*号"
    + r"|[一-龥]{2,30}公告\s*[0-9]{4}年\s*第?\s*[0-9]+号"
    + r"|[一-龥]{2,30}第[0-9]+号令"
)
_SIX = str.maketrans("[]（）()【】", "〔〕〔〕〔〕〔〕")

Reader = Callable[[str], list[str]]


def ours(text: str) -> list[str]:
    """Return the canonical forms that contentkit finds."""
    found = find_doc_numbers(fold_policy(text), place=PLACE)
    return [number.canonical for number in found]


def by(pattern: re.Pattern[str]) -> Reader:
    """Return a reader that takes what a pattern matches."""
    return lambda text: [
        re.sub(r"\s", "", match).translate(_SIX) for match in pattern.findall(text)
    ]


READERS: dict[str, Reader] = {
    "contentkit": ours,
    "pattern 〔〕": by(_PLAIN),
    "pattern, brackets": by(_BRACKETS),
    "pattern, brackets, 令, 公告": by(_FORMS),
}


def measure(rows: list[dict[str, str]], read: Reader, around: str) -> tuple[int, ...]:
    """Return numbers hit, numbers exact, look-alikes hit."""
    hit = exact = wrong = 0
    for row in rows:
        found = read(around.format(row["raw"]))
        if row["kind"].startswith("not_docnumber"):
            wrong += bool(found)
        else:
            hit += bool(found)
            exact += found == [row["canonical"] or ""]
    return hit, exact, wrong


def speed(texts: Iterable[str], read: Reader, rounds: int) -> float:
    """Return texts a second of processor time, the best of three runs."""
    texts = list(texts)
    runs = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(rounds):
            for text in texts:
                read(text)
        runs.append(time.process_time() - start)
    return rounds * len(texts) / min(runs)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    with GOLD.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    numbers = sum(not row["kind"].startswith("not_docnumber") for row in rows)
    others = len(rows) - numbers
    print(f"contentkit {version('contentkit')}, Python {python_version()}\n")
    print(f"{numbers} numbers, {others} look-alikes; in sentences: the least of six.\n")
    print("| reader | hit | exact | exact, in sentences | look-alikes hit | texts/s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    texts = [AROUND[2].format(row["raw"]) for row in rows]
    for name, read in READERS.items():
        hit, exact, _ = measure(rows, read, AROUND[0])
        within = [measure(rows, read, around) for around in AROUND[1:]]
        wrong = max(x[2] for x in (measure(rows, read, AROUND[0]), *within))
        least = min(x[1] for x in within)
        rate = speed(texts, read, rounds)
        print(f"| {name} | {hit} | {exact} | {least} | {wrong} | {rate:,.0f} |")


if __name__ == "__main__":
    main()
