"""What may stand where: reads in selectors, writes in services, and an engine that is only handed things."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.tree import PACKAGE, ROOT, calls, files, place, room_names, tree

FLOORS = ["config", "web", "rooms", "foundation", "engine"]
WRITES_MANY = {"bulk_create", "bulk_update"}
# A clock, dice or the machine: the engine gets their answers as arguments.
ENGINE_MAY_NOT_IMPORT = {
    "random",
    "secrets",
    "time",
    "os",
    "socket",
    "urllib",
    "http",
    "subprocess",
    "threading",
}
HEAVY = {"django", "pandas", "statsmodels", "numpy", "numba", "docx", "openpyxl", "pdfplumber"}
ENGINE_MAY_NOT_CALL = {"now", "today", "utcnow", "default_rng", "getenv"}


def _is_views(path: Path) -> bool:
    return path.name == "views.py" or "views" in path.parts


def _is_services(path: Path) -> bool:
    return path.stem == "services" or "services" in path.parts or "migrations" in path.parts


def _is_queryset_update(call: ast.Call) -> bool:
    """Only a queryset's update takes nothing but named values; a dict's or a hash's takes a value."""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "update"
        and not call.args
        and bool(call.keywords)
    )


def test_every_floor_and_room_is_under_the_import_contracts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert [f"tiaodu.{floor}" for floor in FLOORS] in layers
    rooms = {room.strip() for row in layers[-1] for room in row.split("|")}
    assert rooms == set(room_names())


def test_views_read_through_selectors() -> None:
    direct = [
        place(path, node)
        for path in files(".py", PACKAGE)
        if _is_views(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert direct == []


def test_rows_are_written_in_services_only() -> None:
    elsewhere = [
        place(path, call)
        for path in files(".py", PACKAGE)
        if not _is_services(path)
        for call in calls(path)
        if _is_queryset_update(call)
        or (isinstance(call.func, ast.Attribute) and call.func.attr in WRITES_MANY)
    ]
    assert elsewhere == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_the_engine_is_handed_everything() -> None:
    engine = files(".py", PACKAGE / "engine")
    imports = [
        place(path, node)
        for path in engine
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(name.split(".")[0] in ENGINE_MAY_NOT_IMPORT for name in _imported(node))
    ]
    asks = [
        place(path, call) for path in engine for call in calls(path) if _called(call) in ENGINE_MAY_NOT_CALL
    ]
    assert imports + asks == []


def test_reading_a_text_loads_no_framework() -> None:
    text = "2024年，原煤产量达到900万吨。"
    command = [sys.executable, "-X", "importtime", "-m", "tiaodu", "read", "-"]
    done = subprocess.run(command, input=text, cwd=ROOT / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "tiaodu" in loaded
    assert loaded.isdisjoint(HEAVY)
