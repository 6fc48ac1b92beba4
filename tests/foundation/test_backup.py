"""Backup and restore, there and back, and what a restore refuses. The program runs as people run it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.foundation.installation import Installation, copy_of, migrated

__all__ = ["migrated"]

PASSWORD = "Taihang-mountain-1937"
FILL = """
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.services import file_store
user = User.objects.get(username="first")
print(file_store(user=user, name="plan.txt", data="左权县计划".encode()).sha256)
"""


@pytest.fixture(scope="module")
def source(migrated: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with an administrator and one stored file; copied, or used where nothing may change."""
    with copy_of(migrated, tmp_path_factory.mktemp("source") / "var") as made:
        done = made.run(
            "createadmin", "--region", "140722", "--username", "first", TIAODU_ADMIN_PASSWORD=PASSWORD
        )
        assert done.returncode == 0, done.stderr
        assert made.python(FILL) == hashlib.sha256("左权县计划".encode()).hexdigest()
        yield made


@pytest.fixture
def filled(source: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy of it to change."""
    with copy_of(source, tmp_path / "var") as made:
        yield made


@pytest.fixture(scope="module")
def archive(source: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    return _backup(source, tmp_path_factory.mktemp("archive") / "b.tar.gz")


def _backup(filled: Installation, path: Path) -> Path:
    done = filled.run("backup", str(path))
    assert done.returncode == 0, done.stderr
    assert "数据库和 1 个文件" in done.stdout
    return path


def _stored(filled: Installation) -> Path:
    (found,) = (path for path in (filled.data / "files").glob("??/??/*"))
    return found


def test_there_and_back(filled: Installation, tmp_path: Path) -> None:
    before = filled.query("SELECT id, action, actor_name FROM audit_auditentry ORDER BY id")
    archive = _backup(filled, tmp_path / "b.tar.gz")
    assert archive.stat().st_mode & 0o077 == 0

    filled.run("createadmin", "--region", "140723", "--username", "second", TIAODU_ADMIN_PASSWORD=PASSWORD)
    _stored(filled).write_bytes(b"altered")
    done = filled.run("restore", str(archive), "--yes")
    assert done.returncode == 0, done.stderr

    assert filled.query("SELECT username FROM accounts_user") == [("first",)]
    after = filled.query("SELECT id, action, actor_name FROM audit_auditentry ORDER BY id")
    assert after[: len(before)] == before
    assert [row[1] for row in after[len(before) :]] == ["operations.restore"]
    assert _stored(filled).read_text(encoding="utf-8") == "左权县计划"
    kept = list(filled.data.glob("before-restore-*/files/??/??/*"))
    assert [path.read_bytes() for path in kept] == [b"altered"]


def test_append_only_holds_after_a_restore(filled: Installation, archive: Path) -> None:
    assert filled.run("restore", str(archive), "--yes").returncode == 0
    code = """
from django.db import DatabaseError, connection
for statement in ("UPDATE audit_auditentry SET action = 'x'", "DELETE FROM files_storedfile"):
    try:
        connection.cursor().execute(statement)
    except DatabaseError as error:
        print("append-only" in str(error))
"""
    assert filled.python(code).split() == ["True", "True"]


def test_a_folder_gets_a_name_by_the_time(filled: Installation, tmp_path: Path) -> None:
    done = filled.run("backup", str(tmp_path / "kept"), "--lang", "en")
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "kept").iterdir()
    assert made.name.startswith("tiaodu-")
    assert made.name.endswith(".tar.gz")
    assert filled.run("restore", str(made), "--check").returncode == 0


def test_damaged_files_are_told_while_backing_up(filled: Installation, tmp_path: Path) -> None:
    _stored(filled).write_bytes(b"altered")
    done = filled.run("backup", str(tmp_path / "b.tar.gz"))
    assert done.returncode == 0
    assert "不一致" in done.stderr


Change = Callable[[dict[str, bytes]], None]


def _rewritten(archive: Path, change: Change) -> Path:
    """The same backup with members changed."""
    with tarfile.open(archive) as source:
        members = {entry.name: source.extractfile(entry).read() for entry in source}  # type: ignore[union-attr]
    change(members)
    target = archive.with_name("changed.tar.gz")
    with tarfile.open(target, "w:gz") as out:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
    return target


def _manifest(**values: Any) -> Change:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **values}).encode()

    return change


def _newer(members: dict[str, bytes]) -> None:
    raw = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps(
        {**raw, "migrations": [*raw["migrations"], "ledger.9999_later"]}
    ).encode()


def _other_database(members: dict[str, bytes]) -> None:
    raw = json.loads(members["manifest.json"])
    other = "postgresql" if raw["database"] == "sqlite" else "sqlite"
    members["manifest.json"] = json.dumps({**raw, "database": other}).encode()


def _altered(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("files/"))
    members[name] = members[name][:-1] + b"x"


def _missing(members: dict[str, bytes]) -> None:
    del members[next(name for name in members if name.startswith("files/"))]


def _foreign(members: dict[str, bytes]) -> None:
    members["../outside"] = b"x"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_newer, "更新的版本"),
        (_manifest(format=2), "更新的版本"),
        (_manifest(members=7), "清单已损坏"),
        (_other_database, "同一种数据库"),
        (_altered, "与清单不符"),
        (_missing, "不完整"),
        (_foreign, "清单之外"),
    ],
    ids=["newer", "format", "manifest", "database", "altered", "missing", "foreign"],
)
def test_what_a_restore_refuses(source: Installation, archive: Path, change: Change, words: str) -> None:
    changed = _rewritten(archive, change)
    done = source.run("restore", str(changed), "--yes")
    assert done.returncode == 1
    assert words in done.stderr
    assert source.query("SELECT username FROM accounts_user") == [("first",)]
    assert list(source.data.glob("before-restore-*")) == []


def test_half_a_backup_is_refused(source: Installation, archive: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.tar.gz"
    half.write_bytes(archive.read_bytes()[:-2000])
    done = source.run("restore", str(half), "--yes")
    assert done.returncode == 1
    assert "没有恢复任何内容" in done.stderr


def test_a_restore_asks_first_and_not_while_the_program_runs(source: Installation, archive: Path) -> None:
    lost = source.run("restore", str(archive.with_name("lost.tar.gz")), given="yes\n")
    assert (lost.returncode, "请输入 yes" in lost.stdout, "没有找到" in lost.stderr) == (1, False, True)
    refused = source.run("restore", str(archive), given="no\n")
    assert (refused.returncode, "没有恢复" in refused.stderr) == (1, True)
    with subprocess.Popen(
        source.command("worker"), env=source.environment, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert "已启动" in worker.stdout.readline()
        busy = source.run("restore", str(archive), "--yes")
        asked = source.run("restore", str(archive), given="yes\n")
        worker.terminate()
    assert (asked.returncode, "请输入 yes" in asked.stdout) == (1, False)
    assert busy.returncode == 1
    assert "程序正在运行" in busy.stderr
