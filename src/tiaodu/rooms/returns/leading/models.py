"""Leading firms and their followers: relations between firms of the register, no figures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.registry.models import Region, Subject


class Holding(models.Model):
    """A relation that holds from ``since`` to ``until`` (inclusive, empty while it lasts).

    ``known_on`` and ``closed_on`` are the days on which beginning and end were entered, so that an earlier
    day is shown as it was known then.
    """

    since = models.DateField(_("从"))
    until = models.DateField(_("到"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300)
    end_reason = models.CharField(_("结束原因"), max_length=300, blank=True)
    known_on = models.DateField(_("登记日"))
    closed_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class LeadingFirm(Holding):
    """A firm that leads a chain (链主), as the county or a higher office recognised it."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="leading", verbose_name=_("链主企业"))
    chain = models.CharField(_("产业链"), max_length=60)

    class Meta:
        ordering = ["chain", "subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "chain"], condition=models.Q(until__isnull=True), name="leading_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject.name}（{self.chain}）"


class Follower(Holding):
    """A firm that supplies a leading firm or buys from it (配套企业)."""

    class Role(models.TextChoices):
        SUPPLIER = "supplier", _("供应商")
        CUSTOMER = "customer", _("客户")

    leading = models.ForeignKey(LeadingFirm, models.PROTECT, related_name="followers")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="followed", verbose_name=_("配套企业"))
    role = models.CharField(_("关系"), max_length=10, choices=Role.choices)
    what = models.CharField(_("配套什么"), max_length=120, blank=True)

    class Meta:
        ordering = ["leading", "role", "subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["leading", "subject", "role"],
                condition=models.Q(until__isnull=True),
                name="follower_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject.name} {self.get_role_display()}"
