"""The commands an administrator runs, as he runs them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from tests.foundation.installation import SERVER, Installation, installation, migrated

from tiaodu.foundation.operations.datafiles import faults
from tiaodu.foundation.operations.speaking import spoken

__all__ = ["installation", "migrated"]

PASSWORD = "Taihang-mountain-1937"


def test_createadmin_on_a_bare_machine(tmp_path: Path) -> None:
    bare = Installation(tmp_path / "var")
    done = bare.run(
        "createadmin", "--password-stdin", "--region", "140722", "--username", "root", given=PASSWORD + "\n"
    )
    assert done.returncode == 0, done.stderr
    assert "左权县" in done.stdout
    assert bare.query("SELECT code, path FROM registry_region ORDER BY code DESC LIMIT 1") == [
        ("140722", "140000/140700/140722/")
    ]
    assert bare.query("SELECT username, roles, must_change_password FROM accounts_user") == [
        ("root", '["admin"]', 0)
    ]
    assert (bare.data / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("region", "password", "words"),
    [
        ("140722", "short", "密码太短，至少 10 位。"),
        ("149999", PASSWORD, "GB/T 2260"),
        ("140722", "", ""),
        ("139999", PASSWORD, "GB/T 2260"),
    ],
    ids=["weak", "region", "none", "nameless"],
)
def test_createadmin_says_what_is_wrong(
    installation: Installation, region: str, password: str, words: str
) -> None:
    done = installation.run(
        "createadmin", "--region", region, "--username", "root", "--password-stdin", given=password + "\n"
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert installation.query("SELECT COUNT(*) FROM accounts_user") == [(0,)]
    assert installation.query("SELECT COUNT(*) FROM registry_region") == [(0,)]


def test_the_doctor_says_how_to_mend(installation: Installation) -> None:
    healthy = installation.run("doctor")
    assert healthy.returncode == 0, healthy.stdout
    assert "请运行 createadmin" in healthy.stdout
    assert "0 项错误" in healthy.stdout
    assert "指标口径齐全" in healthy.stdout
    english = installation.run("doctor", "--lang", "en").stdout
    assert "Run createadmin" in english


def test_the_doctor_finds_what_is_broken(installation: Installation) -> None:
    ill = installation.run("doctor", TIAODU_SECRET_KEY="short", TIAODU_DEBUG="1")
    assert ill.returncode == 1
    assert "密钥太短" in ill.stdout
    assert "TIAODU_DEBUG" in ill.stdout
    nowhere = installation.run("doctor", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert nowhere.returncode == 1
    assert "连不上数据库" in nowhere.stdout


def test_the_doctor_finds_damage(installation: Installation) -> None:
    installation.python("""
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE ledger_event DROP COLUMN text")
    cursor.execute("DROP TABLE registry_alias")
""")
    done = installation.run("doctor")
    assert done.returncode == 1
    assert "ledger_event.text" in done.stdout
    assert "registry_alias" in done.stdout


def test_the_doctor_finds_a_file_that_was_altered(installation: Installation) -> None:
    place = installation.python("""
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.selectors import path_of
from tiaodu.foundation.files.services import file_store
user = User.objects.create(username="first", roles=["admin"])
print(path_of(file_store(user=user, name="plan.txt", data="计划".encode()).sha256))
""")
    assert "上传文件 1 个，都完好" in installation.run("doctor").stdout
    Path(place).write_bytes(b"altered")
    done = installation.run("doctor")
    assert (done.returncode, "与上传时不一致" in done.stdout) == (1, True)


@pytest.mark.skipif(SERVER.startswith("postgres"), reason="a file of SQLite")
def test_a_broken_database_is_told_in_one_sentence(installation: Installation) -> None:
    (installation.data / "tiaodu.sqlite3").write_bytes(b"this is no database at all" * 200)
    for command in (("backup", str(installation.data / "b.tar.gz")), ("serve",), ("worker", "--once")):
        done = installation.run(*command)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
        assert "数据库不能使用" in done.stderr
    assert installation.run("doctor").returncode == 1


def test_what_is_kept_is_for_the_programs_user_alone(tmp_path: Path) -> None:
    made = Installation(tmp_path / "var", "")
    done = made.run(
        "createadmin", "--password-stdin", "--region", "140722", "--username", "root", given=PASSWORD
    )
    assert done.returncode == 0, done.stderr
    assert [path for path in (made.data, *made.data.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert "只有运行程序的用户可以读" in made.run("doctor").stdout
    made.data.chmod(0o755)
    (made.data / "tiaodu.sqlite3").chmod(0o644)
    assert f"chmod go= {made.data}" in made.run("doctor").stdout
    assert made.run("worker", "--once").returncode == 0
    assert (made.data / "tiaodu.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TIAODU_TODAY", "2024-13-01", "2024-01-15"),
        ("TIAODU_UPLOAD_LIMIT", "abc", "50000000"),
        ("TIAODU_UPLOAD_LIMIT", "0", "50000000"),
        ("TIAODU_HTTPS", "maybe", "true"),
        ("DATABASE_URL", "nonsense", "postgres://"),
        ("DATABASE_URL", "mysql://a:b@c/d", "postgres://"),
        ("TIAODU_DATA", "/dev/null/var", "TIAODU_DATA"),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(
    installation: Installation, name: str, value: str, words: str
) -> None:
    done = installation.run("doctor", **{name: value})
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 2  # in Chinese and in English


def test_a_backup_that_cannot_be_written_is_told_in_one_sentence(installation: Installation) -> None:
    done = installation.run("backup", "/dev/null/backup")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "/dev/null/backup" in done.stderr


def test_a_worker_waits_for_no_restore(installation: Installation) -> None:
    assert installation.run("worker", "--once").returncode == 0


@pytest.mark.parametrize(
    ("asked", "terminal", "language"),
    [
        (None, {"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        (None, {"LANG": "C.UTF-8"}, "zh-hans"),
        (None, {}, "zh-hans"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-hans"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh-hans"),
    ],
)
def test_the_language_of_a_command(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, terminal: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)
    assert spoken(asked) == language


def test_every_data_file_of_the_package_is_sound() -> None:
    count, found = faults()
    assert count > 10
    assert found == []


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _until(process: subprocess.Popen[str], words: str) -> list[str]:
    """Lines of the program's output up to the one that holds ``words``."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError("".join(lines))


def _workers_of(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, command in commands.items() if b"worker\0--parent" in command]


def test_serve_says_that_the_port_is_taken(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = installation.run("serve", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout, "已被占用" in done.stderr) == (2, "", True)
    done = installation.run("serve", "--port", "70000", "--lang", "en")
    assert (done.returncode, done.stdout, "Cannot listen" in done.stderr) == (2, "", True), done.stderr


def test_serve_brings_pages_and_a_worker_and_takes_both_down(installation: Installation) -> None:
    port = _free_port()
    with subprocess.Popen(
        installation.command("serve", "--port", str(port), "--workers", "1"),
        env=installation.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        # The worker is started when the port is open, so its greeting says that pages are served too.
        _until(server, "后台作业进程已启动")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/login/")
        answer = connection.getresponse()
        page = answer.read().decode()
        answer.close()
        connection.close()
        (worker,) = _workers_of(server)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    assert (answer.status, "登录" in page) == (200, True)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
