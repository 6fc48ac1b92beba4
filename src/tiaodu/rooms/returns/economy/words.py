"""Words of the economy part: colours, kinds of checks, forms of sums."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.display import display
from tiaodu.engine.kernel.english import english
from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.registry.models import Measure

LIGHT_WORDS = {
    "red": _("红"),
    "yellow": _("黄"),
    "attention": _("浅黄"),
    "green": _("绿"),
    "unknown": _("缺数"),
}
# The light that is drawn for each colour.
DOTS = {"red": "red", "yellow": "amber", "attention": "due_soon", "green": "green", "unknown": "grey"}
SEVERITY_WORDS = {"hard": _("不通过"), "soft": _("请核对"), "note": _("提示")}
KIND_WORDS = {
    "formula": _("条件"),
    "cumulative": _("累计恒等"),
    "unit": _("单位差几位"),
    "level": _("与同行差几位"),
    "jump": _("突变"),
    "ratio": _("两数比例"),
    "restated": _("基数更正"),
}
CONFIDENCE_WORDS = {
    "source": _("有出处"),
    "memory-sure": _("可信"),
    "memory-unsure": _("待确认"),
    "practice": _("惯例"),
    "derived": _("推算"),
}


def language() -> str:
    """zh or en: the two languages data has words in."""
    return "en" if get_language() == "en" else "zh"


def amount_words(value: Decimal, unit: str, places: int | None = None) -> str:
    """A value in base units as a reader of the language writes it."""
    return (
        "".join(english(value, unit, places)) if language() == "en" else display(value, unit, places=places)
    )


def month_name(month: Period) -> str:
    """The name of a month in the reader's language: May."""
    return str(date_format(month.start, "F"))


def measure_words(measure: Measure) -> str:
    """A measure in the reader's language."""
    return measure.name_en if language() == "en" else measure.name
