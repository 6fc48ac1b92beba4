"""What people keep of their lists: saved views."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.registry.models import Region, Subject


class SavedView(models.Model):
    """Filter, search, sort and columns of a list under a name.

    ``query`` is the part of the address that says them. A view is its owner's; shared, the people of
    ``department`` or of ``region`` see it too.
    """

    class Shared(models.TextChoices):
        NOBODY = "", _("只有我")
        DEPARTMENT = "department", _("本部门")
        COUNTY = "county", _("本地区")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    list_name = models.CharField(_("清单"), max_length=60)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("筛选和排序"), max_length=1000, blank=True)
    shared = models.CharField(
        _("共享"), max_length=10, choices=Shared.choices, default=Shared.NOBODY, blank=True
    )
    department = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_name", "name"], name="view_name_once_a_list")
        ]
        indexes = [models.Index(fields=["list_name", "shared"])]

    def __str__(self) -> str:
        return self.name


class ViewDefault(models.Model):
    """The view a list opens with for one person: her own or one that is shared with her."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    list_name = models.CharField(max_length=60)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "list_name"], name="one_default_view_a_list")]

    def __str__(self) -> str:
        return f"{self.list_name}: {self.view}"
