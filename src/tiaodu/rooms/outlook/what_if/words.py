"""Changes and scenarios in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.engine.outlook.months import month_text
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.what_if.base import Base
from tiaodu.rooms.outlook.what_if.changes import DATED, Wish
from tiaodu.rooms.outlook.what_if.outcome import Row


def wish_words(wish: Wish, base: Base) -> str:
    """A change as people say it: 石港煤业原煤产量 2024-08 到 2024-09 停."""
    told = {
        "on": name_of(wish.on, base, dated=wish.kind in DATED),
        "unit": base.case.tree.nodes[wish.on].unit if wish.on in base.case.tree.nodes else "",
        "day": str(wish.day or ""),
        "months": _months(wish),
        "left": _plain(wish.left),
        "percent": _plain(wish.percent),
    }
    return _SAID[wish.kind](wish, told)


def _moved(wish: Wish, told: dict[str, str]) -> str:
    days = abs(wish.days or 0)
    if (wish.days or 0) > 0:
        words = ngettext("%(on)s 晚 %(days)s 天", "%(on)s 晚 %(days)s 天", days)
    else:
        words = ngettext("%(on)s 提前 %(days)s 天", "%(on)s 提前 %(days)s 天", days)
    return words % {**told, "days": days}


def _added(wish: Wish, told: dict[str, str]) -> str:
    return _("%(on)s 从 %(day)s 起 %(count)s%(unit)s") % {**told, "count": f"{wish.count:+,.12g}"}


def _stopped(wish: Wish, told: dict[str, str]) -> str:
    return (_("%(on)s %(months)s 只剩 %(left)s%%") if wish.left else _("%(on)s %(months)s 停")) % told


def _plus(wish: Wish, told: dict[str, str]) -> str:
    return _("%(on)s %(months)s 每月 %(amount)s%(unit)s") % {**told, "amount": f"{wish.amount:+,.12g}"}


_SAID: Mapping[str, Callable[[Wish, dict[str, str]], str]] = {
    "move": _moved,
    "fix": lambda _wish, told: _("%(on)s 定在 %(day)s") % told,
    "add": _added,
    "stop": _stopped,
    "scale": lambda _wish, told: _("%(on)s %(months)s 按 %(percent)s%% 算") % told,
    "plus": _plus,
}


def _plain(figure: float | None) -> str:
    return "" if figure is None else f"{figure:,.12g}"


def short_words(row: Row) -> str:
    """What changed of a figure in one clause: 原煤产量少 13.7万吨，把握 15% → <1%."""
    mean, line = row.mean or 0.0, row.line
    told = {"name": row.name, "days": f"{abs(mean):.0f}", "figure": words.figure_words(abs(mean), line.unit)}
    if line.is_day:
        said = (_("%(name)s晚 %(days)s 天") if mean > 0 else _("%(name)s早 %(days)s 天")) % told
    else:
        said = (_("%(name)s：多 %(figure)s") if mean > 0 else _("%(name)s：少 %(figure)s")) % told
    before, after = words.percent(row.base.chance), words.percent(row.other.chance)
    if not before or before == after:
        return said
    return _("%(said)s，把握 %(before)s → %(after)s") % {"said": said, "before": before, "after": after}


def name_of(key: str, base: Base, *, dated: bool) -> str:
    """A node or a step by its title; its key where it is not there any more."""
    if dated:
        step = base.county.steps.get(key)
        return step.title if step is not None else key
    node = base.case.tree.nodes.get(key)
    return (node.title or key) if node is not None else key


def _months(wish: Wish) -> str:
    if wish.first is None or wish.last is None:
        return ""
    first, last = month_text(wish.first), month_text(wish.last)
    return first if first == last else _("%(first)s 到 %(last)s") % {"first": first, "last": last}
