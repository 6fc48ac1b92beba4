"""What stands behind a figure: a report, a sentence, a form. Rooms say how their kinds of source look.

A room registers each of its kinds in ``AppConfig.ready()``::

    sources.register("ledger.progress", title=_("进展"), describe=progress_source)

``describe(user, source_id)`` gives what this person may see of the source, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Described:
    """A source as a person sees it: its name, its page, and the sentence with the words that tell it."""

    label: str
    url: str = ""
    before: str = ""
    words: str = ""
    after: str = ""


Describe = Callable[[User, str], Described | None]


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source. ``document`` marks the one kind of act that writes the series of that name,
    ``survey`` that of a statistical survey's forms.
    """

    kind: str
    title: Any
    describe: Describe
    document: bool = False
    survey: bool = False


_kinds: dict[str, SourceKind] = {}


def register(
    kind: str, *, title: Any, describe: Describe, document: bool = False, survey: bool = False
) -> None:
    """Say how sources of a kind look. The last registration of a kind counts."""
    _kinds[kind] = SourceKind(kind, title, describe, document, survey)


def writes_documents(kind: str) -> bool:
    """Whether sources of this kind are sentences of documents."""
    return kind in _kinds and _kinds[kind].document


def is_survey(kind: str) -> bool:
    """Whether sources of this kind are forms of a statistical survey."""
    return kind in _kinds and _kinds[kind].survey


def title_of(kind: str) -> str:
    """The name of a kind of source; its code when no room has named it."""
    return str(_kinds[kind].title) if kind in _kinds else kind


def described(user: User, kind: str, source_id: str) -> Described | None:
    """The source as this person may see it; None where she may not, or where nobody registered the kind."""
    if kind not in _kinds:
        return None
    try:
        return _kinds[kind].describe(user, source_id)
    except Refusal:
        return None
