"""How long the search for repeats takes in a register of N generated projects, and what it finds.

python bench/projects/repeats.py [N]
"""

from __future__ import annotations

import sys
import time

from tests.engine.projects.register import PLACES, RULES, register

from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.projects.repeats.pairing import repeats


def main() -> None:
    """Print the best of three runs."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    projects, planted = register(size, size // 100)
    best, pairs = float("inf"), []
    for _run in range(3):
        began = time.perf_counter()
        pairs = repeats(projects, PLACES, RULES, packaged_units())
        best = min(best, time.perf_counter() - began)
    found = {(pair.one, pair.other) for pair in pairs if pair.aside is None}
    hit = len(found & set(planted))
    print(f"{size} projects: {len(found)} pairs in {best:.2f} s; {hit} of {len(planted)} planted repeats")


if __name__ == "__main__":
    main()
