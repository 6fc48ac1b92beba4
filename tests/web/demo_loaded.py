"""The demo county's register and people in the database of a module, taken back after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tiaodu.foundation.accounts.models import User
from tiaodu.web.demo import county


def quiet(_: str) -> None:
    """Nobody is told."""


@contextmanager
def register_loaded(blocker: DjangoDbBlocker, folder: Path) -> Iterator[Mapping[str, User]]:
    """The people of the demo, by name; files go to ``folder``. What is done inside is taken back too."""
    kept = settings.DATA, settings.MEDIA_ROOT
    with blocker.unblock():
        settings.DATA, settings.MEDIA_ROOT = folder, folder / "files"
        try:
            with transaction.atomic():
                county.load_register(quiet)
                yield county.load_people(quiet)
                transaction.set_rollback(True)
        finally:
            settings.DATA, settings.MEDIA_ROOT = kept
