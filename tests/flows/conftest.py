"""Whole journeys in a browser: the real program on a demo county of its own, and Chromium, watched.

Each test module gets a fresh copy of the demo county and its own server, and its journeys build on each
other: one worker takes all of them (``--dist loadfile``). A page fails its test when it asks
another host for anything, writes an error to the console, breaks the content security policy, or meets a
server error.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page, Request, Response
from tests.migrated import sqlite_file

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ATTEMPTS_TO_REACH_THE_SERVER = 1200
SECONDS_BETWEEN_ATTEMPTS = 0.1
# Chromium's own calls home would be requests that leave the machine.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

NewContext = Callable[..., Any]
Login = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; TIAODU_CHROMIUM names another one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("TIAODU_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.fail("Chromium is not installed (Debian: apt-get install chromium)")
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": program, "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address for the whole session: each module has its own server, see `open_page`."""


# ---------------------------------------------------------------- the program


def environment(data: Path) -> dict[str, str]:
    """The environment of an installation in the folder `data`, without what the tests set for themselves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIAODU_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    source = str(Path(__file__).resolve().parents[2] / "src")
    return {**kept, "TIAODU_DATA": str(data), "PYTHONPATH": source}


def load_demo(surroundings: dict[str, str]) -> None:
    """Loads the demo county into the installation of this environment."""
    _run(surroundings, "demo", "--no-serve")


def begin_the_day(surroundings: dict[str, str]) -> None:
    """Does once what every server of a copy would do when it starts on the demo's day."""
    _run(as_shown(surroundings), "nightly")
    _run(as_shown(surroundings), "collectstatic", "--no-input", "--verbosity", "0")


def _run(surroundings: dict[str, str], *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tiaodu", *command],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def demo_county(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder of a freshly loaded demo county; copied, never served itself. Workers share one."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    data, loaded = shared / "demo", shared / "demo.loaded"
    with (shared / "demo.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not loaded.exists():
            data.mkdir()
            # The journey on PostgreSQL begins with nothing; here the migrations are run already.
            shutil.copy(sqlite_file(), data / "tiaodu.sqlite3")
            load_demo(environment(data))
            begin_the_day(environment(data))
            loaded.touch()
    return data


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(ATTEMPTS_TO_REACH_THE_SERVER):
        if _answers(address):
            return
        try:
            process.wait(SECONDS_BETWEEN_ATTEMPTS)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


def as_shown(surroundings: dict[str, str]) -> dict[str, str]:
    """The environment in which the demo is served, on the day it names or the demo's own."""
    from tiaodu.web.demo.county import FIRST_DAY  # noqa: PLC0415  Django is not set up when this is loaded

    return {"TIAODU_TODAY": FIRST_DAY.isoformat(), "TIAODU_DEMO": "1", **surroundings}


@contextmanager
def serving(surroundings: dict[str, str], *command: str) -> Iterator[str]:
    """Runs the program on the demo in this environment, and gives its address. If no ``command`` is given one
    process answers: there is one browser, and each has to load the whole program first.
    """
    told = command or ("serve", "--workers", "1")
    port = _free_port()
    address, log = f"http://127.0.0.1:{port}", Path(surroundings["TIAODU_DATA"]) / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tiaodu", *told, "--port", str(port)],
            env=as_shown(surroundings),
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def server(demo_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the running program, with a copy of the demo county for this module alone."""
    data = tmp_path_factory.mktemp("county") / "var"
    shutil.copytree(demo_county, data)
    with serving(environment(data)) as address:
        yield address


# ---------------------------------------------------------------- the browser


@dataclass
class Faults:
    """What went wrong in the pages of a test; a test that provokes something expects it first."""

    host: str
    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """A fault that this test provokes on purpose: a regular expression on its text."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            fault for fault in self.seen if not any(re.search(pattern, fault) for pattern in self.expected)
        ]

    def watch(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.seen.append(f"leaves the machine: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.seen.append(f"server error {response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")


@pytest.fixture
def faults(server: str) -> Iterator[Faults]:
    found = Faults(urlsplit(server).netloc)
    yield found
    assert found.unexpected() == []


@pytest.fixture
def open_page(new_context: NewContext, server: str, faults: Faults) -> Callable[..., Page]:
    """`open_page(PHONE, language="en")`: a new browser, nobody logged in; addresses begin with `/`.

    The product opens in Chinese whatever the browser asks for; choosing English leaves this cookie.
    """

    def open_page(size: dict[str, Any] = DESKTOP, *, language: str = "zh-hans") -> Page:
        context = new_context(base_url=server, timezone_id="Asia/Shanghai", **size)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server}])
        page: Page = context.new_page()
        faults.watch(page)
        return page

    return open_page


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A browser on a desk, in Chinese."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A browser on a phone, in Chinese."""
    return open_page(PHONE)


@pytest.fixture
def login(demo_county: Path) -> Login:
    """`login(page, "dispatcher")`: comes in as one of the demo's people and waits for the first page."""
    password = (demo_county / "demo_password").read_text(encoding="ascii").strip()

    def log_in(page: Page, username: str) -> None:
        page.goto("/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda address: not urlsplit(address).path.startswith("/login/"))

    return log_in


# Rows of a table and choices are built alike: what is wrong with one shows in the first of them.
SHORTENED = """most => document.querySelectorAll('tbody, ul, ol, select, datalist').forEach(
    list => [...list.children].slice(most).forEach(row => row.remove()))"""
ROWS = 12


def accessibility_faults(page: Page, *, shortened: bool = False) -> list[str]:
    """Faults that axe finds by WCAG 2.1 A and AA, one line each with the first element concerned.

    ``shortened``: long lists and tables are cut to their first rows before, in the page itself.
    """
    page.wait_for_load_state()
    if shortened:
        page.evaluate(SHORTENED, ROWS)
    rules = {
        "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
        "resultTypes": ["violations"],
    }
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{fault['id']}: {fault['help']} ({fault['nodes'][0]['html']})" for fault in found]
