"""What comes after what: an order in which every step follows its prerequisites, and the ring where there
is none.

>>> order({"c": ["a", "b"], "a": [], "b": ["a"]})
('a', 'b', 'c')
>>> ring({"a": ["c"], "b": ["a"], "c": ["b"], "d": ["a"]})
('a', 'b', 'c', 'a')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Prerequisites = Mapping[str, Sequence[str]]


def order(prerequisites: Prerequisites) -> tuple[str, ...]:
    """The codes so that each follows its prerequisites; among free ones the one listed first goes first.

    Prerequisites that are not among the keys do not hold anything up. Raises ValueError where there is a
    ring.
    """
    waiting = {
        code: {need for need in needs if need in prerequisites} for code, needs in prerequisites.items()
    }
    done: list[str] = []
    while waiting:
        free = [code for code, needs in waiting.items() if not needs]
        if not free:
            raise ValueError("the steps go in a ring: " + " → ".join(ring(prerequisites)))
        done += free
        waiting = {code: needs.difference(free) for code, needs in waiting.items() if needs}
    return tuple(done)


def ring(prerequisites: Prerequisites) -> tuple[str, ...]:
    """A ring of codes, each the prerequisite of the next, the first repeated at the end; empty if none.

    The ring begins with its code that is listed first, so the same fault is always told in the same words.
    """
    left = dict(prerequisites)
    while left:
        loose = {code for code, needs in left.items() if not any(need in left for need in needs)}
        if not loose:
            return _walk(left)
        left = {code: needs for code, needs in left.items() if code not in loose}
    return ()


def _walk(tangled: Prerequisites) -> tuple[str, ...]:
    """Follow prerequisites back until a code comes again: every code left has one that is left too."""
    path: list[str] = []
    code = next(iter(tangled))
    while code not in path:
        path.append(code)
        code = next(need for need in tangled[code] if need in tangled)
    found = path[path.index(code) :][::-1]
    listed = list(tangled)
    first = min(range(len(found)), key=lambda i: listed.index(found[i]))
    turned = found[first:] + found[:first]
    return (*turned, turned[0])


def followers(prerequisites: Prerequisites) -> dict[str, tuple[str, ...]]:
    """For each code those that need it directly, in the order listed."""
    found: dict[str, list[str]] = {code: [] for code in prerequisites}
    for code, needs in prerequisites.items():
        for need in needs:
            if need in found:
                found[need].append(code)
    return {code: tuple(after) for code, after in found.items()}


def reached(starts: Iterable[str], links: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Everything that is met going along ``links`` from ``starts``, these included.

    >>> sorted(reached(["a"], {"a": ["b"], "b": [], "c": ["b"]}))
    ['a', 'b']
    """
    found: set[str] = set()
    left = [code for code in starts if code in links]
    while left:
        code = left.pop()
        if code not in found:
            found.add(code)
            left.extend(links.get(code, ()))
    return frozenset(found)
