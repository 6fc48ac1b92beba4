from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "tiaodu.rooms.documents"
    label = "documents"
    verbose_name = _("文件")

    def ready(self) -> None:
        import_module("tiaodu.rooms.documents.jobs")  # registers what runs as a job
        told = import_module("tiaodu.rooms.documents.selectors").statement_as_source
        sources = import_module("tiaodu.foundation.evidence.sources")
        sources.register("documents.statement", title=_("文件"), describe=told, document=True)
