"""Near-duplicate texts of a corpus, every pair checked exactly."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from heapq import merge

import numpy as np
from numpy.typing import NDArray

from contentkit.dedupe.bands import Pairs, candidate_blocks, make_plan
from contentkit.dedupe.exact import jaccard_of
from contentkit.dedupe.fingerprint import digest
from contentkit.dedupe.minhash import ROWS, sign
from contentkit.dedupe.shingles import Grams, grams_of
from contentkit.dedupe.spool import Spool
from contentkit.dedupe.text import Codes, fold_codes
from contentkit.dedupe.words import threshold as figure

_CACHED_BYTES = 1 << 25  # grams of texts at hand


def near_duplicates(
    documents: Iterable[tuple[str, str]], threshold: float = 0.8
) -> Iterator[tuple[str, str, float]]:
    """Yield `(id_a, id_b, jaccard)` for documents whose texts are near-duplicates.

    Compared are sets of character 5-grams over Han characters, letters and digits,
    widths and case folded (`dedupe.text`). Each pair is yielded once, `id_a` before
    `id_b` in the input, in the order of the input, and its similarity is the true one:
    no pair is yielded on an estimate.

    - Documents with equal compared characters are linked to the first of them (1.0),
      and only the first is compared further: 50,000 equal pages give 49,999 pairs.
    - A text without compared characters is like no other; texts shorter than
      `shortest-text` are linked only when equal.
    - A pair at or above the threshold is found with probability ≥ 0.998; for texts with
      more than 64 near-duplicates each see `dedupe.bands`.

    Texts wait in a temporary file; in memory are some hundred bytes a document.
    Raises `ValueError` for an id that comes twice or a threshold outside 0.3 to 1,
    `TypeError` for a text that is no string.
    """
    make_plan(threshold)  # a wrong threshold is told before any text is read
    with _Corpus() as corpus:
        for name, text in documents:
            corpus.add(name, text)
        near = corpus.near_pairs(threshold)
        for packed, similarity in merge(corpus.equal_pairs(), near):
            first, second = divmod(packed, 1 << 32)
            yield corpus.names[first], corpus.names[second], similarity


class _Corpus:
    """Texts put aside with what is needed to compare them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._known: set[str] = set()
        self._firsts: dict[bytes, int] = {}
        self._equal = array("Q")  # packed positions of first and other
        self._positions = array("Q")  # of the texts that are compared
        self._starts = array("Q", [0])  # of their codes among the texts put aside
        self._characters = array("Q")
        self._grams = array("Q")
        self._texts, self._signatures = Spool(), Spool()

    def __enter__(self) -> "_Corpus":
        return self

    def __exit__(self, *_: object) -> None:
        self._texts.close()
        self._signatures.close()

    def add(self, name: str, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(
                f"text of {name!r}: expected str, got {type(text).__name__}"
            )
        if name in self._known:
            raise ValueError(f"document {name!r} comes twice: ids must be unique")
        position = len(self.names)
        self.names.append(name)
        self._known.add(name)
        codes = fold_codes(text)
        if not codes.size:
            return
        first = self._firsts.setdefault(digest(codes), position)
        if first < position:
            self._equal.append(first << 32 | position)
        elif codes.size >= figure("shortest-text"):
            self._put_aside(position, codes)

    def _put_aside(self, position: int, codes: Codes) -> None:
        grams = grams_of(codes)
        self._positions.append(position)
        self._characters.append(codes.size)
        self._grams.append(grams.size)
        self._signatures.append(sign(grams).tobytes())
        self._texts.append(codes.tobytes())
        self._starts.append(self._texts.size)

    def equal_pairs(self) -> Iterator[tuple[int, float]]:
        for packed in np.sort(np.frombuffer(self._equal, dtype=np.uint64)):
            yield int(packed), 1.0

    def near_pairs(self, threshold: float) -> Iterator[tuple[int, float]]:
        """Yield packed positions and similarity of near texts that are not equal."""
        signatures = np.frombuffer(self._signatures.view(), dtype=np.uint16)
        texts = _Texts(self._texts, self._starts, self._characters)
        sizes = np.frombuffer(self._grams, dtype=np.uint64)
        for block in candidate_blocks(
            signatures.reshape(-1, ROWS), threshold=threshold
        ):
            for i, j in block[_can_reach(block, sizes, threshold)].tolist():
                similarity = jaccard_of(texts.grams(i), texts.grams(j))
                if similarity >= threshold:
                    first, second = self._positions[i], self._positions[j]
                    yield first << 32 | second, similarity


class _Texts:
    """The grams of texts put aside, the last used ones kept at hand."""

    def __init__(
        self, spool: Spool, starts: "array[int]", characters: "array[int]"
    ) -> None:
        self._spool = spool
        self._starts = starts
        self._characters = characters
        self._cache: OrderedDict[int, Grams] = OrderedDict()
        self._cached_bytes = 0

    def grams(self, index: int) -> Grams:
        found = self._cache.get(index)
        if found is not None:
            self._cache.move_to_end(index)
            return found
        found = grams_of(self._codes(index))
        self._cache[index] = found
        self._cached_bytes += found.nbytes
        while self._cached_bytes > _CACHED_BYTES and len(self._cache) > 2:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= oldest.nbytes
        return found

    def _codes(self, index: int) -> Codes:
        start, end = self._starts[index], self._starts[index + 1]
        is_narrow = end - start == 2 * self._characters[index]
        data = self._spool.read(start, end - start)
        if is_narrow:
            return np.frombuffer(data, dtype=np.uint16)
        return np.frombuffer(data, dtype=np.uint32)


def _can_reach(
    block: Pairs, sizes: NDArray[np.uint64], threshold: float
) -> NDArray[np.bool_]:
    """Tell which pairs are of like size: Jaccard is at most the ratio of the sizes."""
    first, second = sizes[block[:, 0]], sizes[block[:, 1]]
    possible: NDArray[np.bool_] = (
        np.minimum(first, second) >= threshold * np.maximum(first, second) - 1e-6
    )
    return possible
