from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "tiaodu.foundation.lists"
    label = "lists"
    verbose_name = _("清单")

    def ready(self) -> None:
        from tiaodu.foundation.lists.bulk import services  # noqa: F401, PLC0415  registers its job
