"""The commands an administrator runs, as he runs them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from tests.foundation.installation import Installation, installation, migrated

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
    [("140722", "short", "10"), ("149999", PASSWORD, "GB/T 2260"), ("140722", "", "")],
    ids=["weak", "region", "none"],
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
