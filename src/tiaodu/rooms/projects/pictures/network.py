"""The picture of one network, in pixels: boxes with their words, lines, columns of stages, a legend.

A box says by its shape, its frame and in words how the step stands; colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from tiaodu.engine.projects.lettering import broken
from tiaodu.engine.stages.layout import Drawing, Line, draw
from tiaodu.engine.stages.words import load_words
from tiaodu.rooms.projects.tables import words_in

BOX_WIDTH, BOX_HEIGHT = 132, 64
GAP, PITCH = 30, 80
EDGE, HEAD = 12, 34
LETTER, SMALL = 13, 12
NAME_EMS = (BOX_WIDTH - 14) / LETTER
WORD_EMS = (BOX_WIDTH - 30) / SMALL
LINE_HEIGHT = 17


@dataclass(frozen=True, slots=True)
class Marked:
    """What a box shows of its step: ``state`` is its shape, ``word`` stands in it, ``told`` is all of it."""

    code: str
    stage: str
    name: str
    state: str
    word: str
    told: str
    url: str = ""
    late: bool = False
    critical: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its frame, the lines of its name, its mark and word."""

    step: Marked
    x: float
    y: float
    name: tuple[Text, ...]
    word: Text
    mark_x: float
    mark_y: float
    tag_x: float

    @property
    def classes(self) -> str:
        """The classes its looks hang on."""
        flags = {"late": self.step.late, "critical": self.step.critical, "optional": self.step.optional}
        return " ".join(
            ["net-box", f"is-{self.step.state}", *(f"is-{name}" for name, on in flags.items() if on)]
        )


@dataclass(frozen=True, slots=True)
class Path:
    """A line: ``done`` where what it starts from is finished, ``critical`` between critical steps."""

    d: str
    done: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class BandHead:
    """The columns of one stage, or of several that run into each other."""

    x: float
    width: float
    middle: float
    words: str
    shaded: bool


@dataclass(frozen=True, slots=True)
class NetworkPicture:
    """A whole picture. ``legend``: the states that occur, each once, as (state, words)."""

    title: str
    about: str
    width: int
    height: int
    bands: tuple[BandHead, ...]
    paths: tuple[Path, ...]
    boxes: tuple[Box, ...]
    legend: tuple[tuple[str, str], ...]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def picture(
    title: str, about: str, needs: Mapping[str, tuple[str, ...]], steps: Iterable[Marked], critical: str = ""
) -> NetworkPicture:
    """The picture of steps and what they need; steps that ``needs`` does not name are left out.

    ``critical`` says in the legend what critical steps hold up.
    """
    by_code = {step.code: step for step in steps if step.code in needs}
    drawing = _drawn(
        tuple((code, tuple(needs[code])) for code in needs),
        tuple((code, step.stage) for code, step in by_code.items()),
    )
    boxes = tuple(_box(by_code[place.code], place.x, place.y) for place in drawing.places)
    return NetworkPicture(
        title=title,
        about=about,
        width=round(2 * EDGE + drawing.columns * (BOX_WIDTH + GAP) - GAP),
        height=round(HEAD + drawing.height * PITCH + EDGE),
        bands=tuple(_heads(drawing)),
        paths=tuple(sorted((_path(line, by_code) for line in drawing.lines), key=lambda path: path.critical)),
        boxes=boxes,
        legend=_legend(by_code.values(), critical),
    )


@lru_cache(maxsize=256)
def _drawn(needs: tuple[tuple[str, tuple[str, ...]], ...], stages: tuple[tuple[str, str], ...]) -> Drawing:
    """Projects of one template are drawn once; what differs between them is not where steps stand."""
    return draw(dict(needs), dict(stages), tuple(load_words().stages))


def _left(column: int) -> float:
    return EDGE + column * (BOX_WIDTH + GAP)


def _middle(y: float) -> float:
    return HEAD + y * PITCH


def _box(step: Marked, column: int, middle: float) -> Box:
    x, y = _left(column), round(_middle(middle) - BOX_HEIGHT / 2, 1)
    lines = broken(step.name, NAME_EMS)
    top = y + 20 + (0 if len(lines) > 1 else LINE_HEIGHT / 2)
    return Box(
        step=step,
        x=x,
        y=y,
        name=tuple(Text(x + 8, round(top + LINE_HEIGHT * n, 1), line) for n, line in enumerate(lines)),
        word=Text(
            x + (24 if step.state in MARKED or step.late else 8),
            round(y + BOX_HEIGHT - 10, 1),
            broken(step.word, WORD_EMS, 1)[0] if step.word else "",
        ),
        mark_x=x + 14,
        mark_y=round(y + BOX_HEIGHT - 14, 1),
        tag_x=x + BOX_WIDTH - 8,
    )


def _path(line: Line, steps: Mapping[str, Marked]) -> Path:
    """From the right edge of a box to the left edge of another, level past the boxes between."""
    start, end = steps[line.start], steps[line.end]
    x, y = _left(line.points[0][0]) + BOX_WIDTH, round(_middle(line.points[0][1]), 1)
    parts = [f"M{x} {y}"]
    for column, height in line.points[1:]:
        to, level = _left(column), round(_middle(height), 1)
        bend = GAP / 2
        parts.append(f"C{x + bend} {y} {to - bend} {level} {to} {level}")
        x, y = to, level
        if (column, height) != line.points[-1]:
            x += BOX_WIDTH
            parts.append(f"H{x}")
    return Path(" ".join(parts), start.state == "done", start.critical and end.critical)


def _heads(drawing: Drawing) -> Iterable[BandHead]:
    for number, band in enumerate(drawing.bands):
        x = _left(band.first) - GAP / 2
        width = _left(band.last) + BOX_WIDTH + GAP / 2 - x
        words = " · ".join(words_in(load_words().stages[stage]) for stage in band.stages)
        yield BandHead(x, width, x + width / 2, broken(words, width / SMALL, 1)[0], number % 2 == 1)


MARKED = frozenset({"done", "under_way", "waiting", "ready", "milestone"})
STATES = ("done", "under_way", "waiting", "ready", "not_ready", "milestone")


def state_words() -> dict[str, str]:
    """How a step can stand, in words."""
    return {
        "done": _("已办结"),
        "under_way": _("办理中"),
        "waiting": _("等待"),
        "ready": _("可以开始"),
        "not_ready": _("前置未完"),
        "milestone": _("节点"),
    }


def _legend(steps: Iterable[Marked], critical: str) -> tuple[tuple[str, str], ...]:
    found = {step.state for step in steps}
    words = state_words()
    shown = [(state, words[state]) for state in STATES if state in found]
    steps = list(steps)
    extra = [
        ("late", _("逾期"), any(step.late for step in steps)),
        ("critical", critical, any(step.critical for step in steps)),
        ("optional", _("视情况办或多选一"), any(step.optional for step in steps)),
    ]
    return (*shown, *((state, word) for state, word, there in extra if there))
