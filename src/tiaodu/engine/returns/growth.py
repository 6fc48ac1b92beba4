"""Growth of a sum over firms: on the same set of firms, and on the base that was first told.

Dividing this year's total by the total told last year is wrong as soon as a firm has come or gone, or has
corrected last year's figure; so the two are kept apart (domain: 可比口径).

>>> from decimal import Decimal
>>> now = {1: Decimal(110), 2: Decimal(55), 3: Decimal(500)}
>>> found = growth(now, {1: Decimal(100), 2: Decimal(50)}, first={1: Decimal(120)})
>>> str(found.comparable), str(found.published), found.both, str(found.total)
('10.0', '291.2', 2, '665')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")
Values = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Growth:
    """A sum now and a year ago. ``both`` firms told both; ``firms`` tell now.

    ``base_published`` is what was told a year ago, as it was told then; ``base_comparable`` what the same
    firms say of it today. Rates are in per cent, to one decimal; None without a base above nothing.
    """

    total: Decimal
    firms: int
    both: int
    now_comparable: Decimal
    base_comparable: Decimal
    base_published: Decimal

    @property
    def comparable(self) -> Decimal | None:
        return rate(self.now_comparable, self.base_comparable)

    @property
    def published(self) -> Decimal | None:
        return rate(self.total, self.base_published)


def growth(now: Values, base: Values, *, first: Values | None = None) -> Growth:
    """The growth of firms' figures; ``first`` are those told first where a firm corrected last year's."""
    both = now.keys() & base.keys()
    told = first or {}
    return Growth(
        total=sum(now.values(), Decimal(0)),
        firms=len(now),
        both=len(both),
        now_comparable=sum((now[firm] for firm in both), Decimal(0)),
        base_comparable=sum((base[firm] for firm in both), Decimal(0)),
        base_published=sum((told.get(firm, value) for firm, value in base.items()), Decimal(0)),
    )


def rate(now: Decimal, base: Decimal) -> Decimal | None:
    """Per cent by which ``now`` is above ``base``, half up to one decimal.

    >>> str(rate(Decimal(106), Decimal(100))), rate(Decimal(1), Decimal(0))
    ('6.0', None)
    """
    if base <= 0:
        return None
    return ((now / base - 1) * 100).quantize(_TENTH, ROUND_HALF_UP)
