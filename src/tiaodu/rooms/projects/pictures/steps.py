"""What each box of a network says: of a project what happened and may happen, of a template its limits."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.engine.projects.forecast import Forecast
from tiaodu.engine.stages.lengths import planned_length
from tiaodu.engine.stages.model import Step, Template, Unit
from tiaodu.engine.stages.path import Path
from tiaodu.engine.stages.standing import Place, Standing
from tiaodu.engine.stages.words import load_words
from tiaodu.rooms.projects.pictures.days import short
from tiaodu.rooms.projects.pictures.network import Marked, NetworkPicture, picture, state_words
from tiaodu.rooms.projects.selectors.rows import ProjectRow, wait_words
from tiaodu.rooms.projects.tables import words_in


def picture_of_project(
    row: ProjectRow, forecast: Forecast | None = None, path: Path | None = None
) -> NetworkPicture:
    """The network of a project; ``forecast`` and ``path`` only for those who may see them."""
    target = critical_target(row, path) if path else ""
    critical = frozenset(path.leading_to(target)) if path and target else frozenset()
    title = _("%(project)s的阶段网络") % {"project": row.name}
    words = ""
    if target:
        words = _("关键：晚一天，%(step)s晚一天") % {"step": words_in(row.template.by_code[target].name)}
    return picture(title, _about(row), row.network.needs, _marked(row, forecast, critical), words)


def critical_target(row: ProjectRow, path: Path) -> str:
    """The step whose critical path is shown: the goal, else what is promised or comes last with a date."""
    if path.finish is not None:
        return row.template.goal
    known = [each for each in path.rows if each.finish is not None and not each.done]
    promised = [each for each in known if row.state.of(each.code).promised]
    return max(promised or known, key=lambda each: each.finish or row.day).code if known else ""


def _about(row: ProjectRow) -> str:
    told = {"done": row.reached.done, "steps": row.reached.steps, "stage": row.stage_words}
    return _("%(steps)s 个步骤办结 %(done)s 个，到了%(stage)s阶段。下面的步骤表有同样的内容。") % told


def _marked(row: ProjectRow, forecast: Forecast | None, critical: frozenset[str]) -> Iterator[Marked]:
    for code, standing in row.steps.items():
        if standing.place == Place.OUT:
            continue
        word = _word(row, standing, forecast)
        told = [words_in(standing.step.name), row.doer(standing), state_words()[standing.place.value]]
        told += [wait_words(standing.wait.reason)] if standing.wait else []
        told += [word] if word not in told else []
        if code in critical:
            told.append(_("关键"))
        yield Marked(
            code=code,
            stage=standing.step.stage,
            name=words_in(standing.step.name),
            state=standing.place.value,
            word=word,
            told=_("，").join(each for each in told if each),
            url=reverse("projects:step", args=[row.project.pk, code]),
            late=bool(standing.late) and standing.place != Place.DONE,
            critical=code in critical,
        )


def _word(row: ProjectRow, standing: Standing, forecast: Forecast | None) -> str:
    """The shortest true word: late before waiting, days taken beside those allowed, a date to come."""
    if standing.place == Place.DONE:
        return _done(standing, short(row.state.of(standing.step.code).finished, row.day))
    if standing.late:
        return ngettext("逾期 %(n)s 工作日", "逾期 %(n)s 工作日", standing.late) % {"n": standing.late}
    if standing.wait is not None:
        return wait_words(standing.wait.reason)
    if standing.place == Place.UNDER_WAY:
        return _running(standing)
    return _to_come(row, standing, forecast)


def _to_come(row: ProjectRow, standing: Standing, forecast: Forecast | None) -> str:
    promised = row.state.of(standing.step.code).promised
    told = forecast.of(standing.step.code) if forecast else None
    if told is not None:
        return _("预计 %(day)s") % {"day": short(told.p50, row.day)}
    if promised:
        return _("承诺 %(day)s") % {"day": short(promised, row.day)}
    return state_words()[standing.place.value]


def _done(standing: Standing, day: str) -> str:
    """The days it took, beside those allowed; the day where it took none."""
    return _taken(standing) if standing.taken else day


def _running(standing: Standing) -> str:
    return state_words()[Place.UNDER_WAY.value] if standing.taken is None else _taken(standing)


def _taken(standing: Standing) -> str:
    told = {"taken": standing.taken, "allowed": standing.allowed}
    if standing.allowed is None:
        return days_words(standing.taken or 0)
    if standing.unit == Unit.WORKING:
        return _("%(taken)s/%(allowed)s 工作日") % told
    return _("%(taken)s/%(allowed)s 天") % told


def days_words(days: int) -> str:
    """So many days."""
    return ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}


def picture_of_template(template: Template) -> NetworkPicture:
    """The network a template describes, with the days of its steps."""
    title = _("%(template)s的阶段网络") % {"template": words_in(template.title)}
    about = _("%(steps)s 个步骤。下面的表有同样的内容。") % {"steps": len(template.steps)}
    return picture(title, about, template.prerequisites, (_of_template(step) for step in template.steps))


def _of_template(step: Step) -> Marked:
    name, word = words_in(step.name), _length(step)
    optional = step.condition is not None or bool(step.choice)
    told = [name, words_in(load_words().actors[step.by].name), word]
    if step.condition is not None:
        told.append(words_in(step.condition.text))
    return Marked(
        code=step.code,
        stage=step.stage,
        name=name,
        state="milestone" if step.milestone else "plain",
        word=word,
        told=_("，").join(each for each in told if each),
        url=f"#{step.code}",
        optional=optional,
    )


def _length(step: Step) -> str:
    if step.milestone:
        return _("节点")
    length = planned_length(step)
    if length is None:
        return ""
    if length.days == 0:
        return _("即时办结")
    if length.unit == Unit.WORKING:
        return ngettext("%(n)s 工作日", "%(n)s 工作日", length.days) % {"n": length.days}
    return days_words(length.days)
