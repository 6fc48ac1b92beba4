"""Blank forms of superior offices, what their cells ask for, and the months for which they were filled."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Region, Subject


class SuperiorForm(models.Model):
    """A form that an office above asks for every month. ``version`` is the number of its newest
    :class:`FormVersion`; ``department`` is that of who brought it.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    title = models.CharField(_("表名"), max_length=120)
    issuer = models.CharField(_("哪个上级单位要的"), max_length=80)
    department = models.ForeignKey(
        Subject, models.PROTECT, null=True, related_name="+", verbose_name=_("单位")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_on = models.DateField(_("登记日"))
    ended_on = models.DateField(_("停用日"), null=True)
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class FormVersion(AppendOnly):
    """The blank with what its cells ask for, from the day it was saved until the next version.

    ``cells``: each as :class:`tiaodu.rooms.returns.superior.cells.Asked` is kept.
    """

    of = models.ForeignKey(SuperiorForm, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版次"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    cells = models.JSONField(default=list)
    reason = models.CharField(_("改了什么"), max_length=300)
    known_on = models.DateField(_("日期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["of", "number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="superior_form_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class FormFilling(AppendOnly):
    """A form filled for a month. ``told``: each ``{sheet, cell, value, unit, sources: [{evidence, …}],
    note}``; ``empty``: each ``{sheet, cell, why, who: […]}``. The file is made from these when it is fetched.
    """

    of = models.ForeignKey(SuperiorForm, models.PROTECT, related_name="fillings")
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="fillings")
    month = models.DateField(_("月份"))  # its first day
    told = models.JSONField(default=list)
    empty = models.JSONField(default=list)
    sample = models.BooleanField(_("示例"), default=False)
    known_on = models.DateField(_("填表日"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("填表人")
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.of} {self.period}"

    @property
    def period(self) -> Period:
        """The month of the form."""
        return Period.month(self.month.year, self.month.month)


class FormReading(AppendOnly):
    """A filled form of another platform that was looked through: nothing is evidence before it is confirmed.

    ``rows``: each ``{sheet, cell, measure, subject, period, value, wrong, before}``.
    """

    of = models.ForeignKey(SuperiorForm, models.PROTECT, related_name="readings")
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    known_on = models.DateField(_("日期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.of} {self.month:%Y-%m}"


class FormReadingDone(AppendOnly):
    """A reading that was confirmed: once. ``counts``: recorded, same, refused."""

    reading = models.OneToOneField(FormReading, models.PROTECT, related_name="done")
    counts = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.reading_id)
