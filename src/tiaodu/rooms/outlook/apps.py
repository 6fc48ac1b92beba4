from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import slots


class OutlookConfig(AppConfig):
    name = "tiaodu.rooms.outlook"
    label = "outlook"
    verbose_name = _("研判")

    def ready(self) -> None:
        import_module("tiaodu.rooms.outlook.tables")  # the county's tree and the wording
        import_module("tiaodu.rooms.outlook.jobs")  # runs, by hand and when the day turns
        found = import_module("tiaodu.rooms.outlook.selectors.alerts")
        slots.alerts(found.outlook_alerts, permission=found.PERMISSION)
        slots.panel("home", "outlook", _("能兑现多少"), "outlook:home", found.PERMISSION)
        slots.panel("ledger.task", "outlook", _("研判"), "outlook:about-task", found.PERMISSION)
        slots.panel(
            "ledger.task", "outlook", _("我的估计"), "outlook:estimates-about-task", "outlook.estimate"
        )
