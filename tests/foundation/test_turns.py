"""Pages of a process are made one after the other; bodies come before a turn, streams leave after it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from tiaodu.foundation.operations.turns import Turns

LONG = 60.0  # seconds nobody waits: what should be free is


def answer(turns: Turns, body: bytes | Any = b"", length: str | None = None) -> bytes:
    """What a request gets."""
    sent = BytesIO(body) if isinstance(body, bytes) else body
    told = {"wsgi.input": sent, "CONTENT_LENGTH": str(len(body)) if length is None else length}
    return b"".join(turns(told, None))


class Slow:
    """A body that comes when its sender lets it."""

    def __init__(self, body: bytes) -> None:
        self._body, self.asked, self.sent = BytesIO(body), threading.Event(), threading.Event()

    def read(self, size: int) -> bytes:
        self.asked.set()
        assert self.sent.wait(LONG)
        return self._body.read(size)


def test_one_page_is_made_at_a_time() -> None:
    inside = threading.Semaphore(1)
    crowded: list[bool] = []

    def page(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        alone = inside.acquire(blocking=False)
        crowded.append(not alone)
        if alone:
            inside.release()
        return [b"done"]

    turns = Turns(page, most=10, patience=LONG)
    with ThreadPoolExecutor(8) as people:
        assert set(people.map(lambda _: answer(turns), range(64))) == {b"done"}
    assert crowded == [False] * 64


def test_a_page_that_takes_long_lets_others_pass() -> None:
    begun, over = threading.Event(), threading.Event()

    def page(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        if environ["wsgi.input"].read():
            begun.set()
            assert over.wait(LONG)
        return [b"done"]

    turns = Turns(page, most=10, patience=0.01)
    with ThreadPoolExecutor(1) as people:
        long = people.submit(answer, turns, b"long")
        assert begun.wait(LONG)
        assert answer(turns) == b"done"
        over.set()
        assert long.result(LONG) == b"done"


def test_who_sends_slowly_holds_nobody_up() -> None:
    def page(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        return [environ["wsgi.input"].read()]

    turns, slow = Turns(page, most=10, patience=LONG), Slow(b"a return")
    with ThreadPoolExecutor(1) as people:
        waiting = people.submit(answer, turns, slow, "8")
        assert slow.asked.wait(LONG)
        assert answer(turns, b"quick") == b"quick"
        slow.sent.set()
        assert waiting.result(LONG) == b"a return"


def test_what_is_streamed_leaves_outside_of_a_turn() -> None:
    def page(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        streams = environ["wsgi.input"].read() == b"stream"

        def parts() -> Iterator[bytes]:
            yield answer(turns, b"x") if streams else b"within"

        return parts()

    turns = Turns(page, most=10, patience=LONG)
    assert answer(turns, b"stream") == b"within"


@pytest.mark.parametrize("length", ["11", "", "-1", "many"])
def test_a_body_too_large_or_of_no_length_is_left_to_the_application(length: str) -> None:
    class Unread(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("read before its turn")

    turns = Turns(lambda _environ, _start: [b"refused"], most=10)
    assert answer(turns, Unread(b"x" * 11), length) == b"refused"


def test_of_a_body_that_ends_early_as_much_is_handed_on_as_came() -> None:
    turns = Turns(lambda environ, _start: [environ["wsgi.input"].read()], most=10)
    assert answer(turns, b"half", "8") == b"half"


def test_a_fault_gives_the_turn_back() -> None:
    def page(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        if environ["wsgi.input"].read():
            raise ValueError("broken")
        return [b"done"]

    turns = Turns(page, most=10, patience=LONG)
    with pytest.raises(ValueError, match="broken"):
        answer(turns, b"x")
    assert answer(turns) == b"done"
