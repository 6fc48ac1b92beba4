"""What the environment says, or one plain sentence in both languages about what is wrong with it."""

from __future__ import annotations

import datetime
import os
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

import environ
from django.core.management.utils import get_random_secret_key

PRIVATE = 0o077  # umask: what the program keeps is for its own user alone
MISTAKE = 2  # exit code
DATABASES = ("sqlite3", "postgresql")
env = environ.Env()


def stop(chinese: str, english: str) -> NoReturn:
    """End the program: without its settings it cannot even say this in the language asked for."""
    sys.stderr.write(f"{chinese}\n{english}\n")
    raise SystemExit(MISTAKE)


def whole_number(name: str, default: int) -> int:
    """A number above zero."""
    text = env.str(name, default="") or str(default)
    if not (text.isascii() and text.isdigit() and int(text)):
        stop(
            f"{name}={text} 不对：应为大于 0 的整数，如 {default}。",
            f"{name}={text} is wrong: give a whole number above 0, such as {default}.",
        )
    return int(text)


def switch(name: str, *, default: bool) -> bool:
    """On or off."""
    text = env.str(name, default="") or str(default)
    if text.lower() not in {"true", "false", "1", "0", "on", "off", "yes", "no"}:
        stop(f"{name}={text} 不对：应为 true 或 false。", f"{name}={text} is wrong: give true or false.")
    return text.lower() in {"true", "1", "on", "yes"}


def day(name: str) -> datetime.date | None:
    """A day, or none."""
    text = env.str(name, default="")
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        stop(
            f"{name}={text} 不是日期：应写成 2024-01-15 的样子。",
            f"{name}={text} is no day: write it like 2024-01-15.",
        )


def database(name: str, default: str) -> dict[str, Any]:
    """Where the database is: SQLite or PostgreSQL."""
    given: dict[str, Any] = {}
    try:
        with warnings.catch_warnings(action="ignore"):
            given = dict(env.db_url(name, default=default))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        given = {}
    if not given.get("NAME") or not str(given.get("ENGINE", "")).endswith(DATABASES):
        # The address may hold a password, so it is not repeated.
        stop(
            f"{name} 看不懂：应写成 sqlite:////文件夹/名称.sqlite3 或 postgres://用户:口令@主机:5432/名称。",
            f"{name} is not understood: write sqlite:////folder/name.sqlite3 or "
            "postgres://user:password@host:5432/name.",
        )
    return given


def secret_key(name: str, folder: Path) -> str:
    """The key from the environment, else one made once and kept readable for the owner only."""
    if key := env.str(name, default=""):
        return str(key)
    path = folder / "secret_key"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(get_random_secret_key(), encoding="ascii")
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        stop(
            f"不能使用数据文件夹 {folder}（{error.strerror}）。"
            "请把它交给运行程序的用户，或用 TIAODU_DATA 另指一处。",
            f"The data folder {folder} cannot be used ({error.strerror}). "
            "Give it to the user who runs the program, or set TIAODU_DATA to another one.",
        )


def keep_private() -> None:
    """Files made from now on are for the program's own user alone."""
    os.umask(PRIVATE)


def keep_single() -> None:
    """One thread for the small matrices of the learner: several processes serve, and their threads would only
    wait for each other. Read by NumPy when it is imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def keep_compiled(package: Path, folder: Path) -> None:
    """What Numba compiles is kept beside the program, or in the data folder where it cannot be."""
    if not os.access(package, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(folder / "cache"))
