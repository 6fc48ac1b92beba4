"""``tiaodu backup``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.operations.archive import backup
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = "备份数据库和文件，程序可以不停。Back up database and files; the program may go on running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="文件夹，或 .tar.gz 文件 a folder, or a file *.tar.gz")

    def handle(self, *_args: Any, target: Path, **_options: Any) -> None:
        made = backup(target)
        audit.record(
            action="operations.backup", actor=None, after={"file": made.path.name, "files": made.files}
        )
        self.stdout.write(
            _("已备份到 %(path)s：数据库和 %(files)s 个文件，%(size)s MB。")
            % {"path": made.path, "files": made.files, "size": f"{made.size / 1_000_000:.1f}"}
        )
        for name in made.damaged:
            self.stderr.write(
                _("注意：存储的文件 %(name)s 与上传时不一致，请从更早的备份找回。") % {"name": name}
            )
        self.stdout.write(
            _("请把备份存到另一台机器。备份含全部数据，只应由管理员读取；密钥文件 secret_key 不在其中。")
        )
