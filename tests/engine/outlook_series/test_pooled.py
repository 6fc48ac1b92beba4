"""What was learned over many series, and how it is learned."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.engine.outlook.series.learning import FEWEST_ERRORS, Past, learn
from tiaodu.engine.outlook.series.pooled import LEVELS, ORIGINS, Learned, load_pooled

FILE = Path("src/tiaodu/data/outlook/series.yaml")


def past(count: int, *, wrong_by: float = 0.2, seed: int = 1) -> Past:
    errors = wrong_by * np.random.default_rng(seed).standard_normal(count)
    expected = np.full(count, 50.0)
    came = expected * np.exp(errors)
    return Past(expected, np.full(count, 0.1), came, 50 + came)


def test_the_package_knows_every_origin_with_its_source() -> None:
    pooled = load_pooled()
    assert set(pooled.learned) == set(ORIGINS)
    assert "National Bureau of Statistics" in pooled.source
    for learned in pooled.learned.values():
        assert learned.errors > 1000
        assert learned.quantiles[0] < -1.5
        assert learned.quantiles[-1] > 1.5


def test_normal_errors_twice_as_large_as_told_give_twice_the_normal_quantiles() -> None:
    learned = learn(past(50_000))
    assert learned is not None
    normal = [2 * NormalDist().inv_cdf(level) for level in LEVELS]
    assert learned.quantiles == pytest.approx(normal, abs=0.08)


def test_too_few_errors_teach_nothing() -> None:
    assert learn(past(FEWEST_ERRORS - 1)) is None


def test_a_rest_of_nothing_is_no_infinite_error() -> None:
    told = past(FEWEST_ERRORS)
    nothing = Past(told.expected, told.spreads, np.zeros(FEWEST_ERRORS), told.total)
    assert np.isfinite(nothing.off).all()


@given(level=st.floats(0.0005, 0.9995), origin=st.sampled_from(ORIGINS))
def test_level_undoes_quantile(level: float, origin: int) -> None:
    learned = load_pooled().at(origin)
    assert learned.level(float(learned.off(level))) == pytest.approx(level, abs=1e-9)


def test_untaught_is_normal() -> None:
    assert float(Learned().off(0.975)) == pytest.approx(1.959964, abs=1e-6)


def test_quantiles_that_do_not_rise_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "series.yaml"
    kept = FILE.read_text(encoding="utf-8").partition("origins:\n")[0]
    row = ", ".join(["0"] * len(LEVELS))
    bad.write_text(f"{kept}origins:\n- {{month: 2, errors: 9, quantiles: [{row}]}}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="rising"):
        load_pooled(bad)
    bad.write_text(kept, encoding="utf-8")
    with pytest.raises(DataFileError):
        load_pooled(bad)
