"""One page of a subject as a Word document."""

from __future__ import annotations

from datetime import datetime, time

from django.utils.translation import gettext as _

from tiaodu.engine.briefing.word import Column, OfficialDocument
from tiaodu.engine.kernel.display import display
from tiaodu.foundation.clock import CHINA
from tiaodu.rooms.ledger.selectors.rows import PartRow, TaskRow
from tiaodu.rooms.ledger.selectors.subjects import SubjectPage
from tiaodu.rooms.ledger.words import STATES

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def one_page(page: SubjectPage, *, author: str) -> bytes:
    """The page in the official layout: the same words as on the screen, as of the same day."""
    moment = datetime.combine(page.day, time(9), tzinfo=CHINA)
    name = page.subject.name + (_("（示例）") if page.sample else "")
    paper = OfficialDocument(title=name, author=author, moment=moment)
    paper.title(name)
    day = _("截至 %(day)s") % {"day": page.day.isoformat()}
    paper.paragraph(f"{day}，{page.headline}")
    if liaisons := page.looked_after.liaisons:
        told = _("；").join(f"{row.get_role_display()} {row.who} {row.post}".strip() for row in liaisons)
        paper.paragraph(_("包联：%(who)s。") % {"who": told})
    if page.rows:
        columns = [
            Column(_("承诺"), 66),
            Column(_("时限"), 26, "center"),
            Column(_("进度"), 36),
            Column(_("状态"), 28, "center"),
        ]
        paper.table(columns, [_row(task, part) for task in page.rows for part in task.parts])
    _section(
        paper,
        _("存在问题"),
        [f"{p.period_end.isoformat()} {p.problem}（{p.department or ''}）" for p in page.problems],
    )
    _section(
        paper,
        _("最新进展"),
        [f"{p.period_end.isoformat()} {p.text}（{p.department or ''}）" for p in page.reports],
    )
    _section(paper, _("下一步"), [_next(task, part) for task, part in page.next_steps])
    return paper.bytes()


def _row(task: TaskRow, part: PartRow) -> list[str]:
    promised = part.target_words if part.is_indicator else str(part.part.action)
    reached = display(part.value, part.part.unit) if part.is_indicator and part.value is not None else "—"
    return [
        f"{task.task.title}：{promised}",
        part.due_display or "—",
        reached,
        str(STATES[part.standing.state]),
    ]


def _next(task: TaskRow, part: PartRow) -> str:
    lead = task.lead_words or _("未明确单位")
    return f"{lead}：{task.task.title}（{part.due_display or _('未定时限')}，{part.reason}）"


def _section(paper: OfficialDocument, heading: str, lines: list[str]) -> None:
    if lines:
        paper.heading(heading)
        for line in lines:
            paper.paragraph(line)
