"""The monthly text as a Word document in the official layout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.utils.translation import gettext as _

from tiaodu.engine.briefing.word import OfficialDocument
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.analysis import Sentence
from tiaodu.foundation import clock
from tiaodu.rooms.returns.economy.words import month_name


def text_document(author: str, month: Period, sentences: Sequence[Sentence], *, sample: bool) -> bytes:
    """The sentences as one paragraph each, with what the figures are; 示例 where they are examples."""
    moment = datetime.combine(clock.today(), time(9), tzinfo=clock.CHINA)
    title = title_of(month) + (_("（示例）") if sample else "")
    paper = OfficialDocument(title=title, author=author, moment=moment)
    paper.title(title)
    for sentence in sentences:
        paper.paragraph(sentence.text)
    paper.note(note_of())
    return paper.bytes()


def title_of(month: Period) -> str:
    """The heading of the text: January and February, or January to a month."""
    told = {"year": month.start.year, "month": month.start.month, "name": month_name(month)}
    return _("%(year)s年1—%(month)s月全县工业经济运行情况") % told


def note_of() -> str:
    """What the figures are."""
    return _("数据为企业报送的调度数，按可比口径计算增速；增加值增速为统计局反馈数。截至 %(day)s。") % {
        "day": clock.today().isoformat()
    }
