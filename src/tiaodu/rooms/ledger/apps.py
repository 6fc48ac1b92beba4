from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "tiaodu.rooms.ledger"
    label = "ledger"
    verbose_name = _("台账")

    def ready(self) -> None:
        from tiaodu.rooms.ledger import tables  # noqa: F401, PLC0415  declares what the ledger judges by
