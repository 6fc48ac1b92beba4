from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation import slots


class ItemsConfig(AppConfig):
    name = "tiaodu.foundation.items"
    label = "items"
    verbose_name = pgettext_lazy("tracked items", "事项")

    def ready(self) -> None:
        import_module("tiaodu.foundation.items.tables")  # declares what items are handled by
        import_module("tiaodu.foundation.items.jobs")  # registers what is done every day
        slots.panel("home", "items", _("我的事项"), "items:mine", "items.read")
        slots.panel("ledger.task", "items", _("交办与提请"), "items:about-task", "items.read")
        slots.panel("projects.project", "items", _("问题台账"), "items:about-project", "items.read")
        slots.panel("ledger.subject", "items", _("相关事项"), "items:about-subject", "items.read")
        found = import_module("tiaodu.foundation.items.selectors.alerts")
        slots.alerts(found.item_alerts, permission=found.PERMISSION)
