"""``tiaodu restore``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.operations.archive import restore, verify
from tiaodu.foundation.operations.guard import in_use
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = "从备份恢复，先停止程序。Restore from a backup; stop the program first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="备份文件 the backup")
        parser.add_argument("--yes", action="store_true", help="不再询问 do not ask")
        parser.add_argument("--check", action="store_true", help="只核对，不恢复 only verify")

    def handle(self, *_args: Any, file: Path, yes: bool, check: bool, **_options: Any) -> None:
        if check:
            manifest = verify(file)
            self.stdout.write(
                _("备份完好：%(made_at)s 制作，%(count)s 项全部核对一致。")
                % {"made_at": manifest.made_at, "count": len(manifest.members)}
            )
            return
        if not yes:
            with in_use(alone=True):
                verify(file)  # nobody is asked about what could not be done
            self._ask(file)
        manifest = restore(file)
        audit.record(
            action="operations.restore", actor=None, after={"file": file.name, "made_at": manifest.made_at}
        )
        self.stdout.write(
            _(
                "已恢复到 %(made_at)s 的状态。"
                "原来的数据留在数据文件夹的 before-restore-… 里，确认无误后可以删除。"
            )
            % {"made_at": manifest.made_at}
        )

    def _ask(self, file: Path) -> None:
        self.stdout.write(_("将用 %(file)s 替换现在的全部数据。确认请输入 yes：") % {"file": file})
        try:
            answer = input().strip().lower()
        except EOFError:
            answer = ""
        if answer not in {"yes", "y", "是"}:
            raise CommandError(_("没有恢复，数据没有改变。"))
