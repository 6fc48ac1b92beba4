"""The templates of stage networks as versioned tables: one table a kind, its rows are the steps.

The package brings each as a nested file of data/stages; a county changes it in the browser or in Excel, a
second person confirms. Running projects keep the network they took.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    DataFileError,
    Flag,
    Integer,
    ListOf,
    Record,
    Shape,
    Text,
)
from tiaodu.engine.stages.flat import COLUMNS, Place, flaws_of, rows_of
from tiaodu.engine.stages.model import Label, Unit
from tiaodu.engine.stages.template import (
    MOST_DAYS,
    MOST_MONTHS,
    NOT_TEMPLATES,
    STEP_CODE,
    TEMPLATE_SHAPE,
    TemplateError,
    load_template,
)
from tiaodu.engine.stages.words import CODE, load_words, stages_data
from tiaodu.foundation.tables.declaring import Column, Fault, FileForm, Table, declare
from tiaodu.foundation.tables.models import Confidence

Row = Mapping[str, Any]
_WORDS: Final = load_words()
_SURE: Final = {code.value: code.label for code in Confidence}
_UNITS: Final = {Unit.WORKING.value: _("工作日"), Unit.CALENDAR.value: _("自然日")}


def in_words(label: Label) -> str:
    """A name of a template in the reader's language."""
    return label.en if (get_language() or "").startswith("en") else label.zh


_lazily = lazy(in_words, str)


def _named(labels: Mapping[str, Any]) -> dict[str, Any]:
    """Words of a closed list, in the language of whoever reads them."""
    return {code: _lazily(getattr(each, "name", each)) for code, each in labels.items()}


_LISTS: Final = {
    "stage": _named(_WORDS.stages),
    "by": _named(_WORDS.actors),
    "waits": _named(_WORDS.waits),
    "pauses": _named(_WORDS.pauses),
}
_STEPS, _DAYS, _SURENESS = ListOf(STEP_CODE, empty=True), Integer(0, MOST_DAYS), Choice(CONFIDENCES)
_SHAPES: Final[Mapping[str, Shape]] = {
    "code": STEP_CODE,
    "name_zh": Text(),
    "kind": CODE,
    "stage": Choice(list(_LISTS["stage"])),
    "by": Choice(list(_LISTS["by"])),
    "after": _STEPS,
    "gates": _STEPS,
    "waits": ListOf(Choice(list(_LISTS["waits"])), empty=True),
    "pauses": ListOf(Choice(list(_LISTS["pauses"])), empty=True),
    "choice": CODE,
    **dict.fromkeys(("start", "goal", "milestone", "assumed"), Flag()),
    "lapse_months": Integer(1, MOST_MONTHS),
    "lapse_before": STEP_CODE,
}
_NEEDED: Final = ("code", "name_zh", "stage", "by")
_ENDINGS: Final[Mapping[str, Shape]] = {
    "unit": Choice([unit.value for unit in Unit]),
    "confidence": _SURENESS,
    **dict.fromkeys(("days", "extension", "low", "likely", "high"), _DAYS),
}


def _shape(key: str) -> Shape:
    return _SHAPES.get(key) or _ENDINGS.get(key.rpartition("_")[2]) or Text()


SHAPE: Final = ListOf(
    Record({key: _shape(key) for key in _NEEDED}, {key: _shape(key) for key in COLUMNS if key not in _NEEDED})
)
_BASIC, _ORDER, _PAUSE = _("步骤"), _("先后"), _("暂停与等待")
_LAW, _COMMITTED, _LEAST, _USUAL = _("法定时限"), _("承诺时限"), _("最短期限"), _("经验工期")
_PAPERS, _WHEN, _LAPSE, _BASIS = _("材料与佐证"), _("是否需要"), _("批复有效期"), _("依据与说明")
_CODES, _LINES = _("步骤代码，用顿号隔开。"), _("每行一项，写“中文 | 英文”，英文可以不写。")
_COLUMNS: Final = (
    Column("code", _("代码"), help=_("如 A05a；有记录的步骤不要改代码。"), group=_BASIC, brief=True),
    Column("name_zh", _("步骤名称"), group=_BASIC, brief=True),
    Column("name_en", _("英文名称"), group=_BASIC),
    Column("stage", _("阶段"), words=_LISTS["stage"], group=_BASIC, brief=True),
    Column("by", _("责任方"), words=_LISTS["by"], group=_BASIC, brief=True),
    Column("kind", _("同类步骤"), help=_("各模板里同样的工作用同一个词，一起学习实际天数。"), group=_BASIC),
    Column("start", _("起点"), group=_BASIC),
    Column("goal", _("终点"), group=_BASIC),
    Column("milestone", _("节点"), help=_("本身不花时间。"), group=_BASIC),
    Column("after", _("通常在前的步骤"), help=_CODES, group=_ORDER, wide=True),
    Column("gates", _("法定前置步骤"), help=_CODES, group=_ORDER, wide=True),
    Column("law_days", _("法定天数"), group=_LAW),
    Column("law_unit", _("法定天数按"), words=_UNITS, group=_LAW),
    Column("law_source", _("法定时限的依据"), group=_LAW, wide=True),
    Column("law_confidence", _("法定时限的可信程度"), words=_SURE, group=_LAW),
    Column("law_extension", _("法定可延长天数"), group=_LAW),
    Column("committed_days", _("承诺天数"), help=_("本县公开承诺的天数。"), group=_COMMITTED),
    Column("committed_unit", _("承诺天数按"), words=_UNITS, group=_COMMITTED),
    Column("committed_source", _("承诺的依据"), group=_COMMITTED, wide=True),
    Column("committed_confidence", _("承诺的可信程度"), words=_SURE, group=_COMMITTED),
    Column("least_days", _("最短天数"), help=_("如公告期：不能更短。"), group=_LEAST),
    Column("least_unit", _("最短天数按"), words=_UNITS, group=_LEAST),
    Column("least_source", _("最短期限的依据"), group=_LEAST, wide=True),
    Column("least_confidence", _("最短期限的可信程度"), words=_SURE, group=_LEAST),
    Column("usual_low", _("经验最快"), group=_USUAL),
    Column("usual_likely", _("经验通常"), group=_USUAL),
    Column("usual_high", _("经验最慢"), group=_USUAL),
    Column("usual_unit", _("经验工期按"), words=_UNITS, group=_USUAL),
    Column("usual_source", _("经验工期的依据"), group=_USUAL, wide=True),
    Column("usual_confidence", _("经验工期的可信程度"), words=_SURE, group=_USUAL),
    Column("pauses", _("依法不计时的事由"), words=_LISTS["pauses"], group=_PAUSE),
    Column("waits", _("可以等待的原因"), words=_LISTS["waits"], group=_PAUSE),
    Column("documents", _("一次性告知的材料"), help=_LINES, group=_PAPERS, wide=True),
    Column("proof", _("办结的佐证"), help=_LINES, group=_PAPERS, wide=True),
    Column("when_zh", _("什么情况下需要"), group=_WHEN, wide=True),
    Column("when_en", _("什么情况下需要（英文）"), group=_WHEN, wide=True),
    Column("assumed", _("没有人答复时按需要办"), help=_("不填按“是”。"), group=_WHEN),
    Column("choice", _("多选一的组"), help=_("同一组的步骤只办一个，小写字母。"), group=_WHEN),
    Column("lapse_months", _("批复有效月数"), group=_LAPSE),
    Column("lapse_before", _("有效期内须开始的步骤"), group=_LAPSE),
    Column("lapse_source", _("有效期的依据"), group=_LAPSE, wide=True),
    Column("lapse_confidence", _("有效期的可信程度"), words=_SURE, group=_LAPSE),
    Column("source", _("本步骤的依据"), help=_("不填就用这一版的依据。"), group=_BASIS, wide=True),
    Column("confidence", _("本步骤的可信程度"), words=_SURE, group=_BASIS),
    Column("note_zh", _("说明"), group=_BASIS, wide=True),
    Column("note_en", _("说明（英文）"), group=_BASIS, wide=True),
)


def faults_in(rows: Any) -> Iterator[Fault]:
    """What keeps rows from being a network, each at its row and column, in the reader's language."""
    names = {row["code"]: f"{row['code']} {row['name_zh']}" for row in rows}
    for place in flaws_of(rows, _WORDS):
        yield Fault(place.row, place.column, _told(place, names))


def _told(place: Place, names: Mapping[str, str]) -> str:
    """A flaw in words; a ring with the names of its steps."""
    params = dict(place.flaw.params)
    if "ring" in params:
        params["ring"] = " → ".join(names[code] for code in (*place.flaw.steps, place.flaw.steps[0]))
    return _WORDS.tell(place.flaw.code, params, "en" if (get_language() or "").startswith("en") else "zh")


@lru_cache(maxsize=64)
def packaged_title(kind: str) -> Label:
    """The title of a packaged template; its kind where the file cannot be read, which is told elsewhere."""
    try:
        return load_template(stages_data(f"{kind}.yaml")).title
    except (DataFileError, TemplateError, OSError):
        return Label(kind, kind)


def _title(kind: str) -> str:
    return gettext("阶段网络：%(title)s") % {"title": in_words(packaged_title(kind))}


def kinds() -> list[str]:
    """The kinds of templates, by name."""
    files = stages_data("words.yaml").parent.glob("*.yaml")
    return sorted(path.stem for path in files if path.stem not in NOT_TEMPLATES)


def code_of(kind: str) -> str:
    """The code of the table that holds a kind of template."""
    return f"stages.{kind}"


def _table(kind: str) -> Table:
    return Table(
        code=code_of(kind),
        title=lazy(_title, str)(kind),
        about=_("一行是一个步骤。改后只用于新登记的项目；已在推进的项目保留原来的步骤，看过变化才换用。"),
        packaged=f"stages/{kind}.yaml",
        shape=SHAPE,
        columns=_COLUMNS,
        supplier=_("行政审批局和各责任部门"),
        affects=_("新登记项目的步骤和时限"),
        key=("code",),
        check=faults_in,
        form=FileForm(TEMPLATE_SHAPE, "steps", rows_of),
    )


TEMPLATES: Final[Mapping[str, Table]] = {kind: declare(_table(kind)) for kind in kinds()}
