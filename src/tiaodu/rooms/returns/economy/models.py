"""What a closing of a month found: the sums of the board, what is usual among peers, and flags."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.checks import Severity
from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.registry.models import Measure, Region, Subject


class Closing(AppendOnly):
    """A month of a region as it was closed: written once and whole; the highest ``number`` holds.

    ``run`` names the attempt, so that one that is run again writes nothing twice. ``evidence_until`` is the
    newest evidence it has seen: later figures of its months reopen it. ``sums`` are the months of each
    measure's cells, ``peers`` what is usual in each trade (both as the engine keeps them).
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period_start = models.DateField(_("起"))
    period_end = models.DateField(_("止"))
    number = models.PositiveIntegerField(_("次"))
    run = models.CharField(max_length=80, unique=True)
    known_on = models.DateField(_("月结日"))
    evidence_until = models.BigIntegerField()
    firms = models.PositiveIntegerField(_("企业数"))
    sums = models.JSONField()
    peers = models.JSONField()
    sample = models.BooleanField(_("示例"), default=False)

    class Meta:
        ordering = ["-period_end", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "period_end", "number"], name="closing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.period} #{self.number}"

    @property
    def period(self) -> Period:
        """The month."""
        return Period(self.period_start, self.period_end)


class CheckFlag(AppendOnly):
    """What a rule found at a figure when a month was closed, with its figures and words as they were then."""

    class Weight(models.TextChoices):
        HARD = Severity.HARD.value, _("不通过")
        SOFT = Severity.SOFT.value, _("请核对")
        NOTE = Severity.NOTE.value, _("提示")

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="flags")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    rule = models.CharField(_("规则"), max_length=60)
    severity = models.CharField(_("轻重"), max_length=8, choices=Weight.choices)
    told = models.JSONField()  # words, hint and figures: see flags.py

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["closing", "subject"], name="flags_of_closing")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.measure_id} {self.rule}"
