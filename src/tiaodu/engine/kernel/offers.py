"""What a room offers to pages and rooms that do not know it: alerts, drivers and interventions.

A room makes these from its own records for one region and one day; the foundation collects them (see
docs/foundation/slots.md). They are plain values: nothing here looks anything up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

# The key of a series, the same in evidence, indicators and drivers: shigang:output.coal.raw.
_SERIES = re.compile(r"[^\s:`]+:[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class Severity(StrEnum):
    """How bad an alert is; the value names its light."""

    RED = "red"  # a promise is broken, or will be without an act now
    AMBER = "amber"  # it will be if nobody acts
    GREY = "grey"  # a question to be answered; nothing is late


WORST_FIRST = (Severity.RED, Severity.AMBER, Severity.GREY)


@dataclass(frozen=True, slots=True)
class About:
    """The record an offer is about: ``kind`` as the audit log names tables (``ledger.task``), its key, its
    name and the address of its page.
    """

    kind: str
    id: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see an alert. Nobody does without ``permission``.

    Who reads the whole region sees it, if she is narrowed to fields of work only when ``sector`` is one of
    hers. Others see it when their department, one of their subjects or they themselves are named (keys of the
    register and of accounts). Regions above and firms see it only when ``released``. Where ``overview`` names
    a permission, reading the whole region is not enough without it: who is not named sees nothing.
    """

    permission: str
    overview: str = field(default="", kw_only=True)
    sector: str = ""
    departments: frozenset[int] = frozenset()
    subjects: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    released: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person should look at on the day it was asked for.

    ``key`` is ``<kind>:<record>`` with the kind ``room.word`` (``ledger.overdue:12``): the same matter has
    the same key on every day. ``word`` is the light's word (逾期), ``reason`` says why, ``who`` whom to ask.
    ``day`` is the day since when it holds, ``due`` the day it was or is due; None where there is none.

    >>> about = About("ledger.task", "12", "石港煤业完成调试运行", "/ledger/tasks/12/")
    >>> alert = Alert("ledger.overdue:12", "ledger", Severity.RED, about.label, "逾期", "已过期 3 天", about,
    ...               day=date(2024, 5, 1), region_code="140722", audience=Audience("ledger.read"))
    >>> alert.kind
    'ledger.overdue'
    """

    key: str
    room: str
    severity: Severity
    title: str
    word: str
    reason: str
    about: About
    day: date | None
    region_code: str
    audience: Audience
    due: date | None = None
    who: str = ""
    sample: bool = False

    def __post_init__(self) -> None:
        kind, colon, record = self.key.partition(":")
        if not (colon and record and "." in kind):
            raise ValueError(f"the key of an alert is room.word:record, not {self.key!r}")

    @property
    def kind(self) -> str:
        """What sort of alert it is: alerts of one kind are counted and listed together."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Driver:
    """One node of the county's driver tree, as the room that knows the rule hands it over.

    ``key`` is the series ``subject:measure`` the node gives. ``rule`` is written in the product's expression
    language over the names in ``inputs``, each with the series it stands for; a node whose values are
    evidence has neither. ``unit`` is that of the measure, ``source`` where the rule comes from.

    >>> heat = Driver("zone-1:heat", "zones", "供汽量", "吨", (("made", "boiler-1:heat"),), "made * 0.97")
    >>> heat.key, dict(heat.inputs)
    ('zone-1:heat', {'made': 'boiler-1:heat'})
    """

    key: str
    room: str
    title: str
    unit: str
    inputs: tuple[tuple[str, str], ...] = ()
    rule: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        series = [key for _name, key in self.inputs]
        for key in (self.key, *series):
            _check_series(key)
        if self.key in series:
            raise ValueError(f"{self.key} cannot be computed from itself")
        if bool(self.inputs) != bool(self.rule):
            raise ValueError(f"{self.key}: a rule needs inputs, and inputs need a rule")


Drawn = tuple[date, NDArray[np.int32]]
Move = Callable[[Drawn], Drawn]  # from the days a step would be finished on, by scenario, to those it is


@dataclass(frozen=True, slots=True, eq=False)
class StepNetwork:
    """How the steps of one stage network follow each other, the same object in each of its steps.

    ``needs`` are the steps the day of each step still waits for, by key in the order of the network: none of
    what is finished or under way. ``days`` gives the days of all its steps by scenario, in the scenarios of
    ``StepDate.draw``, when some are moved: what waits for them follows with the durations drawn for it, what
    comes before them stays, and without moves they are those of ``StepDate.draw``.
    """

    needs: Mapping[str, tuple[str, ...]]
    days: Callable[[Mapping[str, Move]], Mapping[str, Drawn]]

    def before(self, keys: Iterable[str]) -> tuple[str, ...]:
        """``keys`` and every step they wait for, directly or through others, in the order of the network.

        >>> net = StepNetwork({"p/A": (), "p/B": ("p/A",), "p/C": ()}, lambda _moves: {})
        >>> net.before(["p/B"])
        ('p/A', 'p/B')
        """
        found, left = set[str](), list(keys)
        while left:
            key = left.pop()
            if key not in found:
                found.add(key)
                left += self.needs.get(key, ())
        return tuple(key for key in self.needs if key in found)


@dataclass(frozen=True, slots=True, eq=False)
class StepDate:
    """When a step of a stage network is finished, as the room that keeps the network hands it over.

    ``key`` is ``subject/step``. ``finished`` is the day it was, ``promised`` the day that holds; ``chance``
    that it is kept, ``p10``, ``p50`` and ``p90`` are of the forecast the room kept on ``told_on``, None
    without one. ``subjects`` are the keys of those it is about in the register, the nearest first. ``draw``
    gives a first day and the days after it by scenario, None when nothing is known of the step's length; it
    is called only for what the county's tree follows. ``network`` says what moves with it; without one it
    moves alone.
    """

    key: str
    room: str
    title: str
    about: About
    subjects: tuple[int, ...]
    draw: Callable[[], Drawn | None]
    promised: date | None = None
    finished: date | None = None
    told_on: date | None = None
    chance: float | None = None
    p10: date | None = None
    p50: date | None = None
    p90: date | None = None
    drives: tuple[tuple[str, float], ...] = ()
    network: StepNetwork | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Intervention:
    """An act somebody could decide, offered for ranking by what it gains; the gain itself is not in it.

    ``moves`` are the series (``subject:measure``) it would change, ``decides`` who can decide it in words,
    ``hours`` what it costs that person, ``by`` the last day on which it still helps; None: not known.

    What it would bring about, for who computes the gain: ``relieves`` are series of stops that would lose
    nothing more; ``steps`` the keys of steps whose days would move, and ``dates`` gives those days by
    scenario, in the scenarios of ``StepDate.draw``; ``tells`` are months (``2024-06``) of series that would
    be known: such a report gains nothing, it narrows what is thought.
    """

    key: str
    room: str
    title: str
    reason: str
    about: About
    moves: tuple[str, ...] = ()
    decides: str = ""
    hours: Decimal | None = None
    by: date | None = None
    relieves: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    dates: Callable[[], Mapping[str, Drawn]] | None = None
    tells: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not (self.moves or self.steps):
            raise ValueError(f"{self.key} moves nothing")
        if bool(self.steps) != (self.dates is not None):
            raise ValueError(f"{self.key}: steps that move need their days, and days their steps")
        for series in (*self.moves, *self.relieves, *(key for key, _month in self.tells)):
            _check_series(series)


def _check_series(key: str) -> None:
    if not _SERIES.fullmatch(key):
        raise ValueError(f"a series is subject:measure, such as shigang:output.coal.raw, not {key!r}")


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Alerts in the order they are read: the worst, among equals what has held longest, then what is due
    first; the key decides the rest, so that the order is the same everywhere.
    """
    return sorted(alerts, key=_badness)


def _badness(alert: Alert) -> tuple[int, date, date, str]:
    return (WORST_FIRST.index(alert.severity), alert.day or date.max, alert.due or date.max, alert.key)


@dataclass(frozen=True, slots=True)
class Digest:
    """The alerts that fit on a first page, and how many of each kind are left: (kind, word, count)."""

    shown: tuple[Alert, ...]
    left: tuple[tuple[str, str, int], ...] = field(default=())


def digest(alerts: Iterable[Alert], limit: int, each: int = 2) -> Digest:
    """At most ``limit`` alerts: the worst ``each`` of every kind as long as there is room, filled up with the
    worst of the rest, so that many of one kind hide no other.

    >>> about = About("x.x", "1", "", "")
    >>> def make(kind, n, severity):
    ...     return Alert(f"x.{kind}:{n}", "x", severity, "", kind, "", about, None, "", Audience("x.x"))
    >>> many = [make("late", n, Severity.RED) for n in range(9)] + [make("asked", 1, Severity.GREY)]
    >>> found = digest(many, 4)
    >>> [a.key for a in found.shown], found.left
    (['x.late:0', 'x.late:1', 'x.late:2', 'x.asked:1'], (('x.late', 'late', 6),))
    """
    ordered = worst_first(alerts)
    counts: dict[str, int] = {}
    first: list[Alert] = []
    rest: list[Alert] = []
    for alert in ordered:
        counts[alert.kind] = counts.get(alert.kind, 0) + 1
        (first if counts[alert.kind] <= each else rest).append(alert)
    chosen = [*first, *rest][:limit]
    words = {alert.kind: alert.word for alert in reversed(ordered)}
    left = {kind: count - sum(a.kind == kind for a in chosen) for kind, count in counts.items()}
    return Digest(
        tuple(worst_first(chosen)), tuple((kind, words[kind], count) for kind, count in left.items() if count)
    )
