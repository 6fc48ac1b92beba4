"""Fifty people at their work: each opens a page, reads for about five seconds, opens the next.

Run by measure.py, which makes the sessions they come with.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

from locust import HttpUser, events, task
from locust.env import Environment

MEAN_PAUSE = 5.0  # seconds
PLAN = json.loads(os.environ["TIAODU_VISITORS"])  # sessions: [{cookie, pages: [[name, address], …]}]
_free = iter(PLAN["sessions"])
dice = random.Random(140722)


class Visitor(HttpUser):
    """One person with a session of her own and the pages of her role."""

    def wait_time(self) -> float:
        return dice.expovariate(1 / MEAN_PAUSE)

    def on_start(self) -> None:
        session = next(_free)
        self.pages: list[list[str]] = session["pages"]
        self.client.cookies.set("sessionid", session["cookie"])

    @task
    def look(self) -> None:
        name, address = dice.choice(self.pages)
        with self.client.get(address, name=name, catch_response=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")


@events.quitting.add_listener
def tell(environment: Environment, **_told: Any) -> None:
    """Every page's numbers as JSON, for the one who started this."""
    stats = environment.stats
    rows = [_row(entry) for entry in sorted(stats.entries.values(), key=lambda e: str(e.name))]
    errors = [f"{error.name}: {error.error} × {error.occurrences}" for error in stats.errors.values()]
    told = {"rows": rows, "all": _row(stats.total), "errors": errors}
    with open(PLAN["answer"], "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(told, file)


def _row(entry: Any) -> dict[str, Any]:
    return {
        "name": entry.name,
        "requests": entry.num_requests,
        "failures": entry.num_failures,
        "p50": entry.get_response_time_percentile(0.5),
        "p95": entry.get_response_time_percentile(0.95),
        "max": entry.max_response_time,
        "rate": entry.total_rps,
    }
