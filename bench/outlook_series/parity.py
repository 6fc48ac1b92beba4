"""Scores and recalibration beside scikit-learn, where it is installed: the greatest difference of each.

PYTHONPATH=src python bench/outlook_series/parity.py
"""

from __future__ import annotations

from statistics import fmean

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, mean_pinball_loss

from tiaodu.engine.outlook.scoring import Scored, brier, log_score, pinball, recalibrate


def main() -> None:
    """Print the differences."""
    rng = np.random.default_rng(1)
    odds = rng.normal(0, 1.5, 20_000)
    kept = rng.random(len(odds)) < 1 / (1 + np.exp(-(0.3 + 0.6 * odds)))
    chances = 1 / (1 + np.exp(-odds))
    pairs = list(zip(chances.tolist(), kept.tolist(), strict=True))
    print("Brier", abs(fmean(brier(p, kept=k) for p, k in pairs) - brier_score_loss(kept, chances)))
    print("log score", abs(fmean(log_score(p, kept=k) for p, k in pairs) - log_loss(kept, chances)))
    came = rng.normal(0, 1, 1000)
    ours = fmean(pinball(0.9, 1.2, float(each)) for each in came)
    print("pinball", abs(ours - mean_pinball_loss(came, np.full(1000, 1.2), alpha=0.9)))
    found = recalibrate([Scored(str(at), p, k, {}) for at, (p, k) in enumerate(pairs)])
    free = LogisticRegression(C=1e9, tol=1e-10).fit(odds[:, None], kept)
    print("Platt: ours", found, "scikit-learn without a prior", free.intercept_[0], free.coef_[0, 0])


if __name__ == "__main__":
    main()
