"""The register with its lights and 六未, for who sees projects from inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.projects.lights import ORDER, Light
from tiaodu.foundation.lists.columns import Chip, Choice, Column
from tiaodu.rooms.projects.lists import ProjectList
from tiaodu.rooms.projects.selectors.judged import JudgedRow
from tiaodu.rooms.projects.words import WORDS, gap_words, language, light_reason, light_state, light_word


def _light_words(row: JudgedRow) -> str:
    reason = light_reason(row.colour)
    return f"{light_word(row.light)}：{reason}" if reason else light_word(row.light)


def _gap_names(row: JudgedRow) -> str:
    return "、".join(name for name, _words in gap_words(row))


def _has_light(light: Light, row: JudgedRow) -> bool:
    return row.light == light


def _in_gap(code: str) -> Callable[[Any], bool]:
    return lambda row: any(gap.category.code == code for gap in (row.gaps.gaps if row.gaps else ()))


_LIGHT = Column(
    "light",
    _("红黄绿灯"),
    cell="projects/cells/light.html",
    sort=lambda row: ORDER.index(row.light),
    export=_light_words,
)
_GAPS = Column("gaps", _("六未"), cell=_gap_names, export=_gap_names, shown=False)


class JudgedList(ProjectList):
    """The register with what the rules say of each project."""

    columns: ClassVar[Sequence[Column]] = (
        *ProjectList.columns[:2],
        _LIGHT,
        _GAPS,
        # The developer gives way to the light; it is one tick away.
        *(replace(c, shown=c.shown and c.key != "developer") for c in ProjectList.columns[2:]),
    )
    chips = (
        ProjectList.chips[0],  # what is under way, with which the list begins
        *(
            Chip(f"light-{light}", WORDS[light], partial(_has_light, light), light=light_state(light))
            for light in (Light.RED, Light.YELLOW, Light.ATTENTION)
        ),
        Chip("gap", _("六未"), lambda row: bool(row.gaps and row.gaps.gaps)),
        *ProjectList.chips[1:],
    )

    def __init__(self, request: HttpRequest, rows: Sequence[JudgedRow]) -> None:
        super().__init__(request, rows)
        known = {
            gap.category.code: gap.category for row in rows for gap in (row.gaps.gaps if row.gaps else ())
        }
        if len(known) > 1:
            options = [
                (code, getattr(category.name, language()))
                for code, category in sorted(known.items(), key=lambda item: item[1].number)
            ]
            self.choices = (*self.choices, Choice("gap", _("六未"), options, _in_gap))

    def row_light(self, record: JudgedRow) -> str:  # type: ignore[override]
        return light_state(record.light)
