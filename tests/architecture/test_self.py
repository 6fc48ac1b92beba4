"""The project speaks of itself alone: no machine, registry, tracker or maker stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.architecture.tree import ROOT, place, project_files

TEXTS = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".csv",
    ".js",
    ".css",
    ".po",
    ".json",
    ".svg",
    "",
}
# Assembled from pieces so that this file does not hold what it looks for.
FOREIGN = {
    "a path of one machine": r"(?<![\w.:/])/(" + "|".join(["work", "root", "home", "Users", "opt"]) + r")/\w",
    "an address of a package index": r"\b("
    + "|".join(["pypi", "npm" + "js", "python" + "hosted"])
    + r")\.(org|com)\b",
    "an address of a distribution": r"\b(deb|security|snapshot)\." + r"debian\.org",
    "a reference to a tracker": r"\b(issue|ticket|pull request|PR)s? " + r"#\d+",
    "a note on who made it": r"co-"
    + r"authored-by|(generated|written|created) (by|with) (an? )?(AI|model)\b",
    "a folder beside the project": r"\.\./" + "shared",
}
# Measuring against labelled texts kept beside the project is for tests and benchmarks alone.
MEASURE = ("tests", "bench")


def found(text: str, *, may_measure: bool) -> list[tuple[int, str]]:
    rules = {name: rule for name, rule in FOREIGN.items() if not (may_measure and "folder" in name)}
    return [
        (number, name)
        for number, line in enumerate(text.splitlines(), 1)
        for name, rule in rules.items()
        if re.search(rule, line, flags=re.IGNORECASE)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "cd /" + "root/project",
        "see https://py" + "pi.org/simple",
        "apt: deb." + "debian.org",
        "fixes issue " + "#12",
        "Co-" + "Authored-By: somebody",
        "path = '../" + "shared/gold'",
    ],
)
def test_the_rule_sees(line: str) -> None:
    assert len(found(line, may_measure=False)) == 1


@pytest.mark.parametrize("line", ["GET /documents/1/", "/usr/bin/chromium", "#12 节点", "href=/work-orders/"])
def test_the_rule_allows(line: str) -> None:
    assert found(line, may_measure=False) == []


def _texts() -> list[Path]:
    return [path for path in project_files() if path.suffix in TEXTS and "vendor" not in path.parts]


def test_nothing_foreign_stands_in_the_project() -> None:
    foreign = [
        f"{place(path)}:{line} {name}"
        for path in _texts()
        for line, name in found(
            path.read_text(encoding="utf-8", errors="replace"),
            may_measure=path.relative_to(ROOT).parts[0] in MEASURE,
        )
    ]
    assert foreign == []


def test_nothing_is_left_for_later() -> None:
    markers = re.compile(
        r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplemented" + "Error"]) + r")\b"
    )
    left = [
        f"{place(path)}:{number}"
        for path in _texts()
        if path.suffix in {".py", ".html", ".js", ".css"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if markers.search(line)
    ]
    assert left == []
