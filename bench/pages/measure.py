"""How long pages take with fifty people at work and a million figures, two processes serving.

    python bench/pages/measure.py [--rows 1000000] [--people 50] [--seconds 120] [--database postgresql]
                                  [--folder FOLDER]

Makes an installation with the demo county in a temporary folder, adds 2,000 firms with their figures, serves
it as `tiaodu serve --workers 2` does, and lets people come (locust, of the dependency group bench) with a
mean pause of five seconds, while somebody reports on a task every five seconds (``--reports``): what pages
keep until an act is made anew as on a busy day. ``--folder`` keeps the installation (SQLite) for the next
time. The jobs of the night are done before anybody comes. Prints the median and the 95th percentile of each
page. To reach: p95 of 200 ms at most, and no errors.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WARMING = 45  # seconds
GOAL = 200.0  # milliseconds, 95th percentile over all pages
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "bench" / "evidence"), str(Path(__file__).parent)]
TASK, FIGURE, LATE = "/ledger/{task}/", "/evidence/{figure}/", "/ledger/?filter=overdue"
RETURN = "/returns/{form}/"
PAGES = {
    "dispatcher": [
        "/",
        "/ledger/",
        LATE,
        "/ledger/calendar/",
        TASK,
        "/evidence/",
        FIGURE,
        "/items/",
        "/projects/",
        "/returns/board/",
        "/returns/economy/",
        "/returns/coal/",
    ],
    "leader": ["/", "/ledger/", TASK, "/items/", "/evidence/", "/projects/wall/", "/returns/economy/"],
    "firm": ["/", "/returns/", RETURN, RETURN],
    "supervision": ["/", "/items/", LATE, "/tables/", TASK],
    "energy": ["/", "/ledger/", TASK, "/items/", FIGURE],
    "industry": ["/", "/ledger/", TASK, "/items/", "/ledger/subjects/"],
}


def prepare(rows: int, people: int, answer: str) -> dict[str, Any]:
    """Fill this process's installation; the sessions people come with, and their pages."""
    import django  # noqa: PLC0415  the settings are known only now

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from rows import FIRMS, fill  # noqa: PLC0415

    from tiaodu.foundation.accounts.models import User  # noqa: PLC0415
    from tiaodu.foundation.evidence.services import latest_rebuild  # noqa: PLC0415
    from tiaodu.foundation.registry.models import Subject  # noqa: PLC0415

    user = User.objects.get(username="dispatcher")
    Subject.objects.bulk_create(
        Subject(region=user.region, code=f"bench-{n}", kind="firm", name=f"示例企业{n:04d}", sample=True)
        for n in range(FIRMS)
    )
    fill(user, rows, "bench-")
    latest_rebuild()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    names = [list(PAGES)[number % len(PAGES)] for number in range(people)]
    sessions = [session_of(User.objects.get(username=name), number) for number, name in enumerate(names)]
    return {"sessions": sessions, "answer": answer}


def session_of(person: Any, number: int) -> dict[str, Any]:
    """A session in which a person is logged in, with the pages she opens."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["signed_in_at"] = time.time()
    session.save()
    return {"cookie": session.session_key, "pages": pages_of(person, number)}


def pages_of(person: Any, number: int) -> list[list[str]]:
    """Names and addresses of the pages of a person; those about a record she has none of are left out."""
    from tiaodu.foundation.evidence.models import Evidence  # noqa: PLC0415
    from tiaodu.rooms.ledger.selectors import tasks_visible_to  # noqa: PLC0415
    from tiaodu.rooms.returns.models import Return  # noqa: PLC0415

    tasks = tasks_visible_to(person).filter(indicators__isnull=False).distinct()
    found = {
        "task": tasks,
        "figure": Evidence.objects.filter(source_kind="ledger.indicator"),
        "form": Return.objects.filter(subject__in=person.subjects.all()),
    }
    ids = {name: list(rows.order_by("pk").values_list("pk", flat=True)[:10]) for name, rows in found.items()}
    told = {name: keys[number % len(keys)] for name, keys in ids.items() if keys}
    asked = [
        page for page in PAGES[person.username] if all(f"{{{n}}}" not in page for n in ids.keys() - told)
    ]
    return [[page, page.format(**told)] for page in asked]


def report(pause: float) -> None:
    """Report on one task after the other, ``pause`` seconds between, until this process is ended."""
    import django  # noqa: PLC0415  as above

    django.setup()
    from tiaodu.foundation.accounts.models import User  # noqa: PLC0415
    from tiaodu.rooms.ledger.selectors import may_report, tasks_visible_to  # noqa: PLC0415
    from tiaodu.rooms.ledger.services import progress_report  # noqa: PLC0415

    person = User.objects.get(username="industry")
    tasks = [task.pk for task in tasks_visible_to(person) if may_report(person, task)]
    for number in itertools.count():
        progress_report(user=person, task_id=tasks[number % len(tasks)], text=f"第 {number + 1} 次报送")
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def sessions(options: argparse.Namespace, folder: Path, environment: dict[str, str]) -> str:
    """The sessions people come with; the installation is made where the folder holds none."""
    plan = folder / f"{options.people} people, {options.rows} figures.json"
    if plan.exists():
        return plan.read_text(encoding="utf-8")
    if any(folder.glob("*figures.json")):
        sys.exit(f"{folder} was made for other numbers of people or figures: name another folder")
    demo = [sys.executable, "-m", "tiaodu", "demo", "--no-serve"]
    subprocess.run(demo, env=environment, check=True, stdout=subprocess.DEVNULL)
    inside = [sys.executable, __file__, "--inside", f"{folder}/answer.json", "--rows", str(options.rows)]
    inside += ["--people", str(options.people)]
    plan.write_bytes(subprocess.run(inside, env=environment, check=True, stdout=subprocess.PIPE).stdout)
    return plan.read_text(encoding="utf-8")


def visit(host: str, people: int, seconds: int, environment: dict[str, str]) -> None:
    """Let people come for so long."""
    script = str(Path(__file__).parent / "visitors.py")
    how = ["--users", str(people), "--spawn-rate", "10", "--reset-stats", "--run-time", f"{seconds}s"]
    quiet = ["--headless", "--only-summary", "--loglevel", "ERROR"]
    subprocess.run(
        [sys.executable, "-m", "locust", "-f", script, "--host", host, *how, *quiet],
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def serve_and_visit(options: argparse.Namespace, folder: str, address: str) -> None:
    """One database: prepared, served, visited."""
    settings = {
        "TIAODU_DATA": folder,
        "TIAODU_DEMO": "1",
        "TIAODU_TODAY": "2025-02-20",
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tiaodu.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    environment = {**os.environ, **settings}
    here = [sys.executable, "-m", "tiaodu"]
    told = sessions(options, Path(folder), environment)
    subprocess.run([*here, "nightly"], env=environment, check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    serve = [*here, "serve", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL)
    reporting = [sys.executable, __file__, "--inside", "report", "--reports", str(options.reports)]
    reporter = subprocess.Popen(reporting, env=environment) if options.reports else None
    try:
        host = f"http://127.0.0.1:{port}"
        wait_for(f"{host}/login/")
        # The first visits find a program that still compiles: they are not counted.
        for seconds in (WARMING, options.seconds):
            visit(host, options.people, seconds, {**environment, "TIAODU_VISITORS": told})
        if reporter is not None and reporter.poll() is not None:
            sys.exit("nobody reported meanwhile")
    finally:
        if reporter is not None:
            reporter.terminate()
        server.terminate()
        server.wait(30)
    show(json.loads((Path(folder) / "answer.json").read_text(encoding="utf-8")))


def show(told: dict[str, Any]) -> None:
    print(f"  {'page':<28}{'requests':>9}{'failed':>8}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for row in [*told["rows"], {**told["all"], "name": "all"}]:
        numbers = f"{row['p50']:>9.0f}{row['p95']:>9.0f}{row['max']:>9.0f}"
        print(f"  {row['name']:<28}{row['requests']:>9}{row['failures']:>8}{numbers}")
    for error in told["errors"]:
        print(f"  failed {error}")
    total = told["all"]
    reached = total["p95"] <= GOAL and not total["failures"]
    print(f"  p95 {total['p95']:.0f} ms at {total['rate']:.1f} pages a second: ", end="")
    print("reached" if reached else f"MISSED (≤ {GOAL:.0f} ms, no failures)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--reports", type=float, default=5.0, help="seconds between reports; 0: none")
    options = parser.parse_args()
    if options.inside == "report":
        report(options.reports)
    if options.inside:
        print(json.dumps(prepare(options.rows, options.people, options.inside)))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", end="")
    print(f", load before {os.getloadavg()[0]:.1f}", flush=True)
    from tests.postgres import Cluster  # noqa: PLC0415

    for database in [options.database] if options.database else ["sqlite", "postgresql"]:
        kept = options.folder if database == "sqlite" else None
        with nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="tiaodu-bench-") as folder:
            cluster = Cluster() if database == "postgresql" else None
            print(
                f"{database}: {options.rows:,} figures, {options.people} people, {options.seconds} s",
                flush=True,
            )
            try:
                serve_and_visit(
                    options, folder, cluster.start() if cluster else f"sqlite:///{folder}/bench.sqlite3"
                )
            finally:
                if cluster:
                    cluster.stop()


if __name__ == "__main__":
    main()
