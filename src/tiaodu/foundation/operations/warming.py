"""What Numba compiles, compiled and read before somebody waits for it."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import logging
import mmap
import os
import re
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from time import monotonic, sleep

from tiaodu import engine

logger = logging.getLogger(__name__)

MARK = "compiled"  # in the data folder
LOWEST = 19  # priority
QUIET_SECONDS = 1.5  # without a page asked for or answered, before a process reads the machines
MOST_SECONDS = 60.0  # and no longer than this, where pages are asked for all the time
LOOK_SECONDS = 0.5


class Compiling:
    """Compiles in a process of its own at the lowest priority, once for a program and a computer: ``mark`` is
    the file that says for which it was done. Processes that are forked see when it is.
    """

    def __init__(self, mark: Path) -> None:
        self._mark, self._stamp = mark, ""
        self._done = mmap.mmap(-1, 1)  # shared with those that are forked
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def done(self) -> bool:
        """Whether everything was compiled, so that reading it takes seconds and not a minute."""
        return self._done[0] == 1

    def start(self) -> None:
        """Begin where it was not done before, and see it end in a thread."""
        self._stamp = stamp()
        with contextlib.suppress(OSError):
            if self._mark.read_text(encoding="ascii") == self._stamp:
                self._done[0] = 1
                return
        command = [sys.executable, "-m", "tiaodu.engine.warming"]
        self._process = subprocess.Popen(command, start_new_session=True)  # noqa: S603
        with contextlib.suppress(ProcessLookupError):  # it may be over already
            os.setpriority(os.PRIO_PROCESS, self._process.pid, LOWEST)
        threading.Thread(target=self._see, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()

    def _see(self, process: subprocess.Popen[bytes]) -> None:
        if process.wait() == 0:
            self._done[0] = 1
            with contextlib.suppress(OSError):  # then it is looked at again at the next start
                self._mark.write_text(self._stamp, encoding="ascii")


def stamp() -> str:
    """A digest of all on which it depends whether what was compiled holds: files, versions, processor."""
    told = [sys.version, version("numba"), version("numpy"), os.environ.get("NUMBA_CACHE_DIR", "")]
    with contextlib.suppress(OSError):  # /proc/cpuinfo also tells how fast it runs just now
        processor = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        told += re.findall(r"^(?:vendor_id|cpu family|model|flags)\b.*$", processor, re.MULTILINE)[:6]
    for path in sorted(Path(engine.__file__).parent.rglob("*.py")):
        state = path.stat()
        told.append(f"{path} {state.st_mtime_ns} {state.st_size}")
    return hashlib.sha256("|".join(told).encode()).hexdigest()


class Warming:
    """Reads what was compiled in a process that serves pages, once nobody waits for a page of it: the first
    what-if of the process then need not. What cannot be read is read, and its fault told, by who needs it.
    """

    def __init__(self, compiling: Compiling) -> None:
        self._compiling = compiling
        self._last = monotonic()

    def start(self) -> None:
        """Begin in a thread of this process."""
        self._last = monotonic()
        threading.Thread(target=self._go, args=(self._last,), daemon=True).start()

    def asked(self, *_told: object) -> None:
        """A page is asked for or was answered."""
        self._last = monotonic()

    def _go(self, begun: float) -> None:
        while not self._compiling.done or not self._quiet(begun):
            sleep(LOOK_SECONDS)
        try:
            from tiaodu.engine.warming import warm  # noqa: PLC0415  the compiler takes seconds to load

            warm()
        except Exception:
            logger.exception("the compiled machines could not be read ahead")
        gc.freeze()  # it lives as long as the process, like all that was loaded to serve

    def _quiet(self, begun: float) -> bool:
        now = monotonic()
        return now - self._last >= QUIET_SECONDS or now - begun >= MOST_SECONDS
