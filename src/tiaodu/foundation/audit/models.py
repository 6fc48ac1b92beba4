"""Who did what, when, with the state before and after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly


class AuditEntry(AppendOnly):
    """One act.

    ``action`` is dotted (``ledger.task_create``); ``before`` and ``after`` hold only what changed.
    """

    action = models.CharField(_("操作"), max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(_("操作人"), max_length=60)
    region_code = models.CharField(_("地区"), max_length=12, blank=True)
    object_type = models.CharField(_("对象类别"), max_length=40, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=40, blank=True)
    object_label = models.CharField(_("对象"), max_length=200, blank=True)
    before = models.JSONField(_("变更前"), default=dict)
    after = models.JSONField(_("变更后"), default=dict)
    request_id = models.CharField(_("请求编号"), max_length=36, blank=True)
    address = models.GenericIPAddressField(_("来源地址"), null=True)
    business_day = models.DateField(_("业务日"))

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"]),
            models.Index(fields=["action", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"
