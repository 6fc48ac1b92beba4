"""Every figure the county knows: what it speaks of, when it was known, who reported it, in which series."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Measure, Region, Subject


class Series(models.TextChoices):
    """Where a figure comes from (数据口径). Two series are never mixed: each has its own figures."""

    STATISTICAL = "statistical", _("统计数")
    DISPATCH = "dispatch", _("调度数")
    PAYMENT = "payment", _("资金支付")
    DOCUMENT = "document", _("文件所载")
    METER = "meter", _("计量")
    OBSERVATION = "observation", _("现场核查")


class Evidence(AppendOnly):
    """One figure as somebody reported it (实绩).

    The figure of a level is told for a day, that of a flow or of an increment from the start of what is
    accumulated to the day it had come to; ``value`` is in the measure's base unit. A correction is the next
    ``revision``, a withdrawal one without value; as of any day the highest revision with ``known_on`` up to
    it holds. ``department`` is the reporter's on that day: only it may correct.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="evidence", db_index=False)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", db_index=False)
    series = models.CharField(_("数据口径"), max_length=12, choices=Series.choices)
    period_start = models.DateField(_("起"))
    period_end = models.DateField(_("止"))
    revision = models.PositiveSmallIntegerField(_("版次"), default=1)
    value = models.DecimalField(_("数值"), max_digits=24, decimal_places=6, null=True)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    known_on = models.DateField(_("报送日"))
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+", db_index=False)
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["subject", "measure", "series", "period_end", "period_start", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "measure", "series", "period_end", "period_start", "revision"],
                name="evidence_revision_once",
            ),
            models.CheckConstraint(
                name="evidence_period_in_order", condition=Q(period_start__lte=F("period_end"))
            ),
            models.CheckConstraint(
                name="evidence_of_what_has_been", condition=Q(period_end__lte=F("known_on"))
            ),
            models.CheckConstraint(
                name="evidence_withdrawn_with_reason", condition=Q(value__isnull=False) | ~Q(reason="")
            ),
            models.CheckConstraint(name="evidence_of_a_known_series", condition=Q(series__in=Series.values)),
            models.CheckConstraint(name="evidence_revisions_from_one", condition=Q(revision__gte=1)),
        ]
        indexes = [
            models.Index(
                fields=["series", "measure", "period_end", "period_start", "subject", "revision"],
                name="evidence_board",
            ),
            models.Index(fields=["known_on"], name="evidence_known_on"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.measure} {self.period}"

    @property
    def period(self) -> Period:
        """What the figure speaks of."""
        return Period(self.period_start, self.period_end)

    @property
    def sample(self) -> bool:
        """Whether it must say 示例: an example's figure, or one that an example's person told."""
        return self.subject.sample or self.reporter.sample

    @property
    def withdrawn(self) -> bool:
        """Whether this revision takes the figure back."""
        return self.value is None


class Latest(models.Model):
    """The figure that holds today for a subject, measure, series and period: a pointer that can be rebuilt.

    ``subject`` is the one a merged subject is kept as; ``value`` and ``known_on`` are the evidence's, so that
    boards and lists read one table; ``current`` marks the newest period that has a value.
    """

    rebuilt = True  # the register does not move these rows when it merges subjects: they are made anew

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="+", db_index=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="+", db_index=False)
    series = models.CharField(max_length=12, choices=Series.choices)
    period_start = models.DateField()
    period_end = models.DateField()
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="+", db_index=False)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    known_on = models.DateField()
    current = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "measure", "series", "period_end", "period_start"], name="latest_once"
            ),
            models.UniqueConstraint(
                fields=["subject", "measure", "series"], condition=Q(current=True), name="latest_current_once"
            ),
        ]
        # A board is answered from its index alone.
        indexes = [
            models.Index(fields=["known_on"], condition=Q(current=True), name="latest_known_on"),
            models.Index(
                fields=["series", "measure", "subject", "evidence", "value", "period_start", "period_end"],
                condition=Q(current=True),
                name="latest_newest",
            ),
            models.Index(
                fields=["series", "measure", "period_end", "period_start", "subject", "evidence", "value"],
                name="latest_of_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.measure_id} {self.series} {self.period_end}"
