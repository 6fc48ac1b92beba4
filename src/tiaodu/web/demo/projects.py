"""Registers the demo's projects, brings in their old records, and lets its people act on steps day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tiaodu.engine.briefing.word import OfficialDocument
from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.stages.state import StepState, Wait
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files import services as files
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry import services as registry
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.selectors.networks import template_of
from tiaodu.rooms.projects.services import PastStep
from tiaodu.rooms.projects.services.outlooks import outlooks_keep_all
from tiaodu.web.demo.county import COUNTY, Say, read
from tiaodu.web.demo.investing import reports
from tiaodu.web.demo.past import Given, Maker, Past

_FIRST, _LAST = date(2013, 1, 1), date(2026, 12, 31)
_LISTED_BY = "statistics"
_BEGINS = frozenset({"start", "finish"})


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does to a step of a project on a day."""

    day: date
    project: Project
    step: str
    verb: str
    told: Sequence[Any]
    by: str
    text: str


class Desk:
    """The people and the register, and which revision of every step was seen last."""

    def __init__(self, people: Mapping[str, User]) -> None:
        self.people, self.region = people, Region.objects.get(code=COUNTY)
        self.subjects = {subject.code: subject for subject in Subject.objects.filter(region=self.region)}
        self.townships = {region.code: region for region in Region.objects.filter(parent=self.region)}
        self.seen: dict[tuple[int, str], int] = {}
        self.maker = Maker(read("past"), DayTable.of(WorkingCalendar(), _FIRST, _LAST))


def load_projects(people: Mapping[str, User], say: Say) -> list[Project]:
    """The finished projects of past years, the running ones of the plan, and their year."""
    file, past = read("projects"), read("past")
    region = Region.objects.get(code=COUNTY)
    registry.subjects_load(user=None, region=region, rows=file["subjects"])
    desk = Desk(people)
    say("示例旧项目")
    made = list(_finished(desk, past))
    rows = [{**row, "sample": True} for row in file["liaisons"]]
    with clock.as_of(file["registered"]):
        outcome = registry.liaisons_import(user=people["office"], region=region, rows=rows)
        assert not outcome.refused, outcome.refused  # noqa: S101  the demo's own data are without fault
    with clock.as_of(file["imported"]):
        paper = _paper(people[file["by"]])
    running = []
    for row in file["projects"]:
        with clock.as_of(row.get("registered", file["registered"])):
            project = _register(desk, people[file["by"]], row)
            running.append((row, project))
        with clock.as_of(row.get("registered", file["imported"])):
            _bring_in(desk, project, _record_before(desk, row, project), paper)
    acts = sorted(_acts(file["by"], running), key=lambda act: act.day)
    say(f"项目 {len(made) + len(running)} 个，步骤登记 {len(acts)} 次")
    for act in acts:
        with clock.as_of(act.day):
            _carry_out(desk, act)
    _report_investment(desk, file["investment"], {row["subject"]: project for row, project in running})
    _look_ahead(file["nights"], say)
    return [*made, *(project for _row, project in running)]


def _report_investment(desk: Desk, rules: Mapping[str, Any], projects: Mapping[str, Project]) -> None:
    """Each month of the year by the officer who looks after the project."""
    for told in reports(rules, read("progress"), WorkingCalendar()):
        month = services.Month(
            year=told.day.year,
            month=told.month,
            revision=told.revision,
            done=told.done,
            paid=told.paid,
            text="形象进度按施工计划推进。（示例）",
            reason=told.reason,
        )
        with clock.as_of(told.day):
            services.investment_report(
                user=desk.people[rules["by"]], project_id=projects[told.project].pk, told=month
            )


def _look_ahead(nights: Sequence[date], say: Say) -> None:
    """Forecasts kept on some days as they are every night, so that there is something to score."""
    say(f"项目研判 {len(nights)} 天")
    for day in nights:
        outlooks_keep_all(day)


def _finished(desk: Desk, past: Mapping[str, Any]) -> Iterator[Project]:
    """Projects of past years, each with its whole record."""
    user, numbers = desk.people["dispatcher"], dict[int, int]()
    with clock.as_of(past["imported"]):
        paper = _paper(user)
    for kind in past["kinds"]:
        for place, name in enumerate(kind["names"]):
            answers = kind["answers"][place % len(kind["answers"])]
            begin = _begin(desk, name, *kind["years"])
            numbers[begin.year] = number = numbers.get(begin.year, 0) + 1
            with clock.as_of(kind.get("registered", past["registered"])):
                project = services.project_create(
                    user=user,
                    region=desk.region,
                    name=name,
                    kind=kind["kind"],
                    sector=kind["sector"],
                    sample=True,
                    source="示例旧项目，用于学习各步骤实际用时",
                    code=f"{begin.year}-{number:03d}",
                )
            record = desk.maker.finished(template_of(project.network), name, begin, answers)
            with clock.as_of(kind.get("registered", past["imported"])):
                _bring_in(desk, project, _rows(record, answers), paper)
            yield project


def _begin(desk: Desk, name: str, first: int, last: int) -> date:
    """The day a project of past years began, somewhere in its years."""
    start, end = date(first, 1, 10), date(last, 12, 1)
    return start + (end - start) * desk.maker.chance(f"{name} begin").uniform("begin")


def _register(desk: Desk, user: User, row: Mapping[str, Any]) -> Project:
    """A project of the plan with its year's investment, as the dispatcher registers it."""
    values = {key: row[key] for key in ("level", "nature", "place", "content", "question") if key in row}
    values |= {key: desk.subjects[row[key]] for key in ("developer", "park", "zone") if key in row}
    if "township" in row:
        values["township"] = desk.townships[row["township"]]
    subject = desk.subjects[row["subject"]]
    project = services.project_create(
        user=user, region=desk.region, name=subject.name, kind=row["kind"], subject=subject, **values
    )
    if "plan" in row:
        services.plan_set(
            user=user,
            project_id=project.pk,
            year=clock.today().year,
            revision=0,
            total=Decimal(row["plan"]["total"]),
            planned=Decimal(row["plan"]["planned"]),
        )
    if row.get("released"):
        services.project_release(user=user, project_id=project.pk, version=project.version, released=True)
    return project


def _record_before(desk: Desk, row: Mapping[str, Any], project: Project) -> list[PastStep]:
    """What had happened before the project was registered: what its acts and steps under way tell, and all
    that must have come before.
    """
    template, answers = template_of(project.network), row.get("answers", {})
    told = _told_before(row, project.created_on)
    acted = {step: project.created_on for _day, step, verb, *_told in row["acts"] if verb in _BEGINS}
    begun = {code: step.started for code, step in told.steps.items() if step.started}
    past = desk.maker.leading_to(template, project.subject.name, acted | begun, answers)
    found = Past({**past.steps, **told.steps}, {**past.promises, **told.promises})
    return _rows(found, answers)


def _told_before(row: Mapping[str, Any], registered: date) -> Past:
    """The steps that were under way, and the acts before the registration, as one record."""
    steps = {code: StepState(day) for code, day in row.get("running", {}).items()}
    promises: dict[str, tuple[Given, ...]] = {}
    for day, code, verb, *told in row["acts"]:
        if day >= registered:
            continue
        now = steps.get(code, StepState())
        if verb == "promise":
            promises[code] = (*promises.get(code, ()), (day, told[0]))
            steps[code] = replace(now, promised=told[0])
        elif verb == "wait":
            steps[code] = replace(now, waits=(*now.waits, Wait(told[0], day)))
        elif verb == "resume":
            steps[code] = replace(now, waits=(*now.waits[:-1], replace(now.waits[-1], end=day)))
        elif verb == "finish":
            steps[code] = replace(now, started=now.started or day, finished=day, proven=True)
        else:
            steps[code] = replace(now, started=day)
    return Past(steps, promises)


def _rows(past: Past, answers: Mapping[str, bool]) -> list[PastStep]:
    codes = dict.fromkeys([*past.steps, *answers])
    return [_row(code, past, answers) for code in codes]


def _row(code: str, past: Past, answers: Mapping[str, bool]) -> PastStep:
    step = past.steps.get(code, StepState())
    waits = [
        {"reason": w.reason, "start": w.start.isoformat(), "end": w.end and w.end.isoformat()}
        for w in step.waits
    ]
    return PastStep(
        step=code,
        started=step.started,
        finished=step.finished,
        promises=past.promises.get(code, ()),
        waits=waits,
        needed=answers.get(code),
        proven=step.proven,
    )


def _bring_in(desk: Desk, project: Project, rows: Sequence[PastStep], paper: StoredFile) -> None:
    """Old records by the dispatcher, the listing by the statistics bureau."""
    by = {step.code: step.by for step in template_of(project.network).steps}
    for username in ("dispatcher", _LISTED_BY):
        own = [row for row in rows if (by[row.step] == _LISTED_BY) == (username == _LISTED_BY)]
        if own:
            user = desk.people[username]
            services.history_import(
                user=user, project_id=project.pk, rows=own, file=paper, text="旧档案（示例）"
            )
    for step, revision in project.stage_events.order_by("revision").values_list("step", "revision"):
        desk.seen[project.pk, step] = revision


def _acts(by: str, running: Sequence[tuple[Mapping[str, Any], Project]]) -> Iterator[Act]:
    for row, project in running:
        doers = {step.code: step.by for step in template_of(project.network).steps}
        for day, step, verb, *told in row["acts"]:
            if day < project.created_on:
                continue
            more = told.pop() if told and isinstance(told[-1], dict) else {}
            own = _LISTED_BY if doers[step] == _LISTED_BY else by
            yield Act(day, project, step, verb, told, more.get("by", own), more.get("text", "（示例）"))


def _carry_out(desk: Desk, act: Act) -> None:
    key = (act.project.pk, act.step)
    turn = services.Turn(desk.people[act.by], *key, desk.seen.get(key, 0), act.text)
    match act.verb, *act.told:
        case "start", *_:
            event = services.step_start(turn, day=act.day, parallel=act.text)
        case "finish", *_:
            proven = replace(turn, proofs=(services.Proof("paper", number="示例"),))
            event = services.step_finish(proven, day=act.day)
        case "wait", reason:
            event = services.step_wait(turn, reason=reason, day=act.day)
        case "resume", *_:
            event = services.step_resume(turn, day=act.day)
        case "promise", day:
            event = services.step_promise(turn, day=day)
        case "range", low, likely, high:
            event = services.step_range(turn, low=low, likely=likely, high=high)
        case _:
            raise ValueError(f"{act.verb} is no act of the demo")
    desk.seen[key] = event.revision


def _paper(user: User) -> StoredFile:
    """A document that says of itself that it is an example."""
    moment = datetime.combine(clock.today(), time(9), tzinfo=clock.CHINA)
    paper = OfficialDocument(title="项目旧档案（示例）", author=str(user), moment=moment)
    paper.title("项目旧档案（示例）")
    paper.paragraph("本材料由演示程序生成，仅作示例，不是真实档案。")
    return files.file_store(user=user, name="项目旧档案（示例）.docx", data=paper.bytes())
