import os

from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "tests.foundation.probe"
    label = "probe"

    def ready(self) -> None:
        from tests.foundation.probe import handlers, offers  # noqa: F401, PLC0415

        offers.register()
        if os.environ.get("PROBE_NIGHT"):
            from tests.foundation.probe import nights  # noqa: F401, PLC0415
