"""Cycles in who repeals whom: at least one of their dates or targets is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator


def find_cycles(edges: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return the groups of documents that repeal each other in a circle, sorted.

    An edge leads from the repealing to the repealed document. Each group is a strongly
    connected part of more than one document; a document that repeals itself counts.

    >>> find_cycles([(1, 2), (2, 3), (3, 1), (3, 4), (5, 5)])
    ((1, 2, 3), (5,))
    """
    after: dict[int, list[int]] = defaultdict(list)
    own = set()
    for source, target in edges:
        after[source].append(target)
        if source == target:
            own.add(source)
    found = [
        tuple(sorted(group))
        for group in _components(after)
        if len(group) > 1 or group[0] in own
    ]
    return tuple(sorted(found))


def _components(after: dict[int, list[int]]) -> Iterator[list[int]]:
    """Yield the strongly connected parts (Tarjan), without recursion."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    for root in sorted(after):
        if root in order:
            continue
        work = [(root, iter(after[root]))]
        order[root] = low[root] = len(order)
        path.append(root)
        on_path.add(root)
        while work:
            node, nexts = work[-1]
            for target in nexts:
                if target not in order:
                    order[target] = low[target] = len(order)
                    path.append(target)
                    on_path.add(target)
                    work.append((target, iter(after.get(target, ()))))
                    break
                if target in on_path:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    yield _cut(path, on_path, node)


def _cut(path: list[int], on_path: set[int], node: int) -> list[int]:
    group = []
    while True:
        member = path.pop()
        on_path.discard(member)
        group.append(member)
        if member == node:
            return group
