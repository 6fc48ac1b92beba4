"""The outlook of dated steps of the ledger: the chance that the room of the network keeps, taken as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from tiaodu.engine.kernel.offers import StepDate
from tiaodu.engine.ledger.standing import State
from tiaodu.engine.outlook.result import Values
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow
from tiaodu.rooms.outlook.judging import Judged, nothing
from tiaodu.rooms.outlook.models import Basis
from tiaodu.rooms.outlook.selectors.gathered import Gathered


def milestones_judged(county: Gathered) -> Iterable[tuple[TaskRow, PartRow, Judged]]:
    """Every milestone with a date: of those without one there is nothing to say."""
    for row in county.rows:
        for part in row.parts:
            if not part.is_indicator and (part.term.due_end is not None or part.state == State.STRUCK_OFF):
                yield row, part, _judged(county, row, part)


def steps_awaited(county: Gathered) -> Iterable[tuple[TaskRow, PartRow, StepDate]]:
    """Every open milestone that waits for one unfinished step, with that step."""
    for row in county.rows:
        for part in row.parts:
            due = part.term.due_end
            if part.is_indicator or due is None or due < county.day or part.state == State.STRUCK_OFF:
                continue
            found = _steps_of(county, row, part)
            if len(found) == 1 and found[0].finished is None:
                yield row, part, found[0]


def _judged(county: Gathered, row: TaskRow, part: PartRow) -> Judged:
    if part.state == State.STRUCK_OFF:
        return Judged(Basis.FACT, {"code": "struck_off"}, kept=True)
    found, due = _steps_of(county, row, part), part.term.due_end
    over = due is not None and due < county.day
    if len(found) == 1 and (finished := found[0].finished) is not None:
        kept = due is None or finished <= due
        told = {"code": "finished_on", "day": finished.isoformat()}
        return Judged(Basis.FACT, told, kept=kept, provenance=_source(found[0]))
    if over:
        return Judged(Basis.FACT, {"code": "due_passed_open"}, kept=False)
    if len(found) != 1:
        tied = part.part.pk in county.ties
        code = "tied_step_gone" if tied else "many_steps" if found else "no_step"
        return nothing(code, count=len(found))
    forecast = _forecast(found[0])
    if part.part.pk not in county.ties or due is None:
        return forecast
    return _tied(county, found[0], due, forecast)


def _tied(county: Gathered, step: StepDate, due: date, kept: Judged) -> Judged:
    """Of a step tied by hand: the forecast that was kept where it speaks of the same day, else drawn anew."""
    if step.promised != due or kept.basis is not Basis.STEPS:
        drawn = step.draw()
        if drawn is None:
            return kept
        days = Values(drawn[1].astype(float) + drawn[0].toordinal())
        share, half = days.chance("<=", float(due.toordinal())), 0.5 / days.every.size
        if share is None:
            return kept
        p10, p50, p90 = days.quantiles()
        kept = replace(
            kept,
            basis=Basis.STEPS,
            reason={"code": "steps", "day": county.day.isoformat(), "step": step.title},
            chance=min(1 - half, max(half, share)),
            p10=p10,
            p50=p50,
            p90=p90,
            provenance=_source(step),
        )
    return replace(kept, provenance={**kept.provenance, "tied": True})


def _forecast(step: StepDate) -> Judged:
    if (
        step.chance is None
        or step.p10 is None
        or step.p50 is None
        or step.p90 is None
        or step.told_on is None
    ):
        return nothing("step_without_forecast", step=step.title)
    return Judged(
        Basis.STEPS,
        {"code": "steps", "day": step.told_on.isoformat(), "step": step.title},
        step.chance,
        None,
        float(step.p10.toordinal()),
        float(step.p50.toordinal()),
        float(step.p90.toordinal()),
        drivers=[
            {"kind": "step", "name": name, "title": name, "share": share, "way": 0, "url": step.about.url}
            for name, share in step.drives
        ],
        provenance=_source(step),
    )


def _source(step: StepDate) -> dict[str, Any]:
    return {"step": step.key, "title": step.title, "url": step.about.url}


def _steps_of(county: Gathered, row: TaskRow, part: PartRow) -> list[StepDate]:
    """The step somebody tied it to, else those that promise the same day for the same subject."""
    tied = county.ties.get(part.part.pk)
    if tied is not None:
        return [county.steps[tied]] if tied in county.steps else []
    subject = part.part.subject_id or row.task.subject_id
    if subject is None:
        return []
    return [
        step
        for step in county.steps.values()
        if step.promised == part.term.due_end and subject in step.subjects
    ]
