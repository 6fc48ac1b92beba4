from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import slots


class LedgerConfig(AppConfig):
    name = "tiaodu.rooms.ledger"
    label = "ledger"
    verbose_name = _("台账")

    def ready(self) -> None:
        import_module("tiaodu.rooms.ledger.tables")  # declares what the ledger judges by
        import_module("tiaodu.rooms.ledger.bulk")  # and what can be done to many tasks
        import_module("tiaodu.rooms.ledger.abouts")  # tells items how a task is found
        found = import_module("tiaodu.rooms.ledger.selectors.alerts")
        slots.alerts(found.ledger_alerts, permission=found.PERMISSION)
        figures = import_module("tiaodu.rooms.ledger.selectors.figures")
        sources = import_module("tiaodu.foundation.evidence.sources")
        sources.register(figures.SOURCE, title=_("任务进展"), describe=figures.source_of_figure)
