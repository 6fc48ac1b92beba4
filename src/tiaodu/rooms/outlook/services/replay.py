"""A year looked at again: the run of every month's end and of 1 July, each by what was known on its day."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.services import job_start
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.drawing import SCENARIOS, SEED
from tiaodu.rooms.outlook.services.runs import Ran, Report, may_run, outlook_run

JULY = 7


@dataclass(frozen=True, slots=True)
class Replayed:
    """The runs of a year, in the order of their days."""

    runs: tuple[Ran, ...]

    @property
    def new(self) -> int:
        """How many were not there before."""
        return sum(ran.new for ran in self.runs)


def replay_days(year: int, until: date) -> list[date]:
    """The days of a year that are looked at again, up to ``until``.

    >>> [f"{day:%m-%d}" for day in replay_days(2024, date(2024, 7, 15))][4:]
    ['05-31', '06-30', '07-01']
    """
    ends = [date(year, month, calendar.monthrange(year, month)[1]) for month in range(1, 13)]
    return [day for day in sorted([*ends, date(year, JULY, 1)]) if day <= until]


def outlook_replay(
    *,
    region: Region,
    year: int,
    user: User | None = None,
    seed: int = SEED,
    scenarios: int = SCENARIOS,
    report: Report = lambda _done, _total, _words: None,
    told: Callable[[Ran], None] = lambda _ran: None,
) -> Replayed:
    """Make the runs of a year as they would have looked then. Nothing known later enters a run; one that is
    there already with the same inputs is kept, so that it may be begun again after it was stopped. ``report``
    hears how far it is and may end it between two days or within one; ``told`` is handed each run. Raises
    Invalid for a year of which nothing has passed or in which the county had no task.
    """
    if user is not None:
        may_run(user, region)
    days = replayed_days(region, year)
    runs = []
    for done, day in enumerate(days):

        def within(_done: int, _total: int, words: str, done: int = done, day: date = day) -> None:
            report(done, len(days), f"{day} {words}")

        ran = outlook_run(region=region, as_of=day, user=user, seed=seed, scenarios=scenarios, report=within)
        told(ran)
        runs.append(ran)
    report(len(days), len(days), "")
    return Replayed(tuple(runs))


def years_to_replay(region: Region) -> list[int]:
    """The years of a county of which a day has passed that can be looked at again, the newest first."""
    begin, today = _begin(region), clock.today()
    years = range(today.year, begin.year - 1, -1) if begin is not None else ()
    return [year for year in years if any(begin is None or day >= begin for day in replay_days(year, today))]


def _begin(region: Region) -> date | None:
    """The day of the county's first task."""
    tasks = Task.objects.filter(region=region).order_by("created_on")
    found: date | None = tasks.values_list("created_on", flat=True).first()
    return found


def replayed_days(region: Region, year: int) -> list[date]:
    """The days a county's year is looked at again, up to today; refused where there are none."""
    if not MINYEAR < year < MAXYEAR:
        raise Invalid(_("没有这一年。"))
    begin = _begin(region)
    days = [day for day in replay_days(year, clock.today()) if begin is not None and day >= begin]
    if not days:
        raise Invalid(_("%(year)s年还没有可以回放的月份。") % {"year": year})
    return days


@transaction.atomic
def replay_ask(*, user: User, region: Region, year: int) -> Job:
    """Have a year looked at again in the background, up to the day shown."""
    may_run(user, region)
    replayed_days(region, year)
    arguments = {"region": region.pk, "year": year, "until": clock.today().isoformat()}
    job = job_start(user=user, kind="outlook.replay", arguments=arguments, label=f"{region} {year}")
    audit.record(action="outlook.replay", actor=user, after={"year": year}, region_code=region.code)
    return job
