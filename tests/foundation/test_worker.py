"""The worker as a process: a job survives the death of its worker."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest
from tests.foundation.installation import Installation, installation, migrated

__all__ = ["installation", "migrated"]

START = """
from tiaodu.foundation.jobs.services import job_start
print(job_start(user=None, kind={kind!r}, arguments={arguments!r}).pk)
"""


def _start(installation: Installation, kind: str, **arguments: str) -> str:
    return installation.python(START.format(kind=kind, arguments=arguments))


def _kill_in_the_middle(installation: Installation) -> None:
    """Let a worker take the job, and kill it once the handler has said that it is half way."""
    with subprocess.Popen(
        installation.command("worker"), env=installation.environment, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        for line in worker.stdout:
            if line == "half\n":
                break
        worker.kill()
    assert worker.returncode == -signal.SIGKILL


def _row(installation: Installation) -> tuple[object, ...]:
    return installation.query("SELECT state, attempts, done, total FROM jobs_job")[0]


def test_a_job_whose_worker_was_killed_is_run_again(installation: Installation, tmp_path: Path) -> None:
    note = tmp_path / "note"
    _start(installation, "probe.stuck_once", note=str(note))
    _kill_in_the_middle(installation)
    assert _row(installation) == ("running", 1, 1, 2)
    assert not note.exists()

    done = installation.run("worker", "--once")
    assert done.returncode == 0, done.stderr
    assert "已重新排队" in done.stdout
    assert _row(installation) == ("done", 2, 1, 2)
    assert note.read_text(encoding="utf-8") == "attempt 2\n"
    queue = "SELECT status, COUNT(*) FROM django_tasks_database_dbtaskresult GROUP BY status ORDER BY 1"
    assert installation.query(queue) == [("FAILED", 1), ("SUCCESSFUL", 1)]


def test_a_job_that_kills_every_worker_is_given_up(installation: Installation) -> None:
    _start(installation, "probe.always_stuck")
    for _attempt in range(3):
        _kill_in_the_middle(installation)
    done = installation.run("worker", "--once")
    assert done.returncode == 0, done.stderr
    state, attempts, *_rest = _row(installation)
    assert (state, attempts) == ("failed", 3)
    assert "3 次中断" in str(installation.query("SELECT error FROM jobs_job")[0][0])


def test_a_failing_job_is_failed_once_with_words(installation: Installation) -> None:
    _start(installation, "probe.failing")
    done = installation.run("worker", "--once")
    assert done.returncode == 0, done.stderr
    assert _row(installation)[:2] == ("failed", 1)
    error, message = installation.query("SELECT error, message FROM jobs_job")[0]
    assert "程序错误" in str(error)
    assert "of the probe" in str(message)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_ends_when_asked(installation: Installation, number: signal.Signals) -> None:
    with subprocess.Popen(
        installation.command("worker"), env=installation.environment, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert "已启动" in worker.stdout.readline()
        worker.send_signal(number)
        assert worker.wait(30) == 0


# ---------------------------------------------------------------- once a day


JULY = {"TIAODU_TODAY": "2024-07-01", "PROBE_NIGHT": "1"}


def _nights(installation: Installation) -> list[str]:
    note = installation.data / "nights"
    return note.read_text(encoding="utf-8").splitlines() if note.exists() else []


def test_what_is_run_once_a_day_is_run_once(installation: Installation) -> None:
    first = installation.run("nightly", **JULY)
    assert first.returncode == 0, first.stderr
    assert "2024-07-01 的每日作业：已完成 1" in first.stdout
    again = installation.run("nightly", **JULY)
    assert "2024-07-01 的每日作业：已完成 1" in again.stdout
    assert _nights(installation) == ["2024-07-01"]
    installation.run("nightly", **{**JULY, "TIAODU_TODAY": "2024-07-02"})
    assert _nights(installation) == ["2024-07-01", "2024-07-02"]


def test_two_timers_at_once_do_the_work_once(installation: Installation) -> None:
    environment = {**installation.environment, **JULY}
    command = installation.command("nightly")
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _timer in range(2)]
    assert [timer.communicate() and timer.returncode for timer in both] == [0, 0]
    assert _nights(installation) == ["2024-07-01"]
    assert installation.query("SELECT COUNT(*) FROM jobs_job") == [(1,)]


def test_a_night_that_failed_is_told_and_made_up_for(installation: Installation) -> None:
    (installation.data / "broken").touch()
    failed = installation.run("nightly", **JULY)
    assert failed.returncode == 1
    assert "探针的每日作业" in failed.stderr
    (installation.data / "broken").unlink()
    again = installation.run("nightly", **JULY)
    assert again.returncode == 0, again.stderr
    assert _nights(installation) == ["2024-07-01"]


def test_a_worker_that_stays_starts_the_day_itself(installation: Installation) -> None:
    for _start_of_the_worker in range(2):
        with subprocess.Popen(
            installation.command("worker"),
            env={**installation.environment, **JULY},
            stdout=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stdout is not None
            until = "night 2024-07-01\n" if not _nights(installation) else "2024-07-01 的每日作业 1 项。\n"
            assert any(line == until for line in worker.stdout)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
    assert installation.run("worker", "--once").returncode == 0
    assert _nights(installation) == ["2024-07-01"]
