"""Refusals and errors: what happened, that nothing was lost, what to do; for htmx a notice on the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, reverse
from pytest_django import Settings
from tests.cast import Cast

from tiaodu.foundation.access import PUBLIC, SIGNED_IN, access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Refusal, Stale
from tiaodu.web import errors

ClientOf = Callable[[User], Client]

RAISED: dict[str, Exception] = {
    "refused": Refusal("请先选一份文件"),
    "not-allowed": NotAllowed(),
    "not-found": NotFound(),
    "stale": Stale(
        {"due": {"label": "时限", "yours": "2024-10-31", "theirs": "2024-12-31"}, "lead": ("甲局", "乙局")}
    ),
    "invalid": Invalid("数值要大于 0"),
    "suspicious": SuspiciousOperation("x"),
    "too-big": RequestDataTooBig("x"),
    "denied": PermissionDenied(),
    "http404": Http404(),
    "broken": ZeroDivisionError("secret detail"),
}
STATUS = {
    "refused": 400, "not-allowed": 403, "not-found": 404, "stale": 409, "invalid": 422, "suspicious": 400,
    "too-big": 413, "denied": 403, "http404": 404, "broken": 500,
}  # fmt: skip


@access(PUBLIC)
def raises(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


@access(SIGNED_IN)
def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("raise/<str:name>/", raises),
    path("closed/", closed),
    path("", include("tiaodu.config.urls")),
]
handler400 = "tiaodu.web.errors.bad_request"
handler403 = "tiaodu.web.errors.forbidden"
handler404 = "tiaodu.web.errors.not_found"
handler500 = "tiaodu.web.errors.server_error"


@pytest.fixture(autouse=True)
def urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", sorted(RAISED))
def test_each_error_has_its_status_and_the_look_of_the_product(db: None, visitor: Client, name: str) -> None:
    answer = visitor.get(f"/raise/{name}/")
    html = answer.content.decode()
    assert answer.status_code == STATUS[name]
    assert "web/shell" in html
    assert "没有" in html, "it says that nothing was lost"
    assert 'href="/"' in html, "it says where to go"
    assert "secret detail" not in html
    assert "Traceback" not in html


@pytest.mark.parametrize("name", sorted(RAISED))
def test_htmx_gets_a_notice_for_the_top_of_its_page(db: None, visitor: Client, name: str) -> None:
    answer = visitor.get(f"/raise/{name}/", headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == STATUS[name]
    assert answer["HX-Retarget"] == "#notices"
    assert html.lstrip().startswith('<div class="notice notice-error"')
    assert "<html" not in html


def test_a_stale_form_shows_mine_and_theirs(db: None, visitor: Client) -> None:
    html = visitor.get("/raise/stale/").content.decode()
    for words in ("时限", "2024-10-31", "2024-12-31", "甲局", "乙局", "您填写的", "现在的"):
        assert words in html


def test_errors_speak_the_language_of_the_person(db: None, visitor: Client) -> None:
    visitor.cookies["django_language"] = "en"
    html = visitor.get("/raise/not-found/").content.decode()
    assert "Not found" in html
    assert '<html lang="en">' in html


def test_a_missing_page_and_a_wrong_method(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.leader)
    assert "没有找到" in client.get("/there-is-nothing/").content.decode()
    answer = client.get(reverse("set-language"))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "不能这样打开" in answer.content.decode()


def test_a_form_without_its_token_is_refused_kindly(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.dispatcher, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("set-language"), {"language": "en"})
    assert answer.status_code == 403
    assert "放得太久" in answer.content.decode()


def test_a_text_that_is_too_large_is_413(cast: Cast, client_of: ClientOf, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client_of(cast.dispatcher).post(reverse("set-language"), {"language": "x" * 200})
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()


def test_an_htmx_request_of_somebody_logged_out_leads_the_window_to_the_log_in(
    db: None, client: Client
) -> None:
    answer = client.get("/closed/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith(reverse("accounts:login"))
    assert client.get("/closed/").status_code == 302


def test_the_page_of_a_broken_server_needs_no_database(visitor: Client, django_db_blocker: Any) -> None:
    html = visitor.get("/raise/broken/").content.decode()
    assert "系统出错了" in html


def test_a_refusal_with_html_in_it_is_escaped(db: None, visitor: Client) -> None:
    RAISED["refused"] = Refusal("<img src=x>")
    try:
        assert "<img" not in visitor.get("/raise/refused/").content.decode()
    finally:
        RAISED["refused"] = Refusal("请先选一份文件")


def test_a_request_for_another_host_is_refused_before_anybody_is_known(db: None, visitor: Client) -> None:
    answer = visitor.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "这个请求没有看懂" in answer.content.decode()


def test_the_number_is_told_when_the_failure_lay_outside_the_request(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.id = "7c0e"  # type: ignore[attr-defined]
    assert "7c0e" in errors.server_error(request).content.decode()


def test_a_form_that_grew_old_is_told_as_such(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.dispatcher)
    answer = client.post(reverse("accounts:profile"), {"language": "en"})
    words = answer.content.decode()
    assert (answer.status_code, "页面已过期" in words, "没有这项权限" in words) == (403, True, False)


def test_a_wrong_address_leaves_no_line_in_the_log(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dispatcher)
    assert client.get("/nowhere/").status_code == 404
    assert not any(logging.getLogger(n).isEnabledFor(logging.WARNING) for n in ("django.request", "axes"))
