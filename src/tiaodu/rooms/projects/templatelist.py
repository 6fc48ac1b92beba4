"""The templates of stage networks as a list."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.projects.selectors.templates import TemplateRow


def origin_words(row: TemplateRow) -> str:
    """Whose template holds."""
    if row.data is None:
        return ""
    return _("本地第 %(number)s 版") % {"number": row.number} if row.number else _("随程序")


class TemplateList(ListPage):
    """What kinds of projects there are, with how many steps, and who uses them."""

    name = "project-templates"
    title = gettext_lazy("项目模板")
    columns = (
        Column(
            "title",
            gettext_lazy("模板"),
            cell=lambda r: r.title,
            sort=lambda r: r.title,
            export=lambda r: r.title,
            card="title",
            width="wide",
        ),
        Column(
            "steps",
            gettext_lazy("步骤"),
            cell=lambda r: len(r.template.steps) if r.template else "—",
            sort=lambda r: len(r.template.steps) if r.template else 0,
            export=lambda r: len(r.template.steps) if r.template else None,
            numeric=True,
        ),
        Column(
            "unsure",
            gettext_lazy("待确认的时限"),
            cell="projects/cells/unsure.html",
            sort=lambda r: r.unsure,
            export=lambda r: r.unsure,
            numeric=True,
        ),
        Column(
            "used",
            gettext_lazy("在用项目"),
            cell="projects/cells/used.html",
            sort=lambda r: r.used,
            export=lambda r: r.used,
            numeric=True,
        ),
        Column("older", gettext_lazy("用旧版的项目"), export=lambda r: r.older, shown=False, numeric=True),
        Column("origin", gettext_lazy("出自"), cell=origin_words, export=origin_words),
        Column(
            "valid_from",
            gettext_lazy("生效日"),
            cell=lambda r: r.data.valid_from.isoformat() if r.data else "",
            sort=lambda r: r.data.valid_from if r.data else None,
            export=lambda r: r.data.valid_from if r.data else None,
            width="narrow",
        ),
    )
    chips = (
        Chip("used", gettext_lazy("有项目在用"), lambda r: r.used > 0),
        Chip("older", gettext_lazy("有项目用旧版"), lambda r: r.older > 0),
        Chip("unsure", gettext_lazy("时限待确认"), lambda r: r.unsure > 0, light="amber"),
        Chip("county", gettext_lazy("本地改过"), lambda r: bool(r.number)),
        Chip("waiting", gettext_lazy("有人提议修改"), lambda r: r.waiting > 0),
    )
    search = Search(("title", "kind", "data.source"))
    search_hint = gettext_lazy("搜索模板、依据")
    export_permission = "projects.export"
    empty = Empty(gettext_lazy("还没有模板"), gettext_lazy("模板随程序提供，也可以由县里增加。"))
    sample_field = ""

    def row_url(self, record: TemplateRow) -> str:
        return reverse("projects:template", args=[record.kind])

    def is_sample(self, record: Any) -> bool:
        return False
