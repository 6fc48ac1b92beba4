"""The lists of items: as officials see them, and as a firm sees its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.engine.items.states import RUNNING, State
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items import rules, words
from tiaodu.foundation.items.models import ItemEntry
from tiaodu.foundation.items.selectors.rows import STILL_OPEN, ItemRow, due_soon_on, overdue_on, row_of
from tiaodu.foundation.items.selectors.scope import same_department
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage


def shown(entry: Any) -> ItemRow:
    """The row of an entry, made once a page."""
    row = getattr(entry, "row_shown", None)
    if row is None:
        row = entry.row_shown = row_of(entry)
    assert isinstance(row, ItemRow)  # noqa: S101
    return row


def open_first(entries: QuerySet[ItemEntry]) -> QuerySet[ItemEntry]:
    """What is still to be done by its due, then what waits with its clock stopped, then what is over."""
    ranked = Case(
        When(STILL_OPEN & Q(stopped_on__isnull=True), then=Value(0)),
        When(STILL_OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return entries.alias(rank=ranked).order_by("rank", "due", "pk")


def mine(user: User) -> Q:
    """What this person answers for."""
    return STILL_OPEN & Q(responsible=user)


def to_confirm(user: User) -> Q:
    """What this person is asked to take: she herself, or anybody of her department."""
    asked = Q(receiver=user)
    if user.department_id is not None:
        asked |= Q(receiver__isnull=True, receiving__in=same_department(user.department_id))
    return STILL_OPEN & asked


def to_verify(user: User) -> Q:
    """What this person or her office issued and somebody has claimed as done."""
    issued = Q(item__opened_by=user)
    if user.department_id is not None:
        issued |= Q(item__authority__in=same_department(user.department_id))
    return Q(state=State.CLAIMED) & issued


def brought_before(user: User, day: date) -> Q:
    """What came before this person because it is late, and is still to be done."""
    told = ItemEntry.told.through.objects.filter(user=user, itementry__known_on__lte=day)
    running = Q(state__in=[state.value for state in RUNNING])
    return running & Q(item__in=told.values("itementry__item"))


NUMBER = Column(
    "number", _("单号"), cell=lambda e: shown(e).number, export=lambda e: shown(e).number, shown=False
)
TITLE = Column(
    "title",
    pgettext_lazy("column", "事项"),
    cell="items/cells/title.html",
    sort=("item__title",),
    export=lambda e: e.item.title,
    card="title",
    width="wide",
)
STATE = Column(
    "state",
    _("状态"),
    cell="items/cells/state.html",
    export=lambda e: f"{shown(e).light_word} {shown(e).light_reason}".strip(),
)
DUE = Column(
    "due",
    _("期限"),
    cell="items/cells/due.html",
    sort=("due",),
    export=lambda e: shown(e).clock.due,
    width="medium",
)
TURN = Column("turn", _("轮到谁"), cell=lambda e: shown(e).turn, export=lambda e: shown(e).turn)


class ItemList(ListPage):
    """The items a person sees, the next due first."""

    name = "items"
    title = pgettext_lazy("tracked items", "事项")
    columns: ClassVar[Sequence[Column]] = (
        NUMBER,
        TITLE,
        STATE,
        DUE,
        Column(
            "department",
            _("承办单位"),
            cell=lambda e: e.department,
            sort=("department__name",),
            export=lambda e: str(e.department),
        ),
        Column(
            "responsible",
            _("责任人"),
            cell="items/cells/responsible.html",
            sort=("responsible__display_name",),
            export=lambda e: str(e.responsible),
        ),
        TURN,
        Column(
            "authority",
            _("交办机关"),
            cell=lambda e: e.item.authority,
            sort=("item__authority__name",),
            export=lambda e: str(e.item.authority),
            shown=False,
        ),
        Column(
            "opened",
            _("开出日"),
            cell=lambda e: e.item.opened_on.isoformat(),
            sort=("item__opened_on",),
            export=lambda e: e.item.opened_on,
            shown=False,
        ),
    )
    search = Search(
        (
            "item__title",
            "item__about_label",
            "item__basis_text",
            "department__name",
            "responsible__display_name",
        )
    )
    search_hint = _("搜索事项、依据、单位、责任人")
    export_permission = "items.export"
    sample_field = "item.sample"
    empty = Empty(
        _("还没有事项"),
        _("交办单、督办单和部门之间的提请都在这里：有责任人、有期限、有记录，办完由另一个单位的人核实销号。"),
        _("例如“县长4月15日批示：请能源局4月底前拿出方案”，开成一张交办单，能源局签收后开始计时。"),
    )

    def __init__(self, request: HttpRequest, entries: QuerySet[ItemEntry]) -> None:
        super().__init__(request, open_first(entries))
        self.choices = (
            Choice(
                "kind",
                _("类别"),
                [(kind.code, kind.said(english=words.english())) for kind in rules.kinds().values()],
                lambda value: Q(item__kind=value),
            ),
        )

    def row_url(self, record: ItemEntry) -> str:
        return shown(record).url

    def row_light(self, record: ItemEntry) -> str:
        return shown(record).light


def list_for(user: User) -> type[ItemList]:
    """The list with the chips of this person and this day."""
    day = clock.today()

    class Mine(ItemList):
        chips = (
            *((Chip("mine", _("我的"), mine(user)),) if access.may(user, "items.handle") else ()),
            *(
                (Chip("to_confirm", _("待我确认"), to_confirm(user)),)
                if access.may(user, "items.handle")
                else ()
            ),
            *(
                (Chip("escalated", _("提级到我"), brought_before(user, day)),)
                if not access.may(user, "items.handle")
                else ()
            ),
            Chip("overdue", _("逾期"), overdue_on(day), light="overdue"),
            Chip("due_soon", _("临期"), due_soon_on(day, user.region), light="due_soon"),
            Chip("waiting", _("等待"), Q(state=State.WAITING), light="not_triggered"),
            Chip("claimed", _("待核"), Q(state=State.CLAIMED), light="claimed"),
            Chip("struck_off", _("已销号"), Q(state=State.STRUCK_OFF), light="struck_off"),
        )

    return Mine


class FirmList(ItemList):
    """What a firm sees of the items about it: the clock, whose turn it is, and why it waits."""

    columns = (NUMBER, TITLE, STATE, DUE, TURN)
    search = Search(("item__title",))
    search_hint = _("搜索事项")
    empty = Empty(
        _("还没有与您有关的事项"),
        _("县里公开给企业的事项列在这里：期限、轮到谁、为什么等待，与县里看到的一样。"),
    )
    export_permission = ""
    chips = (
        Chip("waiting", _("等待"), Q(state=State.WAITING), light="not_triggered"),
        Chip("struck_off", _("已销号"), Q(state=State.STRUCK_OFF), light="struck_off"),
    )
