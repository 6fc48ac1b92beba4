"""Return types: who is asked for which measures, how often, on what basis, for which uses.

Types and what they ask are rows of two versioned tables (``returns.types``, ``returns.asked``); a county
edits both. The basis decides who may be made to answer: a form without a legal basis is voluntary, may be
refused (可拒填), and names every use of its answers. What a survey collects serves statistics alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tiaodu.engine.kernel.datafile import Choice, Day, Flag, Integer, ListOf, Number, Record, Text
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.tabular.values import unit_of


class Every(StrEnum):
    """How often a return is asked for."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Basis(StrEnum):
    """What a form rests on."""

    SURVEY = "survey"  # a statistical survey under the statistics law
    ADMINISTRATIVE = "administrative"  # a record a law or regulation asks for
    VOLUNTARY = "voluntary"


class DueBy(StrEnum):
    """What a form's last day follows from."""

    WORKING_DAYS = "working_days"  # the n-th working day after the period
    DAYS = "days"  # the n-th day after the period
    CALENDAR = "calendar"  # a calendar that its authority publishes every year


class January(StrEnum):
    """What becomes of January, which is never published alone."""

    ALONE = "alone"  # asked for by itself
    WITH_FEBRUARY = "with_february"  # one return for both months
    SKIPPED = "skipped"  # the year's first return is that of February


STATISTICS = "statistics"  # the one use of a survey's figures
KINDS = ("firm", "mine")

TYPES = ListOf(
    Record(
        {
            "type": Text(r"[a-z][a-z0-9_]*"),
            "title": Text(),
            "title_en": Text(),
            "kinds": ListOf(Choice(KINDS)),
            "sectors": ListOf(Text(r"[a-z][a-z0-9_]*"), empty=True),
            "named": Flag(),
            "period": Choice(list(Every)),
            "since": Day(),
            "january": Choice(list(January)),
            "basis": Choice(list(Basis)),
            "obligatory": Flag(),
            "due": Choice(list(DueBy)),
        },
        {
            "due_days": Integer(0, 366),
            "close_days": Integer(1, 3660),
            "form": Text(),
            "authority": Text(),
            "document": Text(),
            "basis_until": Day(),
            "note": Text(),
            "note_en": Text(),
        },
    )
)
ASKED = ListOf(
    Record(
        {
            "type": Text(r"[a-z][a-z0-9_]*"),
            "measure": Text(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*"),
            "unit": Text(),
            "minutes": Number(),
            "uses": ListOf(Text(r"[a-z][a-z0-9_]*")),
            "needed": Flag(),
        },
        {"help": Text(), "help_en": Text(), "negative": Flag()},
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure a form asks for: written in ``unit``, costing ``minutes``, used for ``uses``."""

    measure: str
    unit: str
    minutes: Decimal
    uses: tuple[str, ...]
    needed: bool
    help: str = ""
    help_en: str = ""
    negative: bool = False  # whether less than nothing can be true (a loss)

    @property
    def factor(self) -> Decimal:
        """How many base units one of ``unit`` is."""
        unit = unit_of(self.unit, packaged_units())
        return unit.factor if unit is not None else Decimal(1)

    @property
    def base(self) -> str:
        """The base unit that ``unit`` is counted in."""
        unit = unit_of(self.unit, packaged_units())
        return unit.base if unit is not None else self.unit


@dataclass(frozen=True, slots=True)
class ReturnType:
    """One form. ``named``: only subjects on its list (名录) are asked; else every subject of ``kinds`` and
    ``sectors`` (none: all).
    """

    code: str
    title: str
    title_en: str
    kinds: tuple[str, ...]
    sectors: tuple[str, ...]
    named: bool
    every: Every
    since: date
    january: January
    basis: Basis
    obligatory: bool
    due_by: DueBy
    due_days: int
    asked: tuple[Asked, ...]
    close_days: int | None = None  # days after the period when it closes; None: never
    form: str = ""
    authority: str = ""
    document: str = ""
    basis_until: date | None = None
    note: str = ""
    note_en: str = ""

    @property
    def refusable(self) -> bool:
        """Whether the firm may leave the form unanswered (可拒填)."""
        return not self.obligatory

    @property
    def minutes(self) -> Decimal:
        """What one return costs who fills it, in minutes."""
        return sum((asked.minutes for asked in self.asked), Decimal(0))

    @property
    def series(self) -> str:
        """The series its figures go to."""
        return "statistical" if self.basis is Basis.SURVEY else "dispatch"

    def of(self, measure: str) -> Asked | None:
        """What is asked of a measure; None where the form does not ask for it."""
        return next((asked for asked in self.asked if asked.measure == measure), None)

    def asks(self, kind: str, sector: str) -> bool:
        """Whether subjects of this kind and sector can be asked."""
        return kind in self.kinds and (not self.sectors or sector in self.sectors)

    def closes(self, period: Period) -> date | None:
        """The last day on which a return of ``period`` can be sent or corrected; None: no last day."""
        return None if self.close_days is None else period.end + timedelta(days=self.close_days)

    def holds(self, day: date) -> bool:
        """Whether the basis holds on ``day``: a survey's validity ends with its document."""
        return self.basis_until is None or day <= self.basis_until


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of a table: a code for the words of the room, and the row and column."""

    row: int
    column: str
    code: str


def faults_of_types(rows: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """What makes a form unlawful or unusable; an empty list for good rows."""
    found = []
    for place, row in enumerate(rows):
        found += [Fault(place, column, code) for column, code in _wrong(row)]
    return found


def _wrong(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    basis = Basis(row["basis"])
    if basis is Basis.SURVEY:
        yield from (
            (name, "survey_incomplete")
            for name in ("form", "authority", "document", "basis_until")
            if not row.get(name)
        )
    if basis is Basis.ADMINISTRATIVE and not row.get("document"):
        yield "document", "administrative_incomplete"
    if basis is Basis.VOLUNTARY and row["obligatory"]:
        yield "obligatory", "obligatory_without_basis"
    if row["due"] != DueBy.CALENDAR and row.get("due_days") is None:
        yield "due_days", "due_days_missing"
    if row["january"] != January.ALONE and row["period"] != Every.MONTH:
        yield "january", "january_of_months"


def faults_of_asked(rows: Sequence[Mapping[str, Any]], uses: Iterable[str]) -> list[Fault]:
    """Units nobody knows, uses nobody declared, minutes below nothing."""
    declared, found = set(uses), []
    for place, row in enumerate(rows):
        if unit_of(row["unit"], packaged_units()) is None:
            found.append(Fault(place, "unit", "unit_unknown"))
        if not set(row["uses"]) <= declared:
            found.append(Fault(place, "uses", "use_unknown"))
        if row["minutes"] <= 0:
            found.append(Fault(place, "minutes", "minutes_positive"))
    return found


def return_types(
    types: Iterable[Mapping[str, Any]], asked: Iterable[Mapping[str, Any]]
) -> dict[str, ReturnType]:
    """The forms of two tables, by code; one that asks for nothing is left out.

    A survey's figures have one use whatever its rows say.
    """
    questions: dict[str, list[Asked]] = {}
    for row in asked:
        questions.setdefault(row["type"], []).append(_asked(row))
    return {row["type"]: _type(row, questions[row["type"]]) for row in types if row["type"] in questions}


def _asked(row: Mapping[str, Any]) -> Asked:
    return Asked(
        measure=row["measure"],
        unit=row["unit"],
        minutes=row["minutes"],
        uses=tuple(row["uses"]),
        needed=row["needed"],
        help=row.get("help") or "",
        help_en=row.get("help_en") or "",
        negative=bool(row.get("negative")),
    )


def _type(row: Mapping[str, Any], asked: Sequence[Asked]) -> ReturnType:
    basis = Basis(row["basis"])
    if basis is Basis.SURVEY:
        asked = [_for_statistics(question) for question in asked]
    return ReturnType(
        code=row["type"],
        title=row["title"],
        title_en=row["title_en"],
        kinds=tuple(row["kinds"]),
        sectors=tuple(row["sectors"] or ()),
        named=row["named"],
        every=Every(row["period"]),
        since=row["since"],
        january=January(row["january"]),
        basis=basis,
        obligatory=row["obligatory"] and basis is not Basis.VOLUNTARY,
        due_by=DueBy(row["due"]),
        due_days=row.get("due_days") or 0,
        asked=tuple(asked),
        close_days=row.get("close_days"),
        form=row.get("form") or "",
        authority=row.get("authority") or "",
        document=row.get("document") or "",
        basis_until=row.get("basis_until"),
        note=row.get("note") or "",
        note_en=row.get("note_en") or "",
    )


def _for_statistics(question: Asked) -> Asked:
    return replace(question, uses=(STATISTICS,))
