import os

from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "tests.foundation.probe"
    label = "probe"

    def ready(self) -> None:
        from tests.foundation.probe import handlers, offers  # noqa: F401, PLC0415

        from tiaodu.foundation.jobs.registry import _handlers, nightly_kinds  # noqa: PLC0415

        offers.register()
        # The probe's days hold only what its tests watch: the product's own work of the night is left out.
        for kind in nightly_kinds():
            del _handlers[kind]
        if os.environ.get("PROBE_NIGHT"):
            from tests.foundation.probe import nights  # noqa: F401, PLC0415
