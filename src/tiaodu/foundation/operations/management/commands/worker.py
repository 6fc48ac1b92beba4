"""``tiaodu worker``"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tiaodu.foundation.jobs import loop
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = "处理后台作业；serve 会自带一个。Work on background jobs; serve brings one of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="做完排队的作业就结束 stop when nothing waits"
        )
        parser.add_argument("--parent", type=int, help="该进程结束时也结束 end with this process")

    def handle(self, *_args: Any, once: bool, parent: int | None, **_options: Any) -> None:
        with in_use():
            loop.run(self, once=once, parent=parent)

    def ready(self) -> None:
        self.stdout.write(_("后台作业进程已启动。"))
        self.stdout.flush()

    def reclaimed(self, count: int) -> None:
        self.stdout.write(_("有 %(count)s 项作业的进程中断了，已重新排队。") % {"count": count})
        self.stdout.flush()

    def day_turned(self, day: date, count: int) -> None:
        if count:
            self.stdout.write(_("%(day)s 的每日作业 %(count)s 项。") % {"day": day, "count": count})
            self.stdout.flush()
