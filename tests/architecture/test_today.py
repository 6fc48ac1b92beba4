"""There is one source of today: nothing but the clock asks the machine what day it is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from tests.architecture.tree import PACKAGE, files, place, tree

# Methods that ask the machine, by what they are asked of.
ASKS = {
    "date": {"today"},
    "datetime": {"now", "today", "utcnow"},
    "timezone": {"now", "localdate", "localtime"},
    "time": {"time", "time_ns", "localtime"},
}
# Where the moment is meant, not the business day; and where the real day is, whatever day is shown.
MOMENTS = {
    "foundation/clock.py": "the clock itself",
    "cli.py": "reads a plan without a database; the year is only a guess",
    "foundation/accounts/selectors.py": "how long a lock lasts",
    "foundation/accounts/signals.py": "how long a session lasts",
    "foundation/interfaces/services.py": "how often a token was used in a minute",
    "foundation/middleware.py": "how long a session lasts",
    "foundation/jobs/services.py": "signs of life of workers",
    "foundation/jobs/models.py": "how long a job has run",
    "foundation/operations/archive.py": "the moment of a backup",
    "foundation/operations/checks.py": "what is wrong with the machine now",
}
REAL_DAY = {
    "foundation/clock.py": "the clock itself",
    "web/context.py": "the banner names the real day beside the one that is shown",
    "foundation/operations/checks.py": "what is wrong with the machine now",
    "foundation/evidence/services/checking.py": "no figure is known from a day that has not come",
    "foundation/evidence/selectors/figures.py": "on the real day nothing later is known",
    "foundation/items/selectors/scope.py": "on the real day nothing later is known",
}
WORD = re.compile(r"\{%\s*now\b|\bnew Date\(\s*\)|\bDate\.now\(")


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _asks_the_machine(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ASKS.get(_name(node.value), ())


def _asks_the_real_day(node: ast.AST) -> bool:
    return _name(node) == "real_today" if isinstance(node, ast.Attribute | ast.Name) else False


def _where(rule: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in files(".py", PACKAGE):
        if "migrations" in path.parts:
            continue
        hits = [place(path, node) for node in ast.walk(tree(path)) if rule(node)]  # type: ignore[operator]
        if hits:
            found[path.relative_to(PACKAGE).as_posix()] = hits
    return found


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("date.today()", True),
        ("datetime.date.today()", True),
        ("datetime.now(CHINA)", True),
        ("timezone.localdate()", True),
        ("default=timezone.now", True),
        ("time.time()", True),
        ("clock.today()", False),
        ("datetime.time()", False),
        ("self.now", False),
        ("row.date", False),
    ],
)
def test_the_rule_sees(source: str, *, seen: bool) -> None:
    assert any(_asks_the_machine(node) for node in ast.walk(ast.parse(f"f({source})"))) == seen


def test_only_moments_are_asked_of_the_machine() -> None:
    found = _where(_asks_the_machine)
    assert {path: hits for path, hits in found.items() if path not in MOMENTS} == {}
    assert MOMENTS.keys() <= found.keys(), "what is no exception any more"


def test_the_real_day_is_asked_for_where_it_is_meant() -> None:
    found = _where(_asks_the_real_day)
    assert {path: hits for path, hits in found.items() if path not in REAL_DAY} == {}
    assert REAL_DAY.keys() <= found.keys(), "what is no exception any more"


@pytest.mark.parametrize("suffix", [".html", ".js"])
def test_pages_ask_neither_the_server_nor_the_browser(suffix: str) -> None:
    def asks(path: Path) -> bool:
        return bool(WORD.search(path.read_text(encoding="utf-8")))

    assert [place(path) for path in files(suffix, PACKAGE) if asks(path)] == []


def test_no_business_day_is_filled_in_by_the_database() -> None:
    """A row may note the moment it was written; the day it counts for comes from the clock."""
    own = [model for model in apps.get_models() if model.__module__.startswith("tiaodu.")]
    filled = [
        f"{model._meta.label}.{field.name}"
        for model in own
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField)
        and not isinstance(field, models.DateTimeField)
        and (field.auto_now or field.auto_now_add or field.has_default())
    ]
    assert filled == []
