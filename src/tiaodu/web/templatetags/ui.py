"""The components every page is made of. Each renders ``ui/<name>.html``."""

from __future__ import annotations

from html import unescape
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

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


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> str:
    """The words of a block a second time: the page's title also stands in the window's title."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return " ".join(unescape(strip_tags(block.render(context))).split()) if block else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside words; hidden from screen readers, because the words say it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("vendor/tabler-icons.svg"),
        name,
    )


@register.inclusion_tag("ui/light.html")
def light(state: str, word: Any = "", reason: Any = "") -> dict[str, Any]:
    """A light: shape and colour by ``state``, always its word, and the reason in words."""
    return {"state": state, "word": word or WORDS.get(state, state), "reason": reason}


@register.inclusion_tag("ui/strength.html")
def strength(level: int | None, word: str = "") -> dict[str, Any]:
    """How strongly a promise is worded: the word and its level 5…1."""
    return {"level": level, "word": word}


@register.inclusion_tag("ui/sample.html")
def sample(shown: Any = True) -> dict[str, Any]:
    """The 示例 badge, when what it stands at is not fact."""
    return {"shown": bool(shown)}


@register.inclusion_tag("ui/empty.html")
def empty(title: Any, text: Any = "", example: Any = "", url: str = "", button: Any = "") -> dict[str, Any]:
    """An empty state: what this is, one example, the button to begin."""
    given = {"title": title, "text": text, "example": example, "url": url, "button": button}
    return {"empty": given}
