"""What an agreement promises and what inputs a project needs, beside what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiaodu.engine.projects.contract import Actual, Followed, Promise, follow
from tiaodu.engine.projects.inputs import Input, Need, inputs_of
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import Key, figures_latest
from tiaodu.rooms.projects.models import ContractFigure, InputNeed
from tiaodu.rooms.projects.selectors.judged import JudgedRow


@dataclass(frozen=True)
class FollowedFigure:
    """A figure of the agreement with the evidence it is measured by."""

    figure: ContractFigure
    evidence: Evidence | None
    followed: Followed


def contract_of(row: JudgedRow) -> list[FollowedFigure]:
    """The figures of the agreement that hold on the row's day, in two queries.

    Measured by what the project itself, else its developer, was reported to have in dispatch; a firm's
    statistics are never asked for.
    """
    told = ContractFigure.objects.filter(project=row.project, known_on__lte=row.day)
    newest = {
        (figure.measure_id, figure.per_mu): figure
        for figure in told.select_related("measure").order_by("measure__code", "per_mu", "revision")
    }
    holding = [figure for figure in newest.values() if figure.value is not None]
    found = figures_latest([key for figure in holding for key in _keys(row, figure)], row.day)
    return [_followed(row, figure, found) for figure in holding]


def _keys(row: JudgedRow, figure: ContractFigure) -> Sequence[Key]:
    subjects = [pk for pk in (row.project.subject_id, row.project.developer_id) if pk]
    return [Key(pk, figure.measure_id, Series.DISPATCH) for pk in subjects]


def _followed(row: JudgedRow, figure: ContractFigure, found: dict[Key, Evidence]) -> FollowedFigure:
    told = next((found[key] for key in _keys(row, figure) if key in found), None)
    actual = None
    if told is not None and told.value is not None:
        actual = Actual(told.value, told.period_start, told.period_end)
    promise = Promise(
        figure.value or Decimal(0), figure.due, flow=figure.measure.kind == "flow", per_mu=figure.per_mu
    )
    milestones = row.milestones
    followed = follow(
        promise,
        actual,
        begun=milestones["production"].reached,
        full=milestones["full_output"].reached,
        day=row.day,
        land=row.project.land_mu,
    )
    return FollowedFigure(figure, told, followed)


@dataclass(frozen=True)
class StoodInput:
    """An input as it stands, with the newest word on it."""

    input: Input
    told: InputNeed | None


def inputs_for(row: JudgedRow) -> list[StoodInput]:
    """Every input of the project, in one query."""
    rows = InputNeed.objects.filter(project=row.project, known_on__lte=row.day).select_related("provider")
    told = {need.code: need for need in rows.order_by("revision")}
    needs = {code: Need(need.needed, need.secured, need.due) for code, need in told.items()}
    found = inputs_of(row.network, row.state, needs, day=row.day)
    return [StoodInput(each, told.get(each.kind.code)) for each in found]
