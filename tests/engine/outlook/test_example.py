"""The examples of docs/engine/outlook.md run as they stand there, and say what can be said beforehand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import tiaodu
from tiaodu.engine.outlook.result import Pace

PAGE = Path(tiaodu.__file__).parents[2] / "docs" / "engine" / "outlook.md"


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    text = PAGE.read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec("\n".join(re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)), found)
    return found


def test_coal_is_what_is_known_and_six_months_of_the_plan(names: dict[str, Any]) -> None:
    """A month brings 33.6 · e^0.0072 · (1 − 0.1 · 1.4/3) on average."""
    assert names["coal_year"].mean == pytest.approx(197 + 6 * 33.6 * 1.00723 * (1 - 0.14 / 3), abs=0.5)
    assert 197 < names["low"] < names["middle"] < names["high"]
    assert 0.4 < names["kept"] < 0.5
    assert names["pace"] == Pace(
        197, 198, 6, 33, pytest.approx((names["middle"] - 197) / 6), pytest.approx(197 / 6)
    )


def test_lines_are_there_when_their_day_has_come(names: dict[str, Any]) -> None:
    """The day is triangular over 15, 45 and 110 days from 1 July on; 30 September is the 91st after it."""
    assert names["in_time"] == pytest.approx(1 - (110 - 92) ** 2 / (95 * 65), abs=0.01)


def test_a_stopped_mine_takes_coal_and_tax_together(names: dict[str, Any]) -> None:
    coal, tax = names["less_coal"], names["less_tax"]
    assert coal.mean == pytest.approx(-2 * 33.6 * 1.00723 * (1 - 0.14 / 3), abs=0.3)
    assert coal.chance == -names["kept"]
    assert tax.mean == pytest.approx(coal.mean * 0.12 * 600 * 1.005, rel=0.01)
    drivers = [each.name for each in names["hangs"].drivers]
    assert drivers[0] == "county:price"
    assert "winter" in drivers
    assert names["hangs"].rest < 0.1


def test_what_is_later_and_cheaper_brings_less(names: dict[str, Any]) -> None:
    run = names["late"].run(names["Months"].parse("2024"), names["draws"], names["asked"])
    found = names["gain"](names["base"], run, "county:tax", "2024")
    assert found.high < 0
    assert found.sure
