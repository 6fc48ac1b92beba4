"""The server of pages, and beside it the worker that it starts, keeps alive and stops."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from tiaodu.foundation.operations.environment import PRIVATE
from tiaodu.foundation.operations.turns import Turns
from tiaodu.foundation.operations.warming import MARK, Compiling, Warming

ABOUT_A_FILE = 1 << 20  # bytes of a form around the largest file
STOP_SECONDS = 20.0  # a job that takes longer to come to an end is run again after the next start
AGAIN_SECONDS = 5.0  # before a worker that died is started anew


class Companion:
    """The worker as a process of its own, started anew when it dies."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and a thread that watches it."""
        self._process = self._begin()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """Ask it to finish its job and end; after :data:`STOP_SECONDS` make it end."""
        self._over.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "django", "worker", "--parent", str(os.getpid())]
        # A session of its own: Ctrl+C at the terminal reaches us alone, and we stop it in order.
        return subprocess.Popen(command, start_new_session=True)  # noqa: S603

    def _watch(self) -> None:
        while not self._over.is_set():
            if self._process is not None:
                self._process.wait()
            if not self._over.wait(AGAIN_SECONDS):
                self._process = self._begin()


def _settle() -> None:
    """Load all routes before the first visitor comes. What a process has loaded to serve lives as long as it:
    the collector need not look through it again and again while pages are made.
    """
    _routes = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with threads, told everything here: no file of settings is looked for."""

    def __init__(self, *, bind: str, workers: int, threads: int, companion: Companion | None) -> None:
        self._companion, self._compiling = companion, Compiling(settings.DATA / MARK)
        self._warming = Warming(self._compiling)
        self._values: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 120,
            # Every request comes on a connection of its own, and the process that is free takes it: people
            # would else be tied to the process they met first, however busy it is.
            "keepalive": 0,
            "graceful_timeout": 20,
            "loglevel": "warning",
            "umask": PRIVATE,  # gunicorn would set it to nothing
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._start(),
            "on_exit": lambda _arbiter: self._stop(),
            "post_worker_init": lambda _worker: self._begin(),
            "pre_request": lambda _worker, _request: self._warming.asked(),
            "post_request": lambda _worker, _request, _environ, _answer: self._warming.asked(),
        }
        super().__init__()

    def _start(self) -> None:
        self._compiling.start()
        if self._companion is not None:
            self._companion.start()

    def _stop(self) -> None:
        self._compiling.stop()
        if self._companion is not None:
            self._companion.stop()

    def _begin(self) -> None:
        _settle()
        self._warming.start()

    def load_config(self) -> None:
        """Take our values, leaving out what this version of gunicorn does not know."""
        for name, value in self._values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made anew in every process."""
        return Turns(get_wsgi_application(), most=settings.TIAODU_UPLOAD_LIMIT + ABOUT_A_FILE)
