"""One thing at a time: a running program holds its data folder, and a restore waits for nobody."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from tiaodu.foundation.operations.databases import SIDE_FILES, sqlite_path
from tiaodu.foundation.refusal import Refusal

LOCK = "running.lock"


@contextmanager
def in_use(*, alone: bool = False) -> Iterator[None]:
    """Hold the data folder while the body runs; ``alone`` refuses when a server or a worker holds it too."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with (settings.DATA / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            if alone:
                raise Refusal(_("程序正在运行。请先停止 serve 和 worker，再做这件事。")) from None
            raise Refusal(_("正在恢复数据，请等它结束再启动。")) from None
        _close_to_others()
        yield


def _close_to_others() -> None:
    """A database made before files were private by themselves is made private now."""
    if connection.vendor != "sqlite":
        return
    place = sqlite_path()
    for path in (place, *(place.with_name(place.name + side) for side in SIDE_FILES)):
        if path.exists() and path.stat().st_uid == os.geteuid():
            path.chmod(0o600)
