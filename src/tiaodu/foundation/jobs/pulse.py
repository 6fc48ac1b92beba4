"""The sign of life of a running job: a long step must not look like a dead worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10.0


@contextmanager
def beating(beat: Callable[[], None], *, every: float = BEAT_SECONDS) -> Iterator[None]:
    """Call ``beat`` every ``every`` seconds on a connection of its own while the body runs.

    Inside a transaction there is no worker to lose, and no beat.
    """
    if connection.in_atomic_block:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_go_on, args=(beat, over, every), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _go_on(beat: Callable[[], None], over: threading.Event, every: float) -> None:
    try:
        while not over.wait(every):
            try:
                beat()
            except DatabaseError as error:  # a locked database: the next beat will do
                logger.warning("no sign of life could be written: %s", error)
    finally:
        connection.close()
