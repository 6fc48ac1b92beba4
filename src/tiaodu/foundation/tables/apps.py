from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class TablesConfig(AppConfig):
    name = "tiaodu.foundation.tables"
    label = "tables"
    verbose_name = _("参数表")

    def ready(self) -> None:
        from tiaodu.foundation.tables.starting import packaged_files  # noqa: PLC0415  after the apps

        checks.register(packaged_files, "tables")
