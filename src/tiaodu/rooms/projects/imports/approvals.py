"""The export of the online approval platform: a row for each project code and item, with its two days.

A row becomes the start or the finish of a step, through the services of steps. What is recorded already is
left alone: the same does nothing, another day is shown and not overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.engine.registry.names import plain
from tiaodu.engine.stages.model import Step
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.parsers import Day, ImportField, Text
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, Values, Verdict, declare
from tiaodu.foundation.registry.imports.subjects import region_of
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.projects.imports.record import Record
from tiaodu.rooms.projects.imports.words import refused_states
from tiaodu.rooms.projects.models import StageEvent
from tiaodu.rooms.projects.selectors import ProjectRow, projects_visible_to, rows_of
from tiaodu.rooms.projects.selectors.scope import actor_name
from tiaodu.rooms.projects.services import Proof, Turn, step_finish, step_start
from tiaodu.rooms.projects.tables import PLATFORM, words_in

LISTED_BY = "statistics"


def _key(values: Values) -> Hashable | None:
    code, item = values.get("platform_code"), values.get("item")
    return (code, plain(item)) if code and item else None


def _check(user: User, rows: Sequence[StagedRow]) -> list[Verdict]:
    """What every row would do, the rows of one project in the order of its steps."""
    desk = _Desk(user, rows)
    found = {row.number: _Row(desk, row) for row in rows}
    by_project: dict[int, list[_Row]] = defaultdict(list)
    for one in found.values():
        one.look()
        if one.project is not None and one.step is not None and not one.reasons:
            by_project[one.project.project.pk].append(one)
    for group in by_project.values():
        _in_turn(group)
    return [found[row.number].verdict() for row in rows]


def _in_turn(group: list[_Row]) -> None:
    """Try the rows of a project one after the other; each has its turn after the last that can be done."""
    project = group[0].project
    assert project is not None  # noqa: S101  grouped by it
    record, last = Record(project), None
    for one in sorted(group, key=lambda one: (record.place(one.step), one.row.number)):
        assert one.step is not None  # noqa: S101
        earlier = record.taken.get(one.step.code)
        if earlier is not None:
            words = _("与第 %(row)s 行都对应步骤“%(step)s”，只登记一次。")
            one.reasons["item"] = words % {"row": earlier, "step": words_in(one.step.name)}
            continue
        wrong = record.take(one.row.number, one.step, one.values.get("accepted"), one.values.get("finished"))
        if wrong:
            one.reasons[""] = wrong
            continue
        one.after, last = last, one.row.number


class _Desk:
    """The projects that the codes of a file mean, and what items mean; a fixed number of queries."""

    def __init__(self, user: User, rows: Sequence[StagedRow]) -> None:
        self.user, self.region, self.today = user, region_of(user), clock.today()
        codes = {row.values["platform_code"] for row in rows if row.values.get("platform_code")}
        reach = projects_visible_to(user).exclude(platform_code="")
        reach = reach.filter(platform_code__in=codes) if len(codes) <= _FEW else reach
        self.projects = {row.project.platform_code: row for row in rows_of(reach, self.today)}
        self.edits = access.may(user, "projects.edit")
        told: dict[str, list[str]] = defaultdict(list)
        for each in table(PLATFORM.code, region=self.region, day=self.today).rows:
            told[plain(each["item"])].append(each["kind"])
        self.kinds: Mapping[str, Sequence[str]] = dict(sorted(told.items(), key=lambda pair: -len(pair[0])))

    def kinds_of(self, item: str) -> Sequence[str]:
        """The kinds of steps an item may be; none for one nobody mapped."""
        text = plain(item)
        return next((kinds for word, kinds in self.kinds.items() if word in text), ())

    def may_act(self, row: ProjectRow, step: Step) -> bool:
        """Whether the person records what happened to a step; the service decides in the end."""
        doer = row.doers.get(step.by)
        own = doer is not None and doer.pk == self.user.department_id
        return own or (self.edits and step.by != LISTED_BY)


_FEW = 500  # codes asked for one by one; more of them cost less read whole


@dataclass
class _Row:
    """One row on its way to a verdict."""

    desk: _Desk
    row: StagedRow
    reasons: dict[str, str] = field(default_factory=dict)
    project: ProjectRow | None = None
    step: Step | None = None
    after: int | None = None

    @property
    def values(self) -> Values:
        return self.row.values

    @property
    def event(self) -> StageEvent | None:
        if self.project is None or self.step is None:
            return None
        return self.project.events.get(self.step.code)

    def look(self) -> None:
        """Find project and step, and what speaks against taking the row."""
        code = self.values.get("platform_code", "")
        self.project = self.desk.projects.get(code)
        if code and self.project is None:
            words = _("项目代码 %(code)s 不在项目库里，或不在您的范围内。请先登记项目并填上代码。")
            self.reasons["platform_code"] = words % {"code": code}
        state = self.values.get("state", "")
        if any(word in state for word in refused_states()):
            words = _("平台上的状态是“%(state)s”，不作为步骤登记。")
            self.reasons["state"] = words % {"state": state}
        if self.project is not None and self.values.get("item"):
            self.step = self._step(self.project, self.values["item"])
        if self.step is not None and self.project is not None:
            self._may(self.project, self.step)
            self._dates(self.step)
            self._conflicts(self.step)

    def _step(self, project: ProjectRow, item: str) -> Step | None:
        kinds = self.desk.kinds_of(item)
        if not kinds:
            words = _("还没有说明“%(item)s”是哪一步。请在参数表“%(table)s”里补上。")
            self.reasons["item"] = words % {"item": item, "table": PLATFORM.title}
            return None
        found = [step for step in project.template.steps if step.kind in kinds]
        playing = [step for step in found if step.code in project.network.needs]
        chosen = playing or found
        if len(chosen) != 1:
            words = (
                _("项目的模板里有几步都像“%(item)s”，请在项目页登记。")
                if chosen
                else _("项目的模板里没有“%(item)s”这一步。")
            )
            self.reasons["item"] = words % {"item": item}
            return None
        return chosen[0]

    def _may(self, project: ProjectRow, step: Step) -> None:
        if not self.desk.may_act(project, step):
            doer = project.doers.get(step.by)
            words = _("“%(step)s”由%(who)s办理，只有它的人可以登记。")
            told = {"step": words_in(step.name), "who": doer or actor_name(step)}
            self.reasons.setdefault("item", words % told)

    def _dates(self, step: Step) -> None:
        accepted, finished = self.values.get("accepted"), self.values.get("finished")
        for name, day in (("accepted", accepted), ("finished", finished)):
            if day is not None and day > self.desk.today:
                self.reasons.setdefault(name, _("日期还没到。实绩只登记已经发生的。"))
        if accepted and finished and finished < accepted:
            self.reasons.setdefault("finished", _("办结日早于受理日。"))
        known = self.event.started if self.event is not None else None
        if "accepted" in self.reasons or "finished" in self.reasons:
            return
        if accepted is None and finished is None:
            self.reasons[""] = _("受理日期和办结日期至少填一个。")
        elif accepted is None and known is None and not step.milestone:
            self.reasons["accepted"] = _("请填写受理日期：没有它，就不知道实际用了几天。")

    def _conflicts(self, step: Step) -> None:
        """A day that is recorded otherwise is told, never overwritten."""
        event = self.event
        if event is None:
            return
        if event.skipped:
            words = _("系统里把“%(step)s”标为不办。如确已办理，请在项目页更正。")
            self.reasons[""] = words % {"step": words_in(step.name)}
        recorded = {"accepted": event.started, "finished": event.finished}
        for name, known in recorded.items():
            day: date | None = self.values.get(name)
            if day is not None and known is not None and day != known:
                words = _(
                    "系统里登记的是 %(known)s（%(when)s 录入），平台上是 %(day)s。"
                    "没有覆盖；系统有误的，请在项目页更正。"
                )
                self.reasons[name] = words % {"known": known, "when": event.known_on, "day": day}

    def verdict(self) -> Verdict:
        resolved = {}
        if self.project is not None and self.step is not None:
            resolved = {"project": self.project.project.pk, "step": self.step.code}
        event = self.event
        if event is None or (event.started is None and event.finished is None):
            resolved["revision"] = event.revision if event is not None else 0
            return Verdict(reasons=self.reasons, after=self.after, resolved=resolved)
        before = {name: self.values[name] for name in self.values if name not in ("accepted", "finished")}
        before |= {"accepted": event.started, "finished": event.finished}
        resolved["revision"] = event.revision
        return Verdict(event.pk, event.revision, before, self.reasons, self.after, resolved)


def _commit(user: User, row: StagedRow) -> StageEvent:
    told, values = row.resolved, row.values
    number = values.get("number", "")
    proofs = (Proof("certificate", row.file, number),) if values.get("finished") else ()
    turn = Turn(user, told["project"], told["step"], told["revision"], _("在线审批平台导出"), proofs)
    if values.get("finished"):
        return step_finish(turn, day=values["finished"], started=values.get("accepted"))
    return step_start(turn, day=values["accepted"])


APPROVALS = declare(
    ImportSpec(
        name="approvals",
        title=gettext_lazy("审批平台办件"),
        permission="projects.report",
        back="projects:list",
        help=gettext_lazy(
            "在线审批平台的导出表原样上传：按项目代码找到项目，按事项名称找到步骤。已经登记的不重复；日期不一致的列出来，不覆盖。"
        ),
        fields=(
            ImportField(
                "platform_code",
                (gettext_lazy("项目代码"), "投资项目代码", "项目编码", "project code"),
                Text(24),
                required=True,
                example="2412-140722-04-01-123456",
            ),
            ImportField("name", (gettext_lazy("项目名称"), "投资项目名称"), Text(200)),
            ImportField(
                "item",
                (gettext_lazy("审批事项"), "事项名称", "办理事项", "事项", "审批事项名称", "item"),
                Text(200),
                required=True,
                help=gettext_lazy("平台上的事项名称，照抄。"),
                example="建设项目环境影响报告表审批",
            ),
            ImportField(
                "accepted",
                (gettext_lazy("受理日期"), "受理时间", "收件时间", "accepted"),
                Day(),
                example="2024-03-01",
            ),
            ImportField(
                "finished",
                (gettext_lazy("办结日期"), "办结时间", "批复时间", "审批时间", "finished"),
                Day(),
                example="2024-03-15",
            ),
            ImportField(
                "state", (gettext_lazy("办理状态"), "状态", "办件状态", "办理结果"), Text(40), example="办结"
            ),
            ImportField("number", (gettext_lazy("批复文号"), "文号", "证照编号", "审批文号"), Text(80)),
            ImportField("office", (gettext_lazy("审批部门"), "办理部门", "实施部门"), Text(120)),
        ),
        key=_key,
        check=_check,
        commit=_commit,
    )
)
