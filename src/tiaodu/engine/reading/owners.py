"""Named owners: firms, projects, parks and mines that a number or a step may belong to."""

from __future__ import annotations

import re

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.page import Page


def owner_before(page: Page, position: int) -> str | None:
    """The nearest named owner before ``position`` in its sentence, clause by clause."""
    start = page.sentence(position)[0]
    end = position
    while end > start:
        clause = page.clause(max(start, end - 1))
        owner = phrases.named_owner(page, max(start, clause[0]), end)
        if owner is not None:
            return owner.text
        if clause[0] <= start:
            break
        end = clause[0] - 1
    return None


def clause_object(page: Page, start: int, floor: int) -> str | None:
    """What the clause before ``start`` speaks of: 外环路 in 加快外环路建设，上半年…"""
    if start - 1 <= floor:
        return None
    earlier = page.clause(start - 2)
    phrase = phrases.before(page, earlier[1], max(floor, earlier[0]))
    return phrase.text if phrase is not None and len(phrase.text) > 2 else None


def line_owner(page: Page, position: int) -> str | None:
    """The last named owner of the paragraph before the sentence of ``position``, else the title above."""
    start, end = page.line(position)[0], page.sentence(position)[0]
    for token in reversed(page.owners.within(max(start, end - 200), end)):
        found = phrases.named_owner(page, max(start, token.start - 40), token.end)
        if found:
            return found.text
    path = page.outline.path(position)
    if not path:
        return None
    return re.sub(r"^[（(]?[一二三四五六七八九十\d]{1,3}(?:[)）、.]|是)", "", path[-1].title) or None


def is_name(page: Page, text: str) -> bool:
    """Whether a phrase ends as an owner's name does."""
    return bool(page.vocabulary.owners.ending(text))
