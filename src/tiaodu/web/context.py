"""What every page is given: county, day, rooms of the navigation, language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs import selectors as jobs
from tiaodu.web import navigation

ON_PHONE = 4  # entries of the bottom bar; the rest folds under 更多


def shell(request: HttpRequest) -> dict[str, Any]:
    """The ``shell`` of a page. Queries: one for the person's region and one for her jobs, each only when the
    page shows it.
    """
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    entries = navigation.entries(person, request.path) if person else []
    return {
        "shell": {
            "region": person.region if person else None,
            "day": clock.today(),
            "real_day": clock.real_today(),
            "replayed": clock.is_replayed(),
            "demo": settings.TIAODU_DEMO,
            "sample": settings.TIAODU_DEMO or bool(person and person.sample),
            "rooms": [e for e in entries if e.room.group == "flow"],
            "more": [e for e in entries if e.room.group == "more"],
            "folded": entries[ON_PHONE:] if len(entries) > ON_PHONE + 1 else [],
            "here": next((e for e in entries if e.here), None),
            "searchable": any(e.room.url_name in navigation.SEARCHED for e in entries),
            "jobs": SimpleLazyObject(lambda: jobs.counts_of(person)) if person else None,
            "next": request.get_full_path() if request.method == "GET" else "/",
        }
    }
