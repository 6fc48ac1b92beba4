"""An installation of its own for a test: data folder, database, and the program run as people run it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.migrated import sqlite_file
from tests.postgres import TEMPLATE

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL", "")


def _conninfo(name: str) -> str:
    """How psycopg reaches a database of the run's PostgreSQL: the address is ``postgres:///folder/name``."""
    return f"host={SERVER.removeprefix('postgres://').rpartition('/')[0]} dbname={name}"


def _admin(statement: str) -> None:
    with psycopg.connect(_conninfo("postgres"), autocommit=True) as server:
        server.execute(statement.encode())


@dataclass
class Installation:
    """A data folder with its database; ``name`` is the database's on PostgreSQL."""

    data: Path
    name: str = ""
    settings: str = "tests.foundation.installed"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            n: v for n, v in os.environ.items() if not n.startswith(("TIAODU_", "DJANGO_", "LC_", "LANG"))
        }
        kept.pop("DATABASE_URL", None)
        if self.name:
            kept["DATABASE_URL"] = f"{SERVER.rpartition('/')[0]}/{self.name}"
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        return {
            **kept,
            "TIAODU_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": path,
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "django", *arguments]

    def run(self, *arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program to its end."""
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **variables},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self, code: str) -> str:
        """Run a few lines inside the program and give what they print."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the database, read beside the program."""
        if self.name:
            with psycopg.connect(_conninfo(self.name)) as database:
                return database.execute(statement.encode()).fetchall()
        with closing(sqlite3.connect(self.data / "tiaodu.sqlite3")) as file:
            return file.execute(statement).fetchall()


def _new_name() -> str:
    return f"installation_{uuid.uuid4().hex[:12]}" if SERVER.startswith("postgres") else ""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation brought up to date once; copied, never used itself."""
    template = Installation(tmp_path_factory.mktemp("template") / "var", _new_name())
    template.data.mkdir()
    if template.name:
        _admin(f"CREATE DATABASE {template.name} TEMPLATE {TEMPLATE}")
    else:
        shutil.copy(sqlite_file(), template.data / "tiaodu.sqlite3")
    done = template.run("migrate", "--verbosity", "0", "--skip-checks")
    assert done.returncode == 0, done.stderr
    yield template
    if template.name:
        _admin(f"DROP DATABASE {template.name} WITH (FORCE)")


@contextmanager
def copy_of(template: Installation, data: Path) -> Iterator[Installation]:
    """An installation like ``template``, gone when the body ends."""
    made = Installation(data, _new_name())
    shutil.copytree(template.data, made.data)
    if made.name:
        _admin(f"CREATE DATABASE {made.name} TEMPLATE {template.name}")
    yield made
    if made.name:
        _admin(f"DROP DATABASE {made.name} WITH (FORCE)")


@pytest.fixture
def installation(migrated: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation with an empty, migrated database."""
    with copy_of(migrated, tmp_path / "var") as made:
        yield made
