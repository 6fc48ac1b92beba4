"""``tiaodu outlook``"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tiaodu.foundation import clock
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.speaking import SpeakingCommand
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.presenting import line_of
from tiaodu.rooms.outlook.scoring_presenting import ran_line, score_lines
from tiaodu.rooms.outlook.selectors.rows import rows_of_run
from tiaodu.rooms.outlook.selectors.scores import scores_of_region
from tiaodu.rooms.outlook.services import outlook_replay, outlook_run
from tiaodu.rooms.outlook.services.runs import SCENARIOS, SEED


class Command(SpeakingCommand):
    """The figures are those of the page: both show the run that is kept."""

    help = "按某一天研判全县各项指标。Reckon how likely each promise of a county is to be kept, as of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="研判日，如 2024-07-01")
        parser.add_argument("--region", help="地区代码，如 140722")
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
        with in_use():
            for region in _regions(options["region"]):
                if options["replay"] is not None:
                    self._replay(region, day, options)
                else:
                    self._one(region, day, options)

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

    def _one(self, region: Region, day: date, options: dict[str, Any]) -> None:
        try:
            ran = outlook_run(region=region, as_of=day, seed=options["seed"], scenarios=options["scenarios"])
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        told = {"region": region, "day": day, "scenarios": ran.run.scenarios, "seconds": ran.run.seconds}
        self.stdout.write(_("%(region)s %(day)s，%(scenarios)s 种情形，%(seconds)s 秒") % told)
        for row in rows_of_run(ran.run):
            self.stdout.write(line_of(row))


def _regions(code: str | None) -> list[Region]:
    found = Region.objects.filter(pk__in=Task.objects.values("region"))
    if code:
        found = found.filter(code=code)
    if not found:
        raise CommandError(_("没有这个地区的任务。"))
    return list(found)
