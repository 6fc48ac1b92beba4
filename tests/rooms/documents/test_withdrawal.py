"""A document that was handed in by mistake is taken back by who may, as long as nothing came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.rooms.documents.plans import handed_in, told, words

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.rooms.documents import selectors, services
from tiaodu.rooms.documents.models import Document
from tiaodu.rooms.ledger.services.acceptance import statement_accept, statement_withdraw

ClientOf = Callable[[User], Client]
JUNK = "今天天气很好。"


def withdraw(client: Client, document: Document, reason: str = "传错了文件") -> int:
    url = reverse("documents:withdraw", args=[document.pk])
    return client.post(url, {"reason": reason}).status_code


def page_of(client: Client, document: Document) -> str:
    return words(client.get(reverse("documents:detail", args=[document.pk])))


def test_a_text_without_promises_says_so(cast: Cast, client_of: ClientOf) -> None:
    handed_in(cast.clerk, JUNK, title="闲话")
    page = words(client_of(cast.clerk).get(reverse("documents:list")))
    assert "没有读出承诺" in page
    assert "已审完" not in page


@pytest.mark.parametrize("name", ["clerk", "dispatcher", "office"])
def test_a_withdrawn_document_is_gone_from_that_day_on(cast: Cast, client_of: ClientOf, name: str) -> None:
    document = handed_in(cast.clerk)
    statement = told(document)[0]
    client = client_of(getattr(cast, name))
    assert "撤回这份文件" in words(client.get(reverse("documents:detail", args=[document.pk])))
    assert withdraw(client, document) == 302
    for route in ("documents:detail", "documents:checkup", "documents:original", "ledger:review"):
        assert client.get(reverse(route, args=[document.pk])).status_code == 404
    assert client.get(reverse("ledger:review-row", args=[statement.pk])).status_code == 404
    assert not selectors.documents_listed(cast.dispatcher).exists()
    with pytest.raises(NotFound):
        statement_accept(user=cast.dispatcher, statement_id=statement.pk, version=1)
    entry = AuditEntry.objects.get(action="documents.document_withdraw")
    assert entry.after["reason"] == "传错了文件"


def test_the_days_before_still_show_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    document = handed_in(cast.clerk)
    day = clock.today()
    monkeypatch.setattr(clock, "today", lambda: day + timedelta(days=1))
    services.document_withdraw(user=cast.clerk, document_id=document.pk, reason="传错了")
    assert not selectors.documents_visible_to(cast.clerk).exists()
    monkeypatch.setattr(clock, "today", lambda: day)
    assert selectors.documents_visible_to(cast.clerk).get() == document


def test_the_same_text_can_be_handed_in_again(cast: Cast) -> None:
    document = handed_in(cast.clerk, JUNK)
    services.document_withdraw(user=cast.clerk, document_id=document.pk, reason="传错了")
    again = handed_in(cast.clerk, JUNK)
    assert again.pk != document.pk
    assert again.text_sha256 == document.text_sha256


def test_others_cannot_withdraw_it(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.dispatcher)
    with pytest.raises(NotAllowed):
        services.document_withdraw(user=cast.clerk, document_id=document.pk, reason="不要了")
    assert withdraw(client_of(cast.energy), document) == 403
    assert withdraw(client_of(cast.outsider), document) in (403, 404)
    assert "撤回这份文件" not in words(
        client_of(cast.clerk).get(reverse("documents:detail", args=[document.pk]))
    )


def test_it_needs_a_reason_and_nothing_in_the_ledger(cast: Cast, client_of: ClientOf) -> None:
    document = handed_in(cast.clerk)
    with pytest.raises(Invalid, match="原因"):
        services.document_withdraw(user=cast.clerk, document_id=document.pk, reason=" ")
    statement = told(document)[0]
    statement_accept(user=cast.clerk, statement_id=statement.pk, version=statement.version)
    with pytest.raises(Invalid, match="台账"):
        services.document_withdraw(user=cast.clerk, document_id=document.pk, reason="传错了")
    assert "撤回这份文件" not in words(
        client_of(cast.clerk).get(reverse("documents:detail", args=[document.pk]))
    )
    statement_withdraw(user=cast.clerk, statement_id=statement.pk)
    services.document_withdraw(user=cast.clerk, document_id=document.pk, reason="传错了")
    document.refresh_from_db()
    assert document.withdrawn_on == clock.today()
