"""Returns of firms: who is asked, what was answered, and every contact about it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.states import IN, WAITING
from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Measure, Region, Subject

SOURCE = "returns.return"  # kinds of source of the evidence
SURVEY = "returns.survey"


class Listing(models.Model):
    """A subject stands on the list (名录) of those a form is asked of, from ``since`` to ``until``.

    Days are inclusive; ``until`` is empty while it lasts. ``known_on`` and ``closed_on`` are the days on
    which the two were entered.
    """

    type = models.CharField(_("报表"), max_length=60)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="listings", verbose_name=_("主体"))
    since = models.DateField(_("从"))
    until = models.DateField(_("到"), null=True, blank=True)
    reason = models.CharField(_("依据"), max_length=300, blank=True)
    known_on = models.DateField()
    closed_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["type", "subject", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "subject"], condition=models.Q(until__isnull=True), name="listed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Return(models.Model):
    """One form of one unit for one period. Its figures are evidence, its history is :class:`ReturnEntry`.

    ``draft`` holds what was typed and not sent, by measure: ``{"output.coal.raw": "5200"}`` in the unit of
    the form. ``submitted_on`` is the day it was first in. ``due`` is empty where its calendar has no day.
    """

    class State(models.TextChoices):
        DUE = "due", _("待报")
        DRAFT = "draft", _("填报中")
        SUBMITTED = "submitted", _("已报")
        QUESTIONED = "questioned", _("待说明")
        SENT_BACK = "sent_back", _("已退回")
        CORRECTED = "corrected", _("已更正")
        NOTHING = "nothing", _("报为无")
        DECLINED = "declined", _("不填")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    type = models.CharField(_("报表"), max_length=60)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="returns", verbose_name=_("主体"))
    period_start = models.DateField(_("起"))
    period_end = models.DateField(_("止"))
    due = models.DateField(_("期限"), null=True)
    basis = models.CharField(_("依据"), max_length=16)  # of the form when it was opened
    obligatory = models.BooleanField(_("必填"), default=False)  # likewise
    basis_until = models.DateField(_("依据有效期至"), null=True)  # likewise
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.DUE)
    opened_on = models.DateField(_("开出日"))
    submitted_on = models.DateField(_("报出日"), null=True)
    draft = models.JSONField(default=dict, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reminded = models.PositiveSmallIntegerField(default=0)  # rungs of the reminders already climbed
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-period_end", "type", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "subject", "period_end", "period_start"], name="return_once"
            ),
            models.CheckConstraint(
                name="return_period_in_order", condition=models.Q(period_start__lte=models.F("period_end"))
            ),
        ]
        indexes = [
            models.Index(fields=["region", "type", "period_end"], name="returns_of_period"),
            models.Index(fields=["state", "due"], name="returns_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.type} {self.period}"

    @property
    def period(self) -> Period:
        """What it speaks of."""
        return Period(self.period_start, self.period_end)

    @property
    def is_in(self) -> bool:
        """Whether the unit has answered."""
        return self.state in IN

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self.state in WAITING

    def binds(self, today: date) -> bool:
        """Whether the unit has to answer: the form is obligatory and its basis has not run out."""
        return self.obligatory and (self.basis_until is None or today <= self.basis_until)

    def overdue(self, today: date) -> bool:
        """Whether the last day has passed without an answer that has to come."""
        return self._passed(today) and self.binds(today)

    def left(self, today: date) -> bool:
        """Whether the last day has passed without an answer nobody had to give: no fault (未填)."""
        return self._passed(today) and not self.binds(today)

    def _passed(self, today: date) -> bool:
        return self.waits and self.due is not None and self.due < today

    def came_late(self) -> bool:
        """Whether it came in after its last day."""
        return self.submitted_on is not None and self.due is not None and self.submitted_on > self.due


class ReturnEntry(AppendOnly):
    """Something that happened to a return: every contact between the unit and an official stands here.

    The unit reads all of it. ``measures`` are the codes an entry is about; ``changes`` is
    ``{code: [before, after]}`` of a correction, in base units. ``by`` is empty where the clock did it.
    """

    class Verb(models.TextChoices):
        OPENED = "opened", _("开出")
        SEEN = "seen", _("企业已看")
        DRAFTED = "drafted", _("开始填报")
        SUBMITTED = "submitted", _("报出")
        NOTHING = "nothing", _("报为无")
        DECLINED = "declined", _("不填")
        CORRECTED = "corrected", _("更正")
        CONFIRMED = "confirmed", _("确认无误")
        ANSWERED = "answered", _("说明")
        BROUGHT_TAKEN = "brought_taken", _("认可代交的文件")
        BROUGHT_REFUSED = "brought_refused", _("不认可代交的文件")
        REMINDED = "reminded", _("提醒")
        ESCALATED = "escalated", _("自动提醒")
        QUESTIONED = "questioned", _("询问")
        SENT_BACK = "sent_back", _("退回")
        BROUGHT = "brought", _("代交文件")

    of = models.ForeignKey(Return, models.PROTECT, related_name="entries")
    verb = models.CharField(max_length=16, choices=Verb.choices)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    measures = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")  # of the person then

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.of_id} {self.get_verb_display()}"


class ReturnFigure(AppendOnly):
    """A figure of a return: the revision of the evidence that an entry wrote."""

    of = models.ForeignKey(Return, models.PROTECT, related_name="figures")
    entry = models.ForeignKey(ReturnEntry, models.PROTECT, related_name="figures")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="return_figure")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.of_id} {self.measure}"


class BroughtFile(AppendOnly):
    """A file of the firm's that an official handed in: marked 待企业确认, and no figure until it is taken.

    ``values`` is what was read from it, by measure in the unit of the form; nobody edits it.
    """

    of = models.ForeignKey(Return, models.PROTECT, related_name="brought")
    entry = models.OneToOneField(ReturnEntry, models.PROTECT, related_name="brought")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    values = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    known_on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.of_id} {self.file}"


class BroughtDecision(AppendOnly):
    """What a user of the firm decided of a brought file: once."""

    brought = models.OneToOneField(BroughtFile, models.PROTECT, related_name="decision")
    taken = models.BooleanField(_("认可"))
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.brought_id} {self.taken}"


# Models of a part of the room stand in its own folder; Django finds them through here.
from tiaodu.rooms.returns.economy import models as economy_models  # noqa: E402, F401
from tiaodu.rooms.returns.entry import models as entry_models  # noqa: E402, F401
from tiaodu.rooms.returns.leading import models as leading_models  # noqa: E402, F401
from tiaodu.rooms.returns.platforms import models as platforms_models  # noqa: E402, F401
from tiaodu.rooms.returns.superior import models as superior_models  # noqa: E402, F401
