"""How much room a text takes in a drawing, where no page breaks its lines.

A Chinese character is as wide as it is high; other characters are counted at 0.56 of that, what a sans
serif needs for digits and most small letters.
"""

from __future__ import annotations

from unicodedata import east_asian_width

NARROW = 0.56
CUT = "…"
_NEVER_FIRST, _NEVER_LAST = "）」』》”’，、。；：！？)", "（「『《“‘("


def breadth(text: str) -> float:
    """The width of a text in heights of its letters.

    >>> breadth("竣工")
    2.0
    >>> breadth("P50")
    1.68
    """
    return round(sum(1.0 if east_asian_width(char) in "WF" else NARROW for char in text), 2)


def broken(text: str, width: float, lines: int = 2) -> tuple[str, ...]:
    """The text in at most so many lines of ``width``; what does not fit is cut and marked.

    Words of a language with spaces stay whole where a line can hold them.

    >>> broken("建筑工程施工许可证", 6)
    ('建筑工程施工', '许可证')
    >>> broken("Planning conditions and figures", 9)
    ('Planning', 'conditions and…')
    >>> broken("征收土地公告（批后）", 7)
    ('征收土地公告', '（批后）')
    >>> broken("农用地转用和土地征收审批", 5, lines=1)
    ('农用地转…',)
    """
    rest, found = text.strip(), list[str]()
    while rest and len(found) < lines - 1:
        head = _head(rest, width)
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    if rest:
        found.append(rest if breadth(rest) <= width else _head(rest, width - 1, whole=False).rstrip() + CUT)
    return tuple(found)


def _head(text: str, width: float, *, whole: bool = True) -> str:
    """As much of a text as fits, one character at least; ends at a space where there is one."""
    if breadth(text) <= width:
        return text
    count = 1
    while breadth(text[: count + 1]) <= width:
        count += 1
    while count > 1 and (text[count] in _NEVER_FIRST or text[count - 1] in _NEVER_LAST):
        count -= 1
    head = text[:count]
    if whole and not (text[count].isspace() or _wide(text[count]) or _wide(head[-1])):
        head = head[: head.rfind(" ") + 1] or head
    return head


def _wide(char: str) -> bool:
    return east_asian_width(char) in "WF"
