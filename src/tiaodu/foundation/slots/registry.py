"""What rooms have registered: panels by slot, and functions that make alerts, drivers and interventions.

Nothing here touches the database, so that ``apps.py`` of a room may import it at the top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.apps import apps

from tiaodu.engine.kernel.offers import Alert, Driver, Intervention, StepDate

if TYPE_CHECKING:
    from tiaodu.foundation.registry.models import Region

# The order of the flow, in which rooms stand on a page; one that is not named here comes last, by its name.
FLOW = (
    "documents", "ledger", "evidence", "items", "projects", "returns", "outlook", "zones", "mines", "chain",
    "power", "cases", "policies", "finance", "leads", "dispatch", "briefings", "registry", "tables",
)  # fmt: skip

Offer_co = TypeVar("Offer_co", covariant=True)


class Maker(Protocol[Offer_co]):
    """``fn(*, region, as_of)``: what a room offers for the region and all below it, as known on the day."""

    def __call__(self, *, region: Region, as_of: date) -> Sequence[Offer_co]: ...


AlertMaker = TypeVar("AlertMaker", bound=Maker[Alert])
DriverMaker = TypeVar("DriverMaker", bound=Maker[Driver])
StepDateMaker = TypeVar("StepDateMaker", bound=Maker[StepDate])
InterventionMaker = TypeVar("InterventionMaker", bound=Maker[Intervention])


class RegistrationError(RuntimeError):
    """A registration that cannot hold: twice the same, or after the program has started."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of another room's page. ``url_name`` is given what the slot is given (``ledger.task``: the key
    of the task); ``permission`` is the one its view declares.
    """

    slot: str
    room: str
    title: Any
    url_name: str
    permission: str

    @property
    def element(self) -> str:
        """The id of the panel's place on the page."""
        return "panel-" + self.url_name.replace(":", "-")


@dataclass(frozen=True, slots=True)
class Registered:
    """A function with its room, and the permission without which nobody sees what it gives (empty: any)."""

    maker: Maker[Any]
    room: str
    permission: str = ""


@dataclass(slots=True)
class Registrations:
    """All registrations of one program; ``closed`` tells that it has started."""

    closed: Callable[[], bool]
    panels: list[Panel] = field(default_factory=list)
    makers: dict[type, list[Registered]] = field(default_factory=dict)

    def add_panel(self, panel: Panel) -> None:
        self._require_open(f"panel {panel.url_name}")
        if any((known.slot, known.url_name) == (panel.slot, panel.url_name) for known in self.panels):
            raise RegistrationError(f"panel {panel.url_name} stands in slot {panel.slot} already")
        self.panels.append(panel)

    def add_maker(self, kind: type, maker: Maker[Any], permission: str = "") -> None:
        name = f"{_name(maker)} for {kind.__name__}"
        self._require_open(name)
        known = self.makers.setdefault(kind, [])
        if any(_name(other.maker) == _name(maker) for other in known):
            raise RegistrationError(f"{name} is registered already")
        known.append(Registered(maker, room_of(maker), permission))

    def panels_in(self, slot: str) -> list[Panel]:
        """The panels of a slot in the order of the flow; of one room in the order they were registered."""
        return sorted((p for p in self.panels if p.slot == slot), key=lambda p: place(p.room))

    def makers_of(self, kind: type) -> list[Registered]:
        """The functions that make offers of a kind, in the order of the flow."""
        return sorted(self.makers.get(kind, ()), key=lambda known: place(known.room))

    def _require_open(self, what: str) -> None:
        if self.closed():
            raise RegistrationError(f"{what}: register in AppConfig.ready(), before the program has started")


registrations = Registrations(closed=lambda: apps.ready)


def panel(slot: str, room: str, title: Any, url_name: str, permission: str) -> None:
    """Show the page ``url_name`` as a part of another page. ``title`` is lazily translated text."""
    registrations.add_panel(Panel(slot, room, title, url_name, permission))


def alerts(fn: AlertMaker, *, permission: str = "") -> AlertMaker:
    """Register a room's alerts; for a person without ``permission`` they are not even looked for."""
    registrations.add_maker(Alert, fn, permission)
    return fn


def drivers(fn: DriverMaker) -> DriverMaker:
    """Register a room's nodes of the driver tree."""
    registrations.add_maker(Driver, fn)
    return fn


def step_dates(fn: StepDateMaker) -> StepDateMaker:
    """Register a room's steps of stage networks with their days."""
    registrations.add_maker(StepDate, fn)
    return fn


def interventions(fn: InterventionMaker) -> InterventionMaker:
    """Register what a room knows that somebody could decide."""
    registrations.add_maker(Intervention, fn)
    return fn


def place(room: str) -> tuple[int, str]:
    """Where a room stands in the flow."""
    return (FLOW.index(room) if room in FLOW else len(FLOW), room)


def room_of(maker: Maker[Any]) -> str:
    """The room a function belongs to: the package below ``rooms`` or ``foundation`` that it stands in.

    >>> from tiaodu.foundation.clock import as_of
    >>> room_of(as_of)
    'clock'
    """
    parts = _module(maker).split(".")
    floor = next((parts.index(name) for name in ("rooms", "foundation") if name in parts[:-1]), -1)
    return parts[floor + 1]


def _module(maker: Maker[Any]) -> str:
    return str(getattr(maker, "__module__", ""))


def _name(maker: Maker[Any]) -> str:
    return f"{_module(maker)}.{getattr(maker, '__qualname__', type(maker).__name__)}"
