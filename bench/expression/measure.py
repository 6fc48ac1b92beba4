"""Rows times rules a second: this program beside Polars, NumPy and DuckDB in one run; and explanations.

    python bench/expression/measure.py [--rows N] [--rounds N] [--threads N] [--engines a,b] [--gaps]

Every engine has a process of its own, in which rules and columns are prepared. Then they run in turn, round
by round, so that whatever else the machine does meets all of them; the best round of each counts, and the
median and the processor time (of all threads) are shown. Counts and sums are compared. Peers that are not
installed are left out. With --gaps one figure in a hundred is unknown; then only this program is measured,
because the peers leave unknown figures out of least and greatest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

RULES = 20


def serve(name: str, rows: int, threads: int, *, gaps: bool) -> None:
    """Run one engine on demand: a line in, a line of JSON out."""
    from engines import ENGINES  # noqa: PLC0415

    began = time.perf_counter()
    run, totals = ENGINES[name](rows, threads, gaps=gaps)
    run()
    print(json.dumps({"prepared": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        began, busy = time.perf_counter(), time.process_time()
        found = run()
        taken, used = time.perf_counter() - began, time.process_time() - busy
        answer: dict[str, Any] = {"seconds": taken, "cpu": used, "peak": peak()}
        if line.strip() == "totals":
            answer["counts"], answer["sums"] = totals(found)
        print(json.dumps(answer), flush=True)


def peak() -> int:
    """The most memory this process has had, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def started(name: str, arguments: argparse.Namespace) -> subprocess.Popen[str] | None:
    """The process of an engine; None when it is not installed."""
    command = [sys.executable, __file__, "--serve", name, "--rows", str(arguments.rows)]
    command += ["--threads", str(arguments.threads), *(["--gaps"] if arguments.gaps else [])]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "POLARS_MAX_THREADS": str(arguments.threads)},
    )
    if not _stream(process.stdout).readline():
        print(f"{name}: left out ({_stream(process.stderr).read().strip().splitlines()[-1:]})")
        return None
    return process


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def ask(process: subprocess.Popen[str], word: str) -> dict[str, Any]:
    """One run of an engine."""
    _stream(process.stdin).write(word + "\n")
    _stream(process.stdin).flush()
    answer: dict[str, Any] = json.loads(_stream(process.stdout).readline())
    return answer


def table(arguments: argparse.Namespace) -> None:
    """Measure the engines and print them."""
    names = arguments.engines.split(",")
    running = {name: process for name in names if (process := started(name, arguments))}
    seconds: dict[str, list[float]] = {name: [] for name in running}
    cpu: dict[str, list[float]] = {name: [] for name in running}
    for _ in range(arguments.rounds):
        for name, process in running.items():
            answer = ask(process, "go")
            seconds[name].append(answer["seconds"])
            cpu[name].append(answer["cpu"])
    last = {name: ask(process, "totals") for name, process in running.items()}
    for process in running.values():
        _stream(process.stdin).close()
        process.wait()
    reference, fastest = last[names[0]], min(seconds[names[0]])
    print(f"{arguments.rows:,} rows × {RULES} rules, {arguments.threads} threads, gaps: {arguments.gaps}")
    print("engine       best   median    CPU   M/s   ratio  peak MiB  difference of counts, sums")
    for name, times in seconds.items():
        found, best = last[name], min(times)
        counts = sum(
            abs(one - other) for one, other in zip(found["counts"], reference["counts"], strict=True)
        )
        pairs = zip(found["sums"], reference["sums"], strict=True)
        sums = max(abs(one - other) / max(1.0, abs(other)) for one, other in pairs)
        speed, used = arguments.rows * RULES / best / 1e6, min(cpu[name])
        print(
            f"{name:8} {best:8.4f} {statistics.median(times):8.4f} {used:6.3f} {speed:5.0f} "
            f"{best / fastest:7.2f} {found['peak']:9d}  {counts}, {sums:.0e}"
        )


def explanations(rounds: int) -> None:
    """Measure one row explained by 500 rules."""
    from engines import many_rules  # noqa: PLC0415

    from tiaodu.engine.kernel.expression import evaluate, explain  # noqa: PLC0415

    rules, row = many_rules(500)
    for title, work in (("explained", explain), ("evaluated", evaluate)):
        taken, used = [], []
        for _ in range(rounds):
            began, busy = time.perf_counter(), time.process_time()
            for rule in rules:
                work(rule, row)
            taken.append((time.perf_counter() - began) * 1e3)
            used.append((time.process_time() - busy) * 1e3)
        print(f"one row, 500 rules {title}: best {min(taken):.2f} ms, CPU {min(used):.2f} ms")


def processor() -> str:
    """The processor's name, as the system gives it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--gaps", action="store_true")
    parser.add_argument("--engines", default="tiaodu,polars,numpy,duckdb")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.gaps:
        arguments.engines = "tiaodu"
    if arguments.serve:
        serve(arguments.serve, arguments.rows, arguments.threads, gaps=arguments.gaps)
        return
    print(f"{processor()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    table(arguments)
    explanations(arguments.rounds)


if __name__ == "__main__":
    main()
