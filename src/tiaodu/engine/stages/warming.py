"""Compile the simulation ahead of its first use: ``python -m tiaodu.engine.stages.warming``.

What is compiled is kept on disk, so this takes seconds once on a computer and nothing afterwards.
"""

from __future__ import annotations

from datetime import date

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.durations import Duration, Durations
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.simulate import prepare, simulate_many
from tiaodu.engine.stages.state import NetworkState, network_of
from tiaodu.engine.stages.template import package_templates


def warm() -> None:
    """Run every compiled function once."""
    network = network_of(package_templates()["generic"], NetworkState())
    steps = dict.fromkeys(network.codes, Duration(1.0, Unit.WORKING, sigma=0.1))
    day, draws = date(2024, 7, 1), Draws(1, 8)
    draws.normal("warm")
    draws.uniform("warm")
    table = DayTable.of(WorkingCalendar(), day, date(2025, 7, 1))
    project = prepare(
        network, NetworkState(), today=day, durations=Durations(steps), table=table, draws=draws
    )
    simulate_many([project], first=day, draws=draws)


if __name__ == "__main__":
    warm()
