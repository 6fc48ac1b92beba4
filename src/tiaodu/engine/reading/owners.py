"""Named owners: firms, projects, parks and mines that a number or a step may belong to."""

from __future__ import annotations

import re

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.measures import is_component
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page, Phrase

SHORTEST_NAME = 3
_PARTED = re.compile(r"[、，；。（(“]")
_JOINS = re.compile(r"[等向由把将给]|、.*为|为.*、")
_LISTED = re.compile(r"[、等的到]")


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


def firms(page: Page) -> tuple[str, ...]:
    """What the name of a firm ends with."""
    return tuple(page.vocabulary.raw["words"]["firms"])


def is_name(page: Page, text: str) -> bool:
    """Whether a phrase ends as an owner's name does."""
    return bool(page.vocabulary.owners.ending(text))


def built_with(page: Page, number: Number) -> str | None:
    """投资6500万元新建X: what is built with it."""
    verb = page.cuts.covering(number.end)
    if verb is None or verb.start != number.end or verb.value not in ("verb", "soft"):
        return None
    phrase = phrases.after(page, verb.end, page.clause(number.start)[1])
    return phrase.text if phrase is not None and len(phrase.text) > 2 else None


def built_next(page: Page, number: Number) -> str | None:
    """投资15亿元，实施X工程: what the next clause builds."""
    end = page.clause(number.start)[1]
    if page.text[end : end + 1] not in ("，", ","):
        return None
    start, stop = page.clause(end + 1)
    verb = page.cuts.after(start, start + 4)
    if verb is None or verb.value not in ("verb", "soft"):
        return None
    phrase = phrases.after(page, verb.end, stop)
    return phrase.text if phrase is not None and len(phrase.text) > 2 else None


def whole_name(page: Page, phrase: Phrase) -> str:
    """A name with a capacity inside it is taken whole: 箕山140万千瓦抽蓄电站项目."""
    inner = page.numbers_within(phrase.end, phrase.end + 1)
    if (
        not inner
        or inner[0].unit is None
        or inner[0].unit.dimension not in ("power", "mass", "volume", "energy")
    ):
        return phrase.text
    tail = phrases.after(page, inner[0].end, page.sentence(phrase.start)[1])
    if tail is None or tail.start != inner[0].end:
        return phrase.text
    return page.text[phrase.start : tail.end]


LONGEST_OBJECT = 30  # characters of a clause behind its verb in which its owner is looked for
_SPREAD = 8  # characters between two endings of one name: 华能二期风光项目


def duty_owner(page: Page, start: int, end: int, *, whole: bool) -> str | None:
    """The firm, mine, project or park of a clause; ``start`` is its verb or its first character. ``whole``:
    a name before 的 (列入规划的申请已上报) is none.

    A class of things (同类企业, 能够带动上下游的项目) is no owner.
    """
    first = page.vocabulary.duties.at(page.text, start, end)
    begin = first.end if first else start
    for token in page.owners.within(begin, min(end, begin + LONGEST_OBJECT)):
        last = _last_ending(page, token.start, token.end, end)
        found = _named(page, begin, last)
        if found is not None and not (whole and page.text.startswith("的", last)):
            return found
    return None


def _last_ending(page: Page, start: int, position: int, end: int) -> int:
    """Where the name ends whose first ending is ``[start, position)``: 鑫瑞公司一矿, 国际能源二期光伏项目."""
    for token in page.owners.within(position, min(end, position + _SPREAD)):
        between = page.text[position : token.start]
        parted = any(
            t.value in ("verb", "adverb", "particle") for t in page.cuts.within(position, token.start)
        )
        if parted or _PARTED.search(between) or is_component(page, token.word):
            break
        if between and page.text[start:position].endswith(firms(page)):
            break
        position = token.end
    return position


def _named(page: Page, begin: int, end: int) -> str | None:
    """The name that ends at ``end``: what follows the last verb or 的, or the whole object."""
    text = page.text[begin:end]
    if text.count("“") != text.count("”"):
        return None
    verbs = [t for t in page.vocabulary.duties.find(text) if t.end < len(text)]
    tail = text[verbs[-1].end :] if verbs else text
    whole = "" if _LISTED.search(text) or text.endswith("企业") else text
    for candidate in (tail, whole):
        name = candidate.rpartition("的")[2] if "的" in candidate else candidate
        name = page.vocabulary.leading.sub("", name).strip("、，和及与 ")
        if len(name) >= SHORTEST_NAME and not _JOINS.search(name) and not _is_class(page, name):
            return name
    return None


def _is_class(page: Page, name: str) -> bool:
    return (
        name in page.vocabulary.owners.words
        or phrases.is_generic(page, name)
        or is_component(page, name)
        or any(t.end == len(name) and t.start > 0 for t in page.vocabulary.duties.find(name))
    )
