"""How fast networks are simulated and how good learned durations are, beside what others would do, in the
same run.

PYTHONPATH=src python bench/stages/measure.py [--only speed|running|start] [--seed 1]

The data lies where TIAODU_BENCH_DATA says (folders dslib and wb_adb); without it only the speed is
measured. Every figure is of projects that were left out while learning: one DSLIB project at a time, a
tenth of the others. Run it with OPENBLAS_NUM_THREADS=1: the matrices are small.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from dslib import Project, read_all
from overruns import Overrun, asian, world_bank
from peers import LEVELS, Floats, boosting, monte_carlo, reference_class

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.learning import Learned, StepRecord, learn
from tiaodu.engine.stages.learning.finish import Manner, earned, forecast, middle_length
from tiaodu.engine.stages.model import Unit

FOLDS, SCENARIOS = 10, 2000
EIGHTY, TEN, NINETY = 15, 1, 17  # places in LEVELS
Outcomes = dict[str, Floats]


def activity_records(project: Project) -> list[StepRecord]:
    """The activities of a finished project."""
    return [
        StepRecord("activity", seen.taken, Unit.WORKING, project.name, planned=project.plan[code].days)
        for code, seen in project.last.items()
        if project.plan[code].days > 0 and seen.taken > 0
    ]


def whole_record(project: Project) -> StepRecord:
    """A finished project as one step."""
    return StepRecord("project", project.actual, Unit.WORKING, project.name, planned=project.planned)


def manner_without(projects: Sequence[Project], left_out: Project) -> Manner:
    """How the other projects ran."""
    others = [each for each in projects if each is not left_out]
    activities = learn([row for each in others for row in activity_records(each)])
    return activities.manner("activity", learn(map(whole_record, others)), "project")


def running(projects: Sequence[Project]) -> None:
    """The finish of projects under way: mean absolute error in percent, over periods, then over projects."""
    names = ("earned schedule", "rescheduled", "their mean", "plan", "Tiaodu")
    errors: list[list[tuple[float, ...]]] = []
    parts: list[list[float]] = []
    for project in projects:
        manner = manner_without(projects, project)
        rows: list[tuple[float, ...]] = []
        reached: list[float] = []
        for seen in project.seen:
            part, _ = earned(project.plan, seen.progress)
            if not 0 < part < 1 - 1e-9:
                continue
            found = forecast(project.plan, seen.progress, now=seen.now, manner=manner)
            mean = (found.earned + found.rescheduled) / 2
            told = (found.earned, found.rescheduled, mean, project.planned, found.finish)
            rows.append(tuple(100 * abs(each - project.actual) / project.actual for each in told))
            reached.append(part)
        errors.append(rows)
        parts.append(reached)
    print(f"\nfinish of {len(projects)} running DSLIB projects, MAPE %, one left out at a time")
    print(f"{'':24s}{'all':>8s}{'early':>8s}{'middle':>8s}{'late':>8s}")
    whole = _by_part(errors, parts, 0.0, 1.0)
    thirds = [_by_part(errors, parts, low, high) for low, high in ((0, 0.3), (0.3, 0.7), (0.7, 1))]
    for place, name in enumerate(names):
        print(f"{name:24s}" + "".join(f"{each[place]:8.2f}" for each in (whole, *thirds)))
    print(f"Tiaodu / their mean     {whole[4] / whole[2]:8.3f}   (to reach: 0.92)")


def _by_part(
    errors: Sequence[Sequence[tuple[float, ...]]], parts: Sequence[Sequence[float]], low: float, high: float
) -> Floats:
    """Mean over the periods between two parts of the work done, then over projects."""
    means = []
    for rows, reached in zip(errors, parts, strict=True):
        chosen = [row for row, part in zip(rows, reached, strict=True) if low <= part < high]
        if chosen:
            means.append(np.mean(chosen, axis=0))
    found: Floats = np.mean(means, axis=0)
    return found


def crps(actual: Floats, told: Floats) -> float:
    """Twice the mean pinball loss over the levels."""
    gap = actual[:, None] - told
    return float(2 * np.maximum(LEVELS * gap, (LEVELS - 1) * gap).mean())


def told_by(learned: Learned, record: StepRecord) -> Floats:
    """Quantiles of actual over planned length."""
    assert record.planned is not None
    days = learned.whole(record.kind, record.planned, record.unit, record.traits)
    return np.array([days.days_at(level) / record.planned for level in LEVELS])


def start_dslib(projects: Sequence[Project]) -> Outcomes:
    """At the start of DSLIB projects, one left out at a time."""
    draws = Draws(1, SCENARIOS)
    middle = {p.name: middle_length(p.plan, draws.within(f"middle {p.name}")) for p in projects}
    rows = {p.name: replace(whole_record(p), planned=middle[p.name]) for p in projects}
    found: dict[str, list[Floats]] = {}
    for project in projects:
        others = [each for each in projects if each is not project]
        count = (len(project.plan),)
        three = draws.within(project.name).triangular(
            "days", *(np.full(count, each) for each in (0.8, 1.0, 1.2))
        )
        told = {
            "plan": np.ones(len(LEVELS)),
            "independent activities": monte_carlo(project, three.T),
            "reference class": reference_class([each.ratio for each in others]),
            "Tiaodu": told_by(learn([rows[each.name] for each in others]), rows[project.name])
            * (middle[project.name] / project.planned),
        }
        for name, row in told.items():
            found.setdefault(name, []).append(row)
    return {name: np.array(rows) for name, rows in found.items()}


def folds(count: int, seed: int) -> list[Floats]:
    """Which projects are left out together: by chance, always the same for a seed."""
    order = np.argsort(Draws(seed, count).uniform("folds"))
    return np.array_split(order, FOLDS)


def start_banks(projects: Sequence[Overrun], seed: int) -> Outcomes:
    """At the approval of bank projects, a tenth left out at a time."""
    rows = [each.record(str(n)) for n, each in enumerate(projects)]
    found: Outcomes = {}
    for left_out in folds(len(projects), seed):
        out = {int(each) for each in left_out}
        others = [n for n in range(len(projects)) if n not in out]
        learned = learn([rows[n] for n in others])
        told = {
            "plan": np.ones((len(left_out), len(LEVELS))),
            "reference class": np.tile(
                reference_class([projects[n].ratio for n in others]), (len(left_out), 1)
            ),
            "quantile boosting": boosting(
                [projects[n] for n in others], [projects[int(n)] for n in left_out]
            ),
            "Tiaodu": np.array([told_by(learned, rows[int(n)]) for n in left_out]),
        }
        for name, quantiles in told.items():
            if quantiles is not None:
                found.setdefault(name, np.zeros((len(projects), len(LEVELS))))[left_out.astype(int)] = (
                    quantiles
                )
    return found


def report(title: str, actual: Floats, outcomes: Outcomes) -> Floats:
    """Print one set; gives which projects kept to the learner's P80."""
    print(f"\n{title}: {len(actual)} projects, actual over planned length at the start")
    print(f"{'':24s}{'CRPS':>8s}{'P80 holds':>11s}{'P10-P90':>9s}{'MAPE %':>8s}")
    scores = {name: crps(actual, told) for name, told in outcomes.items()}
    for name, told in outcomes.items():
        kept = actual <= told[:, EIGHTY] + 1e-9
        inside = (actual >= told[:, TEN] - 1e-9) & (actual <= told[:, NINETY] + 1e-9)
        error = 100 * np.abs(told[:, 9] - actual) / actual
        print(f"{name:24s}{scores[name]:8.4f}{kept.mean():11.3f}{inside.mean():9.3f}{error.mean():8.1f}")
    best = min(score for name, score in scores.items() if name != "Tiaodu")
    print(f"Tiaodu / best peer      {scores['Tiaodu'] / best:8.3f}   (to reach: 0.95)")
    return actual <= outcomes["Tiaodu"][:, EIGHTY] + 1e-9


def start(data: Path, projects: Sequence[Project], seed: int) -> None:
    """The three sets, and how often P80 held over all of them."""
    ratios = np.array([each.ratio for each in projects])
    kept = [report("DSLIB", ratios, start_dslib(projects))]
    banks: Mapping[str, Callable[[Path], list[Overrun]]] = {
        "World Bank": world_bank,
        "Asian Development Bank": asian,
    }
    for title, read in banks.items():
        found = read(data / "wb_adb")
        outcomes = start_banks(found, seed)
        kept.append(report(title, np.array([each.ratio for each in found]), outcomes))
        if "quantile boosting" not in outcomes:
            print("quantile boosting was left out: scikit-learn is not installed")
    print(f"\nP80 holds over the three sets {np.concatenate(kept).mean():.3f}   (to reach: 0.76 to 0.84)")


def main() -> int:
    """Print everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("speed", "running", "start"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} cores")
    if arguments.only in (None, "speed"):
        subprocess.run([sys.executable, str(Path(__file__).with_name("speed.py"))], check=True)
    data = os.environ.get("TIAODU_BENCH_DATA")
    if not data or not (Path(data) / "dslib").is_dir():
        print("quality was not measured: TIAODU_BENCH_DATA names no folder with dslib and wb_adb")
        return 0
    projects = read_all(Path(data) / "dslib")
    begun = time.perf_counter()
    if arguments.only in (None, "running"):
        running(projects)
    if arguments.only in (None, "start"):
        start(Path(data), projects, arguments.seed)
    print(f"quality took {time.perf_counter() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
