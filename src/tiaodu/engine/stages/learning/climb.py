"""The top of a smooth function by its gradient (BFGS with a step that is halved until it climbs; Nocedal
and Wright 2006, ch. 6).

>>> def hill(x):
...     return -float((x - 3) @ (x - 3)), -2 * (x - 3)
>>> climb(hill, np.zeros(2)).round(2).tolist()
[3.0, 3.0]
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tiaodu.engine.stages.learning.mixed import Floats

MOST, HALVINGS = 60, 12
_CLIMB, _ENOUGH, _LONGEST = 1e-4, 1e-3, 1.0


def climb(value: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """The parameters where ``value`` (with its gradient) is greatest, from ``start``."""
    place = start
    here, gradient = value(place)
    inverse = np.eye(place.size)
    for _ in range(MOST):
        direction = inverse @ gradient
        slope = float(direction @ gradient)
        if slope <= 0:
            inverse, direction = np.eye(place.size), gradient
            slope = float(gradient @ gradient)
        step = min(1.0, _LONGEST / max(float(np.abs(direction).max()), 1e-12))
        for _ in range(HALVINGS):
            there = place + step * direction
            reached, following = value(there)
            if reached >= here + _CLIMB * step * slope:
                break
            step /= 2
        else:
            return place
        gained = reached - here
        inverse = _update(inverse, there - place, gradient - following)
        place, here, gradient = there, reached, following
        if gained < _ENOUGH:
            break
    return place


def _update(inverse: Floats, moved: Floats, bent: Floats) -> Floats:
    """The inverse curvature after a move; unchanged where the function does not bend down along it."""
    along = float(moved @ bent)
    if along <= 1e-10:
        return inverse
    left = np.eye(moved.size) - np.outer(moved, bent) / along
    found: Floats = left @ inverse @ left.T + np.outer(moved, moved) / along
    return found
