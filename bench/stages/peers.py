"""What others would do: reference class, independent Monte Carlo, quantile boosting."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from dslib import Project
from numpy.typing import NDArray
from overruns import Overrun

from tiaodu.engine.stages.learning.finish import bound, sequence

Floats = NDArray[np.float64]
LEVELS = np.arange(0.05, 0.96, 0.05)
LEARNED = (0, 3, 6, 9, 11, 14, 15, 18)  # levels that boosting learns; the others lie between them


def reference_class(ratios: Sequence[float]) -> Floats:
    """The quantiles of the others' overruns (Flyvbjerg)."""
    found: Floats = np.quantile(np.array(ratios), LEVELS)
    return found


def monte_carlo(project: Project, multiples: Floats) -> Floats:
    """Quantiles of actual over planned length when activities take ``multiples``, scenarios × activities, of
    their plan, each by itself; none begins before it was planned to.
    """
    begin: dict[str, Floats] = {}
    end: dict[str, Floats] = {}
    codes = list(project.plan)
    for code in sequence(project.plan):
        activity = project.plan[code]
        days = activity.days * multiples[:, codes.index(code)]
        start = np.full(len(days), activity.begin)
        for link in activity.needs:
            if link.code in end:
                start = np.maximum(start, bound(link, days, begin, end))  # type: ignore[arg-type]
        begin[code], end[code] = start, start + days
    length = np.max(list(end.values()), axis=0)
    found: Floats = np.quantile(length / project.planned, LEVELS)
    return found


def boosting(learn: Sequence[Overrun], test: Sequence[Overrun]) -> Floats | None:
    """Quantile gradient boosting by scikit-learn on sector, region, year, length and cost; None where it is
    not installed.
    """
    try:
        from sklearn.ensemble import GradientBoostingRegressor  # noqa: PLC0415
    except ImportError:
        return None
    places = [sorted({each.texts.get(name, "") for each in learn}) for name in ("sector", "region")]

    def columns(projects: Sequence[Overrun]) -> Floats:
        rows = [
            [
                *(
                    _place(names, each.texts.get(n, ""))
                    for n, names in zip(("sector", "region"), places, strict=True)
                ),
                each.year,
                log(each.planned),
                log(max(each.cost or 148.4, 0.1)),
            ]
            for each in projects
        ]
        return np.array(rows, float)

    y = np.log([each.ratio for each in learn])
    found = [
        GradientBoostingRegressor(
            loss="quantile",
            alpha=LEVELS[level],
            n_estimators=80,
            max_depth=2,
            learning_rate=0.06,
            subsample=0.7,
            random_state=0,
        )
        .fit(columns(learn), y)
        .predict(columns(test))
        for level in LEARNED
    ]
    told = np.sort(np.exp(np.column_stack(found)), axis=1)
    at = LEVELS[list(LEARNED)]
    return np.array([np.interp(LEVELS, at, row) for row in told])


def _place(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else -1
