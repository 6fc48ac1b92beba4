"""What traits say of projects: effects, spreads and shapes that were put in come out again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.stages.learning.test_learning import TABLE, planned_template, simulated_county
from tests.engine.stages.networks import MONDAY

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.learning import Learned, StepRecord, learn, load_settings
from tiaodu.engine.stages.learning.forest import Forest
from tiaodu.engine.stages.learning.traits import Encoding, fit_traits
from tiaodu.engine.stages.learning.whole import floored
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.state import NetworkState, network_of

COUNT = 120


def projects(seed: int = 1, *, spread: float = 0.2, bend: float = 0.0) -> list[StepRecord]:
    """Projects of 100 days whose overrun depends on their sector and size, and may spread more when small."""
    draws = Draws(seed, COUNT)
    size = draws.uniform("size") * 4 - 2
    rest = draws.normal("rest") * spread * np.exp(-bend * size)
    return [
        StepRecord(
            "project",
            float(100 * np.exp(0.2 * (n % 2) - 0.1 * size[n] + rest[n])),
            Unit.CALENDAR,
            f"p{n}",
            planned=100,
            traits={"sector": "ab"[n % 2], "size": float(size[n])},
        )
        for n in range(COUNT)
    ]


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(projects())


def middle(learned: Learned, **traits: str | float) -> float:
    return learned.whole("project", 100, Unit.CALENDAR, traits).days_at(0.5)


def test_a_group_and_a_number_have_the_effect_that_was_put_in(learned: Learned) -> None:
    assert np.log(middle(learned, sector="b", size=0.0) / middle(learned, sector="a", size=0.0)) == (
        pytest.approx(0.2, abs=0.1)
    )
    assert np.log(middle(learned, sector="a", size=-1.5) / middle(learned, sector="a", size=1.5)) == (
        pytest.approx(0.3, abs=0.12)
    )


def test_four_fifths_of_new_projects_keep_to_their_p80(learned: Learned) -> None:
    new = [each for seed in (11, 12, 13) for each in projects(seed=seed)]
    kept = [
        each.days <= learned.whole("project", 100, Unit.CALENDAR, each.traits).days_at(0.8) for each in new
    ]
    assert 0.72 <= np.mean(kept) <= 0.88


def test_a_spread_that_shrinks_with_a_number_is_found() -> None:
    found = learn(projects(bend=0.4, spread=0.3))

    def width(size: float) -> float:
        days = found.whole("project", 100, Unit.CALENDAR, {"sector": "a", "size": size})
        return float(np.log(days.days_at(0.9) / days.days_at(0.1)))

    assert width(-1.5) > 1.5 * width(1.5)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.floats(-4, 4), st.sampled_from(["a", "b", "never seen"]), st.floats(1, 2000))
def test_quantiles_never_fall_and_scale_with_the_plan(
    learned: Learned, size: float, sector: str, planned: float
) -> None:
    traits: Mapping[str, str | float] = {"size": size, "sector": sector}
    days = learned.whole("project", planned, Unit.CALENDAR, traits)
    told = [days.days_at(p) for p in np.linspace(0.02, 0.98, 25)]
    assert all(low <= high for low, high in pairwise(told))
    other = learned.whole("project", 2 * planned, Unit.CALENDAR, traits)
    assert other.days_at(0.5) == pytest.approx(2 * days.days_at(0.5))


def test_a_plan_that_is_never_undercut_is_the_least_that_is_told() -> None:
    kept = [
        StepRecord("project", float(max(100, each.days)), Unit.CALENDAR, each.project, planned=100)
        for each in projects()
    ]
    days = learn(kept).whole("project", 100, Unit.CALENDAR)
    assert days.days_at(0.02) == pytest.approx(100)
    assert floored(np.array([-1.0, 0.0, 1.0]), 0.5, 0.4).tolist() == [-1.0, 0.5, 1.0]


def test_traits_move_the_factor_of_a_network() -> None:
    rows = simulated_county(projects=40, steps=4, shared=0.15, own=0.3)
    told = [
        StepRecord(
            row.kind,
            row.days * (1.5 if int(row.project[1:]) % 2 else 1.0),
            row.unit,
            row.project,
            planned=row.planned,
            stage=row.stage,
            traits={"sector": "ab"[int(row.project[1:]) % 2]},
        )
        for row in rows
    ]
    found = learn(told)
    template, state = planned_template(4), NetworkState()
    net = network_of(template, state)
    means = [
        found.durations(net, state, today=MONDAY, table=TABLE, traits={"sector": sector}).mean
        for sector in "ab"
    ]
    assert means[1] - means[0] == pytest.approx(np.log(1.5), abs=0.15)


def test_the_gradient_of_the_evidence_is_its_slope() -> None:
    from tiaodu.engine.stages.learning import traits as module  # noqa: PLC0415  its inside is tried

    rows = projects()[:30]
    told = [row.traits for row in rows]
    priors = load_settings().whole.priors
    seen = Encoding.of(told).encode(told, seen=True)
    held = module._held(seen, priors)
    y = np.log([row.days / 100 for row in rows])
    at = np.array([each.middle for each in held]) + 0.1

    def value(place: np.ndarray) -> float:
        return module._evidence(y, np.full(30, 0.01), seen, place, priors, held)[0]

    _, gradient = module._evidence(y, np.full(30, 0.01), seen, at, priors, held)
    for n in range(at.size):
        step = np.zeros_like(at)
        step[n] = 1e-5
        assert gradient[n] == pytest.approx((value(at + step) - value(at - step)) / 2e-5, abs=1e-3)


def test_the_same_projects_give_the_same_model_and_weights_sum_to_one() -> None:
    rows = projects()[:40]
    told = [row.traits for row in rows]
    y = np.log([row.days / 100 for row in rows])
    priors = load_settings().whole.priors
    first, second = (fit_traits(y, np.zeros(40), told, priors) for _ in range(2))
    assert (first.parameters == second.parameters).all()
    columns = first.encoding.columns(told)
    weights = Forest.grow(columns, first.left, Draws(1, 1), trees=10, leaf=5).weights(columns)
    assert weights.sum(1) == pytest.approx(1.0)
