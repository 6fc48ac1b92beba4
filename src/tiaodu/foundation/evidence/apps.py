from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    name = "tiaodu.foundation.evidence"
    label = "evidence"
    verbose_name = _("实绩")

    def ready(self) -> None:
        import_module("tiaodu.foundation.evidence.imported")  # how a row of a file looks as a source
        import_module("tiaodu.foundation.evidence.statistics")  # what can be imported
        import_module("tiaodu.foundation.evidence.merging")  # follows the register when it merges subjects
