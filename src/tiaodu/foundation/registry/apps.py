from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def load_measures(*, using: str, **_told: Any) -> None:
    """A migrated database has the measures: they are part of the program, as its tables are."""
    from tiaodu.foundation.registry.models import MeasureVersion  # noqa: PLC0415  models come after the apps
    from tiaodu.foundation.registry.services import measures_refresh  # noqa: PLC0415

    if MeasureVersion._meta.db_table in connections[using].introspection.table_names():
        measures_refresh(using)


class RegistryConfig(AppConfig):
    name = "tiaodu.foundation.registry"
    label = "registry"
    verbose_name = _("登记簿")

    def ready(self) -> None:
        for table in ("subjects", "liaisons"):  # declare what can be imported
            import_module(f"tiaodu.foundation.registry.imports.{table}")
        import_module("tiaodu.foundation.registry.jobs")
        post_migrate.connect(load_measures, sender=self, dispatch_uid="registry.measures")
