"""The files of the project and their syntax trees, read once, for the rules that hold everywhere."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tiaodu"
ROOMS = PACKAGE / "rooms"
# Made by installing, running or testing; never part of the project.
MADE = {
    ".git",
    ".venv",
    ".uv",
    "__pycache__",
    "build",
    "dist",
    "var",
    "wheelhouse",
    "staticfiles",
    "test-results",
}


def _is_made(name: str) -> bool:
    return (
        name in MADE or name.endswith(("_cache", ".egg-info")) or name.startswith((".venv-", ".hypothesis"))
    )


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that belongs to the project, as absolute paths in order."""
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not _is_made(name))
        found += (Path(folder) / name for name in sorted(names) if not name.startswith(".coverage"))
    return tuple(found)


def files(suffix: str, under: Path = ROOT) -> list[Path]:
    """The project's files with this suffix in a folder, without third-party ones."""
    chosen = (path for path in project_files() if path.suffix == suffix and path.is_relative_to(under))
    return [path for path in chosen if "vendor" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def place(path: Path, node: ast.expr | ast.stmt | None = None) -> str:
    """Where something stands, as people look it up: `path` or `path:line`."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return f"{name}:{node.lineno}" if node else name


def room_names() -> list[str]:
    return sorted(path.parent.name for path in ROOMS.glob("*/__init__.py"))
