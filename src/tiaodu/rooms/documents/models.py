"""Plan texts, what was read out of them, and what people decided about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.registry.models import Region


class Secrecy(models.TextChoices):
    """Asked at upload. What bears 秘密, 机密 or 绝密 is never stored, so those levels do not exist here."""

    PUBLIC = "public", _("公开")
    INTERNAL = "internal", _("内部")


class DocumentState(models.TextChoices):
    READING = "reading", _("正在读取")
    READ = "read", _("已读取")
    FAILED = "failed", _("未读成")


class Document(models.Model):
    """A text with the day it speaks from. ``text`` is what was read; every offset counts in it."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="documents")
    title = models.CharField(_("标题"), max_length=200)
    secrecy = models.CharField(_("密级"), max_length=10, choices=Secrecy.choices)
    document_date = models.DateField(_("成文日期"), null=True, blank=True)
    plan_year = models.PositiveSmallIntegerField(_("计划年度"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("正文"), blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    tables = models.JSONField(default=list, blank=True)  # [[start, end], …] of table rows in text
    warnings = models.JSONField(default=list, blank=True)  # [{"code", "params"}] of the intake
    findings = models.JSONField(default=list, blank=True)  # [{"code", "severity", "spans", "params"}]
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.READING)
    error = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    vocabulary = models.CharField(_("词库版本"), max_length=64, blank=True)
    readings = models.PositiveIntegerField(_("读取次数"), default=0)
    readers = models.ManyToManyField(
        "registry.Subject", blank=True, related_name="+"
    )  # internal: only these departments
    sample = models.BooleanField(_("示例"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_on = models.DateField(_("登记日"))
    withdrawn_on = models.DateField(_("撤回日"), null=True, blank=True)  # handed in by mistake
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("文件")
        ordering = ["-created_on", "-id"]

    def __str__(self) -> str:
        return self.title


class StatementState(models.TextChoices):
    OPEN = "open", _("待审")
    ACCEPTED = "accepted", _("已接受")
    REJECTED = "rejected", _("不采纳")
    REPLACED = "replaced", _("已合并或拆分")
    VANISHED = "vanished", _("重读后不再读出")


class Statement(models.Model):
    """A statement as the reader gave it, or as a person corrected it.

    The fields are those of :class:`tiaodu.engine.reading.model.Statement`. ``fingerprint`` tells the same
    statement again when the text is read once more, so that decisions are kept. ``version`` guards against
    stale edits.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="statements")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    clause_start = models.PositiveIntegerField()
    clause_end = models.PositiveIntegerField()
    sentence_start = models.PositiveIntegerField()
    sentence_end = models.PositiveIntegerField()
    kind = models.CharField(_("类别"), max_length=10)
    subject = models.CharField(_("主体"), max_length=200, blank=True)
    measure = models.CharField(_("指标"), max_length=40, blank=True)
    measure_key = models.CharField(_("指标口径"), max_length=80, blank=True)
    value = models.DecimalField(_("数值"), max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    comparator = models.CharField(max_length=2, default="=")
    due_text = models.CharField(_("时限"), max_length=40, blank=True)
    due_start = models.DateField(null=True, blank=True)
    due_end = models.DateField(null=True, blank=True)
    due_event = models.CharField(max_length=60, blank=True)
    due_offset = models.PositiveSmallIntegerField(null=True, blank=True)
    action = models.CharField(_("动作"), max_length=300, blank=True)
    act = models.CharField(max_length=20, blank=True)
    strength = models.PositiveSmallIntegerField(_("措辞力度"), null=True, blank=True)
    commitment = models.CharField(_("措辞"), max_length=20, blank=True)
    increment = models.BooleanField(_("增量"), default=False)
    purpose = models.BooleanField(default=False)  # it only names the aim of the duty before it
    questions = models.JSONField(default=list, blank=True)  # [{"code", "params"}]
    headings = models.JSONField(default=list, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=StatementState.choices, default=StatementState.OPEN)
    edited = models.BooleanField(_("人工修改"), default=False)
    origin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replacements")
    fingerprint = models.CharField(max_length=64)
    since = models.PositiveIntegerField(default=1)  # the reading of the document that first gave it
    reading = models.PositiveIntegerField(default=1)  # the one that last gave it
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("条目")
        ordering = ["start", "end", "id"]
        indexes = [models.Index(fields=["document", "state"])]

    def __str__(self) -> str:
        return self.quote


class Decision(AppendOnly):
    """What a person decided about a statement: accept, edit, merge, split, reject, reopen."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=10)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_on = models.DateField()

    class Meta:
        verbose_name = _("审议记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.statement_id}"
