from importlib import import_module

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import slots


class TablesConfig(AppConfig):
    name = "tiaodu.foundation.tables"
    label = "tables"
    verbose_name = _("参数表")

    def ready(self) -> None:
        checks.register(import_module("tiaodu.foundation.tables.starting").packaged_files, "tables")
        found = import_module("tiaodu.foundation.tables.alerts")
        slots.alerts(found.proposals_waiting, permission=found.CONFIRM)
        slots.alerts(found.content_missing, permission=found.PROPOSE)
