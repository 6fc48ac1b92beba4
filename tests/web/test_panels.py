"""Parts of a page that other rooms fill: their places, and one that does not come."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import include, path, reverse
from pytest_django import Settings
from tests.cast import Cast, County
from tests.foundation.test_slots import start
from tests.web.test_home import make_task

from tiaodu.foundation import slots
from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.slots.registry import Registrations
from tiaodu.foundation.slots.responses import respond
from tiaodu.web import errors
from tiaodu.web.templatetags.panels import panels

__all__ = ["start"]

ClientOf = Callable[[User], Client]
PANEL = {"HX-Request": "true", "HX-Target": "panel-probe-part"}


@access("ledger.read")
def part(request: HttpRequest, thing_id: int) -> HttpResponse:
    if thing_id == 2:
        raise Invalid("限值没有提供，请县能源局提供。")
    if thing_id == 3:
        raise ZeroDivisionError("secret detail")
    return respond(request, "ui/bar.html", {"done": 40}, title="探针")


urlpatterns = [
    path("part/<int:thing_id>/", include(([path("", part, name="part")], "probe"))),
    path("", include("tiaodu.config.urls")),
]
handler500 = "tiaodu.web.errors.server_error"


@pytest.fixture(autouse=True)
def urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def shown(user: User, slot: str, *about: object) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return render_to_string("ui/panels.html", panels(Context({"request": request}), slot, *about))


def test_a_task_has_places_for_what_other_rooms_know(
    start: Registrations, cast: Cast, county: County, client_of: ClientOf
) -> None:
    slots.panel("ledger.task", "items", "事项", "probe:part", "ledger.read")
    slots.panel("ledger.subject", "items", "事项", "probe:part", "ledger.read")
    task = make_task(county, cast, "石港煤业完成调试运行", None)
    html = client_of(cast.leader).get(reverse("ledger:task", args=[task.pk])).content.decode()
    assert f'id="panel-probe-part" data-slot hx-get="/part/{task.pk}/"' in html
    assert f'<noscript><p><a href="/part/{task.pk}/">打开事项</a>' in html
    subject = county.subjects["shigang"].pk
    html = client_of(cast.leader).get(reverse("ledger:subject", args=[subject])).content.decode()
    assert f'hx-get="/part/{subject}/"' in html


def test_a_panel_is_there_for_those_with_the_permission(start: Registrations, cast: Cast) -> None:
    slots.panel("ledger.task", "items", "事项", "probe:part", "ledger.verify")
    assert "事项" in shown(cast.supervision, "ledger.task", 1)
    assert shown(cast.leader, "ledger.task", 1).strip() == ""
    assert shown(cast.supervision, "ledger.subject", 1).strip() == ""


def test_a_panel_that_does_not_fit_its_slot_is_left_out(
    start: Registrations, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    slots.panel("home", "items", "事项", "probe:part", "ledger.read")
    slots.panel("home", "dispatch", "调度会", "home", "ledger.read")
    with caplog.at_level(logging.ERROR):
        html = shown(cast.leader, "home")
    assert "调度会" in html
    assert "事项" not in html
    assert "does not fit slot home" in caplog.text


def test_a_panel_answers_with_its_part_or_with_a_page(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.leader)
    assert client.get("/part/1/", headers=PANEL).content.decode().lstrip().startswith("<svg")
    page = client.get("/part/1/").content.decode()
    assert "<title>探针 · 调度</title>" in page
    assert "<svg" in page


def test_a_panel_that_fails_says_so_in_its_place(
    cast: Cast, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of(cast.leader)
    client.raise_request_exception = False
    broken = client.get("/part/3/", headers=PANEL)
    html = broken.content.decode()
    assert broken.status_code == 500
    assert "其余内容不受影响" in html
    assert "data-again" in html
    assert "secret" not in html
    refused = client.get("/part/2/", headers=PANEL)
    assert refused.status_code == 422
    assert "请县能源局提供" in refused.content.decode()
    assert "data-again" not in refused.content.decode(), "asking again changes nothing"
    for answer in (broken, refused):
        assert "HX-Retarget" not in answer


def test_an_act_inside_a_panel_is_answered_at_the_top_of_the_page(cast: Cast) -> None:
    """Or what was typed into the panel would be lost under the message."""
    request = RequestFactory().post("/part/1/", headers=PANEL)
    request.user = cast.leader
    assert errors.page(request, 422, "x")["HX-Retarget"] == "#notices"
