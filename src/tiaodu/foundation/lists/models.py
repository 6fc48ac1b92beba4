"""What people keep of their lists, what they do to many rows at once, and what they import."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.jobs.models import Job
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


class RowState(models.TextChoices):
    """How far one row of a run is. A row leaves 待办 in the transaction of what was done for it."""

    WAITING = "waiting", _("待办")
    DONE = "done", _("已办")
    REFUSED = "refused", _("未办")


class WorkRow(models.Model):
    """One record of a run over many; see :func:`tiaodu.foundation.lists.services.rows_work`."""

    number = models.PositiveIntegerField(_("行号"))
    state = models.CharField(_("状态"), max_length=8, choices=RowState.choices, default=RowState.WAITING)
    message = models.CharField(_("原因"), max_length=500, blank=True)

    class Meta:
        abstract = True


class BulkRun(models.Model):
    """One act on many rows of a list: who, what, on which day, with what values."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    list_name = models.CharField(_("清单"), max_length=60)
    action = models.CharField(_("操作"), max_length=60)
    values = models.JSONField(default=dict)
    back = models.CharField(max_length=1200)  # address of the list as it was filtered
    day = models.DateField(_("业务日"))
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.list_name}"


class BulkRow(WorkRow):
    """One record of a bulk act, with the version of it that the person saw."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows")
    record_id = models.BigIntegerField()
    record_version = models.PositiveIntegerField(null=True)
    label = models.CharField(_("记录"), max_length=200)
    url = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "record_id"], name="record_once_a_bulk_run")]
        indexes = [models.Index(fields=["run", "state", "number"])]

    def __str__(self) -> str:
        return self.label


class ImportRun(models.Model):
    """One file that was looked through (dry run), and, once confirmed, is taken in row by row."""

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        DISCARDED = "discarded", _("已放弃")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    spec = models.CharField(_("导入内容"), max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("上传的文件"))
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    heading_row = models.PositiveIntegerField()  # as the spreadsheet counts, from 1
    columns = models.JSONField(default=dict)  # field: place of its column, from 0
    notes = models.JSONField(default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.CHECKED)
    day = models.DateField(_("业务日"))  # of the check, then of the confirmation
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "spec"])]

    def __str__(self) -> str:
        return str(self.file)


class ImportRow(WorkRow):
    """One row of the file: what it says, what it would do, and what became of it."""

    class Verdict(models.TextChoices):
        NEW = "new", _("新增")
        CHANGED = "changed", pgettext_lazy("verdict", "修改")
        UNCHANGED = "unchanged", _("无变化")
        REFUSED = "refused", _("有错")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    verdict = models.CharField(_("核对结果"), max_length=10, choices=Verdict.choices)
    turn = models.PositiveSmallIntegerField(default=0)  # rows that others stand under come first
    raw = models.JSONField(default=dict)  # field: the cell as a text
    words = models.TextField(blank=True)  # all cells in one, for the search
    values = models.JSONField(default=dict)  # field: the value, as JSON keeps it
    changes = models.JSONField(default=dict)  # field: [what goes, what comes], in words
    reasons = models.JSONField(default=dict)  # field (or "" for the row): why it is refused
    resolved = models.JSONField(default=dict)  # what names in it were found to mean
    record_id = models.BigIntegerField(null=True)
    record_version = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="row_once_an_import")]
        indexes = [
            models.Index(fields=["run", "verdict", "number"]),
            models.Index(fields=["run", "state", "turn", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verdict}"
