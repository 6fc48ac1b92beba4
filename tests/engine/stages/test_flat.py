"""Rows of a template and back: nothing is lost, and what is wrong points at its row and column."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.datafile import load_datafile
from tiaodu.engine.stages.flat import COLUMNS, FlatError, body_of, flaws_of, rows_of
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.template import TEMPLATE_SHAPE, package_templates, template_from
from tiaodu.engine.stages.words import load_words, stages_data
from tiaodu.engine.stages.writing import raw_of

WORDS = load_words()
KINDS = sorted(package_templates())


def raw(kind: str) -> dict[str, Any]:
    """The fields of a packaged template as its file has them."""
    found: dict[str, Any] = load_datafile(stages_data(f"{kind}.yaml"), TEMPLATE_SHAPE)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_packaged_template_comes_back_from_its_rows_with_every_source(kind: str) -> None:
    read = raw(kind)
    rows = rows_of(read)
    assert {**read, **body_of(rows)} == read
    template = package_templates()[kind]
    told = [
        (s.code, x.source, x.confidence) for s in template.steps for x in (*s.limits, s.usual, s.lapse) if x
    ]
    back = template_from({**read, **body_of(rows)})
    assert told == [
        (s.code, x.source, x.confidence) for s in back.steps for x in (*s.limits, s.usual, s.lapse) if x
    ]
    assert back == template
    assert all(tuple(row) == COLUMNS for row in rows)
    assert list(flaws_of(rows, WORDS)) == []


@pytest.mark.parametrize("template", package_templates().values(), ids=lambda template: template.kind)
def test_a_template_comes_back_from_what_a_project_keeps(template: Template) -> None:
    assert template_from(raw_of(template)) == template


_NAMES = st.text("一二三办理 ab（）、，;", min_size=1, max_size=6).filter(lambda text: text == text.strip())
_LABEL = st.one_of(
    st.builds(lambda zh, en: {"zh": zh, "en": en}, _NAMES, _NAMES),
    _NAMES.map(lambda name: {"zh": name, "en": name}),
)
_TOLD = {"source": _NAMES, "confidence": st.sampled_from(["source", "practice", "memory-unsure"])}
_DAYS, _UNIT = st.integers(0, 60), st.sampled_from(["working", "calendar"])
_ONE = {"days": _DAYS, "unit": _UNIT, **_TOLD}


def _limits() -> st.SearchStrategy[list[dict[str, Any]]]:
    law = st.fixed_dictionaries({"kind": st.just("law"), **_ONE}, optional={"extension": _DAYS})
    other = [st.fixed_dictionaries({"kind": st.just(kind), **_ONE}) for kind in ("committed", "least")]
    some = [st.lists(each, max_size=1) for each in (law, *other)]
    return st.tuples(*some).map(lambda found: [limit for part in found for limit in part])


@st.composite
def _bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Any fields of the shape of a data file, whether they make a network or not."""
    codes = [f"T{n}" for n in range(draw(st.integers(1, 5)))]
    chosen = st.lists(st.sampled_from(codes), min_size=1, unique=True)
    words = {"pauses": WORDS.pauses, "waits": WORDS.waits}
    lists = {key: st.lists(st.sampled_from(sorted(known)), min_size=1) for key, known in words.items()}
    usual = st.fixed_dictionaries({"low": _DAYS, "likely": _DAYS, "high": _DAYS, "unit": _UNIT, **_TOLD})
    lapse = st.fixed_dictionaries({"months": st.integers(1, 99), "before": st.sampled_from(codes), **_TOLD})
    optional: dict[str, st.SearchStrategy[Any]] = {
        "kind": st.sampled_from(["energy_review", "eia"]), "after": chosen, "gates": chosen,
        "limits": _limits().filter(bool), "usual": usual, **lists, "lapse": lapse,
        "documents": st.lists(_LABEL, min_size=1), "proof": st.lists(_LABEL, min_size=1), "when": _LABEL,
        "assumed": st.booleans(), "choice": st.just("way"), "milestone": st.booleans(), "note": _LABEL,
        **_TOLD,
    }  # fmt: skip
    named = {"name": _LABEL, "stage": st.sampled_from(sorted(WORDS.stages)), "by": st.just("developer")}
    steps = [
        draw(st.fixed_dictionaries({"code": st.just(code), **named}, optional=optional)) for code in codes
    ]
    starts = draw(chosen)
    return {"start": [c for c in codes if c in starts], "goal": draw(st.sampled_from(codes)), "steps": steps}


@settings(derandomize=True, max_examples=150, deadline=None)
@given(body=_bodies())
def test_any_body_comes_back_from_its_rows(body: dict[str, Any]) -> None:
    assert body_of(rows_of(body)) == body


@pytest.mark.parametrize(
    "step",
    [
        {"limits": [{"kind": "law", "days": 1}, {"kind": "law", "days": 2}]},
        {"limits": [{"kind": "committed", "days": 1, "extension": 2}]},
        {"documents": [{"zh": "甲|乙", "en": "x"}]},
        {"proof": [{"zh": "甲", "en": "x\ny"}]},
    ],
)
def test_what_rows_cannot_hold_is_refused_and_not_lost(step: dict[str, Any]) -> None:
    one = {"code": "T1", "name": {"zh": "一", "en": "one"}, "stage": "land", "by": "land"}
    with pytest.raises(FlatError, match="T1"):
        rows_of({"start": ["T1"], "goal": "T1", "steps": [{**one, **step}]})


def _changed(code: str, **cells: Any) -> list[dict[str, Any]]:
    """The rows of the simple template with some cells of one changed."""
    rows = rows_of(raw("generic"))
    return [row | cells if row["code"] == code else row for row in rows]


@pytest.mark.parametrize(
    ("code", "cells", "flaw", "row", "column"),
    [
        ("G02", {"after": ["G01", "G04"]}, "ring", 1, "after"),
        ("G02", {"after": ["G02", "G01"]}, "needs_itself", 1, "after"),
        ("G03", {"gates": ["G09"]}, "no_such_step", 2, "gates"),
        ("G04", {"after": None}, "unreachable", 3, "after"),
        ("G02", {"law_unit": None}, "half", 1, "law_unit"),
        ("G02", {"law_source": None}, "half", 1, "law_source"),
        ("G04", {"usual_low": 3}, "half", 3, "usual_likely"),
        ("G04", {"assumed": False}, "half", 3, "when_zh"),
        ("G01", {"proof": "协议 |"}, "half_line", 0, "proof"),
        ("G06", {"goal": None}, "not_one_goal", None, "goal"),
        ("G05", {"goal": True}, "not_one_goal", None, "goal"),
        ("G01", {"start": None}, "no_start", None, "start"),
        ("G04", {"waits": ["weather"]}, "no_such_wait", 3, "waits"),
        (
            "G02",
            {
                "committed_days": 25,
                "committed_unit": "working",
                "committed_source": "x",
                "committed_confidence": "practice",
            },
            "committed_above_law",
            1,
            "committed_days",
        ),
    ],
)
def test_what_is_wrong_points_at_its_row_and_column(
    code: str, cells: dict[str, Any], flaw: str, row: int | None, column: str
) -> None:
    found = {(place.flaw.code, place.row, place.column) for place in flaws_of(_changed(code, **cells), WORDS)}
    assert (flaw, row, column) in found
    assert {other for other, _row, _column in found} == {flaw}


def test_a_ring_is_named_step_by_step() -> None:
    (place,) = flaws_of(_changed("G02", after=["G01", "G05"]), WORDS)
    assert place.flaw.params["ring"] == "G02 → G03 → G04 → G05 → G02"
