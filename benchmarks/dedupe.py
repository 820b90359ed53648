"""Measure finding near-duplicates beside datasketch, with recall and precision.

    python benchmarks/dedupe.py [--texts N ...] [--sample N]

Invented texts of about 1,500 characters, words drawn by frequency and some stock
sentences; every tenth is a changed copy of one of the thousand before it, at Jaccard
0.77 to 1. Truth is the similarity of Python sets of 5-grams. The peer makes signatures
in its fastest way and asks its index for each text; a second row checks its answers
against the sets. Each row is a process of its own; making texts is not counted; times
are CPU seconds.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from datasketch import MinHash, MinHashLSH
from spaces import table, versions

from contentkit.dedupe import near_duplicates

THRESHOLD = 0.8
PERMUTATIONS = 128
GRAM = 5
_CHARACTERS = 1500
_EVERY, _BACK, _MOST_CHANGED = 10, 1000, 0.028
_CHECKED = 20_000  # pairs whose similarity is computed once more

Pairs = Iterator[tuple[str, str, float]]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one finder did with one corpus; `seconds` without making the texts."""

    texts: int
    seconds: float
    planted: int
    found: int
    pairs: int
    checked: int
    right: int
    peak_mb: float

    @property
    def speed(self) -> float:
        """Return texts a second."""
        return self.texts / self.seconds


class Corpus:
    """Texts by number, the same for every finder; a copy is made from its original."""

    def __init__(self, texts: int) -> None:
        self.texts = texts
        self.spent = 0.0
        rng = np.random.default_rng(20260101)
        signs = [chr(0x4E00 + code) for code in range(3500)]
        common = rng.permutation(3500)
        rank = np.minimum(rng.zipf(1.3, size=(8000, 4)), 3500) - 1
        sizes = rng.integers(1, 5, size=8000)
        self._words = np.array(
            [
                "".join(signs[common[r]] for r in row[:n])
                for row, n in zip(rank, sizes, strict=True)
            ],
            dtype=object,
        )
        weights = 1 / np.arange(10, 8010)
        self._until = np.cumsum(weights / weights.sum())
        self._signs = signs
        self._stock = ["".join(self._draw(rng, 12)) + "。" for _ in range(200)]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for number in range(self.texts):
            yield str(number), self.again(str(number))

    def again(self, name: str) -> str:
        """Return one text; the time for making it is noted."""
        begin = time.process_time()
        text = self.text(int(name))
        self.spent += time.process_time() - begin
        return text

    def planted(self) -> Iterator[tuple[int, int]]:
        """Yield every copy with its original."""
        for number in range(_BACK, self.texts):
            if self._is_copy(number):
                yield self._original(number), number

    def text(self, number: int) -> str:
        """Return one text."""
        rng = np.random.default_rng(number)
        if number >= _BACK and self._is_copy(number):
            return self._changed(rng, self.text(self._original(number)))
        parts = list(self._draw(rng, 640))
        for place in rng.integers(len(parts), size=30):
            parts[place] = "，"
        for place in rng.integers(len(parts), size=6):
            parts[place] = self._stock[rng.integers(len(self._stock))]
        return "".join(parts)[:_CHARACTERS]

    def _draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        return self._words[
            np.minimum(self._until.searchsorted(rng.random(count)), 7999)
        ]

    def _is_copy(self, number: int) -> bool:
        return number % _EVERY == _EVERY - 1

    def _original(self, number: int) -> int:
        back = int(np.random.default_rng([number, 1]).integers(1, _BACK))
        original = number - back
        return original - 1 if self._is_copy(original) else original

    def _changed(self, rng: np.random.Generator, text: str) -> str:
        signs = list(text)
        share = rng.uniform(0, _MOST_CHANGED)
        for place in np.flatnonzero(rng.random(len(signs)) < share):
            signs[place] = self._signs[rng.integers(len(self._signs))]
        return "".join(signs)


def ours(corpus: Corpus) -> Pairs:
    """Find with contentkit."""
    yield from near_duplicates(corpus, THRESHOLD)


def peer(corpus: Corpus) -> Pairs:
    """Find with datasketch; what its index answers is taken as it is."""
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for name, text in corpus:
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([gram.encode() for gram in windows(text)])
        for other in index.query(signature):
            yield other, name, THRESHOLD
        index.insert(name, signature)


def peer_checked(corpus: Corpus) -> Pairs:
    """Find with datasketch and compare the sets of every pair it names."""
    for a, b, _ in peer(corpus):
        similarity = jaccard(corpus.again(a), corpus.again(b))
        if similarity >= THRESHOLD:
            yield a, b, similarity


def windows(text: str) -> set[str]:
    """Return the 5-grams of a text, of its characters without signs."""
    signs = [sign for sign in text if sign.isalnum()]
    return {"".join(signs[k : k + GRAM]) for k in range(len(signs) - GRAM + 1)}


def jaccard(a: str, b: str) -> float:
    """Return the similarity of two texts by Python sets."""
    first, second = windows(a), windows(b)
    return len(first & second) / len(first | second)


def measure(find: Callable[[Corpus], Pairs], texts: int) -> Measured:
    """Run one finder over a corpus and hold its pairs against the truth."""
    corpus = Corpus(texts)
    corpus.text(0)
    begin = time.process_time()
    pairs = [(int(a), int(b)) for a, b, _ in find(corpus)]
    seconds = time.process_time() - begin - corpus.spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    known = set(pairs)
    planted = [p for p in corpus.planted() if is_near(corpus, p)]
    checked = pairs[:_CHECKED]
    return Measured(
        texts=texts,
        seconds=seconds,
        planted=len(planted),
        found=sum(pair in known for pair in planted),
        pairs=len(pairs),
        checked=len(checked),
        right=sum(is_near(corpus, pair) for pair in checked),
        peak_mb=peak,
    )


def is_near(corpus: Corpus, pair: tuple[int, int]) -> bool:
    """Tell whether two texts reach the threshold."""
    return jaccard(corpus.text(pair[0]), corpus.text(pair[1])) >= THRESHOLD


def alone(find: Callable[[Corpus], Pairs], texts: int) -> Measured:
    """Measure in a fresh process, for the sake of its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, find, texts).result()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--sample", type=int, default=5_000)
    args = parser.parse_args()
    rows = [
        ("datasketch", alone(peer, args.sample)),
        ("datasketch, checked", alone(peer_checked, args.sample)),
        *(("contentkit", alone(ours, texts)) for texts in args.texts),
    ]
    base = rows[0][1].speed
    first = rows[2][1]
    print(f"{versions('contentkit', 'numpy', 'datasketch')}; threshold {THRESHOLD}\n")
    table(
        (
            "finder",
            "texts",
            "texts/s",
            "× datasketch",
            "planted",
            "recall",
            "pairs",
            "precision",
            "cost a text",
            "peak MB",
        ),
        (
            (
                name,
                f"{found.texts:,}",
                f"{found.speed:,.0f}",
                f"{found.speed / base:.1f}",
                f"{found.planted:,}",
                f"{found.found / found.planted:.4f}",
                f"{found.pairs:,}",
                f"{found.right / found.checked:.4f}",
                f"{first.speed / found.speed:.2f}",
                f"{found.peak_mb:.0f}",
            )
            for name, found in rows
        ),
    )


if __name__ == "__main__":
    main()
