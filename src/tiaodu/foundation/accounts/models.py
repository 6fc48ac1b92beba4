"""People, their roles, and what part of the county they see."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.registry.models import Region, Subject


class User(AbstractUser):
    """A person who logs in.

    What she may do follows from ``roles`` (data/access/roles.yaml); which rows she sees follows from
    ``region`` and its subtree, ``sectors`` (none named: all), ``department`` and ``subjects`` (a firm's own
    firm, a liaison cadre's firms). ``machine`` is the account of another system: it has no role and
    cannot log in; while its token is used, ``granted`` holds what the token's scopes allow.
    """

    granted: frozenset[str] | None = None

    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    department = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("部门")
    )
    subjects = models.ManyToManyField(Subject, blank=True, related_name="+", verbose_name=_("所属或包联主体"))
    sectors = models.JSONField(_("分管领域"), default=list, blank=True)
    roles = models.JSONField(_("角色"), default=list, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    language = models.CharField(_("语言"), max_length=8, default="zh-hans")
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    machine = models.BooleanField(_("对接系统"), default=False)
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username
