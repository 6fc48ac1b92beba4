"""Critical path and 10,000 scenarios of 1,000 projects of 30 steps, beside a plain loop in the same run.

    python bench/stages/speed.py [--projects N] [--scenarios N] [--threads N]

The plain loop is ordinary Python, step by step and scenario by scenario, with the same network, distributions
and working-day calendar; it is timed on a few scenarios and scaled up.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from math import exp
from random import Random

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.durations import Duration, Durations
from tiaodu.engine.stages.lengths import Length
from tiaodu.engine.stages.model import Label, Step, Template, Unit
from tiaodu.engine.stages.path import Plan, critical_path
from tiaodu.engine.stages.simulate import Prepared, Summary, prepare, simulate_many
from tiaodu.engine.stages.state import Network, NetworkState, network_of

TODAY = date(2024, 7, 1)
EMPTY = NetworkState()
STEPS = 30


def network(random: Random) -> Network:
    """Thirty steps, each after one to three of the six before it; the last after every end."""
    codes = [f"S{n}" for n in range(STEPS)]
    needs = {
        code: tuple(random.sample(codes[max(0, n - 6) : n], min(n, random.randint(1, 3))))
        for n, code in enumerate(codes)
    }
    used = {need for before in list(needs.values())[:-1] for need in before}
    needs[codes[-1]] = tuple(code for code in codes[:-1] if code not in used or code in needs[codes[-1]])
    steps = tuple(
        Step(code, Label(code, code), "procedures", "developer", "any", after=before)
        for code, before in needs.items()
    )
    template = Template(
        "stages.bench", Label("测", "bench"), "bench", ("S0",), codes[-1], steps, TODAY, "bench", "practice"
    )
    return network_of(template, EMPTY)


def durations(net: Network, random: Random, *, waits: bool) -> Durations:
    """Lognormal days, two steps in three in working days, half of what varies shared by the project."""
    steps = {
        code: Duration(
            random.uniform(5, 60), Unit.WORKING if random.random() < 0.67 else Unit.CALENDAR, sigma=0.35
        )
        for code in net.codes
    }
    idle = {code: Duration(random.uniform(2, 15), Unit.CALENDAR, sigma=0.8) for code in net.codes}
    return Durations(steps, sd=0.3, waits=idle if waits else {})


def plain(net: Network, found: Durations, table: DayTable, scenarios: int) -> float:
    """Seconds of the plain loop for one project."""
    random = Random(1)
    now = table.offset(TODAY)
    begun = time.perf_counter()
    for _ in range(scenarios):
        factor = exp(found.sd * random.gauss(0, 1))
        finish: dict[str, int] = {}
        for code in net.codes:
            each = found.steps[code]
            ready = max((finish[need] for need in net.needs[code]), default=now)
            days = int(each.scale * factor * exp(each.sigma * random.gauss(0, 1)) + 0.5)
            finish[code] = table.later(ready, days, working=each.working)
    return time.perf_counter() - begun


def paths(nets: list[Network], found: list[Durations], table: DayTable) -> float:
    """Seconds for the critical path of every project."""
    begun = time.perf_counter()
    for net, each in zip(nets, found, strict=True):
        lengths = {code: Length(round(step.scale), step.unit) for code, step in each.steps.items()}
        critical_path(Plan(net, EMPTY, TODAY, lengths, table))
    return time.perf_counter() - begun


def simulation(
    nets: list[Network], found: list[Durations], table: DayTable, draws: Draws, threads: int
) -> tuple[float, list[Summary]]:
    """Seconds for the scenarios of every project, laying out included, and what came of them."""
    begun = time.perf_counter()

    def laid(number: int) -> Prepared:
        scoped = draws.within(f"project {number}")
        return prepare(nets[number], EMPTY, today=TODAY, durations=found[number], table=table, draws=scoped)

    with ThreadPoolExecutor(threads) as pool:
        projects = list(pool.map(laid, range(len(nets))))
        summaries = simulate_many(projects, first=table.first, draws=draws, spread=pool.map)
    return time.perf_counter() - begun, summaries


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--projects", type=int, default=1000)
    parser.add_argument("--scenarios", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    random = Random(7)
    nets = [network(random) for _ in range(arguments.projects)]
    table = DayTable.of(WorkingCalendar(), date(2024, 1, 1), date(2044, 12, 31))
    draws = Draws(1, arguments.scenarios)
    simulation(nets[:2], [durations(n, Random(1), waits=True) for n in nets[:2]], table, draws, 1)
    cells = arguments.projects * arguments.scenarios * STEPS
    print(f"python {platform.python_version()}, {platform.machine()}, {arguments.threads} threads")
    for waits in (False, True):
        found = [durations(net, random, waits=waits) for net in nets]
        worked = time.process_time()
        path = paths(nets, found, table)
        taken, _ = simulation(nets, found, table, draws, arguments.threads)
        worked = time.process_time() - worked
        name = "with waits before steps" if waits else "steps"
        print(
            f"{name:24s} critical path {path:6.2f} s, scenarios {taken:6.2f} s, sum {path + taken:6.2f} s"
            f" ({worked:.2f} s of processors), {cells / taken / 1e6:6.0f} million steps a second"
        )
    sample = 200
    slow = plain(nets[0], found[0], table, sample) / sample * arguments.scenarios * arguments.projects
    print(f"plain loop               scenarios {slow:8.0f} s (scaled from {sample} scenarios of one project)")
    print(f"peak memory              {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
