"""One function over many keys: in this process, in several, or on a cluster of machines.

The engine is Dask distributed (package extra ``cluster``): it hands the keys out, runs again what a lost
worker had, and starts a lost worker of its own anew. The function is one of a module and its results can be
pickled; it must do no harm when it runs twice for a key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, TypeVar

import django
from django.apps import apps
from django.db import close_old_connections
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid

K = TypeVar("K")
R = TypeVar("R")
Spread = Callable[[Callable[[K], R], Iterable[K]], Iterator[R]]

PATIENCE = 10  # seconds for a scheduler to answer
TRIES = 4  # runs of a key whose worker is lost each time, after which the key itself is at fault


@dataclass(frozen=True, slots=True)
class Inside:
    """A function of a module that needs the program, its settings and its database wherever it is run; its
    key and its result are plain values.
    """

    module: str
    name: str
    far: bool = False  # run by a worker, which keeps its connection from key to key

    def __call__(self, key: Any) -> Any:
        if self.far:
            if not apps.ready:
                django.setup()
            close_old_connections()
        return getattr(import_module(self.module), self.name)(key)


@contextmanager
def spread(*, workers: int = 1, scheduler: str = "") -> Iterator[Spread[Any, Any]]:
    """A map whose results come in the order of the keys, however they were made.

    ``workers``: processes of this machine. ``scheduler``: the address of a running cluster, whose workers
    have this program and its settings. Neither: one after the other, here. What is still waiting when the
    block is left is called off. Raises Invalid where the extra is not installed, for workers below 1, and
    when the scheduler does not answer.
    """
    if workers < 1:
        raise Invalid(_("进程数至少为 1。"))
    if workers == 1 and not scheduler:
        yield map
        return
    distributed = _engine()
    with _client(distributed, workers, scheduler) as client:
        yield lambda function, keys: _mapped(client, function, keys)


SETTINGS = {
    "distributed.scheduler.allowed-failures": TRIES - 1,
    "logging": {"distributed": "critical"},  # what is wrong reaches the caller as an exception
}


def _engine() -> Any:
    try:
        import_module("dask").config.set(SETTINGS)  # before the engine sets its logging by them
        return import_module("distributed")
    except ImportError:
        raise Invalid(_("分到多个进程或机器上需要先安装：./run setup cluster。")) from None


@contextmanager
def _client(distributed: Any, workers: int, scheduler: str) -> Iterator[Any]:
    if scheduler:
        try:
            client = distributed.Client(scheduler, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as fault:
            raise Invalid(_("连不上调度器 %(scheduler)s，请检查地址。") % {"scheduler": scheduler}) from fault
        with client:
            yield client
        return
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",  # any free port, so that several may run at once
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _mapped(client: Any, function: Callable[[K], R], keys: Iterable[K]) -> Iterator[R]:
    if isinstance(function, Inside):
        function = replace(function, far=True)
    waiting = client.map(function, list(keys), pure=False)
    try:
        while waiting:
            yield waiting[0].result()
            del waiting[0]  # what was taken needs no place in the cluster
    finally:
        client.cancel(waiting)
