"""Outcomes in templates."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.scores.words import LIGHTS, STATES, corrected_words, outcome_words
from tiaodu.rooms.outlook.selectors.scores import ScoreRow

register = template.Library()


@dataclass(frozen=True, slots=True)
class Shown:
    """An outcome as a page tells it: its light and word, what came, and what was corrected."""

    light: str
    word: str
    what: str
    corrected: str


@register.simple_tag
def outcome(row: ScoreRow) -> Shown:
    """The outcome of one outlook."""
    found = row.outcome
    return Shown(
        LIGHTS[found.state],
        str(STATES[found.state]),
        outcome_words(row.told, found),
        corrected_words(row.told, found),
    )


@register.filter
def percent(chance: float | None) -> str:
    """A chance in whole percent; empty for none."""
    return words.percent(chance)
