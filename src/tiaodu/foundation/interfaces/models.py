"""Tokens with which other systems come in."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.interfaces.scopes import FIRM, OFFICIAL
from tiaodu.foundation.registry.models import Region, Subject


class Token(models.Model):
    """What one system may do here, until when, and how often it was here.

    Of the token itself only a digest is kept. ``account`` is the person of the machine: what it writes bears
    her name; she has no role and no password. A token of a firm has its secret made when a user of the firm
    fetches it, so that no official ever holds it; until then ``digest`` is empty. ``window`` is the minute
    whose calls ``used`` counts.
    """

    system = models.CharField(_("系统"), max_length=60)
    purpose = models.CharField(_("用途说明"), max_length=300, blank=True)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="token")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    firm = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+", verbose_name=_("企业"))
    scopes = models.JSONField(_("可以做什么"), default=list)
    use = models.CharField(_("企业报表的数用于"), max_length=60, blank=True)
    until = models.DateField(_("有效期至"))
    per_minute = models.PositiveIntegerField(_("每分钟次数"))
    prefix = models.CharField(_("编号"), max_length=12, unique=True)
    digest = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("发放人")
    )
    made_on = models.DateField(_("发放日"))
    fetched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("领取人")
    )
    fetched_on = models.DateField(_("领取日"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("停用人")
    )
    revoked_on = models.DateField(_("停用日"), null=True)
    revoked_why = models.CharField(_("停用原因"), max_length=300, blank=True)
    last_used_at = models.DateTimeField(_("上次使用"), null=True)
    window = models.DateTimeField(null=True)
    used = models.PositiveIntegerField(default=0)
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.system

    @property
    def side(self) -> str:
        """On which side of the statistics firewall the system stands."""
        return FIRM if self.firm_id is not None else OFFICIAL

    def state(self, today: date) -> str:
        """revoked, expired, waiting (for the firm to fetch it) or valid."""
        if self.revoked_on is not None:
            return "revoked"
        if self.until < today:
            return "expired"
        return "valid" if self.digest else "waiting"
