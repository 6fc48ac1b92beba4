"""``tiaodu rebuild_evidence``"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation.evidence.services import latest_rebuild
from tiaodu.foundation.operations.speaking import SpeakingCommand


class Command(SpeakingCommand):
    help = (
        "由实绩重建各看板所用的最新值；实绩本身不变。"
        "Rebuild the newest figures of boards from the evidence, which stays as it is."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(_("已重建 %(count)s 项最新值。") % {"count": latest_rebuild()})
