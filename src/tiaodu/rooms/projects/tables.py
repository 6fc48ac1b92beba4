"""The versioned tables of the room."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import Choice, ListOf, Record, Text
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation.tables.declaring import Column, Table, declare


def _actors() -> dict[str, str]:
    return {code: actor.name.zh for code, actor in load_words().actors.items()}


ACTORS = declare(
    Table(
        code="projects.actors",
        title=_("项目步骤的责任单位"),
        about=_(
            "步骤由谁办：模板写的是通用名称（如“自然资源局”），系统按登记簿里的名称和别名找到本县的部门。"
            "本县由别的部门办的，在这里写明。"
        ),
        packaged="projects/actors.yaml",
        shape=ListOf(Record({"actor": Choice(list(_actors())), "department": Text()}), empty=True),
        columns=(
            Column("actor", _("模板里的责任方"), words=_actors()),
            Column("department", _("本县的部门"), help=_("登记簿里的名称或别名。"), wide=True),
        ),
        key=("actor",),
        supplier=_("行政审批局"),
        affects=_("步骤的责任单位"),
    )
)


def words_in(label: object) -> str:
    """A name of a template in the reader's language."""
    return str(getattr(label, "en" if get_language() == "en" else "zh"))
