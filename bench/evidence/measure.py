"""How long the evidence takes with a million figures, on SQLite and on PostgreSQL in one run.

    python bench/evidence/measure.py [--rows 1000000] [--rounds 15] [--database sqlite|postgresql]

Each database is made anew in a temporary folder (PostgreSQL as a server of its own), filled, and asked what
pages ask; what is printed is the median of the rounds in milliseconds beside what must be reached.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOARD = 1000  # firms of a board
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(Path(__file__).parent)]


def milliseconds(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and longest of several runs, after two that fill the caches."""
    taken = []
    for number in range(rounds + 2):
        start = time.perf_counter()
        work()
        if number > 1:
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), max(taken)


def measure(total: int, rounds: int) -> None:
    """Fill this process's database and ask it."""
    import django  # noqa: PLC0415  the settings are known only now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from rows import fill, people  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    user = people()
    started = time.perf_counter()
    fill(user, total)
    filled = time.perf_counter()
    from tiaodu.foundation.evidence.services import latest_rebuild  # noqa: PLC0415

    pointers = latest_rebuild()
    rebuilt = time.perf_counter()
    if connection.vendor == "postgresql":  # what its own housekeeping does sooner or later
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    version = ".".join(map(str, connection.get_database_version()))
    print(f"\n{connection.display_name} {version}: {total:,} figures in {filled - started:.0f} s, ", end="")
    print(f"{pointers:,} pointers rebuilt in {rebuilt - filled:.0f} s")
    from questions import questions  # noqa: PLC0415

    for name, work, wanted in questions(user):
        median, longest = milliseconds(work, rounds)
        goal = f"≤ {wanted:.0f}" if wanted else ""
        verdict = "" if not wanted else "reached" if median <= wanted else "MISSED"
        print(f"  {name:<58}{median:>9.1f} ms  (longest {longest:.1f}) {goal:>7} {verdict}", flush=True)


def in_a_process(database: str, options: argparse.Namespace) -> None:
    """Measure one database in a process of its own: the settings hold one."""
    from tests.postgres import Cluster  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="tiaodu-bench-") as folder:
        cluster = Cluster() if database == "postgresql" else None
        settings = {"DJANGO_SETTINGS_MODULE": "tiaodu.config.settings_test", "TIAODU_DATA": folder}
        address = cluster.start() if cluster else f"sqlite:///{folder}/bench.sqlite3"
        environment = {**os.environ, **settings, "DATABASE_URL": address}
        arguments = ["--inside", "--rows", str(options.rows), "--rounds", str(options.rounds)]
        try:
            subprocess.run([sys.executable, __file__, *arguments], env=environment, check=True)
        finally:
            if cluster:
                cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.rows, options.rounds)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", end="")
    print(f", load {os.getloadavg()[0]:.1f}", flush=True)
    for database in [options.database] if options.database else ["sqlite", "postgresql"]:
        in_a_process(database, options)


if __name__ == "__main__":
    main()
