"""One page at a time in a process: whoever came first is answered first.

Making a page is work of one processor. Threads that make several at once take the processor from each other
after every few milliseconds and at every query, so that all of them take as long as the last; one after the
other takes each no longer than it must, and those behind no longer than before. What is no work of the
processor happens outside of a turn: a body is received before it, however slowly somebody sends it, and what
is streamed leaves after it. A page that takes long lets the others pass.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

PATIENCE = 0.5  # seconds; who waited so long for a turn goes on without one
IN_MEMORY = 1 << 20  # bytes of a body; a larger one is put on the disk
AT_ONCE = 1 << 16


class Turns:
    """A WSGI application that takes a turn for each request. ``most``: bytes of the largest body received
    before its turn; a larger one, which will be refused, is read within it.
    """

    def __init__(self, application: Application, *, most: int, patience: float = PATIENCE) -> None:
        self._application, self._most, self._patience = application, most, patience
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH", "")
        if not (length.isdecimal() and 0 < int(length) <= self._most):
            return self._in_turn(environ, start_response)
        with _received(environ["wsgi.input"], int(length)) as body:
            return self._in_turn({**environ, "wsgi.input": body}, start_response)

    def _in_turn(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        taken = self._turn.acquire(timeout=self._patience)
        try:
            return self._application(environ, start_response)
        finally:
            if taken:
                self._turn.release()


def _received(sent: BinaryIO, length: int) -> BinaryIO:
    """The body, as much of it as comes before the sender ends."""
    body: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the caller closes it
    while length and (part := sent.read(min(length, AT_ONCE))):
        body.write(part)
        length -= len(part)
    body.seek(0)
    found: BinaryIO = body
    return found
