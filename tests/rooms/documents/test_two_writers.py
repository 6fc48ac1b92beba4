"""Two people at the same moment, on PostgreSQL: one is first, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.cast import make_cast, make_county
from tests.rooms.documents.plans import PLAN, handed_in, told

from tiaodu.foundation.refusal import Refusal
from tiaodu.rooms.documents import services
from tiaodu.rooms.documents.models import Decision, Document

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite lets one writer in at a time: pytest -p tests.postgres"
    ),
]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all acts at the same moment; how each ended: done, or the code of its refusal."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            together.wait()
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_two_decisions_on_a_statement_one_counts() -> None:
    cast = make_cast(make_county())
    coal = told(handed_in(cast.clerk))[2]
    ends = at_once(
        lambda: services.statement_reject(user=cast.clerk, statement_id=coal.pk, version=1),
        lambda: services.statement_edit(
            user=cast.dispatcher, statement_id=coal.pk, version=1, values={"subject": "全县原煤"}
        ),
    )
    assert ends == ["done", "stale"]
    assert Decision.objects.filter(statement=coal).count() == 1


def test_of_two_copies_handed_in_one_is_kept() -> None:
    cast = make_cast(make_county())
    ends = at_once(lambda: handed_in(cast.clerk, PLAN), lambda: handed_in(cast.dispatcher, PLAN))
    assert ends == ["done", "duplicate"]
    assert Document.objects.count() == 1


def test_two_readings_at_once_tell_each_statement_once() -> None:
    cast = make_cast(make_county())
    document = handed_in(cast.clerk)
    at_once(
        lambda: services.document_read_again(user=cast.clerk, document_id=document.pk),
        lambda: services.document_read_again(user=cast.dispatcher, document_id=document.pk),
    )
    statements = told(document)
    assert len({s.fingerprint for s in statements}) == len(statements) == 5
