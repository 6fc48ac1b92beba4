"""Entry to the statistics: units in the pool, their steps and papers, what they told and allowed."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Measure, Region, Subject

DECLARED = "returns.entry"  # kind of source of the evidence a unit tells when it files


class EntryUnit(models.Model):
    """A unit that may come into the list of the statistics (四上), or is in it.

    Where it stands is in :class:`EntryStep`. The facts decide class and channel; None: not known yet. They
    are no figures: what it earns is evidence that the unit itself has told.
    """

    class Kind(models.TextChoices):
        LEGAL = "legal", _("法人单位")
        ESTABLISHMENT = "establishment", _("产业活动单位")
        INDIVIDUAL = "individual", _("个体经营户")

    class Ownership(models.TextChoices):
        UNKNOWN = "", _("不清楚")
        PRIVATE = "private", _("民营")
        OTHER = "other", _("非民营")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    subject = models.OneToOneField(Subject, models.PROTECT, related_name="entry_unit", verbose_name=_("单位"))
    kind = models.CharField(_("单位类别"), max_length=16, choices=Kind.choices, default=Kind.LEGAL)
    ownership = models.CharField(_("经济类型"), max_length=12, choices=Ownership.choices, blank=True)
    opened_on = models.DateField(_("开业或投产日"), null=True, blank=True)
    first_sales_on = models.DateField(_("首次有销售的日子"), null=True, blank=True)
    newly_built = models.BooleanField(_("立项的建设性质是新建"), null=True, blank=True)
    transfer = models.BooleanField(_("转专业"), default=False)
    qualified = models.BooleanField(_("有施工总承包或专业承包资质"), null=True, blank=True)
    developing = models.BooleanField(_("有房地产开发经营活动"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300, blank=True)
    sample = models.BooleanField(_("示例"), default=False)
    created_on = models.DateField(_("登记日"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["region", "subject"]

    def __str__(self) -> str:
        return self.subject.name


class EntryStep(AppendOnly):
    """A step of a unit on its way: from one state to the next on a day, by whom, with proof and batch.

    ``revision`` counts from 1; of two people who act at once the second is refused by it. ``exit`` is why it
    left the list.
    """

    unit = models.ForeignKey(EntryUnit, models.PROTECT, related_name="steps")
    revision = models.PositiveIntegerField()
    step = models.CharField(_("步骤"), max_length=20)
    state = models.CharField(_("到"), max_length=12)
    day = models.DateField(_("日期"))
    batch = models.CharField(_("批次"), max_length=40, blank=True)
    exit = models.CharField(_("退库原因"), max_length=20, blank=True)
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["unit", "revision"]
        constraints = [models.UniqueConstraint(fields=["unit", "revision"], name="entry_step_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.step}"


class EntryPaper(AppendOnly):
    """A paper of the list of materials, handed in by the unit for a batch."""

    unit = models.ForeignKey(EntryUnit, models.PROTECT, related_name="papers")
    paper = models.CharField(_("材料"), max_length=40)
    batch = models.CharField(_("批次"), max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=300, blank=True)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.paper}"


class EntryPaperReturn(AppendOnly):
    """An official sent a paper back, with the reason: it counts as missing from then on."""

    paper = models.OneToOneField(EntryPaper, models.PROTECT, related_name="sent_back")
    reason = models.CharField(_("退回原因"), max_length=300)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.paper_id}"


class EntryDeclaration(AppendOnly):
    """What a unit told of its year when it filed: the amounts are evidence, here is what goes with them.

    ``through`` is the end of the last month in them; ``explanation`` why VAT return and income statement lie
    apart.
    """

    unit = models.ForeignKey(EntryUnit, models.PROTECT, related_name="declarations")
    through = models.DateField(_("累计到"))
    explanation = models.CharField(_("差异说明"), max_length=500, blank=True)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.through}"


class Authorisation(models.Model):
    """A firm allows the county to look at one of its series (power, tax, payroll) for one use, up to a day.

    Granted and withdrawn by the firm alone. After ``until`` (inclusive), or from ``withdrawn_on`` on, nothing
    is read.
    """

    class Use(models.TextChoices):
        ENTRY = "statistics_entry", _("测算入规入统")

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="authorisations")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name=_("授权看什么"))
    series = models.CharField(_("数据口径"), max_length=12, choices=Series.choices)
    use = models.CharField(_("用在哪里"), max_length=20, choices=Use.choices, default=Use.ENTRY)
    granted_on = models.DateField(_("授权日"))
    until = models.DateField(_("授权到"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(_("撤回日"), null=True)
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-granted_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="authorisation_ends", condition=models.Q(until__gte=models.F("granted_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.measure}"

    def holds_on(self, day: date) -> bool:
        """Whether it may be relied on."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.granted_on <= day <= self.until and not withdrawn


class EntryOutlook(AppendOnly):
    """The chance, as told on a day, that a unit crosses its threshold (``reach``) or ends the year below it
    (``fall``), by ``by``. ``p50`` is the month's end by which it is as likely as not. Scored when ``by`` has
    come.
    """

    class About(models.TextChoices):
        REACH = "reach", _("达到标准")
        FALL = "fall", _("低于标准")

    unit = models.ForeignKey(EntryUnit, models.PROTECT, related_name="outlooks")
    about = models.CharField(max_length=8, choices=About.choices)
    known_on = models.DateField()
    by = models.DateField()
    chance = models.DecimalField(max_digits=5, decimal_places=4)
    threshold = models.DecimalField(max_digits=14, decimal_places=2)  # 万元
    p50 = models.DateField(null=True)
    last = models.DateField()  # end of the last month it rests on

    class Meta:
        ordering = ["-known_on", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "about", "known_on"], name="entry_outlook_once_a_day"),
        ]
        indexes = [models.Index(fields=["about", "by"], name="entry_outlooks_due")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.about} {self.known_on}"
