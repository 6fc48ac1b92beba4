"""试读: handing in a text, what is guessed from it, and what stays when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, County
from tests.rooms.documents.plans import PLAN, handed_in, send, told, words

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.files.models import StoredFile
from tiaodu.rooms.documents.models import Document

ClientOf = Callable[[User], Client]


def test_a_pasted_plan_is_read_at_once_and_opens_its_review(cast: Cast, client_of: ClientOf) -> None:
    answer = send(client_of(cast.clerk), text=PLAN)
    document = Document.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("ledger:review", args=[document.pk]))
    assert (document.title, document.plan_year, document.state) == ("2024年全县工业工作要点", 2024, "read")
    assert (document.file, document.created_by, document.secrecy) == (None, cast.clerk, "public")
    assert [s.kind for s in told(document)] == ["milestone", "milestone", "target", "target", "duty"]


def test_what_the_person_says_counts_before_what_is_guessed(cast: Cast, client_of: ClientOf) -> None:
    fields = {"title": "要点（修订）", "document_date": "2023-12-20", "plan_year": "2025"}
    send(client_of(cast.clerk), text=PLAN, **fields)
    document = Document.objects.get()
    assert (document.title, document.document_date, document.plan_year) == (
        "要点（修订）",
        date(2023, 12, 20),
        2025,
    )
    assert told(document)[0].due_text == "2025-04-30"


def test_only_those_who_upload_reach_the_page(cast: Cast, client_of: ClientOf) -> None:
    page = reverse("documents:try")
    allowed = {
        name: client_of(getattr(cast, name)).get(page).status_code
        for name in ("clerk", "dispatcher", "office", "leader", "energy", "firm", "admin")
    }
    assert allowed == {
        "clerk": 200, "dispatcher": 200, "office": 200, "leader": 403, "energy": 403, "firm": 403,
        "admin": 403,
    }  # fmt: skip
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": PLAN, "secrecy": ""}, "请选择密级"),
        ({"text": " \n"}, "请选择一个文件，或粘贴一段文字"),
        ({"text": PLAN, "plan_year": "24"}, "1990"),
        ({"text": PLAN, "document_date": "2024-13-40"}, "id_document_date-wrong"),
        ({"text": PLAN, "title": "长" * 201}, "id_title-wrong"),
        ({"text": PLAN, "secrecy": "secret"}, "secret"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(
    cast: Cast, client_of: ClientOf, fields: dict[str, str], said: str
) -> None:
    answer = send(client_of(cast.clerk), **fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not fields["text"].strip() or "石港煤业智能化综采工作面" in words(answer)
    assert not Document.objects.exists()


def test_a_file_and_a_text_together_are_refused(cast: Cast, client_of: ClientOf) -> None:
    answer = send(client_of(cast.clerk), name="a.txt", data=PLAN.encode(), text=PLAN)
    assert (answer.status_code, Document.objects.count()) == (422, 0)
    assert "只能选一样" in words(answer)


def test_the_same_text_is_not_taken_twice(cast: Cast, client_of: ClientOf) -> None:
    first = handed_in(cast.dispatcher)
    answer = send(client_of(cast.clerk), text=PLAN.replace("\n", "\r\n"))
    assert answer.status_code == 422
    assert "已经登记过" in words(answer)
    assert reverse("documents:detail", args=[first.pk]) in words(answer)
    assert Document.objects.count() == 1


def test_a_copy_that_one_may_not_see_is_not_given_away(cast: Cast, client_of: ClientOf) -> None:
    handed_in(cast.dispatcher, secrecy="internal")
    assert send(client_of(cast.clerk), text=PLAN).status_code == 302
    assert Document.objects.filter(created_by=cast.clerk).count() == 1


@pytest.mark.parametrize("mark", ["秘密", "机密★1年", "绝密"])
@pytest.mark.parametrize("as_file", [True, False])
def test_a_secret_text_is_refused_before_anything_is_stored(
    cast: Cast, client_of: ClientOf, mark: str, *, as_file: bool
) -> None:
    text = f"{mark}\n{PLAN}"
    sent = {"name": "方案.txt", "data": text.encode()} if as_file else {"text": text}
    answer = send(client_of(cast.clerk), **sent)
    assert answer.status_code == 422
    assert "密级标志" in words(answer)
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()
    entry = AuditEntry.objects.get(action="documents.upload_refused")
    assert entry.actor == cast.clerk
    assert (entry.after["marking"], sorted(entry.after)) == (mark[:2], ["marking", "size"])
    assert "石港" not in f"{entry.before}{entry.after}{entry.object_label}"


def test_a_secret_name_is_refused_too(cast: Cast, client_of: ClientOf) -> None:
    answer = send(client_of(cast.clerk), name="（机密）工作方案.txt", data=PLAN.encode())
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    answer = send(client_of(cast.clerk), text=PLAN, title="（绝密）工作方案")
    assert (answer.status_code, Document.objects.count()) == (422, 0)


def test_a_text_marked_internal_cannot_be_public(cast: Cast, client_of: ClientOf) -> None:
    text = f"内部资料  注意保存\n{PLAN}"
    answer = send(client_of(cast.clerk), text=text)
    assert (answer.status_code, Document.objects.count()) == (422, 0)
    assert "不能选“公开”" in words(answer)
    assert send(client_of(cast.clerk), text=text, secrecy="internal").status_code == 302


def test_readers_count_only_for_an_internal_document(cast: Cast, county: County, client_of: ClientOf) -> None:
    energy = county.departments["energy"]
    send(client_of(cast.clerk), text=PLAN, readers=[energy.pk])
    send(client_of(cast.clerk), text=f"{PLAN}另。", secrecy="internal", readers=[energy.pk])
    public, internal = Document.objects.order_by("id")
    assert list(public.readers.all()) == []
    assert list(internal.readers.all()) == [energy]


def test_readers_are_departments_of_the_own_county(cast: Cast, county: County, client_of: ClientOf) -> None:
    foreign = county.subjects["shigang"]
    answer = send(client_of(cast.clerk), text=PLAN, secrecy="internal", readers=[foreign.pk])
    assert (answer.status_code, Document.objects.count()) == (422, 0)


def test_guesses_fill_only_what_is_empty(cast: Cast, client_of: ClientOf) -> None:
    text = f"{PLAN}\n左权县人民政府\n2023年12月28日\n"
    page = client_of(cast.clerk).post(reverse("documents:guess"), {"text": text, "title": "我的标题"})
    assert 'value="我的标题"' in words(page)
    assert 'value="2023-12-28"' in words(page)
    assert 'value="2024"' in words(page)


@pytest.mark.parametrize("text", ["", "Hello", "1" * 5000, "年" * 500])
def test_nothing_to_guess_is_no_error(cast: Cast, client_of: ClientOf, text: str) -> None:
    assert client_of(cast.clerk).post(reverse("documents:guess"), {"text": text}).status_code == 200


def test_a_person_without_a_county_is_told_so(cast: Cast, client_of: ClientOf) -> None:
    User.objects.filter(pk=cast.clerk.pk).update(region=None)
    answer = send(client_of(cast.clerk), text=PLAN)
    assert (answer.status_code, Document.objects.count()) == (422, 0)
    assert "没有设置地区" in words(answer)


def test_a_text_without_statements_is_kept_and_told(cast: Cast, client_of: ClientOf) -> None:
    page = send(client_of(cast.clerk), text="今天天气很好，大家都很高兴。", follow=True)
    assert "没有读出承诺" in words(page)
    assert Document.objects.get().state == "read"


def test_another_language_is_read_with_a_warning(cast: Cast, client_of: ClientOf) -> None:
    send(client_of(cast.clerk), name="plan.txt", data=b"Output of 5 million tonnes of coal by December.")
    document = Document.objects.get()
    page = client_of(cast.clerk).get(reverse("documents:detail", args=[document.pk]))
    assert "没有汉字" in words(page)


def test_the_secrecy_is_marked_as_required(cast: Cast, client_of: ClientOf) -> None:
    page = words(client_of(cast.clerk).get(reverse("documents:try")))
    assert 'aria-required="true"' in page
    assert "必选" in page
