"""The components every page is made of. Each renders ``ui/<name>.html`` and looks the same in every room."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.web import figures
from tiaodu.web.navigation import Entry
from tiaodu.web.reliability import picture

register = template.Library()

# The same lights, badges and links of rooms stand on every page: so many are kept ready.
MOST_READY = 4096

WORDS = {
    "not_triggered": _("未触发"),
    "not_due": _("未到期"),
    "due_soon": _("临期"),
    "overdue": _("逾期"),
    "claimed": _("完成待核"),
    "struck_off": _("已销号"),
    "green": _("正常"),
    "amber": _("关注"),
    "red": _("告急"),
    "grey": _("未评"),
}


@lru_cache(maxsize=MOST_READY)
def _ready(name: str, language: str | None, given: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return SafeString(get_template(name).render(dict(given)).strip())


def component(name: str, **given: Hashable) -> SafeString:
    """A template that depends on the language and on what it is given alone; rendered once for each. Words
    must be given escaped: the same words may come safe or not.
    """
    return _ready(name, get_language(), tuple(given.items()))


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A part that is the same on every page, for everybody who reads the same language."""
    return component(name)


@register.simple_tag
def room_link(entry: Entry) -> SafeString:
    """The way into a room, in the navigation."""
    return component("web/_room.html", entry=entry)


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> str:
    """The words of a block a second time: the page's title also stands in the window's title."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return " ".join(unescape(strip_tags(block.render(context))).split()) if block else ""


@register.filter
def sector_names(codes: Iterable[str]) -> str:
    """Fields of work by name in the reader's language."""
    return "、".join(sector_name(code) for code in codes)


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """A drawing beside words; hidden from screen readers, because the words say it."""
    drawing = '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return format_html(drawing, static("vendor/tabler-icons.svg"), name)


@register.simple_tag
def light(state: str, word: Any = "", reason: Any = "") -> SafeString:
    """A light: shape and colour by ``state``, always its word, and the reason in words."""
    shown = conditional_escape(word or WORDS.get(state, state))
    return component("ui/light.html", state=state, word=shown, reason=conditional_escape(reason))


@register.simple_tag
def quantity(value: Decimal | float | None, unit: str = "", places: int | None = None) -> SafeString:
    """A value in base units as officials write it, the unit a little apart; nothing known is a dash."""
    if value is None or value == "":  # a template gives an empty text for what a row does not have
        return format_html('<span class="none">{}</span>', "—")
    number, written = figures.written(value, unit, places)
    return format_html('<span class="quantity">{}<span class="unit">{}</span></span>', number, written)


@register.simple_tag
def quantity_text(value: Decimal | float, unit: str = "", places: int | None = None) -> str:
    """The same as plain words, where no element may stand: in a drawing or an attribute."""
    return "".join(figures.written(value, unit, places))


@register.inclusion_tag("ui/figure.html")
def figure(
    value: Decimal | None, unit: str = "", url: str = "", day: date | None = None, places: int | None = None
) -> dict[str, Any]:
    """A figure with its day; with ``url`` a dotted underline opens its provenance in the drawer."""
    return {"value": value, "unit": unit, "url": url, "day": day, "places": places}


@register.simple_tag
def due(text: Any, day: date | None = None) -> SafeString:
    """A due as it is written, with its last day for machines."""
    if not text and day is None:
        return format_html('<span class="none">{}</span>', "—")
    if day is None:
        return format_html('<span class="due">{}</span>', text)
    return format_html('<time class="due" datetime="{}">{}</time>', day.isoformat(), text or day.isoformat())


@register.simple_tag
def strength(level: int | None, word: str = "") -> SafeString:
    """How strongly a promise is worded: the word and its level 5…1."""
    return component("ui/strength.html", level=level, word=conditional_escape(word))


@register.simple_tag
def sample(shown: Any = 1) -> SafeString:
    """The 示例 badge, when what it stands at is not fact."""
    return component("ui/sample.html", shown=bool(shown))


@register.inclusion_tag("ui/reliability.html")
def reliability(classes: Sequence[tuple[float, float, float, float, int, str]]) -> dict[str, Any]:
    """The reliability picture of classes of chances: told, kept, its interval, how many, in words."""
    return {"picture": picture(classes)}


@register.inclusion_tag("ui/empty.html")
def empty(title: Any, text: Any = "", example: Any = "", url: str = "", button: Any = "") -> dict[str, Any]:
    """An empty state: what this is, one example, the button to begin."""
    given = {"title": title, "text": text, "example": example, "url": url, "button": button}
    return {"empty": given}


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[Sequence[Any]], label: Any = "", *, within: bool = False) -> dict[str, Any]:
    """Tabs: each (title, address, is on) or (title, address, is on, count).

    ``on`` is truthy for the page shown, ``"true"`` for the tab the page stands below. ``within``: a second
    row, of the pages of a tab.
    """
    named = ("title", "url", "on", "count")
    found = [dict(zip(named, item, strict=False)) for item in items]
    return {"tabs": found, "label": label, "within": within}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, unit: Any = "", label: Any = "") -> dict[str, Any]:
    """A field of a form with label, unit beside it, help and what is wrong with it."""
    wrong: dict[str, str | bool] = (
        {"aria-invalid": "true", "aria-describedby": f"{bound.id_for_label}-wrong"} if bound.errors else {}
    )
    return {
        "field": bound,
        "unit": unit,
        "label": label or bound.label,
        "widget": bound.as_widget(attrs=wrong),
    }


@register.inclusion_tag("ui/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole, and how many fields need another look."""
    return {"general": form.non_field_errors(), "count": sum(1 for bound in form if bound.errors)}


@register.inclusion_tag("ui/drop.html")
def drop(bound: BoundField, title: Any, hint: Any = "") -> dict[str, Any]:
    """A place to drop a file or choose one: ``bound`` is a file field."""
    return {"field": bound, "title": title, "hint": hint}


@register.inclusion_tag("ui/progress.html")
def progress(done: int, total: int, message: Any = "") -> dict[str, Any]:
    """How far a piece of work has come; unknown while ``total`` is 0."""
    percent = min(100, done * 100 // total) if total else None
    return {"done": done, "total": total, "message": message, "percent": percent}


@register.inclusion_tag("ui/bar.html")
def bar(value: Decimal | None, target: Decimal | None, plan: Decimal | None = None) -> dict[str, Any]:
    """A thin bar: what was reached of a target, and a stroke where the plan would be today."""
    return {"done": figures.share(value, target), "plan": figures.share(plan, target)}


@register.inclusion_tag("ui/wall_calendar.html")
def wall_calendar(year: int, items: Iterable[dict[str, Any]], day: date | None = None) -> dict[str, Any]:
    """Twelve months with what is due in each.

    Each item has ``date`` (its last day) and ``title``; ``url``, ``state``, ``text`` (the due in words) and
    ``note`` if there are. The month of ``day`` is marked as now.
    """
    months: list[dict[str, Any]] = [{"start": date(year, month, 1), "entries": []} for month in range(1, 13)]
    for item in sorted(items, key=lambda item: (item["date"], str(item["title"]))):
        if item["date"].year == year:
            months[item["date"].month - 1]["entries"].append(item)
    for month in months:
        month["now"] = bool(day and (day.year, day.month) == (year, month["start"].month))
    return {"year": year, "months": months}


@register.inclusion_tag("ui/feed_item.html")
def feed_item(day: date, who: Any, text: Any, *, sample: bool = False, note: Any = "") -> dict[str, Any]:
    """One entry of a feed (a list of class ``feed``): the day, who, what."""
    return {"day": day, "who": who, "text": text, "sample": sample, "note": note}
