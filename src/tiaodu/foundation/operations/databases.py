"""A consistent copy of the database while people work, and putting one back: SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Refusal

MEMBER = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SIDE_FILES = ("-wal", "-shm")
_FRESH_SCHEMA = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


def sqlite_path() -> Path:
    """Where the SQLite database lies."""
    return Path(str(connection.settings_dict["NAME"]))


def dump(target: Path) -> None:
    """Copy the database as it is at one moment into the file ``target``."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={target}", *_place())


def load(dumped: Path, aside: Path) -> None:
    """Put the copy in place of the database, whole or not at all; what was there goes to ``aside``."""
    connection.close()
    if connection.vendor == "sqlite":
        _swap_file(dumped, sqlite_path(), aside)
        return
    script = dumped.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(dumped))
    with script.open("r+", encoding="utf-8") as file:
        statements = file.read()
        file.seek(0)
        file.write(_FRESH_SCHEMA + statements)
    keep = aside / MEMBER["postgresql"]
    _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={keep}", *_place())
    _run(
        "psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
        f"--file={script}", *_place(),
    )  # fmt: skip


def check(dumped: Path) -> None:
    """Refusal when the copy is not a whole database of this kind."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(dumped)) as copy:
            try:
                sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            except sqlite3.DatabaseError:
                sound = False
        if not sound:
            raise Refusal(_("备份里的数据库已损坏。没有恢复任何内容。"))
        return
    _run("pg_restore", "--list", "--file=/dev/null", str(dumped))


def _swap_file(new: Path, place: Path, aside: Path) -> None:
    for side in ("", *SIDE_FILES):
        old = place.with_name(place.name + side)
        if old.exists():
            old.replace(aside / old.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.replace(place)


def _place() -> list[str]:
    """How the client programs reach the database; the password goes by the environment, unseen by others."""
    given: dict[str, Any] = connection.settings_dict
    places = {"host": given["HOST"], "port": given["PORT"], "username": given["USER"]}
    return [f"--{key}={value}" for key, value in places.items() if value] + [f"--dbname={given['NAME']}"]


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Refusal(
            _(
                "没有找到 %(program)s。请安装 PostgreSQL 客户端"
                "（Debian：apt-get install postgresql-client），版本不低于服务器。"
            )
            % {"program": program}
        )
    password = {"PGPASSWORD": connection.settings_dict["PASSWORD"] or ""}
    done = subprocess.run(  # noqa: S603  the program is found by its name, the arguments are our own
        [found, *arguments], env={**os.environ, **password}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refusal(
            _("%(program)s 没有成功，数据库没有改变：%(error)s")
            % {"program": program, "error": done.stderr.strip()[-500:]}
        )
