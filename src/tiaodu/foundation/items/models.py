"""Tracked items, their log, and who is away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.items.states import State, Turn, Verb
from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Region, Subject

STATES = {
    State.OFFERED: _("待签收"),
    State.DECLINED: _("待改派"),
    State.HANDLING: _("办理中"),
    State.WAITING: _("等待"),
    State.CLAIMED: _("待核实"),
    State.STRUCK_OFF: _("已销号"),
    State.WITHDRAWN: _("已作废"),
}
VERBS = {
    Verb.OPENED: _("开出"),
    Verb.TAKEN: _("签收"),
    Verb.DECLINED: _("退回交办方"),
    Verb.ASSIGNED: _("改派"),
    Verb.HANDED_OVER: _("提出移交"),
    Verb.TAKEN_OVER: _("接手"),
    Verb.KEPT: _("移交未成，仍由原承办人办理"),
    Verb.WAITED: _("开始等待"),
    Verb.RESUMED: _("恢复办理"),
    Verb.NOTED: _("说明"),
    Verb.CLAIMED: _("报完成"),
    Verb.STRUCK_OFF: _("销号"),
    Verb.SENT_BACK: _("退回补充"),
    Verb.REOPENED: _("重新打开"),
    Verb.EXTENSION_ASKED: _("申请延期"),
    Verb.EXTENDED: _("延期"),
    Verb.EXTENSION_REFUSED: _("不同意延期"),
    Verb.ESCALATED: _("提级"),
    Verb.RECOMPUTED: _("期限重算"),
    Verb.RELEASED: _("对企业公开"),
    Verb.UNRELEASED: _("收回公开"),
    Verb.WITHDRAWN: _("作废"),
}
TURNS = {
    Turn.OURS: _("承办单位"),
    Turn.ISSUER: _("交办方"),
    Turn.FIRM: _("企业"),
    Turn.DEPARTMENT: _("其他部门"),
    Turn.SUPERIOR: _("上级机关"),
    Turn.COURT: _("法院"),
    Turn.EXPERT: _("第三方机构"),
    Turn.NOBODY: "—",
}


class Item(models.Model):
    """Anything with a responsible officer, a clock and a log.

    What it is about, who issued it and on what it rests stay as they were; how it stands is in its latest
    :class:`ItemEntry`, to which ``last`` points. ``state`` and ``version`` are what a change names: of two
    people who act at once one finds no such row.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    kind = models.CharField(_("类别"), max_length=20)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(_("单号"))  # within region, kind and year
    title = models.CharField(_("事项"), max_length=300)
    about_kind = models.CharField(max_length=40, blank=True)  # ledger.task
    about_id = models.CharField(max_length=40, blank=True)
    about_label = models.CharField(_("关于"), max_length=300, blank=True)
    subject = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主体")
    )
    sector = models.CharField(_("领域"), max_length=40, blank=True)
    authority = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("交办机关"))
    basis = models.CharField(_("依据类别"), max_length=20, blank=True)
    basis_text = models.CharField(_("依据"), max_length=300, blank=True)
    basis_day = models.DateField(_("依据日期"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    opened_on = models.DateField(_("开出日"))
    sample = models.BooleanField(_("示例"), default=False)
    state = models.CharField(_("状态"), max_length=12)
    version = models.PositiveIntegerField(default=1)
    last = models.OneToOneField(
        "items.ItemEntry", models.PROTECT, null=True, related_name="last_of"
    )  # empty only while the item is being made
    key = models.CharField(max_length=40, blank=True)  # of the form that opened it

    class Meta:
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "year", "number"], name="item_number_once"),
            models.UniqueConstraint(
                fields=["opened_by", "key"], condition=~models.Q(key=""), name="item_opened_once_a_form"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "opened_on"]),
            models.Index(fields=["about_kind", "about_id"]),
        ]

    def __str__(self) -> str:
        return self.title


class ItemEntry(AppendOnly):
    """One entry of an item's log, and how the item stood after it.

    The log and the standing are one row, so how an item stood on any day is its latest entry known on that
    day. ``inside`` entries are for officials; of the others a firm sees the day, the verb and the coded
    reason, and the words only where ``for_firm`` says that they were written for it.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    verb = models.CharField(_("动作"), max_length=20)
    text = models.TextField(_("说明"), blank=True)
    inside = models.BooleanField(_("内部"), default=True)
    for_firm = models.BooleanField(_("写给企业"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("办理人")
    )  # empty: the system, by its rules
    by_department = models.ForeignKey(
        Subject, models.PROTECT, null=True, related_name="+"
    )  # of the person then
    happened_on = models.DateField(_("发生日"))
    known_on = models.DateField(_("记录日"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("佐证"))
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")  # before whom it was brought
    detail = models.JSONField(default=dict)  # coded facts of the entry: old and new due, rung, reason
    key = models.CharField(max_length=80, blank=True)  # an act repeated with the same key is the same act

    # How the item stands after this entry.
    state = models.CharField(_("状态"), max_length=12)
    department = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("承办单位"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("责任人")
    )
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("首问责任人")
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("待确认人")
    )
    receiving = models.ForeignKey(
        Subject, models.PROTECT, null=True, related_name="+", verbose_name=_("待确认单位")
    )
    offered_on = models.DateField(null=True)  # since when the receiver is asked
    due = models.DateField(_("期限"))
    provisional = models.BooleanField(_("暂定"), default=False)
    facts = models.JSONField()  # what the due is computed from: engine.items.clock.Facts
    stopped_on = models.DateField(null=True)
    waiting_reason = models.CharField(_("等待原因"), max_length=20, blank=True)
    waiting_until = models.DateField(_("预计恢复"), null=True)
    turn = models.CharField(_("轮到谁"), max_length=12)
    asked_due = models.DateField(_("申请延至"), null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(_("办结日"), null=True)  # the day the work was done, as claimed
    reopened = models.PositiveSmallIntegerField(_("重新打开次数"), default=0)
    escalated = models.PositiveSmallIntegerField(default=0)  # the highest rung recorded; 0: none
    released = models.BooleanField(_("企业可见"), default=False)

    class Meta:
        ordering = ["item_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="item_entry_number_once"),
            models.UniqueConstraint(
                fields=["item", "key"], condition=~models.Q(key=""), name="item_entry_key_once"
            ),
            models.CheckConstraint(
                name="item_entry_known_after_it_happened",
                condition=models.Q(known_on__gte=models.F("happened_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["known_on"]),
            models.Index(fields=["state", "due"]),
            models.Index(fields=["responsible", "state"]),
            models.Index(fields=["department", "state"]),
        ]

    def __str__(self) -> str:
        return f"{VERBS[Verb(self.verb)]} {self.item_id}"


# The columns of an entry that say how the item stands; the next entry takes over what it does not change.
STANDING = (
    "state", "department", "responsible", "first", "receiver", "receiving", "offered_on", "due",
    "provisional", "facts", "stopped_on", "waiting_reason", "waiting_until", "turn", "asked_due",
    "claimed_by", "claimed_department", "closed_on", "reopened", "escalated", "released",
)  # fmt: skip


class Absence(models.Model):
    """A person is away from a day to a day; a deputy may act for her meanwhile."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences", verbose_name=_("人员")
    )
    start = models.DateField(_("从"))
    end = models.DateField(_("到"))
    reason = models.CharField(_("事由"), max_length=20)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代理人"),
    )
    note = models.CharField(_("备注"), max_length=200, blank=True)
    recorded_on = models.DateField(_("登记日"))
    cancelled_on = models.DateField(_("销假日"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-start", "-id"]
        constraints = [
            models.CheckConstraint(
                name="absence_days_in_order", condition=models.Q(end__gte=models.F("start"))
            ),
        ]
        indexes = [models.Index(fields=["person", "end"])]

    def __str__(self) -> str:
        return f"{self.person} {self.start}–{self.end}"
