"""Files stay short and are named for what they hold. (Functions: ruff's PLR0913, PLR0915 and C901.)"""

from __future__ import annotations

from tests.architecture.tree import PACKAGE, ROOT, files, place

LINES = 400
LINES_OF_MODELS_AND_TESTS = 600
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "extras", "misc", "lib"}


def test_no_file_is_long() -> None:
    long = []
    for path in files(".py"):
        if "migrations" in path.parts:
            continue
        generous = path.name == "models.py" or not path.is_relative_to(PACKAGE)
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > (LINES_OF_MODELS_AND_TESTS if generous else LINES):
            long.append(f"{place(path)}: {lines}")
    assert long == []


def test_nothing_lives_in_a_drawer() -> None:
    names = {path: {path.stem, *path.relative_to(ROOT).parts[:-1]} for path in files(".py")}
    assert [place(path) for path, parts in names.items() if parts & DRAWERS] == []


def test_no_limit_on_size_is_switched_off() -> None:
    switched_off = [
        f"{place(path)}:{number}"
        for path in files(".py", PACKAGE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "noqa" in line and any(rule in line for rule in ("C901", "PLR0912", "PLR0913", "PLR0915"))
    ]
    assert switched_off == []
