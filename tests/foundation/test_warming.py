"""What Numba compiles is read by the processes that serve, once compiled and when nobody waits for a page."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tiaodu.engine import warming as engine
from tiaodu.foundation.operations import warming
from tiaodu.foundation.operations.server import Server
from tiaodu.foundation.operations.warming import MOST_SECONDS, QUIET_SECONDS, Compiling, Warming


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, then: Callable[[int], None]) -> None:
        self.now, self.slept, self.then = 0.0, 0, then

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        self.then(self.slept)


def ended(code: int) -> Compiling:
    """Compiling whose process has ended with ``code``."""
    compiling = Compiling(Path(os.devnull))
    compiling._see(subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"]))
    return compiling


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done in the end, instead of doing it."""
    found: list[str] = []
    monkeypatch.setattr(engine, "warm", lambda: found.append("warm"))
    monkeypatch.setattr(gc, "freeze", lambda: found.append("freeze"))
    return found


def waited(
    monkeypatch: pytest.MonkeyPatch, compiling: Compiling, then: Callable[[Warming, int], None]
) -> float:
    """How long a process waits before it reads, ``then`` being what happens in between."""
    clock = Clock(lambda count: then(made, count))
    monkeypatch.setattr(warming, "monotonic", clock.monotonic)
    monkeypatch.setattr(warming, "sleep", clock.sleep)
    made = Warming(compiling)
    made._go(clock.now)
    return clock.now


def test_those_that_are_forked_see_that_it_is_compiled() -> None:
    compiling = Compiling(Path(os.devnull))
    child = os.fork()
    if child == 0:
        while not compiling.done:
            pass
        os._exit(7)
    compiling._see(subprocess.Popen([sys.executable, "-c", ""]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_what_failed_is_not_taken_for_compiled() -> None:
    assert not Compiling(Path(os.devnull)).done
    assert not ended(1).done
    assert ended(0).done


def test_it_is_compiled_once_for_a_program_and_a_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, begun = tmp_path / "compiled", list[str]()

    class Process:
        pid = 0

        def __init__(self, command: list[str], **_how: object) -> None:
            begun.append("".join(command[-1:]))

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(warming.subprocess, "Popen", Process)
    monkeypatch.setattr(warming.os, "setpriority", lambda *_told: None)
    first = Compiling(mark)
    first.start()
    first._see(Process([]))  # type: ignore[arg-type]
    assert mark.read_text() == warming.stamp()
    begun.clear()
    again = Compiling(mark)
    again.start()
    assert again.done
    assert begun == []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    elsewhere = Compiling(mark)
    elsewhere.start()
    assert begun == ["tiaodu.engine.warming"]


def test_it_is_read_after_a_while_without_pages(monkeypatch: pytest.MonkeyPatch, done: list[str]) -> None:
    assert waited(monkeypatch, ended(0), lambda _made, _count: None) == QUIET_SECONDS
    assert done == ["warm", "freeze"]


def test_pages_go_first_but_not_for_ever(monkeypatch: pytest.MonkeyPatch, done: list[str]) -> None:
    def some(made: Warming, count: int) -> None:
        if count <= 20:
            made.asked()

    assert waited(monkeypatch, ended(0), some) == 20 * warming.LOOK_SECONDS + QUIET_SECONDS
    assert waited(monkeypatch, ended(0), lambda made, _count: made.asked()) == MOST_SECONDS
    assert done == ["warm", "freeze"] * 2


def test_nothing_is_read_before_it_is_compiled(monkeypatch: pytest.MonkeyPatch, done: list[str]) -> None:
    compiling = Compiling(Path(os.devnull))

    def late(_made: Warming, count: int) -> None:
        assert done == []
        if count == 300:
            compiling._done[0] = 1

    assert waited(monkeypatch, compiling, late) == 300 * warming.LOOK_SECONDS


def test_what_cannot_be_read_leaves_the_process_serving(
    monkeypatch: pytest.MonkeyPatch, done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ImportError("numba")

    monkeypatch.setattr(engine, "warm", broken)
    waited(monkeypatch, ended(0), lambda _made, _count: None)
    assert done == ["freeze"]
    assert "could not be read ahead" in caplog.text


def test_the_server_tells_its_processes_and_starts_nothing_before_it_runs() -> None:
    server = Server(bind="127.0.0.1:0", workers=2, threads=2, companion=None)
    assert server._compiling._process is None
    before = server._warming._last
    server.cfg.pre_request(None, None)
    between = server._warming._last
    server.cfg.post_request(None, None, None, None)
    assert before < between < server._warming._last
