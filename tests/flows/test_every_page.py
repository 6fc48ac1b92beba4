"""Every page that links lead to opens for every kind of user, on a desk and on a phone, without a fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page
from tests.flows.conftest import DESKTOP, PHONE, Faults, Login, accessibility_faults

# One person for each set of pages is shown them in a browser, in either language; what a page leads the
# others to is asked for without being shown. What every role may open is tested over all routes elsewhere.
SHOWN = [
    ("dispatcher", DESKTOP, "en"),
    ("leader", DESKTOP, "zh-hans"),
    ("admin", DESKTOP, "zh-hans"),
    ("firm", PHONE, "en"),
]
ASKED = [("energy", "zh-hans"), ("supervision", "en"), ("firm", "zh-hans")]
# A function whose parameters nobody has confirmed answers so, with a page that says who must.
BLOCKED = 424
# Kinds of pages whose accessibility was looked at: what they are built of is the same for the next person.
_LOOKED: set[str] = set()

pytestmark = pytest.mark.flow


def kind(address: str) -> str:
    """Pages of the same kind differ by numbers, by the template or step they show, by what is asked for."""
    path = address.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]
    path = re.sub(r"(/templates/|/notice/|/steps/|/days/|/stages\.)\w+", r"\1K", path)
    return re.sub(r"\d+", "N", path)


def links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href^='/']:not([download])", "all => all.map(one => one.getAttribute('href'))"
    )
    return found


def opens(page: Page, address: str) -> str:
    """What is wrong with an address; empty if nothing is. A file to save is asked for without a page."""
    try:
        answer = page.goto(address)
        status = answer.status if answer else 200
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        status = page.request.get(address).status
    return "" if status < 400 or status == BLOCKED else f"{address}: {status}"


def crawl(visit: Callable[[str], tuple[list[str], list[str]]]) -> list[str]:
    """Visits one page of each kind that links lead to, from the first page on. ``visit`` gives what is wrong
    with an address, and the addresses it leads to.
    """
    seen, wrong, waiting = {"/"}, [], ["/"]
    while waiting:
        faults, found = visit(waiting.pop(0))
        wrong += faults
        for link in found:
            if kind(link) not in seen:
                seen.add(kind(link))
                waiting.append(link)
    return wrong


def answers(page: Page, address: str) -> tuple[list[str], list[str]]:
    """A visit that asks for a page without showing it."""
    answer = page.request.get(address)
    refused = answer.status >= 400 and answer.status != BLOCKED
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    found = re.findall(r'<a (?![^>]* download)[^>]*href="(/[^"]*)"', answer.text() if is_page else "")
    return [f"{address}: {answer.status}"] if refused else [], [unescape(link) for link in found]


def too_wide(page: Page) -> list[str]:
    """Where a page must be pushed sideways: on its own screen, and as narrow as a phone."""
    own = page.viewport_size
    assert own is not None
    wrong = []
    for size in (PHONE["viewport"], own):
        page.set_viewport_size(size)
        # Not window.innerWidth: a phone zooms out until the page fits.
        width, shown = page.evaluate("document.documentElement.scrollWidth"), size["width"]
        if width > shown:
            wrong.append(f"{page.url}: {width} px wide on a screen of {shown}")
    return wrong


@pytest.mark.parametrize(("person", "size", "language"), SHOWN, ids=[visit[0] for visit in SHOWN])
def test_every_page_opens(
    open_page: Callable[..., Page],
    login: Login,
    faults: Faults,
    person: str,
    size: dict[str, Any],
    language: str,
) -> None:
    faults.expect(rf"status of {BLOCKED} ")
    page = open_page(size, language=language)
    login(page, person)
    assert str(page.locator("html").get_attribute("lang")).startswith(language[:2])

    def look(address: str) -> tuple[list[str], list[str]]:
        fault, found = opens(page, address), links(page)
        if fault:
            return [fault], found
        # A file to save leaves the page before it, an address that leads on shows another.
        wrong, shown = too_wide(page), kind(urlsplit(page.url).path)
        if shown not in _LOOKED:
            _LOOKED.add(shown)
            wrong += [f"{address}: {each}" for each in accessibility_faults(page, shortened=True)]
        return wrong, found

    assert crawl(look) == []


@pytest.mark.parametrize(("person", "language"), ASKED)
def test_every_page_answers(open_page: Callable[..., Page], login: Login, person: str, language: str) -> None:
    page = open_page(language=language)
    login(page, person)
    assert crawl(lambda address: answers(page, address)) == []
