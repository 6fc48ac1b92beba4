"""Sentences of many kinds of counties and topics, with what must be read from each."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tiaodu.engine.reading import Reading
from tiaodu.engine.reading.jsonl import statement_to_json

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = [case for file in FILES for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
SAME_SUBJECT = 0.5  # share of characters, as the scorer of the labelled passages counts


def overlap(one: str, other: str | None) -> float:
    """F1 of the characters of two texts."""
    left, right = Counter(one), Counter(other or "")
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values())) if common else 0.0


def fits(expected: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether a statement has every field expected of it."""
    for field, value in expected.items():
        if field == "subject" and value:
            if overlap(value, found["subject"]) < SAME_SUBJECT:
                return False
        elif field == "value":
            if found["value"] is None or abs(found["value"] - value) > 1e-9 * max(1, abs(value)):
                return False
        elif field != "subject" and found[field] != value:
            return False
    return True


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any], reading_of: Callable[..., Reading]) -> None:
    found = [statement_to_json(s) for s in reading_of(case["text"], case["plan_year"]).statements]
    missing = []
    for expected in case["expect"]:
        hit = next((f for f in found if f["quote"] == expected["quote"] and fits(expected, f)), None)
        if hit is None:
            near = [f for f in found if f["quote"] == expected["quote"]]
            missing.append((expected, [{field: f[field] for field in expected} for f in near]))
        else:
            found.remove(hit)
    assert not missing
    facts = [f["quote"] for f in found if f["kind"] in ("target", "actual")]
    assert not [quote for quote in case.get("absent", []) if quote in facts]


def test_every_kind_of_text_has_cases() -> None:
    assert len(CASES) >= 35
    assert sum(len(case["expect"]) for case in CASES) >= 150
