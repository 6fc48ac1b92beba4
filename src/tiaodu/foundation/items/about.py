"""What an item is about: a task, later a case, a project. The rooms say how theirs are found.

A room registers its kind in ``AppConfig.ready()``; items never import a room::

    register("ledger.task", find_task)  # find_task(user, id) -> About | None, within the person's reach
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region, Subject


@dataclass(frozen=True, slots=True)
class About:
    """A record of a room: its kind and id, how it is called and where it is opened.

    ``subject``, ``sector`` and ``sample`` pass to an item about it; ``departments`` are offered as those who
    could handle one; ``region`` is where it belongs.
    """

    kind: str
    id: str
    label: str
    url: str = ""
    region: Region | None = None
    subject: Subject | None = None
    sector: str = ""
    departments: tuple[Subject, ...] = ()
    sample: bool = False


Finder = Callable[[User, str], About | None]
_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Say how records of ``kind`` (``ledger.task``) are found; a second, different finder is refused."""
    if _finders.setdefault(kind, finder) is not finder:
        raise ValueError(f"two finders for {kind}")


def find(user: User, kind: str, about_id: str) -> About:
    """The record as this person may see it; NotFound otherwise, also for a kind that nobody registered."""
    finder = _finders.get(kind)
    found = finder(user, about_id) if finder is not None else None
    if found is None:
        raise NotFound
    return found


def find_or_none(user: User, kind: str, about_id: str) -> About | None:
    """The same; None where the person may not see it."""
    try:
        return find(user, kind, about_id)
    except NotFound:
        return None
