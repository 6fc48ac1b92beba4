"""One project's line on the wall map, in shares of the width: the screen and the paper draw the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tiaodu.engine.projects.timescale import Column, Piece, Scale, Zoom
from tiaodu.engine.projects.wall import LATE, Promise, Verdict
from tiaodu.rooms.projects.pictures.days import short
from tiaodu.rooms.projects.pictures.wall import WallRow
from tiaodu.rooms.projects.selectors.rows import stage_words

_LETTERS_OF_PICTURE = 52  # so many characters fit across the narrowest picture on a desk
_RIGHT = 0.7  # a label that would begin further right ends there instead


def percent(share: float) -> float:
    """A share of the width as it is written in a drawing."""
    return round(share * 100, 3)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the line: ``label`` where there is room for it, ``told`` all of it in words.

    ``left``, ``broad`` and ``centre`` are in percent of the width.
    """

    piece: Piece
    label: str = ""
    told: str = ""
    running: bool = False

    @property
    def left(self) -> float:
        return percent(self.piece.x)

    @property
    def broad(self) -> float:
        return percent(self.piece.width)

    @property
    def centre(self) -> float:
        return percent(self.piece.x + self.piece.width / 2)


@dataclass(frozen=True, slots=True)
class Diamond:
    """A promised step: kept, late, or still to come."""

    x: float
    state: str
    told: str
    url: str

    @property
    def left(self) -> float:
        return percent(self.x)


@dataclass(frozen=True, slots=True)
class Label:
    """Words under the probable finish, to the side where there is room."""

    x: float
    text: str
    before: bool

    @property
    def left(self) -> float:
        return percent(self.x)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is drawn of a project; ``light`` colours what may come."""

    row: WallRow
    url: str
    told: str
    light: str
    plan: Stretch | None
    phases: tuple[Stretch, ...]
    ahead: Stretch | None
    fade: Stretch | None
    overrun: Stretch | None
    diamonds: tuple[Diamond, ...]
    label: Label | None


def timeline(row: WallRow, scale: Scale) -> Timeline:
    """The line of a project on a scale."""
    url = reverse("projects:project", args=[row.project_id])
    probable = row.probable
    open_one = probable is not None and not (row.outcome.promise and row.outcome.promise.finished)
    return Timeline(
        row=row,
        url=url,
        told=_told(row),
        light=row.light,
        plan=_stretch(scale.piece(*row.planned)) if row.planned else None,
        phases=tuple(_phases(row, scale)),
        ahead=_stretch(scale.piece(row.day, probable.p50)) if probable and open_one else None,
        fade=_fade(row, scale) if open_one else None,
        overrun=_overrun(row, scale),
        diamonds=tuple(
            _diamond(row, promise, scale, url) for promise in row.promises if scale.shows(promise.day)
        ),
        label=_label(row, scale),
    )


def _stretch(piece: Piece | None) -> Stretch | None:
    return None if piece is None else Stretch(piece)


def _told(row: WallRow) -> str:
    words = [row.name, row.verdict_words()]
    through = row.through_words()
    if through:
        words.append(_("卡在%(step)s") % {"step": through})
    return _("，").join(words)


def _phases(row: WallRow, scale: Scale) -> Iterator[Stretch]:
    for phase in row.phases:
        piece = scale.piece(phase.start, phase.end)
        if piece is None:
            continue
        stage = stage_words(phase.stage)
        end = _("至今") if phase.running else _("至 %(day)s") % {"day": phase.end.isoformat()}
        told = _("%(stage)s：%(start)s %(end)s") % {
            "stage": stage,
            "start": phase.start.isoformat(),
            "end": end,
        }
        fits = piece.width * _LETTERS_OF_PICTURE > len(stage) + 1
        yield Stretch(piece, stage if fits else "", told, phase.running)


def _fade(row: WallRow, scale: Scale) -> Stretch | None:
    probable = row.probable
    piece = scale.piece(probable.p50, probable.p80) if probable else None
    if probable is None or piece is None:
        return None
    step = row.outcome.promise.step if row.outcome.promise else row.row.template.goal
    told = {"step": row.step_words(step), "p50": probable.p50.isoformat(), "p80": probable.p80.isoformat()}
    return Stretch(piece, "", _("%(step)s：一半可能在 %(p50)s 前完成，八成可能在 %(p80)s 前") % told)


def _overrun(row: WallRow, scale: Scale) -> Stretch | None:
    """From the promised day to the probable or real finish, where that is later."""
    promise = row.outcome.promise
    if promise is None or row.outcome.verdict not in (*LATE, Verdict.DONE_LATE):
        return None
    until = promise.finished or max(row.day, promise.probable.p50 if promise.probable else row.day)
    return _stretch(scale.piece(promise.day, until))


def _diamond(row: WallRow, promise: Promise, scale: Scale, url: str) -> Diamond:
    verdict = promise.verdict(row.day)
    state = "kept" if verdict == Verdict.DONE else "late" if verdict in (*LATE, Verdict.DONE_LATE) else "open"
    told = {"step": row.step_words(promise.step), "day": promise.day.isoformat()}
    words = _("%(step)s：承诺 %(day)s") % told
    if promise.finished:
        words += _("，%(day)s 完成") % {"day": promise.finished.isoformat()}
    elif promise.probable:
        words += _("，预计 %(day)s") % {"day": promise.probable.p50.isoformat()}
    return Diamond(scale.share(promise.day), state, words, f"{url}#{promise.step}")


def _label(row: WallRow, scale: Scale) -> Label | None:
    """The probable day under its bar; what lies outside the picture is told at its edge."""
    probable, promise = row.probable, row.outcome.promise
    if probable is None or (promise and promise.finished):
        return None
    text = _("预计 %(day)s") % {"day": short(probable.p50, row.day)}
    if row.outcome.days:
        text += ngettext("，晚 %(n)s 天", "，晚 %(n)s 天", row.outcome.days) % {"n": row.outcome.days}
    if probable.p50 > scale.last:
        return Label(1.0, text + " →", before=True)
    x = scale.share(probable.p50)
    return Label(x, text, before=x > _RIGHT) if probable.p50 >= scale.first else None


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the axis; ``year`` where one begins or the picture does, ``phone`` for a small screen."""

    column: Column
    label: str
    year: str
    phone: str

    @property
    def left(self) -> float:
        return percent(self.column.x)

    @property
    def centre(self) -> float:
        return percent(self.column.x + self.column.width / 2)


def heads(scale: Scale) -> Sequence[Head]:
    """The months, quarters or years above the picture."""
    found: list[Head] = []
    for column in scale.columns():
        new = not found or column.first.month == 1
        year = str(column.first.year) if new else ""
        label = _column_words(column.first, scale.zoom)
        quarter = scale.zoom == Zoom.MONTH and column.first.month % 3 == 1
        phone = year if column.first.month == 1 else label if quarter else ""
        found.append(Head(column, label, year, phone))
    return found


def _column_words(first: date, zoom: Zoom) -> str:
    """What stands under the year; nothing where the column is the year."""
    if zoom == Zoom.YEAR:
        return ""
    if zoom == Zoom.QUARTER:
        return _("%(n)s季") % {"n": (first.month + 2) // 3}
    return date_format(first, "M") if get_language() == "en" else _("%(n)s月") % {"n": first.month}
