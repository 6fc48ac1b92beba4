"""The lists of the ledger: tasks as officials see them, as a firm sees them, and subjects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.display import display
from tiaodu.engine.ledger.standing import WORST_FIRST, State
from tiaodu.foundation.lists.bulk.actions import BulkAction
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.registry.models import SubjectKind
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.rooms.ledger.bulk import TASK_ACTIONS
from tiaodu.rooms.ledger.models import TaskDepartment
from tiaodu.rooms.ledger.selectors import TaskRow
from tiaodu.rooms.ledger.selectors.board import is_due_this_week
from tiaodu.rooms.ledger.words import STATES, comparison_words

_BADNESS = {state.value: place for place, state in enumerate(WORST_FIRST)}


def _in_state(state: State) -> Callable[[Any], bool]:
    return lambda row: bool(row.standing.state is state)


def _of_kind(kind: SubjectKind) -> Callable[[Any], bool]:
    return lambda row: bool(row.subject.kind == kind)


def _departments(part: TaskDepartment.Part) -> Any:
    return lambda row: "、".join(d.department.name for d in row.departments if d.part == part)


def _figures(row: TaskRow) -> str:
    """The promised figures on one line: ≥58条（2024-12-31）."""
    told = []
    for part in row.parts:
        if part.is_indicator and part.term.value is not None:
            figure = comparison_words(part.term.comparator) + display(part.term.value, part.part.unit)
            told.append(f"{part.name}{figure}" + (f"（{part.due_display}）" if part.due_display else ""))
    return "；".join(told)


def _steps(row: TaskRow) -> str:
    told = [(p.part.action, p.due_display) for p in row.parts if not p.is_indicator]
    return "；".join(f"{action}（{due}）" if due else action for action, due in told)


def _reached(row: TaskRow) -> str:
    told = [(p, p.value) for p in row.parts if p.is_indicator]
    return "；".join(f"{p.name}{display(value, p.part.unit)}" for p, value in told if value is not None)


NUMBER = Column(
    "number",
    _("序号"),
    cell="ledger/cells/number.html",
    sort=lambda r: r.task.number,
    numeric=True,
    export=lambda r: r.task.number,
    card="hidden",
    width="narrow",
)
TITLE = Column(
    "title",
    _("工作任务"),
    cell="ledger/cells/title.html",
    sort=lambda r: r.task.title,
    export=lambda r: r.task.title,
    card="title",
    width="wide",
)
STATE = Column(
    "state",
    _("状态"),
    cell="ledger/cells/state.html",
    sort=lambda r: (_BADNESS[r.state], r.due or r.day.max),
    export=lambda r: STATES[r.standing.state],
)
DUE = Column(
    "due",
    _("时限"),
    cell="ledger/cells/due.html",
    sort=lambda r: r.due,
    export=lambda r: r.due_display,
    width="medium",
)


_TASK = (
    NUMBER,
    TITLE,
    STATE,
    Column("reason", _("状态说明"), export=lambda r: r.reason, shown=False),
    DUE,
    Column(
        "lead",
        _("牵头单位"),
        cell=lambda r: r.lead_words,
        sort=lambda r: r.lead_words or None,
        export=lambda r: r.lead_words,
    ),
    Column("responsible", _("责任单位"), export=_departments(TaskDepartment.Part.RESPONSIBLE), shown=False),
    Column("assisting", _("配合单位"), export=_departments(TaskDepartment.Part.ASSISTING), shown=False),
    Column("leader", _("牵头领导"), export=lambda r: r.task.leader, shown=False),
    Column(
        "strength",
        _("力度"),
        cell="ledger/cells/strength.html",
        sort=lambda r: r.task.strength,
        export=lambda r: r.task.commitment,
        card="hidden",
    ),
    Column("figures", _("量化指标"), export=_figures, shown=False),
    Column("steps", _("节点"), export=_steps, shown=False),
    Column("reached", _("目前数值"), export=_reached, shown=False),
    Column(
        "progress",
        _("最近进展"),
        cell="ledger/cells/progress.html",
        sort=lambda r: r.last_progress and r.last_progress.known_on,
        export=lambda r: r.last_progress.text if r.last_progress else "",
        width="wide",
    ),
    Column(
        "reported",
        _("报送日"),
        export=lambda r: r.last_progress.known_on if r.last_progress else None,
        shown=False,
    ),
    Column(
        "problem",
        _("存在问题"),
        export=lambda r: r.last_progress.problem if r.last_progress else "",
        shown=False,
    ),
    Column("documents", _("来源文件"), export=lambda r: "；".join(d.title for d in r.documents), shown=False),
    Column("released", _("已发布"), export=lambda r: _("是") if r.task.released else _("否"), shown=False),
    Column("question", _("待问"), export=lambda r: r.task.question, shown=False),
)


class TaskList(ListPage):
    """The ledger."""

    name = "ledger-tasks"
    title = _("工作台账")
    columns: ClassVar[Sequence[Column]] = _TASK
    chips = (
        Chip("due_week", _("本周到期"), lambda r: is_due_this_week(r, r.day), light="due_soon"),
        *(Chip(s.value, STATES[s], _in_state(s), light=s.value) for s in WORST_FIRST),
        Chip("unreported", _("未报进展"), lambda r: r.is_unreported),
    )
    search = Search(("task.title", "task.subject.name", "task.leader", "lead_words", "task.number", "words"))
    search_hint = _("搜索任务、主体、单位、领导")
    default_sort = "state"
    export_permission = "ledger.export"
    bulk: ClassVar[Sequence[BulkAction]] = TASK_ACTIONS
    empty = Empty(
        _("台账里还没有任务"),
        _("任务来自计划文件：把文件交给系统读，审阅读出的条目，接受后就成为台账里的任务。"),
        _("例如“年底建成生产线58条”读成一项任务：指标58条，时限年底，牵头单位工信局。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[TaskRow]) -> None:
        super().__init__(request, rows)
        self.choices = _choices(rows)

    def row_url(self, record: TaskRow) -> str:
        return reverse("ledger:task", args=[record.task.pk])

    def row_version(self, record: TaskRow) -> int:
        return record.task.version


def _choices(rows: Sequence[TaskRow]) -> tuple[Choice, ...]:
    """Drop-downs over what occurs in the person's rows."""
    sectors = sorted({r.task.sector for r in rows if r.task.sector})
    departments = {d.department_id: d.department.name for r in rows for d in r.departments}
    documents = {d.pk: d.title for r in rows for d in r.documents}
    strengths = sorted({r.task.strength for r in rows if r.task.strength}, reverse=True)
    made = (
        Choice(
            "sector",
            _("领域"),
            [(s, sector_name(s)) for s in sectors],
            lambda v: lambda r: r.task.sector == v,
        ),
        Choice(
            "department",
            _("单位"),
            [(str(k), n) for k, n in sorted(departments.items(), key=lambda i: i[1])],
            lambda v: lambda r: any(str(d.department_id) == v for d in r.departments),
        ),
        Choice(
            "strength",
            _("力度"),
            [(str(s), _STRENGTHS[s]) for s in strengths],
            lambda v: lambda r: str(r.task.strength) == v,
        ),
        Choice(
            "document",
            _("来源文件"),
            [(str(k), n) for k, n in documents.items()],
            lambda v: lambda r: any(str(d.pk) == v for d in r.documents),
        ),
    )
    return tuple(choice for choice in made if len(choice.options) > 1)


_STRENGTHS = {
    5: _("5 确保"),
    4: _("4 完成"),
    3: _("3 突破"),
    2: _("2 力争"),
    1: _("1 推动"),
}


class ReleasedList(TaskList):
    """The same for who sees due and state only."""

    name = "ledger-released"
    title = _("与我有关的任务")
    columns: ClassVar[Sequence[Column]] = (TITLE, STATE, DUE)
    chips = tuple(c for c in TaskList.chips if c.key not in {"unreported"})
    export_permission = ""
    bulk = ()
    search = Search(("task.title",))
    search_hint = _("搜索任务")
    empty = Empty(_("还没有发布与您有关的任务"), _("县里发布以后，您会在这里看到时限和状态。"))

    def __init__(self, request: HttpRequest, rows: Sequence[TaskRow]) -> None:
        super().__init__(request, rows)
        self.choices = ()


_SUBJECT = (
    Column(
        "name",
        _("名称"),
        sort=lambda r: r.subject.name,
        export=lambda r: r.subject.name,
        cell=lambda r: r.subject.name,
        card="title",
        width="wide",
    ),
    Column(
        "kind",
        _("类别"),
        cell=lambda r: r.subject.get_kind_display(),
        sort=lambda r: r.subject.kind,
        export=lambda r: r.subject.get_kind_display(),
    ),
    Column(
        "sector",
        _("领域"),
        cell=lambda r: sector_name(r.subject.sector),
        sort=lambda r: r.subject.sector or None,
        export=lambda r: sector_name(r.subject.sector),
    ),
    Column(
        "parent",
        _("上级"),
        cell=lambda r: r.subject.parent,
        export=lambda r: r.subject.parent or "",
        card="hidden",
        shown=False,
    ),
    Column(
        "tasks",
        _("任务"),
        numeric=True,
        sort=lambda r: r.tasks,
        cell=lambda r: r.tasks or "",
        export=lambda r: r.tasks,
        width="narrow",
    ),
    Column(
        "overdue",
        _("逾期"),
        numeric=True,
        sort=lambda r: r.overdue,
        cell=lambda r: r.overdue or "",
        export=lambda r: r.overdue,
        width="narrow",
    ),
    Column(
        "state",
        _("最急的"),
        cell="ledger/cells/subject_state.html",
        sort=lambda r: _BADNESS.get(r.state, 99),
        export=lambda r: STATES[State(r.state)] if r.state else "",
    ),
    Column("aliases", _("别名"), export=lambda r: "、".join(r.aliases), shown=False),
    Column("source", _("来源"), export=lambda r: r.subject.source, shown=False),
)


class SubjectList(ListPage):
    """Everything promises are about."""

    name = "ledger-subjects"
    title = _("主体")
    columns = _SUBJECT
    chips = (
        Chip("with_tasks", _("有任务"), lambda r: bool(r.tasks)),
        Chip("late", _("有逾期"), lambda r: bool(r.overdue), light="overdue"),
        *(Chip(kind.value, kind.label, _of_kind(kind)) for kind in SubjectKind),
    )
    search = Search(("subject.name", "subject.full_name", "words", "subject.credit_code"))
    search_hint = _("搜索名称、全称、别名、信用代码")
    default_sort = "state"
    export_permission = "ledger.export"
    imports = ("subjects", "liaisons")
    sample_field = "subject.sample"
    empty = Empty(
        _("登记簿里还没有主体"),
        _("主体是计划所说的对象：企业、矿山、项目、园区、部门。由管理员载入，或在这里逐个登记。"),
    )

    def row_url(self, record: Any) -> str:
        return reverse("ledger:subject", args=[record.subject.pk])

    def is_sample(self, record: Any) -> bool:
        return bool(record.subject.sample)
