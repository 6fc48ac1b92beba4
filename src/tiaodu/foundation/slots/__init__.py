"""Where a room shows or hands over something to pages and rooms below it, without being imported by them.

Registered in ``AppConfig.ready()`` and nowhere else; read through :mod:`tiaodu.foundation.slots.selectors`.
"""

from tiaodu.foundation.slots.registry import alerts, drivers, interventions, panel, step_dates

__all__ = ["alerts", "drivers", "interventions", "panel", "step_dates"]
