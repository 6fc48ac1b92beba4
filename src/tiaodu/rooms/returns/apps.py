from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import slots


class ReturnsConfig(AppConfig):
    name = "tiaodu.rooms.returns"
    label = "returns"
    verbose_name = _("报表")

    def ready(self) -> None:
        import_module("tiaodu.rooms.returns.tables")  # the forms, their deadlines and reminders
        import_module("tiaodu.rooms.returns.jobs")  # what is opened and asked for when the day turns
        import_module("tiaodu.rooms.returns.sources")  # how a figure of a return says where it comes from
        import_module("tiaodu.rooms.returns.economy.tables")  # checks, colours, small numbers, sentences
        import_module("tiaodu.rooms.returns.economy.jobs")  # closing of months
        import_module("tiaodu.rooms.returns.uses")  # what figures of returns may be used for
        import_module("tiaodu.rooms.returns.entry.tables")  # thresholds, channels and papers of 入规入统
        import_module("tiaodu.rooms.returns.entry.sources")
        import_module("tiaodu.rooms.returns.entry.jobs")  # when units will cross their threshold
        missing = import_module("tiaodu.rooms.returns.selectors.alerts")
        slots.alerts(missing.missing_alerts, permission=missing.PERMISSION)
        import_module("tiaodu.rooms.returns.platforms.tables")  # licences and tax states of platform firms
        platforms = import_module("tiaodu.rooms.returns.platforms.alerts")
        slots.alerts(platforms.platform_alerts, permission=platforms.PERMISSION)
        entry = import_module("tiaodu.rooms.returns.entry.selectors.alerts")
        slots.alerts(entry.entry_alerts, permission=entry.PERMISSION)
