"""pytest plugin (`-p tests.postgres`): runs the chosen tests on a PostgreSQL server of their own.

The server is made in a temporary folder, listens on a socket inside that folder and nowhere else, belongs to
an unprivileged user, and ends with the run. No cluster of the system is looked at or touched.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.migrated import migrate

TEMPLATE = "migrated"
DATABASE = ("db", "transactional_db", "migrated")  # one of them is asked for by every test with a database
# Pages, commands and the rights to them: the services and selectors under them are tested here, and a journey
# in a browser opens every page on PostgreSQL.
ELSEWHERE = ("test_*pages.py", "test_pictures.py", "test_commands.py", "test_firewall.py", "tests/web/*.py")
# Nothing of it outlives the run, so nothing needs to reach the disk.
SPEED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def _programs() -> Path:
    """Folder of initdb and pg_ctl: on PATH, else the newest version that Debian has installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not versions:
        message = (
            "PostgreSQL is not installed (Debian: apt-get install postgresql); it is needed to test on it."
        )
        raise pytest.UsageError(message)
    return versions[-1].parent


def _account() -> pwd.struct_passwd | None:
    """The user to become, because PostgreSQL refuses to run as root; none when we are not root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


class Cluster:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tiaodu-pg-"))
        self.programs = _programs()
        self.identity: dict[str, Any] = {}
        if account := _account():
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def start(self) -> str:
        """Starts the server, waits until it answers, and gives the address of its database."""
        data = self.folder / "data"
        self._run(
            "initdb", "-D", data, "-U", getpass.getuser(), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"
        )
        options = f"-k {self.folder} -c listen_addresses='' {SPEED}"
        self._run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", options, "start")
        return f"postgres:///{self.folder}/postgres"

    def make_template(self) -> None:
        """The database that every other one of the run begins as a copy of."""
        self._run("createdb", "-h", self.folder, "-U", getpass.getuser(), TEMPLATE)
        migrate(DATABASE_URL=f"postgres:///{self.folder}/{TEMPLATE}", TIAODU_DATA=str(self.folder / "var"))

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        # Output goes to a file: the server inherits it and would keep a pipe open as long as it runs.
        with (self.folder / "output").open("a+", encoding="utf-8") as output:
            status = subprocess.call(command, stdout=output, stderr=output, cwd=self.folder, **self.identity)
            if status:
                output.seek(0)
                raise pytest.UsageError(f"{program} failed:\n{output.read()}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before any setting is read: start the server once, in the process that the workers come from."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]
        cluster = Cluster()
        os.environ["DATABASE_URL"] = cluster.start()
        early_config.add_cleanup(cluster.stop)
        cluster.make_template()
    yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what cannot differ: tests without a database, and what the database does not decide."""
    left = [item for item in items if not _decided_here(item)]
    items[:] = [item for item in items if _decided_here(item)]
    config.hook.pytest_deselected(items=left)


def _decided_here(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    asks = item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(DATABASE)
    return asks and not any(item.path.match(pattern) for pattern in ELSEWHERE)


def pytest_configure() -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    if not engine.endswith("postgresql"):
        raise pytest.UsageError(f"asked for PostgreSQL, but the settings chose {engine}")
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = TEMPLATE
    _let_tests_flush()


def _let_tests_flush() -> None:
    """Tests with more than one connection end by TRUNCATE of every table, which append-only tables refuse.

    In that one transaction the triggers rest; only a superuser may say so, which is who made this server.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415  after the settings

    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(operations: Any, statements: list[str]) -> None:
        flush(operations, ["SET LOCAL session_replication_role = replica", *statements])

    DatabaseOperations.execute_sql_flush = without_triggers


def pytest_report_header() -> str:
    return "database: PostgreSQL of this run"
