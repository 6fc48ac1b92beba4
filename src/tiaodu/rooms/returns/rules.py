"""What is judged before anything is written: whether a return can be sent, what its cells say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.types import Asked, ReturnType
from tiaodu.foundation.lists.importing.parsers import CellError, Number
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.tables import form_title

PLACES = 6


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form: values in base units by measure, and what is wrong with each other cell."""

    values: Mapping[str, Decimal]
    wrong: Mapping[str, str] = field(default_factory=dict)


def read_typed(form: ReturnType, texts: Mapping[str, str]) -> Typed:
    """The values of the cells of a form; a cell may bear another unit of the same kind (1.2亿元)."""
    values: dict[str, Decimal] = {}
    wrong: dict[str, str] = {}
    for asked in form.asked:
        text = texts.get(asked.measure, "").strip()
        if not text:
            continue
        try:
            values[asked.measure] = parser_of(asked).read(text)
        except CellError as error:
            wrong[asked.measure] = str(error)
    return Typed(values, wrong)


def parser_of(asked: Asked) -> Number:
    """How a cell of a measure is read: in the unit of the form where it bears none."""
    least = None if asked.negative else Decimal(0)
    return Number(asked.base, PLACES, least, written=asked.unit)


def in_unit(asked: Asked, value: Decimal) -> str:
    """A value in base units as it is typed: 12500000元 in 万元 is 1250."""
    text = f"{value / asked.factor:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def refuse_outside_time(form: ReturnType, row: Return, today: date) -> None:
    """Invalid for a period that is not over, and for one that is closed."""
    told = {"form": form_title(form), "period": row.period}
    if row.period_end > today:
        raise Invalid(_("%(period)s还没有过完，过完以后再报。您填写的内容没有保存。") % told)
    last = form.closes(row.period)
    if last is not None and today > last:
        told["day"] = last.isoformat()
        raise Invalid(
            _("%(period)s的%(form)s已于 %(day)s 封账，不能再报或更正。确有差错的，请联系工信局。") % told
        )


def evidence_period(kind: str, period: Period) -> Period:
    """The period a figure stands under: what adds up under the whole of it, a level under its last day."""
    return period if kind == "flow" else Period.day(period.end)
