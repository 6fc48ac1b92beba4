"""What the packaged checks find of planted faults, and how often they bother a firm that made none.

The shares are told in docs/rooms/returns.md; the bounds here are a little below them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pytest
from tests.engine.returns.generated import Planted, firms, planted

from tiaodu.engine.returns.checks import check_many, packaged_rules

Flagged = Mapping[int, set[tuple[str, str]]]
# The rules that should see each kind of fault.
SEEN_BY = {
    "unit x10000": {"unit", "level"},
    "unit /10000": {"unit", "level"},
    "unit x10": {"unit"},
    "unit /10": {"unit"},
    "jump x2.5": {"jump", "power_output", "output_revenue"},
    "jump /3": {"jump", "power_output", "output_revenue"},
    "power /2": {"jump", "power_output"},
    "power x2": {"jump", "power_output"},
    "tax x6": {"unit", "jump_rough", "tax_revenue"},
    "tax /8": {"unit", "jump_rough", "tax_revenue"},  # a sixth or an eighth may as well be a digit too few
}


def flagged_of(data: Planted) -> Flagged:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row, flag in check_many(packaged_rules(), data.columns):
        found[row].add((flag.rule, flag.measure))
    return found


def recalls(data: Planted, flagged: Flagged) -> dict[str, float]:
    """The share of planted faults of each kind that a rule meant for it sees at that firm."""
    return {
        kind: sum(bool(SEEN_BY[kind] & {rule for rule, _m in flagged.get(row, ())}) for row in rows)
        / len(rows)
        for kind, (_measure, rows) in data.faults.items()
    }


def false_alarms(data: Planted, flagged: Flagged) -> float:
    """The share of firms without a fault that any rule bothers."""
    return sum(bool(flagged.get(row)) for row in data.clean) / len(data.clean)


@pytest.mark.parametrize("period", ["2024-05", "2024-02"])
def test_faults_of_ordinary_firms_are_found(period: str) -> None:
    data = planted(firms(3000, period=period))
    flagged = flagged_of(data)
    assert min(recalls(data, flagged).values()) >= 0.95
    assert false_alarms(data, flagged) <= 0.015


def test_firms_that_go_up_and_down_twice_as_much_are_bothered_little() -> None:
    data = planted(firms(3000, noise=2.0, seed=8))
    flagged = flagged_of(data)
    seen = {kind: sum(row in flagged for row in rows) / len(rows) for kind, (_m, rows) in data.faults.items()}
    assert min(seen[kind] for kind in seen if kind.startswith("unit")) >= 0.95
    assert min(seen.values()) >= 0.65
    assert false_alarms(data, flagged) <= 0.05


def test_a_firm_that_has_just_begun_is_judged_by_its_peers_only() -> None:
    """With two months of its own only faults of ten thousand are told from its peers' level."""
    data = planted(firms(1000, months=2))
    flagged = flagged_of(data)
    found = recalls(data, flagged)
    assert found["unit x10000"] >= 0.85
    assert false_alarms(data, flagged) <= 0.01
