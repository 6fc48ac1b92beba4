from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "tiaodu.foundation.lists"
    label = "lists"
    verbose_name = _("清单")

    def ready(self) -> None:
        for module in ("bulk", "importing"):  # register their jobs
            import_module(f"tiaodu.foundation.lists.{module}.services")
