"""What pages and the command line show of outlooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.foundation.evidence.models import Series
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.models import Basis
from tiaodu.rooms.outlook.selectors.known import places_of
from tiaodu.rooms.outlook.selectors.rows import OutlookRow

WIDTH, HEIGHT, LEFT, RIGHT = 320.0, 54.0, 12.0, 308.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the band: where, what it is, in words."""

    x: float
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Band:
    """P10 to P90 as a line with its middle, the target beside it; ``told`` says it all in words."""

    p10: Mark
    p50: Mark
    p90: Mark
    target: Mark | None
    told: str
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def length(self) -> float:
        return round(self.p90.x - self.p10.x, 1)


def band_of(row: OutlookRow) -> Band | None:
    """The picture of one outlook; None where there is no range."""
    told = row.outlook
    if told.p10 is None or told.p50 is None or told.p90 is None:
        return None
    target = told.target if told.indicator_id else float(told.due.toordinal()) if told.due else None
    every = [told.p10, told.p50, told.p90, *([target] if target is not None else [])]
    low, high = min(every), max(every)
    margin = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    low, high = low - margin, high + margin

    def mark(value: float, name: str, said: str) -> Mark:
        return Mark(round(LEFT + (value - low) / (high - low) * (RIGHT - LEFT), 1), name, said)

    aim = row.target if told.indicator_id else told.due.isoformat() if told.due else ""
    words_ = _("P10 %(p10)s，P50 %(p50)s，P90 %(p90)s，目标 %(target)s") % {
        "p10": row.p10, "p50": row.p50, "p90": row.p90, "target": aim,
    }  # fmt: skip
    return Band(
        mark(told.p10, "P10", row.p10),
        mark(told.p50, "P50", row.p50),
        mark(told.p90, "P90", row.p90),
        mark(target, _("目标"), aim) if target is not None else None,
        words_,
    )


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node of the tree as a page tells it."""

    key: str
    title: str
    unit: str
    formula: str
    inputs: Sequence[tuple[str, str, str, str]]
    causes: Sequence[tuple[str, str]]
    dates: Sequence[dict[str, str]]
    source: str
    confidence: str
    months: Sequence[tuple[str, str]]
    series: str
    url: str


def nodes_of(row: OutlookRow) -> list[NodeRow]:
    """The nodes an outlook rests on, the promise's own first."""
    told = row.outlook
    needed = told.provenance.get("needed", [])
    if not needed:
        return []
    places, language = places_of(told.run.region), words.language()
    return [_node(key, told.run.nodes[key], language, places) for key in needed if key in told.run.nodes]


def _node(key: str, kept: dict[str, Any], language: str, places: Any) -> NodeRow:
    said, at = kept[language], places.of(key)
    url = ""
    if at is not None and kept["series"]:
        url = reverse("evidence:history", args=[at[0].pk, at[1].code, kept["series"]])
    return NodeRow(
        key,
        said["title"] or key,
        said["unit"],
        said["formula"],
        [tuple(each) for each in said["inputs"]],
        [(name, f"{loading:g}") for name, loading in said["causes"]],
        [{"name": name, **kept["dates"][name]} for name in said["dates"] if name in kept["dates"]],
        said["source"],
        said["confidence"],
        [(month, f"{value:,.4g}") for month, value in list(kept["months"].items())[-12:]],
        str(Series(kept["series"]).label) if kept["series"] else "",
        url,
    )


def source_url(row: OutlookRow) -> str:
    """Where the figures behind an outlook stand: the series of the promise, or the project's page."""
    told, where = row.outlook, row.outlook.provenance
    if where.get("url"):
        return str(where["url"])
    if where.get("evidence"):
        return reverse("evidence:provenance", args=[where["evidence"][-1]])
    return reverse("ledger:task", args=[told.task_id]) if told.basis != Basis.NOTHING else ""


def line_of(row: OutlookRow) -> str:
    """One outlook on the command line: the figures of the page."""
    told = row.outlook
    head = f"{row.task.number:>4}  {row.name}"
    if not row.is_forecast:
        return f"{head}  {row.light_word}  {row.reason}"
    found = f"{head}  {row.chance} {row.chance_words}  P10 {row.p10}  P50 {row.p50}  P90 {row.p90}"
    return f"{found}  !! {row.clash}" if row.clashes else f"{found}  {told.get_basis_display()}"
