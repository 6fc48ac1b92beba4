"""From records to what is learned of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log, sqrt

import numpy as np

from tiaodu.engine.stages.durations import Duration, levels
from tiaodu.engine.stages.learning.design import Case, Design
from tiaodu.engine.stages.learning.learned import Learned
from tiaodu.engine.stages.learning.mixed import Fit, Floats, fit
from tiaodu.engine.stages.learning.records import StepRecord, Trait
from tiaodu.engine.stages.learning.settings import Settings, load_settings
from tiaodu.engine.stages.learning.taken import converted, taken
from tiaodu.engine.stages.learning.whole import ProjectModel, standard_nodes, undercut
from tiaodu.engine.stages.model import Unit


def learn(
    records: Iterable[StepRecord],
    reference: Iterable[StepRecord] = (),
    settings: Settings | None = None,
) -> Learned:
    """Learn from a county's ``records`` and a ``reference`` class.

    >>> from tiaodu.engine.stages.template import package_templates
    >>> rows = [StepRecord("energy_review", days, Unit.WORKING, f"p{n}", planned=20, stage="procedures")
    ...         for n, days in enumerate((24, 31, 22, 28, 35, 26))]
    >>> found = learn(rows)
    >>> plant = package_templates()["manufacturing"]
    >>> found.explain(plant.by_code["A04"]).tell("en")
    '6 finished steps of this kind, median 27 working days; county 6, reference 0; by law 20 working days'
    >>> found.explain(plant.by_code["A06"]).tell("en")
    'no record of this kind; from what 6 steps of its stage took of their plan; by law 10 working days'
    >>> found.explain(plant.by_code["A19"]).tell("en")
    'no record, no limit and no usual days: not guessed'
    >>> [round(found.explain(plant.by_code[code]).duration.scale, 1) for code in ("A04", "A06")]
    [27.1, 12.5]
    """
    settings = settings or load_settings()
    rows = [*records, *reference]
    stats = taken(rows, working_part=settings.working_part)
    plans, centres = _centres(rows, settings)
    stages = Counter(row.stage for row in rows if row.finished and row.planned is not None)
    if not rows:
        return Learned(settings, stats, stages, None, None, {}, centres, plans, (), _prior(settings), 1.0, {})
    cases = [_case(row, plans, centres, settings) for row in rows]
    repeated = max(Counter(row.project for row in rows).values()) > 1
    design = Design.of(cases, settings.spreads, leave_out=() if repeated else ("project",))
    classes = {kind: n for n, kind in enumerate(sorted({row.kind for row in rows}))}
    found = _fit(rows, cases, design, classes, settings, centres)
    return Learned(
        settings=settings,
        taken=stats,
        stages=stages,
        design=design,
        fit=found,
        classes=classes,
        centres=centres,
        planned_kinds=plans,
        shape=_shape(rows, found, classes, settings),
        factor_sd=found.spreads.get("project", found.pooled * sqrt(settings.shared_part)),
        own_part=1.0 if "project" in found.spreads else 1.0 - settings.shared_part,
        idle=_idle(rows, settings),
        projects=_projects(rows, cases, design, found, classes, settings),
        early=undercut(np.array([log(d / p) for d, p in _ratios(rows, cases, settings)])),
    )


def _ratios(
    rows: Sequence[StepRecord], cases: Sequence[Case], settings: Settings
) -> Iterator[tuple[float, float]]:
    """Days and plan of the finished steps that had one."""
    for row, case in zip(rows, cases, strict=True):
        if row.finished and row.planned is not None and case.planned is not None:
            yield max(row.days, settings.least_days), case.planned


def _projects(
    rows: Sequence[StepRecord],
    cases: Sequence[Case],
    design: Design,
    found: Fit,
    classes: Mapping[str, int],
    settings: Settings,
) -> ProjectModel | None:
    """What is left of every project when its kinds of steps are taken out, and what its traits say of it."""
    names = sorted({row.project for row in rows if row.traits})
    if len(names) < settings.whole.least:
        return None
    columns = design.rows(cases)
    place = design.place("project")
    if place is not None:
        columns[:, place] = 0.0
    left = found.residuals + design.rows(cases) @ found.mean - columns @ found.mean
    weights = 1.0 / found.sigma[[classes[row.kind] for row in rows]] ** 2
    number = {name: n for n, name in enumerate(names)}
    rank = np.array([number.get(row.project, -1) for row in rows])
    heavy = np.bincount(rank[rank >= 0], weights[rank >= 0], len(names))
    mean = np.bincount(rank[rank >= 0], (weights * left)[rank >= 0], len(names)) / heavy
    known = 1.0 / heavy if place is not None else np.zeros(len(names))
    traits: list[dict[str, Trait]] = [{} for _ in names]
    for row in rows:
        if row.project in number:
            traits[number[row.project]].update(row.traits)
    return ProjectModel.of(mean, known, traits, settings.whole)


def _centres(rows: Sequence[StepRecord], settings: Settings) -> tuple[frozenset[str], dict[str, float]]:
    """The kinds that are learned as a multiple of a plan, and the logarithm of the middle length of every
    kind: of its plans, else of its days; in calendar days.
    """
    lengths: dict[tuple[bool, str], list[float]] = defaultdict(list)
    for row in rows:
        planned = row.planned if row.planned is not None else row.days
        days = converted(max(planned, settings.least_days), row.unit, Unit.CALENDAR, settings.working_part)
        lengths[row.planned is not None, row.kind].append(log(days))
    plans = frozenset(kind for by_plan, kind in lengths if by_plan)
    centres = {kind: float(np.median(lengths[kind in plans, kind])) for _, kind in lengths}
    return plans, centres


def _case(row: StepRecord, plans: frozenset[str], centres: Mapping[str, float], settings: Settings) -> Case:
    """A row as a case; where its kind is planned but it is not, it is measured by the middle plan."""
    planned = row.planned
    if planned is None and row.kind in plans:
        planned = converted(float(np.exp(centres[row.kind])), Unit.CALENDAR, row.unit, settings.working_part)
    if planned is not None:
        planned = max(planned, settings.least_days)
    return Case(row.kind, row.stage, row.template, row.department, row.project, planned)


def _fit(
    rows: Sequence[StepRecord],
    cases: Sequence[Case],
    design: Design,
    classes: Mapping[str, int],
    settings: Settings,
    centres: Mapping[str, float],
) -> Fit:
    y = []
    for row, case in zip(rows, cases, strict=True):
        if case.planned is None:
            days = converted(1.0, Unit.CALENDAR, row.unit, settings.working_part)
            middle = centres[row.kind] + log(days)
        else:
            middle = log(case.planned)
        y.append(log(max(row.days, settings.least_days)) - middle)
    return fit(
        np.array(y),
        design.terms(cases),
        settings.spreads["step"],
        censored=np.array([not row.finished for row in rows]),
        classes=np.array([classes[row.kind] for row in rows]),
        class_weight=settings.class_weight,
    )


def _prior(settings: Settings) -> float:
    return settings.spreads["project"].sd


def _shape(
    rows: Sequence[StepRecord], found: Fit, classes: Mapping[str, int], settings: Settings
) -> tuple[float, ...]:
    """The shape of what is left in finished steps, drawn to a normal one as if that had ``shape_weight``
    observations.
    """
    done = np.array([row.finished for row in rows])
    sigma = found.sigma[[classes[row.kind] for row in rows]]
    left = (found.residuals / (sigma * np.sqrt(1.0 - found.leverage)))[done]
    if left.size < 2 or float(left.std()) == 0.0:
        return ()
    left = (left - left.mean()) / left.std()
    normal = np.array(standard_nodes())
    own = np.quantile(left, levels(), method="hazen")
    part = left.size / (left.size + settings.shape_weight)
    return tuple((part * own + (1 - part) * normal).tolist())


def _idle(rows: Sequence[StepRecord], settings: Settings) -> dict[str, Duration]:
    """Idle days before a step of each kind: its own, and those of all kinds as if they were ``idle_weight``
    more.
    """
    days: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.idle is not None:
            part = settings.working_part
            days[row.kind].append(converted(row.idle, row.unit, Unit.CALENDAR, part))
    everything = [each for kind in sorted(days) for each in days[kind]]
    if not everything:
        return {}
    found = {kind: _idle_of(own, everything, settings.idle_weight) for kind, own in sorted(days.items())}
    return {"": _idle_of([], everything, settings.idle_weight), **found}


def _idle_of(own: Sequence[float], everything: Sequence[float], weight: float) -> Duration:
    values = np.array([*own, *everything])
    weights = np.array([1.0] * len(own) + [weight / len(everything)] * len(everything))
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    places = np.minimum(np.searchsorted(reached, levels(), side="left"), values.size - 1)
    nodes: Floats = values[order][places]
    return Duration(
        1.0, Unit.CALENDAR, shared=False, shape=tuple(nodes.tolist()), given=True, origin="learned"
    )
