"""What stands around the rows of a sheet: heading, months, legend; all from the size of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from tiaodu.engine.projects.lettering import breadth
from tiaodu.engine.projects.sheets import Paper


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the legend: what is drawn, and its words beside it."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    text_x: float
    words: str


@dataclass(frozen=True)
class Frame:
    """Places and sizes in millimetres."""

    paper: Paper

    @property
    def code(self) -> str:
        return self.paper.code

    @property
    def width(self) -> float:
        return self.paper.width

    @property
    def height(self) -> float:
        return self.paper.height

    @property
    def margin(self) -> float:
        return self.paper.margin

    @property
    def title(self) -> float:
        return self.paper.title

    @property
    def word(self) -> float:
        return self.paper.word

    @property
    def top(self) -> float:
        return self.paper.top

    @property
    def right(self) -> float:
        return self.paper.width - self.paper.margin

    @property
    def title_y(self) -> float:
        return self._exact(self.paper.margin + self.paper.title * 0.9)

    @property
    def answer(self) -> float:
        """The height of the answer's letters."""
        return self._exact(self.paper.name * 1.15)

    @property
    def answer_y(self) -> float:
        return self._exact(self.title_y + self.paper.title * 0.35 + self.answer * 1.1)

    @property
    def year_y(self) -> float:
        return self._exact(self.paper.top - self.word * 1.9)

    @property
    def month_y(self) -> float:
        return self._exact(self.paper.top - self.word * 0.5)

    @property
    def year_top(self) -> float:
        return self._exact(self.paper.top - self.word * 2.9)

    @property
    def month_top(self) -> float:
        return self._exact(self.paper.top - self.word * 1.5)

    @property
    def today_top(self) -> float:
        return self._exact(self.paper.top - self.word * 0.25)

    @property
    def legend_y(self) -> float:
        return self._exact(self.paper.height - self.paper.margin)

    @property
    def hair(self) -> float:
        """A thin line."""
        return self._exact(self.word * 0.035)

    @property
    def ring(self) -> float:
        """A line that is meant to be seen."""
        return self._exact(self.word * 0.09)

    @property
    def gap(self) -> float:
        return self._exact(self.word * 0.35)

    @property
    def dot(self) -> float:
        """The radius of a light."""
        return self._exact(self.word * 0.42)

    @property
    def diamond(self) -> float:
        return self._exact(self.word * 0.46)

    @property
    def inside(self) -> float:
        """Letters within a bar."""
        return self._exact(self.word * 0.95)

    @staticmethod
    def _exact(value: float) -> float:
        return round(value, 3)

    @cached_property
    def legend(self) -> tuple[Mark, ...]:
        """What the bars mean, in one line."""
        word, found = self.word, list[Mark]()
        x, base = self.paper.margin, self.legend_y - word * 0.36
        for kind, width, height, words in (
            ("plan", 2.4, 0.2, _("计划")),
            ("promise", 1.0, 0.0, _("承诺的日子")),
            ("done", 2.4, 1.1, _("已走过的阶段")),
            ("fade", 2.4, 1.1, _("预计完成：一半可能到八成可能")),
            ("overrun", 2.4, 0.2, _("超出承诺")),
        ):
            left = x + (word * 0.5 if kind == "promise" else 0.0)
            mark = Mark(
                kind,
                self._exact(left),
                self._exact(base - height * word / 2),
                self._exact(width * word),
                self._exact(height * word),
                self._exact(x + (width + 0.4) * word),
                words,
            )
            found.append(mark)
            x = mark.text_x + (breadth(words) + 1.2) * word
        return tuple(found)
