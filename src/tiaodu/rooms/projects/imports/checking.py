"""The dry run of a table of projects: what each row would do, or why it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.registry.names import plain
from tiaodu.engine.stages.template import package_templates
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.spec import StagedRow, Values, Verdict
from tiaodu.foundation.refusal import Refusal
from tiaodu.foundation.registry.models import Liaison, Subject, SubjectKind
from tiaodu.rooms.projects.imports.desk import MILESTONES, Desk, held_since, milestone_step
from tiaodu.rooms.projects.imports.words import Money, limits
from tiaodu.rooms.projects.models import InvestmentPlan, Project
from tiaodu.rooms.projects.selectors.networks import template_of
from tiaodu.rooms.projects.services.register import PLATFORM_CODE
from tiaodu.rooms.projects.tables import words_in

PLAIN = ("platform_code", "nature", "level", "place", "content", "land_mu", "signed_on", "question")
LINKED = ("developer", "township", "park", "zone")
ROLES = (Liaison.Role.LEADER, Liaison.Role.DEPARTMENT, Liaison.Role.OFFICER)
YEARS = range(2000, 2101)


def check(user: User, rows: Sequence[StagedRow]) -> list[Verdict]:
    """What every row would do."""
    desk = Desk(user, rows)
    return [_Row(desk, row).verdict() for row in rows]


@dataclass
class _Row:
    """One row on its way to a verdict: reasons, what is there now, and what names were found to mean."""

    desk: Desk
    row: StagedRow
    reasons: dict[str, str] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    resolved: dict[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> Values:
        return self.row.values

    def verdict(self) -> Verdict:
        project = self._project()
        self._twice()
        self._kind(project)
        self._links(project)
        self._days(project)
        self._plan(project)
        self._promises(project)
        self._people(project)
        if project is None:
            return Verdict(reasons=self.reasons, resolved=self.resolved)
        self.before |= {name: getattr(project, name) for name in PLAIN}
        self.before |= {"code": project.code, "sector": project.subject.sector}
        self.before["name"] = self._name_now(project)
        self._rename()
        return Verdict(project.pk, project.version, self.before, self.reasons, resolved=self.resolved)

    def _rename(self) -> None:
        """Name and field of work are the subject's, and changed by who keeps the register."""
        if not self.desk.may_rename:
            for name in ("name", "sector"):
                if name in self.values and self.values[name] != self.before[name]:
                    told = {"now": self.before[name]}
                    self.reasons.setdefault(name, _("登记簿里是“%(now)s”，您不能改登记簿。") % told)

    def _name_now(self, project: Project) -> str:
        """Its name; one of its other names is no change."""
        told = self.values.get("name", "")
        names = (
            project.subject.name,
            project.subject.full_name,
            *self.desk.register.aliases(project.subject),
        )
        return told if plain(told) in {plain(name) for name in names if name} else project.subject.name

    # ---------------------------------------------------------------- which project

    def _project(self) -> Project | None:
        """The project a row is about: by its number, the platform's code, else its name."""
        code, platform = self.values.get("code", ""), self.values.get("platform_code", "")
        by_code, by_platform = self.desk.by_code.get(code), self.desk.by_platform.get(platform)
        if platform and not PLATFORM_CODE.fullmatch(platform):
            self.reasons["platform_code"] = _("应为24位，形如 2412-140722-04-01-123456。")
        if by_platform is not None and by_platform.region_id != self.desk.region.pk:
            self.reasons["platform_code"] = _("这个项目代码已经登记在另一个地区。")
            by_platform = None
        if by_code is not None and by_platform is not None and by_code.pk != by_platform.pk:
            self.reasons["platform_code"] = _("这个项目代码已经登记在“%(project)s”名下。") % {
                "project": by_platform
            }
        found = by_code or by_platform
        if found is None and code and code in self.desk.taken_codes:
            self.reasons["code"] = _("编号 %(code)s 是一个已终止或您看不到的项目的，请换一个编号。") % {
                "code": code
            }
        if found is None and not code:
            found = self.desk.by_name.get(plain(self.values.get("name", "")))
        if found is None:
            self._subject()
        elif found.pk not in {project.pk for project in self.desk.by_subject.values()}:
            self.reasons["platform_code"] = _("这个项目不在您的范围内。")
        return found

    def _subject(self) -> None:
        """The register's record of a new project's name, where it has one."""
        named = self.desk.register.named(self.values.get("name", ""))
        free = [s for s in named if s.kind == SubjectKind.PROJECT and s.pk not in self.desk.by_subject]
        if len(free) == 1:
            self.resolved["subject"] = free[0].pk
        elif named:
            self.reasons["name"] = _("“%(name)s”已是登记簿里的%(kind)s，项目请换一个能区分的名称。") % {
                "name": self.values.get("name"),
                "kind": named[0].get_kind_display(),
            }

    def _twice(self) -> None:
        for name in ("name", "code", "platform_code"):
            number = self.desk.earlier(name, self.row)
            if number is not None:
                self.reasons.setdefault(name, _("与第 %(row)s 行重复。") % {"row": number})

    def _kind(self, project: Project | None) -> None:
        kind = self.values.get("kind")
        if project is None and not kind:
            self.reasons.setdefault("kind", _("新登记的要写明类型：它决定有哪些步骤、谁来办。"))
        if project is not None:
            self.before["kind"] = project.network.kind
            if kind and kind != project.network.kind:
                self.reasons["kind"] = _("项目已按“%(kind)s”办理，类型不能靠导入改。") % {
                    "kind": words_in(template_of(project.network).title)
                }

    # ---------------------------------------------------------------- what it is linked with

    def _links(self, project: Project | None) -> None:
        finders: dict[str, Callable[[str], Any]] = {
            "developer": self._developer,
            "township": lambda text: self.desk.townships.get(plain(text)),
            "park": lambda text: self.desk.placed(SubjectKind.PARK, text),
            "zone": lambda text: self.desk.placed(SubjectKind.ZONE, text),
        }
        words = {
            "township": _("没有乡镇“%(text)s”，请先在登记簿里登记。"),
            "park": _("登记簿里没有园区“%(text)s”，请先登记。"),
            "zone": _("登记簿里没有片区“%(text)s”，请先登记。"),
        }
        for name in LINKED:
            present = getattr(project, name) if project is not None else None
            text = self.values.get(name)
            found = finders[name](text) if text else None
            if text and found is None:
                self.reasons.setdefault(name, words.get(name, "") % {"text": text})
            if found is not None:
                self.resolved[name] = found.pk
            same = found is not None and present is not None and found.pk == present.pk
            self.before[name] = text if same else str(present or "")

    def _developer(self, text: str) -> Subject | None:
        found = self.desk.developers(text)
        if len(found) == 1:
            return found[0]
        told = {"text": text}
        self.reasons["developer"] = (
            _("登记簿里有几个“%(text)s”，请填编号或信用代码。") % told
            if found
            else _("业主“%(text)s”不在登记簿里。请先登记（主体 → 导入），名称按营业执照写。") % told
        )
        return None

    # ---------------------------------------------------------------- days and money

    def _days(self, project: Project | None) -> None:
        signed: date | None = self.values.get("signed_on")
        if signed is not None and signed > self.desk.today:
            self.reasons["signed_on"] = _("签约日在今天之后。等签了再登记。")
        last = signed or (project.signed_on if project is not None else None)
        label = _("签约日")
        names = {"start": _("开工计划日"), "completion": _("竣工计划日"), "production": _("投产计划日")}
        for name, words in names.items():
            day: date | None = self.values.get(name)
            if day is None:
                continue
            if last is not None and day < last:
                told = {"day": day, "label": label, "last": last}
                self.reasons[name] = _("%(day)s 早于%(label)s %(last)s。") % told
            last, label = day, words

    def _plan(self, project: Project | None) -> None:
        year = self._year()
        present = self.desk.plan_of(project, year)
        total, planned = self.values.get("total"), self.values.get("planned")
        self.before |= {"total": present and present.total, "planned": present and present.planned}
        self.before |= {name: self.values[name] for name in ("year", "reason") if name in self.values}
        self._amounts(total, planned)
        if total is None and planned is None:
            return
        whole: Decimal | None = total if total is not None else present.total if present else None
        part: Decimal = planned if planned is not None else present.planned if present else Decimal(0)
        if whole is None:
            self.reasons.setdefault("total", _("有年度计划投资，就要填总投资。"))
        elif part > whole:
            told = {"part": Money().shown(part), "whole": Money().shown(whole)}
            self.reasons.setdefault(
                "planned", _("年度计划 %(part)s 大于总投资 %(whole)s，请核对单位。") % told
            )
        changed = present is not None and (whole, part) != (present.total, present.planned)
        if changed and not self.values.get("reason"):
            self.reasons.setdefault(
                "reason", _("已有 %(year)s 年计划，要调整请填写调整原因。") % {"year": year}
            )
        self._keep_plan(present, year, whole, part)

    def _keep_plan(
        self, present: InvestmentPlan | None, year: int, whole: Decimal | None, part: Decimal
    ) -> None:
        self.resolved["plan"] = {
            "year": year,
            "revision": present.revision if present else 0,
            "total": str(whole),
            "planned": str(part),
        }

    def _year(self) -> int:
        year = self.values.get("year")
        if year is None:
            return self.desk.today.year
        if year != int(year) or int(year) not in YEARS:
            self.reasons["year"] = _("年度要写成四位数，如 %(year)s。") % {"year": self.desk.today.year}
            return self.desk.today.year
        return int(year)

    def _amounts(self, total: Decimal | None, planned: Decimal | None) -> None:
        """An amount cannot be negative, and one far from any project's is more likely a wrong unit."""
        for name, amount in (("total", total), ("planned", planned)):
            if amount is not None and amount < 0:
                self.reasons[name] = _("投资额不能是负数。")
        if total is not None and "total" not in self.reasons and not limits().least <= total <= limits().most:
            told = {"amount": Money().shown(total)}
            self.reasons["total"] = (
                _("总投资 %(amount)s，像是单位写错了。请写明单位，如“3.2亿元”；没有写单位的按万元。") % told
            )

    # ---------------------------------------------------------------- promised days and people

    def _promises(self, project: Project | None) -> None:
        kind = project.network.kind if project is not None else self.values.get("kind")
        known = template_of(project.network) if project is not None else package_templates().get(kind or "")
        promises: dict[str, list[Any]] = {}
        for name in MILESTONES:
            day: date | None = self.values.get(name)
            if day is None or known is None:
                continue
            step = milestone_step(known, name)
            if step is None:
                self.reasons.setdefault(
                    name, _("“%(kind)s”没有这个节点，请留空。") % {"kind": words_in(known.title)}
                )
                continue
            event = self.desk.event_of(project, step)
            self.before[name] = event.promised if event is not None else None
            if event is not None and event.promised != day:
                self._moved(name, event.finished, event.promised)
            promises[name] = [step.code, event.revision if event is not None else 0]
        self.resolved["promises"] = promises

    def _moved(self, name: str, finished: date | None, promised: date | None) -> None:
        if finished is not None:
            self.reasons.setdefault(name, _("已于 %(day)s 办结，计划日不再改。") % {"day": finished})
        elif promised is not None and not self.values.get("reason"):
            self.reasons.setdefault(
                "reason", _("原计划日是 %(day)s，要改请填写调整原因。") % {"day": promised}
            )

    def _people(self, project: Project | None) -> None:
        told = {role.value: self.values[role.value] for role in ROLES if self.values.get(role.value)}
        if not told:
            return
        if not self.desk.may_hand:
            for name in told:
                self.reasons.setdefault(name, _("您不维护包联表，这一列请留空，或由县委办、政府办导入。"))
            return
        held = self.desk.held.get(project.subject_id, {}) if project is not None else {}
        people: dict[str, dict[str, Any]] = {}
        for name, text in told.items():
            try:
                who = self.desk.reader.person_of(name, {"who": text})
            except Refusal as refusal:
                self.reasons.setdefault(name, str(refusal.message))
                continue
            columns = who.columns()
            present = held.get(name)
            same = present is not None and (present.user, present.department, present.name) == (
                columns["user"],
                columns["department"],
                columns["name"],
            )
            self.before[name] = text if same else present.who if present is not None else ""
            if not same and held_since(present, self.desk.today):
                self.reasons.setdefault(
                    name, _("“%(who)s”今天才开始包联，明天再换。") % {"who": self.before[name]}
                )
            people[name] = {
                "user": columns["user"] and columns["user"].pk,
                "department": columns["department"] and columns["department"].pk,
                "name": columns["name"],
                "held": [present.pk, present.version] if present is not None else None,
            }
        self.resolved["people"] = people
