"""Characters a second of the reader, beside jionlp on the same texts in one run.

    python bench/reading/speed.py [GOLD_FOLDER] [--rounds N]

The texts are the labelled passages joined and repeated to 15,000 characters. jionlp is optional: without it
only the
reader is measured. jionlp finds amounts of money and dates in sentences; the reader finds whole statements.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import platform
import re
import time
from collections.abc import Callable
from pathlib import Path

from score import find_gold

from tiaodu.engine.reading import load_vocabulary, read

REPORT = 15_000


def report(passages: Path) -> str:
    """A text of the length of a work report."""
    text = "\n".join(path.read_bytes().decode("utf-8") for path in sorted(passages.glob("*.txt")))
    return (text * (REPORT // len(text) + 1))[:REPORT]


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def with_jionlp(text: str) -> float | None:
    """Seconds jionlp needs for money and dates of ``text``; None when it is not installed."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            jionlp = importlib.import_module("jionlp")
    except ImportError:
        return None
    sentences = [part for part in re.split(r"[。！？\n]", text) if part]
    base = time.time()

    def work() -> None:
        for sentence in sentences:
            jionlp.ner.extract_money(sentence, with_parsing=True)
            jionlp.ner.extract_time(sentence, time_base=base, with_parsing=True)

    with contextlib.redirect_stdout(io.StringIO()):
        jionlp.ner.extract_money("投资1亿元", with_parsing=True)
        jionlp.ner.extract_time("4月底", time_base=base, with_parsing=True)
        return best_of(1, work)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="?")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    text = report(find_gold(arguments.gold)[0])
    start = time.perf_counter()
    vocabulary = load_vocabulary()
    loading = time.perf_counter() - start
    own = best_of(
        arguments.rounds, lambda: read(text, document_date=None, plan_year=2024, vocabulary=vocabulary)
    )
    print(f"python {platform.python_version()}, {platform.machine()}, one core")
    print(f"vocabulary       {loading:.3f} s, once a process")
    print(f"reader           {own:.3f} s for {len(text):,} characters, {len(text) / own:,.0f} characters/s")
    peer = with_jionlp(text)
    if peer is None:
        print("jionlp           not installed")
        return
    print(f"jionlp           {peer:.3f} s, {len(text) / peer:,.0f} characters/s")
    print(f"ratio            {peer / own:.1f}")


if __name__ == "__main__":
    main()
