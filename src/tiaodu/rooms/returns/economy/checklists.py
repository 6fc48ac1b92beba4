"""The lists of figures to be checked and of the burden of forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.display import number_text
from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.economy.burden import BurdenRow
from tiaodu.rooms.returns.economy.flags import CONFIRMED, CORRECTED, OPEN, FlagRow
from tiaodu.rooms.returns.economy.lists import month_choices
from tiaodu.rooms.returns.economy.words import SEVERITY_WORDS, measure_words

FLAG_STATES = {OPEN: _("待核对"), CONFIRMED: _("企业已确认"), CORRECTED: _("已更正")}


def _state(state: str) -> Callable[[FlagRow], bool]:
    return lambda row: row.state == state


class FlagList(ListPage):
    """What the checks of a month found at whose figures."""

    name = "returns-flags"
    title = _("待核对的数字")
    columns = (
        Column(
            "subject",
            _("企业"),
            cell=lambda row: row.row.subject.name,
            sort=lambda row: row.row.subject.name,
            export=lambda row: row.row.subject.name,
            card="title",
        ),
        Column(
            "measure",
            _("指标"),
            export=lambda row: measure_words(row.row.measure),
            sort=lambda row: row.row.measure.code,
        ),
        Column(
            "value",
            _("报送数"),
            cell="returns/economy/cells/flag_value.html",
            export=lambda row: row.row.evidence.value,
            numeric=True,
        ),
        Column("message", _("哪里不像"), width="wide"),
        Column(
            "severity",
            _("轻重"),
            export=lambda row: str(SEVERITY_WORDS[row.row.severity]),
            sort=lambda row: list(SEVERITY_WORDS).index(row.row.severity),
        ),
        Column(
            "state",
            _("结果"),
            cell="returns/economy/cells/flag_state.html",
            export=lambda row: str(FLAG_STATES[row.state]),
            sort=lambda row: list(FLAG_STATES).index(row.state),
            card="aside",
        ),
        Column("answer", _("企业说明"), width="wide"),
        Column("sector", _("行业"), shown=False),
    )
    chips = tuple(
        Chip(state, word, _state(state), light="amber" if state == OPEN else "green")
        for state, word in FLAG_STATES.items()
    )
    default_filter = OPEN
    search = Search(("row.subject.name", "row.measure.name", "answer"))
    export_permission = "returns.export"
    empty = Empty(
        _("没有待核对的数字"),
        _(
            "月结时按审核规则看每个数：恒等关系、单位、突变、电力与产出、税收与收入。只提请企业核对，不替企业改数。"
        ),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[FlagRow], months: Sequence[str]) -> None:
        super().__init__(request, rows)
        self.choices = month_choices(months)

    def row_url(self, record: FlagRow) -> str:
        return reverse("returns:return", args=[record.return_id]) if record.return_id else ""


class BurdenList(ListPage):
    """Minutes of forms asked of each unit in a month."""

    name = "returns-burden"
    title = _("填报负担")
    columns = (
        Column(
            "name",
            _("单位"),
            cell="returns/economy/cells/burden_name.html",
            sort=lambda row: row.name,
            export=lambda row: row.name,
            card="title",
        ),
        Column(
            "minutes",
            _("分钟"),
            cell=lambda row: number_text(row.minutes),
            sort=lambda row: row.minutes,
            numeric=True,
            card="aside",
        ),
        Column(
            "before",
            _("上月分钟"),
            cell=lambda row: number_text(row.before),
            sort=lambda row: row.before,
            numeric=True,
        ),
        Column("count", _("报表份数"), sort=lambda row: row.count, numeric=True),
        Column(
            "forms",
            _("哪些报表"),
            cell=lambda row: row.forms_words,
            export=lambda row: row.forms_words,
            width="wide",
        ),
    )
    search = Search(("name", "forms_words"))
    export_permission = "returns.export"
    empty = Empty(
        _("这个月没有向企业要报表"), _("每张报表写明填一份要几分钟，这里按单位加起来，看谁的负担重。")
    )

    def __init__(self, request: HttpRequest, rows: Sequence[BurdenRow], months: Sequence[str]) -> None:
        super().__init__(request, rows)
        self.choices = month_choices(months)

    def row_url(self, record: BurdenRow) -> str:
        return f"{reverse('returns:list')}?{urlencode({'q': record.name})}"
