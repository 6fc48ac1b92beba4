"""The sections of the room stand as tabs on its pages: those a person may open, the one she is in marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import resolve, reverse
from tests.cast import Cast, County
from tests.rooms.returns.desk import TODAY, opened

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.returns.leading import services as leading
from tiaodu.rooms.returns.templatetags.returns import SECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seventh_of_may")]
Browser = Callable[[User], Client]
TAB = re.compile(r'<a href="([^"]+)"(?: aria-current="(\w+)")?>([^<]+)')


@pytest.fixture
def seventh_of_may(settings: LazySettings) -> None:
    settings.TIAODU_TODAY = TODAY


def tabs_of(client: Client, url: str, label: str = "报表") -> list[tuple[str, str, str]]:
    """Address, mark and words of each tab of a row."""
    html = client.get(url).content.decode()
    row = re.search(rf'<nav class="tabs[^"]*" aria-label="{label}">(.*?)</nav>', html, re.DOTALL)
    return [(url, mark, words.strip()) for url, mark, words in TAB.findall(row[1])] if row else []


@pytest.mark.parametrize("role", ["leader", "dispatcher", "energy", "statistics", "supervision", "liaison"])
def test_each_sees_the_sections_she_may_open(
    cast: Cast, county: County, client_of: Browser, role: str
) -> None:
    user, client = getattr(cast, role), client_of(getattr(cast, role))
    found = [url for url, _mark, _words in tabs_of(client, reverse("returns:list"))]
    declared = {reverse(name): resolve(reverse(name)).func.access for name, _title in SECTIONS}  # type: ignore[attr-defined]
    assert found == [url for url, permission in declared.items() if access.may(user, permission)]
    assert [client.get(url).status_code for url in found] == [200] * len(found)


def test_the_section_one_is_in_is_marked(cast: Cast, county: County, client_of: Browser) -> None:
    client, row = client_of(cast.dispatcher), opened(cast, county)[0]
    below = [
        ("returns:return", [row.pk], "报表"),
        ("returns:period", ["coal_daily", "2024-05-06"], "完成情况"),
        ("returns:economy_flags", [], "经济运行"),
        ("returns:platform-add", [], "经济运行"),
        ("returns:entry-batches", [], "入规入统"),
        ("returns:form-new", [], "上级报表"),
        ("returns:listing-add", [], "填报名录"),
    ]
    for name, arguments, section in below:
        marked = [
            (mark, words) for _url, mark, words in tabs_of(client, reverse(name, args=arguments)) if mark
        ]
        assert marked == [("true", section)], name
    for name, title in SECTIONS:
        marked = [(mark, words) for _url, mark, words in tabs_of(client, reverse(name)) if mark]
        assert marked == [("page", str(title))]


def test_the_pages_of_the_economy_stand_below_their_section(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    found = tabs_of(client, reverse("returns:leading"), "经济运行")
    assert [words for _url, _mark, words in found] == [
        "看板",
        "月度分析",
        "待核对的数字",
        "链主和配套",
        "平台企业",
    ]
    assert [words for _url, mark, words in found if mark] == ["链主和配套"]


def test_a_firm_fills_without_tabs_and_finds_its_relations(
    cast: Cast, county: County, client_of: Browser
) -> None:
    client, row = client_of(cast.firm), opened(cast, county)[0]
    assert tabs_of(client, reverse("returns:return", args=[row.pk])) == []
    assert [words for _url, _mark, words in tabs_of(client, reverse("returns:list"))] == ["报表", "入规入统"]
    with clock.as_of(TODAY):
        leading.leading_add(
            user=cast.dispatcher,
            subject=county.subjects["shigang"],
            chain="煤化工",
            source="示例文件",
            since=date(2024, 1, 1),
        )
    found = tabs_of(client, reverse("returns:list"))
    assert [words for _url, _mark, words in found] == ["报表", "入规入统", "链主和配套"]
    assert client.get(reverse("returns:leading")).status_code == 200


def test_tabs_are_in_the_language_of_the_reader(cast: Cast, county: County, client_of: Browser) -> None:
    client = client_of(cast.dispatcher)
    client.post(reverse("set-language"), {"language": "en"})
    words = [words for _url, _mark, words in tabs_of(client, reverse("returns:list"), "Returns")]
    assert words[:5] == ["Returns", "Coal daily", "Completeness", "Economy", "Entry to the statistics"]


def test_who_sees_the_economy_alone_is_led_to_it(cast: Cast, county: County, client_of: Browser) -> None:
    client, economy = client_of(cast.investment), reverse("returns:economy")
    assert f'href="{economy}"' in client.get(reverse("home")).content.decode()
    assert tabs_of(client, economy) == [], "one section is no row of tabs"
    assert [words for _url, _mark, words in tabs_of(client, economy, "经济运行")] == ["看板", "月度分析"]
