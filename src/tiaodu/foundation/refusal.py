"""Refusals: what the product says when it does not do what it was asked.

Each says what happened, that nothing was lost, and what to do. The web shell turns them into a page or, for
an htmx request, into a message on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Link:
    """Where the way goes on, for those who have the permission."""

    url: str
    words: Any
    permission: str


class Refusal(Exception):  # noqa: N818 - an answer to a person, not an error of the program
    """Base of every refusal; ``message`` is in the user's language, ``status`` the HTTP status."""

    status = 400
    code = "refused"
    link: Link | None = None

    def __init__(self, message: Any, *, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = dict(details or {})


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403
    code = "not_allowed"

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _("您没有这项权限。如工作需要，请联系系统管理员。"))


class NotFound(Refusal):
    """There is no such record, or none that this person may see: the answer is the same."""

    status = 404
    code = "not_found"

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _("没有找到这条记录，或它不在您的权限范围内。"))


class Stale(Refusal):
    """Somebody changed the record since the form was opened; ``details`` has each field with both values."""

    status = 409
    code = "stale"

    def __init__(self, changes: Mapping[str, Any]) -> None:
        super().__init__(
            _("您打开之后，这条记录已被他人修改。您填写的内容没有保存，也没有丢失：请对照变化后再提交。"),
            details=changes,
        )


class Invalid(Refusal):
    """What was entered cannot be accepted as it is."""

    status = 422
    code = "invalid"
