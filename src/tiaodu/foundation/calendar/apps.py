from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "tiaodu.foundation.calendar"
    label = "calendar"
    verbose_name = _("工作日历")

    def ready(self) -> None:
        import_module("tiaodu.foundation.calendar.tables")  # declares the tables
