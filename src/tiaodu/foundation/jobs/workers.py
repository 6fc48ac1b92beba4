"""Which worker is which, and whether it still lives.

A worker is named ``host:process:start``. The start of the process tells it from a later one that got the same
number.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

HOST_LENGTH = 32  # of the 64 characters a name may have


def worker_name() -> str:
    """The name of this process as a worker."""
    pid = os.getpid()
    return f"{_host()}:{pid}:{_started(pid)}"


def is_here(name: str) -> bool:
    """Whether a worker runs, or ran, on this machine, so that :func:`lives` can tell."""
    return name.rpartition(":")[0].rpartition(":")[0] == _host()


def lives(name: str) -> bool:
    """Whether the process of a worker of this machine is still the one that took the name."""
    before, _colon, started = name.rpartition(":")
    pid = int(before.rpartition(":")[2])
    return _alive(pid) and _started(pid) == started


def _host() -> str:
    return socket.gethostname()[:HOST_LENGTH]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; ``-`` where the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "-"
    fields = stat.rpartition(")")[2].split()
    return "-" if fields[0] in "ZX" else fields[19]  # a zombie is dead: its start is not told
