"""``tiaodu doctor``"""

from __future__ import annotations

import sys
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation.operations.checks import ERROR, NOTICE, OK, Finding, examine
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = "检查安装所需，缺什么、怎么办；有错误时退出码为 1。Check what is needed; exit code 1 on errors."

    def handle(self, *_args: Any, **_options: Any) -> None:
        counts = {OK: 0, NOTICE: 0, ERROR: 0}
        for finding in examine():
            counts[finding.level] += 1
            self.stdout.write(self._line(finding))
        self.stdout.write(
            _("共 %(ok)s 项正常，%(notice)s 项注意，%(error)s 项错误。")
            % {"ok": counts[OK], "notice": counts[NOTICE], "error": counts[ERROR]}
        )
        if counts[ERROR]:
            sys.exit(1)

    def _line(self, finding: Finding) -> str:
        words = {OK: "OK", NOTICE: _("注意"), ERROR: _("错误")}
        styles = {OK: self.style.SUCCESS, NOTICE: self.style.WARNING, ERROR: self.style.ERROR}
        line = f"{styles[finding.level](words[finding.level])}\t{finding.what}"
        return f"{line}\n\t→ {finding.mend}" if finding.mend else line
