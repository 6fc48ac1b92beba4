"""``tiaodu outlook``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tiaodu.foundation import clock
from tiaodu.foundation.jobs.spread import spread
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.speaking import SpeakingCommand
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.drawing import SCENARIOS, SEED
from tiaodu.rooms.outlook.presenting import line_of
from tiaodu.rooms.outlook.scores.presenting import ran_line, score_lines
from tiaodu.rooms.outlook.selectors.rows import rows_of_run
from tiaodu.rooms.outlook.selectors.scores import scores_of_region
from tiaodu.rooms.outlook.services import outlook_replay
from tiaodu.rooms.outlook.services.counties import CountyRan, outlooks_run


class Command(SpeakingCommand):
    """The figures are those of the page: both show the run that is kept."""

    help = "按某一天研判全县各项指标。Reckon how likely each promise of a county is to be kept, as of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="研判日，如 2024-07-01")
        parser.add_argument("--region", help="地区代码，如 140722；省、市连同下面的县")
        parser.add_argument("--workers", type=int, default=1, help="几个进程一起算")
        parser.add_argument("--scheduler", default="", help="集群调度器地址，如 tcp://10.0.0.5:8786")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--scenarios", type=int, default=SCENARIOS)
        parser.add_argument(
            "--replay",
            type=int,
            metavar="YEAR",
            help="把一年各月末和7月1日的研判按当天已知的情况补做，再对照到研判日为止的结果",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        day = options["day"] or clock.default_today()
        regions = _regions(options["region"])
        if options["replay"] is not None:
            with in_use():
                for region in regions:
                    self._replay(region, day, options)
            return
        numbers = {name: options[name] for name in ("seed", "scenarios")}
        try:
            with in_use(), spread(workers=options["workers"], scheduler=options["scheduler"]) as spreading:
                for ran in outlooks_run(regions=regions, as_of=day, spread=spreading, **numbers):
                    self._tell(ran, day, alone=len(regions) == 1)
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal

    def _replay(self, region: Region, day: date, options: dict[str, Any]) -> None:
        with clock.as_of(day):
            outlook_replay(
                region=region,
                year=options["replay"],
                seed=options["seed"],
                scenarios=options["scenarios"],
                told=lambda ran: self.stdout.write(ran_line(ran)),
            )
            for line in score_lines(scores_of_region(region, day)):
                self.stdout.write(line)

    def _tell(self, ran: CountyRan, day: date, *, alone: bool) -> None:
        """A line for a county; of a single one also every promise."""
        if ran.run is None:
            if alone:
                raise CommandError(ran.refusal)
            self.stderr.write(f"{ran.region} {day}: {ran.refusal}")
            return
        told = {"region": ran.region, "day": day, "scenarios": ran.run.scenarios, "seconds": ran.run.seconds}
        self.stdout.write(_("%(region)s %(day)s，%(scenarios)s 种情形，%(seconds)s 秒") % told)
        for row in rows_of_run(ran.run) if alone else ():
            self.stdout.write(line_of(row))


def _regions(code: str | None) -> list[Region]:
    found = Region.objects.filter(pk__in=Task.objects.values("region"))
    if code:
        above = Region.objects.filter(code=code).first()
        found = found.filter(path__startswith=above.path) if above else found.none()
    if not found:
        raise CommandError(_("没有这个地区的任务。"))
    return list(found)
