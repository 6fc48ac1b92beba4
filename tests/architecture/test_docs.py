"""What the documentation names exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.architecture.tree import PACKAGE, ROOT, files, place, room_names

DOCS = ROOT / "docs"
DECISION_HEADINGS = ["Context", "Decision", "Looked at", "Consequences"]
PAGES = files(".md")


def _headings(path: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _blocks(path: Path) -> list[str]:
    """The commands in code blocks, without comments."""
    blocks = re.findall(
        r"^```\w*\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("room", room_names())
def test_a_room_has_a_page(room: str) -> None:
    assert (DOCS / "rooms" / f"{room}.md").exists()


def test_no_page_is_left_of_a_room_that_is_gone() -> None:
    """A large room has a page for each part: ``returns-entry``."""
    assert {path.stem.partition("-")[0] for path in (DOCS / "rooms").glob("*.md")} <= set(room_names())


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert broken == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((DOCS / "decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", sorted((DOCS / "decisions").glob("[0-9]*.md")), ids=place)
def test_a_decision_says_why_and_what_else(path: Path) -> None:
    title, *headings = _headings(path)
    assert title.startswith(f"{int(path.name[:4])}. ")
    assert headings == DECISION_HEADINGS


def test_every_setting_is_documented() -> None:
    settings = (PACKAGE / "config" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r"\benv(?:ironment)?\.\w+\(\s*\"([A-Z_]+)\"", settings))
    page = (DOCS / "how-to" / "settings.md").read_text(encoding="utf-8")
    assert named
    assert named == set(re.findall(r"^\| `([A-Z_]+)`", page, flags=re.MULTILINE))


@pytest.mark.parametrize("path", [path for path in PAGES if path.name.endswith(".zh-CN.md")], ids=place)
def test_both_languages_say_the_same(path: Path) -> None:
    """The same chapters in the same order, and the same commands."""
    english = path.with_name(path.name.replace(".zh-CN", ""))
    assert [len(mark) for mark in _marks(path)] == [len(mark) for mark in _marks(english)]
    assert _blocks(path) == _blocks(english)


def _marks(path: Path) -> list[str]:
    return re.findall(r"^(#+) ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_parts_of_run_are_in_the_readme() -> None:
    commands = re.findall(r"^  ([a-z]+)\) ", (ROOT / "run").read_text(encoding="utf-8"), flags=re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert commands
    assert [name for name in commands if f"./run {name}" not in readme] == []
