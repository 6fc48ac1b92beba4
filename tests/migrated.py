"""A database brought up to date once: every worker and every installation of the tests starts from a copy.

All migrations take most of a minute; a run of the tests needs a dozen databases.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3.creation import DatabaseCreation

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "migrated"
# What decides how the database looks: the migrations, what they run, and packages with migrations.
SOURCES = ("src/tiaodu/**/migrations/*.py", "src/tiaodu/**/triggers.py", "requirements/all.txt")


def digest() -> str:
    """Tells apart databases made by other migrations."""
    found = blake2b(digest_size=8)
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def migrate(**variables: str) -> None:
    """Runs the program's migrations on the installation that these variables name."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIAODU_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    own = {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "tiaodu.config.settings"}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"]
    done = subprocess.run(
        command, env={**kept, **own, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time makes the database; the others wait and find it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def sqlite_file() -> Path:
    """An SQLite file with all migrations; copied, never used itself."""
    made = FOLDER / f"{digest()}.sqlite3"
    with alone():
        if not made.exists():
            making = FOLDER / "making"
            shutil.rmtree(making, ignore_errors=True)
            migrate(TIAODU_DATA=str(making))
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            with closing(sqlite3.connect(making / "tiaodu.sqlite3")) as file:
                file.execute("PRAGMA journal_mode = DELETE")
            (making / "tiaodu.sqlite3").rename(made)
    return made


def start_from_a_copy() -> None:
    """Lets Django's test database in memory begin as a copy; its own migrate then finds nothing to do."""
    make: Callable[..., str] = DatabaseCreation._create_test_db

    def copied(creation: Any, *arguments: Any, **named: Any) -> str:
        name = make(creation, *arguments, **named)
        creation.connection.close()
        creation.connection.settings_dict["NAME"] = name
        creation.connection.ensure_connection()
        with closing(sqlite3.connect(sqlite_file())) as file:
            file.backup(creation.connection.connection)
        return name

    DatabaseCreation._create_test_db = copied  # type: ignore[method-assign]
