"""How long it takes to take a table of firms into the register, on SQLite and on PostgreSQL in one run.

    python bench/lists/measure.py [--rows 5000] [--bad 37] [--database sqlite|postgresql]

Each database is made anew in a temporary folder. The dry run and the confirmation are those of the page; the
rows are taken in as the worker does it, each in a transaction of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(Path(__file__).parent)]


def measure(rows: int, bad: int) -> None:
    """Take the table into this process's database."""
    import django  # noqa: PLC0415  the settings are known only now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from firms import dispatcher, table  # noqa: PLC0415

    from tiaodu.foundation.jobs.services import job_run  # noqa: PLC0415
    from tiaodu.foundation.lists.importing import selectors, services  # noqa: PLC0415
    from tiaodu.foundation.lists.importing.spec import spec_of  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    user, data = dispatcher(), table(rows, bad)
    version = ".".join(map(str, connection.get_database_version()))
    print(f"\n{connection.display_name} {version}: {rows:,} rows, {len(data) / 1024:,.0f} kB")
    started = time.perf_counter()
    run = services.import_check(user=user, spec=spec_of("subjects"), data=data, filename="名录.xlsx")
    checked = time.perf_counter()
    found = selectors.counts_of(run).by_verdict
    print(f"  dry run       {checked - started:6.1f} s   {found}")
    run = services.import_confirm(user=user, run_id=run.pk)
    assert run.job is not None
    job_run.func(str(run.job.pk))
    taken = time.perf_counter()
    counts = selectors.counts_of(run)
    print(f"  confirmation  {taken - checked:6.1f} s   done {counts.done}, refused {counts.failed}")
    print(f"  memory        {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB at most")
    assert (counts.done, found["refused"]) == (rows - bad, bad)


def in_a_process(database: str, options: argparse.Namespace) -> None:
    """Measure one database in a process of its own: the settings hold one."""
    from tests.postgres import Cluster  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="tiaodu-bench-") as folder:
        cluster = Cluster() if database == "postgresql" else None
        settings = {"DJANGO_SETTINGS_MODULE": "waiting", "TIAODU_DATA": folder}
        address = cluster.start() if cluster else f"sqlite:///{folder}/bench.sqlite3"
        places = os.pathsep.join([str(ROOT / "src"), str(ROOT), str(Path(__file__).parent)])
        environment = {**os.environ, **settings, "DATABASE_URL": address, "PYTHONPATH": places}
        arguments = ["--inside", "--rows", str(options.rows), "--bad", str(options.bad)]
        try:
            subprocess.run([sys.executable, __file__, *arguments], env=environment, check=True)
        finally:
            if cluster:
                cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--bad", type=int, default=37)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.rows, options.bad)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", end="")
    print(f", load {os.getloadavg()[0]:.1f}", flush=True)
    for database in [options.database] if options.database else ["sqlite", "postgresql"]:
        in_a_process(database, options)


if __name__ == "__main__":
    main()
