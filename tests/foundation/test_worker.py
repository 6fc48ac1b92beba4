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
