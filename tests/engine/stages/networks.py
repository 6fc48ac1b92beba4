"""Small networks for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tiaodu.engine.stages.lengths import Length
from tiaodu.engine.stages.model import Label, Step, Template, Unit
from tiaodu.engine.stages.state import Network, NetworkState, network_of

MONDAY = date(2024, 3, 4)


def template_of(needs: Mapping[str, Sequence[str]], **fields: str) -> Template:
    """A template of steps without limits; the last one listed is the goal."""
    steps = tuple(
        Step(code, Label(code, code), "procedures", "developer", f"kind_{code.lower()}", after=tuple(before))
        for code, before in needs.items()
    )
    start = tuple(step.code for step in steps if not step.after)
    head = {"code": "stages.test", "kind": "test", "source": "test", "confidence": "practice", **fields}
    return Template(
        title=Label("试", "test"),
        start=start,
        goal=steps[-1].code,
        steps=steps,
        valid_from=date(2024, 1, 1),
        **head,
    )


def network(needs: Mapping[str, Sequence[str]]) -> Network:
    """The network of these prerequisites, nothing having happened."""
    return network_of(template_of(needs), NetworkState())


def calendar_days(days: Mapping[str, int]) -> dict[str, Length]:
    """Lengths in calendar days."""
    return {code: Length(count, Unit.CALENDAR) for code, count in days.items()}
