"""A county's own versions of declared tables, and what became of each proposal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.registry.models import Region


class Confidence(models.TextChoices):
    """How sure a value is; the codes are those of every data file."""

    SOURCE = "source", _("有据")
    PRACTICE = "practice", _("经验")
    DERIVED = "derived", _("推算")
    MEMORY_SURE = "memory-sure", _("较有把握")
    MEMORY_UNSURE = "memory-unsure", _("待确认")


class Version(AppendOnly):
    """What one person proposes a table to be in a region from a day on.

    ``body`` has the shape its table declares. ``proposed_on`` is the day it was known of. Whether it holds
    follows from its :class:`Decision` and its days alone.
    """

    code = models.CharField(_("表"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    number = models.PositiveIntegerField(_("版本"))  # within table and region
    unit = models.CharField(_("单位"), max_length=40, blank=True)
    valid_from = models.DateField(_("生效日"))
    valid_to = models.DateField(_("失效日"), null=True, blank=True)  # the last day it holds
    source = models.CharField(_("依据"), max_length=500)
    confidence = models.CharField(_("可信程度"), max_length=16, choices=Confidence.choices)
    body = models.JSONField(_("内容"))
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")  # null: the package's
    reason = models.CharField(_("修改理由"), max_length=500)
    earlier_reason = models.CharField(_("追溯生效的理由"), max_length=500, blank=True)
    proposed_on = models.DateField(_("提议日"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提议人")
    )

    class Meta:
        ordering = ["code", "region_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "region", "number"], name="table_version_number_once"),
            models.CheckConstraint(
                name="table_version_days_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class Decision(AppendOnly):
    """The one end a proposal comes to. One row a version, so of two who decide at once one is told."""

    class Verb(models.TextChoices):
        CONFIRMED = "confirmed", _("已确认")
        REJECTED = "rejected", _("已驳回")
        WITHDRAWN = "withdrawn", _("已撤回")

    version = models.OneToOneField(Version, models.PROTECT, related_name="decision")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    reason = models.CharField(_("意见"), max_length=500, blank=True)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.version} {self.verb}"
