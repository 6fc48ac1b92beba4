"""Changes of a what-if as data: checked whenever they are read, and turned into what the engine does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.outlook import shapes, whatif
from tiaodu.engine.outlook.model import Noise
from tiaodu.engine.outlook.months import Months, month_of, month_text
from tiaodu.engine.outlook.whatif import Case, Change

MOST = 12  # changes at once: more cannot be judged side by side
KINDS: Mapping[str, Any] = {
    "move": gettext_lazy("挪日子"),
    "fix": gettext_lazy("定日子"),
    "add": gettext_lazy("增加"),
    "stop": gettext_lazy("停"),
    "scale": gettext_lazy("打折或加码"),
    "plus": gettext_lazy("每月加上"),
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "move": ("days",),
    "fix": ("day",),
    "add": ("count", "day"),
    "stop": ("first", "last", "left"),
    "scale": ("percent", "first", "last"),
    "plus": ("amount", "first", "last"),
}
DATED = frozenset({"move", "fix"})  # these speak of a step, the others of a node
BOUNDS: Mapping[str, tuple[float, float]] = {
    "days": (-730, 730),
    "count": (-100_000, 100_000),
    "left": (0, 99),
    "percent": (1, 1000),
    "amount": (-1e12, 1e12),
}


class ChangeError(ValueError):
    """A change that cannot be read: the field, and what is accepted."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class Wish:
    """One change: ``on`` is a series of the tree or the key of a step. ``first`` and ``last`` are months by
    number, ``left`` and ``percent`` in percent, ``amount`` in the unit of the node.
    """

    kind: str
    on: str
    days: int | None = None
    day: date | None = None
    count: float | None = None
    first: int | None = None
    last: int | None = None
    left: float | None = None
    percent: float | None = None
    amount: float | None = None

    @property
    def months(self) -> Months:
        """The months it speaks of; asked only of kinds that have some."""
        assert self.first is not None  # noqa: S101  checked when it was read
        assert self.last is not None  # noqa: S101
        return Months(self.first, self.last - self.first + 1)


def as_data(wish: Wish) -> dict[str, Any]:
    """A change as it is kept.

    >>> as_data(Wish("stop", "shigang:output.coal.raw", first=24295, last=24296, left=0.0))
    {'kind': 'stop', 'on': 'shigang:output.coal.raw', 'first': '2024-08', 'last': '2024-09', 'left': 0.0}
    """
    found = {name: value for name, value in asdict(wish).items() if value is not None}
    for name in ("first", "last"):
        if name in found:
            found[name] = month_text(found[name])
    if wish.day is not None:
        found["day"] = wish.day.isoformat()
    return found


def wishes_of(data: Any) -> tuple[Wish, ...]:
    """Changes as they were kept or sent; raises ChangeError for what has another shape."""
    if not isinstance(data, list) or not data:
        raise ChangeError("", _("还没有写要改什么。"))
    if len(data) > MOST:
        raise ChangeError("", _("一次最多改 %(most)s 项，现在有 %(count)s 项。") % _many(len(data)))
    return tuple(wish_of(each) for each in data)


def _many(count: int) -> dict[str, int]:
    return {"most": MOST, "count": count}


def wish_of(data: Any) -> Wish:
    """One change; raises ChangeError."""
    if not isinstance(data, Mapping) or data.get("kind") not in KINDS:
        raise ChangeError("kind", _("不认识这种改法。"))
    kind, on = str(data["kind"]), data.get("on")
    if not isinstance(on, str) or not on:
        raise ChangeError("on", _("请选要改的是什么。"))
    unknown = data.keys() - {"kind", "on", *FIELDS[kind]}
    if unknown:
        raise ChangeError("kind", _("多出的内容：%(names)s。") % {"names": "、".join(sorted(unknown))})
    wish = Wish(kind, on, **{name: _READ[name](name, data.get(name)) for name in FIELDS[kind]})
    _check(wish)
    return wish


def _check(wish: Wish) -> None:
    if wish.first is not None and wish.last is not None and wish.last < wish.first:
        raise ChangeError("last", _("止月早于起月。"))
    nothing = {"move": ("days", 0), "add": ("count", 0), "scale": ("percent", 100), "plus": ("amount", 0)}
    if wish.kind in nothing:
        name, value = nothing[wish.kind]
        if getattr(wish, name) == value:
            raise ChangeError(name, _("这样写等于没有改。"))


def _number(name: str, value: Any) -> float:
    low, high = BOUNDS[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ChangeError(name, _("请填一个数。"))
    if not low <= value <= high:
        words = _("请填 %(low)s 到 %(high)s 之间的数。") % {"low": f"{low:,.0f}", "high": f"{high:,.0f}"}
        if name == "percent" and value == 0:
            words = _("0% 就是停下来：请改用“停”。")
        raise ChangeError(name, words)
    return float(value)


def _whole(name: str, value: Any) -> int:
    found = _number(name, value)
    if found != int(found):
        raise ChangeError(name, _("请填整数。"))
    return int(found)


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ChangeError(name, _("没有这一天，请写成 2024-08-31。")) from None


def _month(name: str, value: Any) -> int:
    try:
        if not isinstance(value, str) or len(value) != len("2024-08"):
            raise ValueError
        return month_of(value)
    except ValueError:
        raise ChangeError(name, _("没有这个月，请写成 2024-08。")) from None


_READ: Mapping[str, Any] = {
    "days": _whole, "day": _day, "count": _number, "first": _month, "last": _month, "left": _number,
    "percent": _number, "amount": _number,
}  # fmt: skip


def acts_of(wish: Wish, case: Case, today: date) -> list[Change]:
    """What the engine does of a change. A date that is moved forward does not come before ``today``; what
    stands still completely has its stops at nothing too, so that it no longer counts as running.
    """
    if wish.kind == "move":
        return [whatif.MoveDate(wish.on, wish.days or 0, today)]
    if wish.kind == "fix" and wish.day is not None:
        return [whatif.FixDate(wish.on, wish.day)]
    if wish.kind == "add" and wish.day is not None:
        return [whatif.Add(wish.on, wish.day, wish.count or 0.0)]
    if wish.kind == "stop":
        left = (wish.left or 0.0) / 100
        also = stops_of(case, wish.on) if left == 0 else ()
        return [whatif.Stop(key, wish.months, left) for key in (wish.on, *also)]
    if wish.kind == "scale":
        return [whatif.Scale(wish.on, (wish.percent or 0.0) / 100, wish.months)]
    return [whatif.Plus(wish.on, wish.amount or 0.0, wish.months)]


def stops_of(case: Case, key: str) -> Sequence[str]:
    """The stops a node of the same subject hangs on directly."""
    nodes, subject = case.tree.nodes, key.partition(":")[0]
    node = nodes.get(key)
    inputs = node.inputs if node is not None else ()
    return [name for name in inputs if name.partition(":")[0] == subject and is_stop(case, name)]


def is_stop(case: Case, key: str) -> bool:
    """Whether a node is the share that stops leave of a month."""
    kind = case.tree.nodes[key].kind
    return isinstance(kind, Noise) and isinstance(kind.shape, shapes.Stop)
