"""Items in words: their number, their clock, whose turn it is, and every coded reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tiaodu.engine.items.clock import Clock, Unit
from tiaodu.engine.items.states import State, Turn
from tiaodu.engine.items.vocabulary import Limit, Word
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import STATES, TURNS

if TYPE_CHECKING:
    from tiaodu.foundation.items.models import Item, ItemEntry


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def said(words: Mapping[str, Word], code: str) -> str:
    """The word of a code in the reader's language; the code where nobody gave it words."""
    found = words.get(code)
    return found.said(english=english()) if found else code


def kind_words(code: str) -> str:
    """A kind of item by name."""
    return said(rules.kinds(), code)


def number_words(item: Item) -> str:
    """The number of an item as offices write it: 交办〔2024〕12号."""
    kind = rules.kinds().get(item.kind)
    told = {"year": item.year, "number": item.number}
    if english():
        return _("%(kind)s %(year)s-%(number)s") % {**told, "kind": kind_words(item.kind)}
    return f"{kind.act.zh if kind else item.kind}〔{item.year}〕{item.number}号"


def reason_words(code: str, item: Item, day: date) -> str:
    """A reason to wait by name."""
    return said(rules.reasons(item.region, day), code) if code else ""


def basis_words(item: Item) -> str:
    """What an item rests on: 领导批示（2024-04-15）：…"""
    if not item.basis:
        return ""
    kind = said(rules.bases(), item.basis)
    dated = f"（{item.basis_day.isoformat()}）" if item.basis_day else ""
    return f"{kind}{dated}：{item.basis_text}" if item.basis_text else f"{kind}{dated}"


def limit_words(limit: Limit) -> str:
    """A limit with its days: 领导批示，一般（15 个工作日）."""
    return _("%(name)s（%(days)s）") % {
        "name": limit.said(english=english()),
        "days": days_words(limit.days, limit.unit),
    }


def days_words(days: int, unit: Unit) -> str:
    """A number of days of a unit."""
    if unit is Unit.CALENDAR:
        return ngettext("%(days)d 天", "%(days)d 天", days) % {"days": days}
    return working_days(days)


def working_days(days: int) -> str:
    """A number of working days."""
    return ngettext("%(days)d 个工作日", "%(days)d 个工作日", days) % {"days": days}


def due_words(clock: Clock) -> str:
    """The due as it is written, with 暂定 where a notice is still missing."""
    text = clock.due.isoformat()
    return _("%(day)s（暂定）") % {"day": text} if clock.provisional else text


def turn_words(entry: ItemEntry) -> str:
    """Whose turn it is: the department by name where it is ours, the authority where it is the issuer's."""
    turn = Turn(entry.turn)
    if turn is Turn.OURS:
        asked = entry.receiving if entry.state == State.OFFERED and entry.receiving else entry.department
        return str(asked)
    return str(entry.item.authority) if turn is Turn.ISSUER else str(TURNS[turn])


def clock_words(state: State, clock: Clock, reason: str = "") -> str:
    """The answer of an item in one phrase: 还剩 3 个工作日; 逾期 2 个工作日; 等待…，计时暂停."""
    word, rest = light_words(state, clock, reason)
    if state in (State.STRUCK_OFF, State.CLAIMED, State.WITHDRAWN):
        return joined(word, rest)
    if state is State.WAITING:
        return f"{word}: {rest}" if english() else f"{word}：{rest}"
    return running_words(clock) if clock.overdue else rest


def light_words(state: State, clock: Clock, reason: str = "") -> tuple[str, str]:
    """The word of an item's light and its reason in words."""
    if state is State.WITHDRAWN:
        return _("已作废"), ""
    if state is State.STRUCK_OFF:
        return _("已销号"), _over(clock, _("按时办结"), _("逾期 %(days)s办结"))
    if state is State.CLAIMED:
        return _("待核实"), _over(clock, "", _("报完成时已逾期 %(days)s"))
    if state is State.WAITING:
        return _("等待"), joined(reason, _held(clock))
    if clock.late:
        over = working_days(clock.overdue) if clock.overdue else _("已过期限，其后还没有工作日")
        return _("逾期"), over
    word = _("临期") if clock.soon else str(STATES[state])
    return word, _("还剩 %(days)s") % {"days": working_days(clock.left)} if clock.left else _("今天到期")


def _held(clock: Clock) -> str:
    """What the clock of a waiting item says."""
    if not clock.stopped:
        return _("计时不停，%(running)s") % {"running": running_words(clock)}
    if clock.late:
        return _("计时暂停，停时已逾期 %(days)s") % {"days": working_days(clock.overdue)}
    return _("计时暂停，恢复后还有 %(days)s") % {"days": working_days(clock.left)}


def running_words(clock: Clock) -> str:
    """What a running clock says."""
    if clock.late:
        return _("逾期 %(days)s") % {"days": working_days(clock.overdue)}
    return _("还剩 %(days)s") % {"days": working_days(clock.left)} if clock.left else _("今天到期")


def _over(clock: Clock, in_time: str, late: str) -> str:
    return late % {"days": working_days(clock.overdue)} if clock.late else in_time


def joined(*parts: str) -> str:
    """Phrases one after the other, as the reader's language separates them."""
    return (", " if english() else "，").join(part for part in parts if part)


def sentence(text: str) -> str:
    """A phrase as it begins a line."""
    return text[:1].upper() + text[1:]


def escalated_words(target: str) -> str:
    """Before whom a rung brings an item."""
    return _("已提级到%(target)s") % {"target": said(rules.targets(), target)}


def detail_words(entry: ItemEntry) -> str:
    """The coded facts of a log entry in words: who was asked, the reason, the rung, the days."""
    told = entry.detail
    parts = [
        str(told.get("to", "")),
        reason_words(told.get("reason", ""), entry.item, entry.known_on),
        said(rules.targets(), told["target"]) if "target" in told else "",
        _("延至 %(day)s") % {"day": told["asked"]} if "asked" in told else "",
        _("期限 %(due_before)s → %(due)s") % told if "due_before" in told else "",
    ]
    return joined(*parts)
