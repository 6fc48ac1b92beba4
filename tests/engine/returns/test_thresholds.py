"""Thresholds of the 四上 units as the package ships them, each with an example of its class."""

from __future__ import annotations

from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.registry.industries import load_industries
from tiaodu.engine.returns.thresholds import (
    Amount,
    Private,
    Unit,
    class_of,
    classes_of,
    counts_as,
    reached,
    size_of,
)

D = Decimal
DATA = resources.files("tiaodu.data") / "returns" / "entry"


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))["rows"]
    return [
        {
            key: D(str(value)) if key in ("threshold", "watch", "revenue") else value
            for key, value in row.items()
        }
        for row in rows
    ]


CLASSES = classes_of(_rows("classes"))
SURE = classes_of([{**row, "watch_confidence": "practice"} for row in _rows("classes")])


@pytest.mark.parametrize(
    ("code", "kind", "name", "threshold"),
    [
        ("0610", "legal", "industry", 2000),
        ("2915", "legal", "industry", 2000),
        ("4620", "legal", "industry", 2000),
        ("5161", "individual", "wholesale", 2000),
        ("5211", "establishment", "retail", 500),
        ("6110", "individual", "accommodation", 200),
        ("6210", "legal", "catering", 200),
        ("5437", "legal", "services_a", 2000),
        ("8411", "legal", "services_a", 2000),
        ("7020", "legal", "services_b", 1000),
        ("8310", "legal", "services_b", 1000),
        ("8521", "legal", "services_c", 500),
        ("9011", "legal", "services_c", 500),
        ("4710", "legal", "construction", None),
        ("7010", "legal", "real_estate", None),
        ("0111", "legal", "projects", 5000),
    ],
)
def test_every_class_has_its_threshold(code: str, kind: str, name: str, threshold: int | None) -> None:
    """As the notices of the statistics bureaus have it."""
    found = class_of(Unit(code, kind), CLASSES)
    assert found is not None
    assert (found.code, found.threshold) == (name, threshold)


@pytest.mark.parametrize(("code", "kind"), [("2521", "individual"), ("8310", "establishment"), ("", "legal")])
def test_a_unit_of_the_wrong_kind_has_no_class(code: str, kind: str) -> None:
    """A sole trader is no industrial unit above size; without an industry nothing is known."""
    assert class_of(Unit(code, kind), CLASSES) is None


def test_every_industry_of_the_classification_has_a_class() -> None:
    """No division of the services falls through: finance and government alone have none of their own."""
    with resources.as_file(resources.files("tiaodu.data") / "registry" / "industries.yaml") as path:
        industries = load_industries(path)
    beside = {
        code[:2]
        for code in industries.by_code
        if len(code) == 4 and (found := class_of(Unit(code), CLASSES)) and found.code == "projects"
    }
    assert beside == {
        *("01", "02", "03", "04", "05"),  # farming
        *("66", "67", "68", "69"),  # finance
        *("91", "92", "93", "94", "95", "96", "97"),  # government, associations, international bodies
    }


def test_what_nobody_confirmed_blocks_only_its_part() -> None:
    """The watch bands are not sure: without a word nobody is near. The thresholds hold all the same."""
    coking = class_of(Unit("2521"), CLASSES)
    sure = class_of(Unit("2521"), SURE)
    assert coking
    assert sure
    amounts = {"main_revenue": Amount(D(1999), 12)}
    assert reached(coking, amounts).outcome == "below"
    assert reached(sure, amounts).outcome == "near"
    assert reached(coking, {"main_revenue": Amount(D(2000), 12)}).outcome == "reached"


def test_the_revenue_with_more_evidence_is_used_and_named() -> None:
    """Of two revenues the one that covers more months; at a tie the larger."""
    coking = class_of(Unit("2521"), SURE)
    assert coking
    fewer = {"main_revenue": Amount(D(2500), 3), "revenue": Amount(D(1900), 9)}
    assert reached(coking, fewer).basis == "revenue"
    assert reached(coking, fewer).outcome == "near"
    tie = {"main_revenue": Amount(D(1900), 9), "revenue": Amount(D(2100), 9)}
    assert (reached(coking, tie).basis, reached(coking, tie).outcome) == ("revenue", "reached")
    assert reached(coking, {}).outcome == "unknown"
    assert reached(coking, {"sales": Amount(D(9999), 12)}).outcome == "unknown"


def test_a_county_that_tests_output_too_says_what_is_short() -> None:
    """Enough revenue and too little output is near, not reached."""
    (strict,) = classes_of([{**_rows("classes")[0], "output_too": True}])
    amounts = {"main_revenue": Amount(D(2100), 12)}
    found = reached(strict, amounts, output=Amount(D(1990), 12))
    assert (found.outcome, found.output_short) == ("near", True)
    assert reached(strict, amounts, output=Amount(D(2000), 12)).outcome == "reached"


def test_building_and_real_estate_are_asked_for_a_fact() -> None:
    """No amount counts there."""
    building = class_of(Unit("4710"), CLASSES)
    assert building
    found = [reached(building, {}, Unit("4710", qualified=fact)).outcome for fact in (True, False, None)]
    assert found == ["reached", "below", "unknown"]


@pytest.mark.parametrize(
    ("persons", "revenue", "size"),
    [
        (1000, 40000, "large"),
        (999, 40000, "medium"),
        (1000, 39999, "medium"),
        (300, 2000, "medium"),
        (300, 1999, "small"),
        (299, 50000, "small"),
        (20, 300, "small"),
        (19, 50000, "micro"),
        (5000, 299, "micro"),
    ],
)
def test_sizes_of_industry(persons: int, revenue: int, size: str) -> None:
    """A unit that fails one lower bound drops a class (工信部联企业〔2011〕300号)."""
    assert size_of("industry", persons=persons, revenue=D(revenue), rows=_rows("sizes")) == size


def test_sizes_nobody_supplied_are_not_guessed() -> None:
    """Retail has no row yet; a missing figure gives no size."""
    assert size_of("retail", persons=50, revenue=D(500), rows=_rows("sizes")) is None
    assert size_of("industry", persons=None, revenue=D(500), rows=_rows("sizes")) is None


@given(st.integers(0, 4000), st.integers(0, 90000), st.integers(0, 500), st.integers(0, 9000))
def test_a_larger_unit_is_never_of_a_smaller_size(persons: int, revenue: int, more: int, richer: int) -> None:
    """Size grows with both."""
    order = ("micro", "small", "medium", "large")
    one = size_of("industry", persons=persons, revenue=D(revenue), rows=_rows("sizes"))
    other = size_of("industry", persons=persons + more, revenue=D(revenue + richer), rows=_rows("sizes"))
    assert one
    assert other
    assert order.index(other) >= order.index(one)


@given(st.decimals(0, 5000, places=2))
def test_reached_is_at_least_the_threshold_and_private_strictly_above(amount: Decimal) -> None:
    """≥ 2000 for the list; > 500 for the county's own count."""
    coking = class_of(Unit("2521"), CLASSES)
    assert coking
    found = reached(coking, {"revenue": Amount(amount, 12)})
    assert (found.outcome == "reached") == (amount >= 2000)
    assert found.gap == max(D(0), 2000 - amount)
    rule = Private(D(500), D(400), 130)
    assert (counts_as(amount, rule) == "over") == (amount > 500)
