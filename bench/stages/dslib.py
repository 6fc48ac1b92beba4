"""Projects of DSLIB (Batselier and Vanhoucke 2015), ProTrack files, as plans with what was seen of them.

Time is counted in working hours of the project's own calendar from its planned start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tiaodu.engine.stages.learning.finish import Activity, Link, Progress

FINISHED, FEWEST, PERIODS = 0.999, 5, 3
LINKS = {0: (False, False), 1: (False, True), 2: (True, False), 3: (True, True)}  # SS, SF, FS, FF


@dataclass(frozen=True)
class Seen:
    """One tracking period: working hours since the planned start, and what had begun."""

    now: float
    progress: Mapping[str, Progress]


@dataclass(frozen=True)
class Project:
    """A project that was tracked to its end."""

    name: str
    plan: Mapping[str, Activity]
    seen: tuple[Seen, ...]
    last: Mapping[str, Progress]
    actual: float

    @property
    def planned(self) -> float:
        """Planned length."""
        return max(each.end for each in self.plan.values())

    @property
    def ratio(self) -> float:
        """Actual over planned length."""
        return self.actual / self.planned


@dataclass(frozen=True)
class Work:
    """One line of a tracking period as it stands in the file."""

    start: datetime | None
    taken: float
    remaining: float
    done: float


class Clock:
    """Working hours since a moment."""

    def __init__(self, root: ElementTree.Element, form: str, first: datetime, last: datetime) -> None:
        off_hours = {int(x.text or 0) for x in root.iterfind("Agenda/NonWorkingHours/Hour")}
        off_days = {int(x.text or 0) for x in root.iterfind("Agenda/NonWorkingDays/Day")}
        holidays = {day.date() for x in root.iterfind("Agenda/Holidays/*") if (day := moment(x.text, form))}
        self.first = first.replace(minute=0, second=0)
        count = int((last - self.first).total_seconds() // 3600) + 1
        hours = self.first.hour + np.arange(count)
        days = [self.first.date() + timedelta(days=n) for n in range(int(hours[-1]) // 24 + 1)]
        works = np.array([day.weekday() not in off_days and day not in holidays for day in days])
        open_ = np.array([hour not in off_hours for hour in range(24)])
        self.works = works[hours // 24] & open_[hours % 24]
        self.gone = np.concatenate([[0], np.cumsum(self.works)])

    def at(self, when: datetime) -> float:
        """Working hours up to a moment."""
        hours = (when - self.first).total_seconds() / 3600
        place = int(np.clip(np.floor(hours), 0, len(self.works) - 1))
        part = hours - place
        return float(self.gone[place] + (part * self.works[place] if 0 <= part < 1 else 0))


def moment(text: str | None, form: str) -> datetime | None:
    """A moment as the file writes it: day and month in the order of ``form``, year, hour, minute."""
    text = (text or "").strip()
    if len(text) not in (8, 12):
        return None
    first, second, year = int(text[:2]), int(text[2:4]), int(text[4:8])
    day, month = (first, second) if form.startswith("d") else (second, first)
    hour, minute = (int(text[8:10]), int(text[10:12])) if len(text) == 12 else (0, 0)
    try:
        found = datetime(year, month, day, min(hour, 23), minute)  # noqa: DTZ001  the files know no zone
    except ValueError:
        return None
    return found if found.date() > date(1990, 12, 31) else None


def number(node: ElementTree.Element, name: str, default: float = 0.0) -> float:
    """A number of a node."""
    try:
        return float(node.findtext(name) or default)
    except ValueError:
        return default


def read_all(folder: Path) -> list[Project]:
    """Every project of a folder that was tracked to its end, in the order of their names."""
    found = (read(path) for path in sorted(folder.glob("*.p2x")))
    return [project for project in found if project]


def read(path: Path) -> Project | None:
    """The project of a file; None where its baseline or its tracking is not complete."""
    root = ElementTree.parse(path).getroot()
    form = next((x.text for x in root.iterfind("Settings/DateTimeFormat") if x.text), "d/MM/yyyy h:mm")
    rows = dict(_baseline(root, form))
    periods = [(when, work) for when, work in _tracking(root, form, rows) if when]
    if len(rows) < FEWEST or len(periods) < PERIODS:
        return None
    last = periods[-1][1]
    if len(last) < 0.9 * len(rows) or min(each.done for each in last.values()) < FINISHED:
        return None
    planned = min(begin for begin, _, _ in rows.values())
    near = [w.start for w in last.values() if w.start and (planned - w.start).days < 400]
    first = min([planned, *near])
    moments = [when for when, _ in periods] + [begin for begin, _, _ in rows.values()]
    clock = Clock(root, form, first, max(moments) + timedelta(days=1700))
    plan = _plan(root, rows, clock)
    seen = tuple(Seen(clock.at(when), _progress(work, clock)) for when, work in periods if clock.at(when) > 0)
    ended = _progress(last, clock)
    actual = max(clock.at(w.start) + w.taken for w in last.values() if w.start)
    return Project(path.stem, plan, seen, ended, actual)


def _baseline(root: ElementTree.Element, form: str) -> Iterator[tuple[str, tuple[datetime, float, float]]]:
    """Activities that are no summaries: planned begin, length and cost."""
    listed = {x.findtext("Data") for x in root.iterfind("OutlineList//Child") if x.findtext("Type") == "2"}
    costs = dict(_rates(root))
    for node in root.iter("Activity"):
        code = node.findtext("UniqueID")
        begin = moment(node.findtext("BaseLineStart"), form)
        if code not in listed or node.find("BaseLineDuration") is None or begin is None:
            continue
        days = number(node, "BaseLineDuration")
        fixed, hourly = costs.get(code, (0.0, 0.0))
        fixed += number(node, "FixedBaselineCost")
        hourly += number(node, "BaselineCostByUnit")
        yield code, (begin, days, fixed + hourly * days)


def _rates(root: ElementTree.Element) -> Iterator[tuple[str, tuple[float, float]]]:
    """Fixed and hourly cost of the resources of every activity."""
    resources = {
        x.findtext("FIELD0"): (number(x, "FIELD769", 1), number(x, "FIELD770"), number(x, "FIELD771"))
        for x in root.iter("Resource")
        if x.find("FIELD0") is not None
    }
    found: dict[str, tuple[float, float]] = {}
    for node in root.iter("ResourceAssignment"):
        code, resource = node.findtext("FIELD1024") or "", resources.get(node.findtext("FIELD1025"))
        if resource is None:
            continue
        renewable, use, unit = resource
        amount, once = number(node, "FIELD1026"), number(node, "FIELD1027")
        fixed, hourly = found.get(code, (0.0, 0.0))
        if renewable:
            fixed, hourly = fixed + amount * use, hourly + amount * unit
        elif once:
            fixed += use + amount * unit
        else:
            fixed, hourly = fixed + use, hourly + amount * unit
        found[code] = (fixed, hourly)
    yield from found.items()


def _tracking(
    root: ElementTree.Element, form: str, rows: Mapping[str, object]
) -> Iterator[tuple[datetime | None, dict[str, Work]]]:
    for listed in root.iterfind("TrackingList"):
        heads, bodies = listed.findall("TrackingPeriod"), listed.findall("TProTrackActivities-1")
        for head, body in zip(heads, bodies, strict=False):
            codes = [x.text or "" for x in body.findall("Activity")]
            lines = body.findall("TProTrackActivityTracking-1")
            work = {
                code: Work(
                    moment(line.findtext("ActualStart"), form),
                    number(line, "ActualDuration"),
                    number(line, "RemainingDuration"),
                    number(line, "PercentageComplete"),
                )
                for code, line in zip(codes, lines, strict=False)
                if code in rows
            }
            yield moment(head.findtext("EndDate"), form), work


def _plan(
    root: ElementTree.Element, rows: Mapping[str, tuple[datetime, float, float]], clock: Clock
) -> dict[str, Activity]:
    links: dict[str, list[Link]] = {code: [] for code in rows}
    for node in root.iter("Relation"):
        before, after = node.findtext("FromTask") or "", node.findtext("ToTask") or ""
        if before in rows and after in rows:
            kind = LINKS[int(number(node, "LagType", 2))]
            links[after].append(Link(before, number(node, "Lag"), *kind))
    return {
        code: Activity(clock.at(begin), days, cost, tuple(links[code]))
        for code, (begin, days, cost) in rows.items()
    }


def _progress(work: Mapping[str, Work], clock: Clock) -> dict[str, Progress]:
    return {
        code: Progress(
            clock.at(each.start), each.taken, min(max(each.done, 0.0), 1.0), each.remaining or None
        )
        for code, each in work.items()
        if each.start and (each.taken > 0 or each.done > 0)
    }
