"""The wall map on paper: every text and bar of each sheet in millimetres, so that A4 and A0 are exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tiaodu.engine.projects.lettering import breadth, broken
from tiaodu.engine.projects.sheets import Line, Paper, Sheet, sheets_of
from tiaodu.engine.projects.timescale import Piece, Scale
from tiaodu.rooms.projects.pictures.timeline import Head, Timeline, heads, timeline
from tiaodu.rooms.projects.pictures.wall import Groups, WallRow, group_words

_LETTER_ON_LINE = 1.28  # heights of a letter from one line of words to the next


@dataclass(frozen=True, slots=True)
class Words:
    """A text at a place, ``size`` the height of its letters."""

    x: float
    y: float
    size: float
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; ``kind`` says what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: str = ""

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 3)

    @property
    def label_y(self) -> float:
        """The foot of its label's letters."""
        return round(self.y + self.height * 0.79, 3)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A project on paper."""

    top: float
    bottom: float
    light: str
    light_x: float
    light_y: float
    words: tuple[Words, ...]
    bars: tuple[Bar, ...]
    diamonds: tuple[tuple[float, float, str], ...]
    label: Words | None
    label_before: bool


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A sheet: the heads of groups, rows, and months with their lines."""

    number: int
    total: int
    groups: tuple[Words, ...]
    rows: tuple[PaperRow, ...]
    months: tuple[tuple[Head, float, float], ...]
    today_x: float | None
    today_y: float
    bottom: float


def paper_sheets(groups: Groups, by: str, scale: Scale, paper: Paper) -> tuple[PaperSheet, ...]:
    """The sheets of a wall map."""
    rows = [row for _label, each in groups for row in each]
    cut = sheets_of([(group_words(label, by), len(each)) for label, each in groups], paper)
    return tuple(_sheet(sheet, rows, scale, paper) for sheet in cut)


def _sheet(sheet: Sheet, rows: Sequence[WallRow], scale: Scale, paper: Paper) -> PaperSheet:
    lines = [line for line in sheet.lines if line.row is not None]
    heads_of_groups = tuple(
        Words(paper.margin, line.y + line.height * 0.8, paper.name, line.group)
        for line in sheet.lines
        if line.row is None
    )
    day = rows[0].day if rows else None
    bottom = max((line.y + line.height for line in sheet.lines), default=paper.top)
    return PaperSheet(
        number=sheet.number,
        total=sheet.total,
        groups=heads_of_groups,
        rows=tuple(_row(rows[line.row or 0], line, scale, paper) for line in lines),
        months=tuple(
            (head, _across(head.column.x, paper), _across(head.column.x + head.column.width / 2, paper))
            for head in heads(scale)
        ),
        today_x=_across(scale.share(day), paper) if day and scale.shows(day) else None,
        today_y=round(bottom + paper.word * 1.1, 3),
        bottom=round(bottom, 3),
    )


def _across(share: float, paper: Paper) -> float:
    return round(paper.left + share * paper.across, 3)


def _row(row: WallRow, line: Line, scale: Scale, paper: Paper) -> PaperRow:
    drawn = timeline(row, scale)
    middle = line.y + line.height / 2
    unit = paper.word
    label = None
    if drawn.label:
        text_y = middle + unit * 1.75
        label = Words(_across(drawn.label.x, paper), text_y, unit, drawn.label.text, drawn.light)
    return PaperRow(
        top=line.y,
        bottom=line.y + line.height,
        light=drawn.light,
        light_x=paper.margin + unit * 0.55,
        light_y=_first_baseline(line, paper) - paper.name * 0.36,
        words=tuple(_words(row, line, paper)),
        bars=tuple(_bars(drawn, middle, paper)),
        diamonds=tuple((_across(d.x, paper), middle - unit * 0.95, d.state) for d in drawn.diamonds),
        label=label,
        label_before=bool(drawn.label and drawn.label.before),
    )


def _first_baseline(line: Line, paper: Paper) -> float:
    """Three lines of words stand in the middle of the row."""
    text = paper.name + 2 * paper.word * _LETTER_ON_LINE
    return line.y + (line.height - text) / 2 + paper.name * 0.88


def _words(row: WallRow, line: Line, paper: Paper) -> Iterator[Words]:
    x = paper.margin + paper.word * 1.5
    room = paper.names - paper.word * 2.5
    y = _first_baseline(line, paper)
    name = row.name + (_("（示例）") if row.sample else "")
    through = row.through_words()
    verdict = row.verdict_words() + (_("，卡在%(step)s") % {"step": through} if through else "")
    about = " · ".join(
        each for each in (row.lamp_word, row.row.stage_words, row.row.leader, row.dates_words()) if each
    )
    yield Words(x, y, paper.name, broken(name, room / paper.name, 1)[0], "name")
    for number, (text, kind) in enumerate(((verdict, row.light), (about, "about")), 1):
        down = y + number * paper.word * _LETTER_ON_LINE
        yield Words(x, round(down, 3), paper.word, (broken(text, room / paper.word, 1) or ("",))[0], kind)


def _bars(drawn: Timeline, middle: float, paper: Paper) -> Iterator[Bar]:
    """Plan above, what was done and may come below it, as on the screen."""
    unit = paper.word

    def bar(piece: Piece, up: float, height: float, kind: str, label: str = "") -> Bar:
        x = _across(piece.x, paper)
        width = max(piece.width * paper.across, unit * 0.08)
        fits = label if breadth(label) * unit < width else ""
        return Bar(x, round(middle + up * unit, 3), round(width, 3), round(height * unit, 3), kind, fits)

    if drawn.plan:
        yield bar(drawn.plan.piece, -1.05, 0.2, "plan")
    if drawn.overrun:
        yield bar(drawn.overrun.piece, -1.05, 0.2, "overrun")
    for phase in drawn.phases:
        yield bar(phase.piece, -0.4, 1.2, "done", phase.label)
    if drawn.ahead:
        yield bar(drawn.ahead.piece, 0.02, 0.36, "ahead")
    if drawn.fade:
        yield bar(drawn.fade.piece, -0.4, 1.2, "fade")
