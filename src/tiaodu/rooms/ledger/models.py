"""Tasks with their indicators and milestones, where they come from, and what became of them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Measure, Region, Subject
from tiaodu.rooms.documents.models import Statement


class Task(models.Model):
    """One promise, titled by its clause.

    What was agreed to when is in :class:`Term`, what happened in :class:`Event`.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="tasks")
    number = models.PositiveIntegerField(_("序号"))  # within region and plan year
    plan_year = models.PositiveSmallIntegerField(_("计划年度"))
    title = models.CharField(_("工作任务"), max_length=300)
    title_key = models.CharField(max_length=300, db_index=True)  # what is distinctive in it
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="tasks")
    sector = models.CharField(_("领域"), max_length=40, blank=True)
    strength = models.PositiveSmallIntegerField(_("措辞力度"), null=True, blank=True)
    commitment = models.CharField(_("措辞"), max_length=20, blank=True)
    question = models.CharField(_("待问"), max_length=300, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    leader = models.CharField(_("牵头领导"), max_length=60, blank=True)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    departments = models.ManyToManyField(Subject, through="TaskDepartment", related_name="department_tasks")
    # Departments the document names or its words suggest that the register does not hold: part, name, named.
    unregistered = models.JSONField(default=list, blank=True)
    released = models.BooleanField(_("已发布"), default=False)
    sample = models.BooleanField(_("示例"), default=False)
    created_on = models.DateField(_("立项日"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(_("撤回日"), null=True, blank=True)  # its acceptance was taken back
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["plan_year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "plan_year", "number"], name="task_number_once_a_plan"),
        ]
        indexes = [models.Index(fields=["region", "plan_year", "sector"])]

    def __str__(self) -> str:
        return self.title


class TaskDepartment(models.Model):
    """A department's part in a task."""

    class Part(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        RESPONSIBLE = "responsible", _("责任单位")
        ASSISTING = "assisting", _("配合单位")

    task = models.ForeignKey(Task, models.CASCADE, related_name="parts")
    department = models.ForeignKey(Subject, models.PROTECT, related_name="parts")
    part = models.CharField(max_length=12, choices=Part.choices)

    class Meta:
        ordering = ["part", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "department"], name="department_once_a_task")]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.department}"


class Indicator(models.Model):
    """A figure of a task. ``increment``: an addition to a stock, which never counts beside that stock."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="indicators")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="indicators")
    subject_text = models.CharField(_("主体"), max_length=200, blank=True)
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="+")
    measure_key = models.CharField(_("指标口径"), max_length=80)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    increment = models.BooleanField(_("增量"), default=False)
    counts_from = models.DateField(_("起算日"), null=True, blank=True)  # None: a level, told for a day
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    withdrawn_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["task_id", "id"]
        indexes = [models.Index(fields=["measure_key", "subject"])]

    def __str__(self) -> str:
        return f"{self.subject_text} {self.measure_key}"


class Milestone(models.Model):
    """A dated step of a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="milestones")
    subject_text = models.CharField(_("主体"), max_length=200, blank=True)
    action = models.CharField(_("节点"), max_length=300)
    act = models.CharField(max_length=20, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["task_id", "id"]

    def __str__(self) -> str:
        return self.action


class Term(AppendOnly):
    """What is promised for an indicator or a milestone, from ``known_on`` on; the highest revision holds.

    ``due_event`` with ``due_offset`` working days waits until an ``event_happened`` event is recorded.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="terms")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="terms")
    revision = models.PositiveSmallIntegerField(default=1)
    value = models.DecimalField(_("数值"), max_digits=24, decimal_places=6, null=True)
    comparator = models.CharField(max_length=2, default="=")
    due_text = models.CharField(_("时限"), max_length=40, blank=True)
    due_start = models.DateField(null=True)
    due_end = models.DateField(null=True)
    due_event = models.CharField(max_length=60, blank=True)
    due_offset = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(_("调整原因"), max_length=300, blank=True)
    known_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.CheckConstraint(
                name="term_of_one_thing",
                condition=models.Q(indicator__isnull=False, milestone__isnull=True)
                | models.Q(indicator__isnull=True, milestone__isnull=False),
            ),
            models.UniqueConstraint(fields=["indicator", "revision"], name="indicator_term_revision_once"),
            models.UniqueConstraint(fields=["milestone", "revision"], name="milestone_term_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.due_text} {self.value}"


class Source(models.Model):
    """A statement that states a task, or restates it (出处). A promise told again counts once."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="sources")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="sources")
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, blank=True, related_name="sources")
    statement = models.OneToOneField(Statement, models.PROTECT, related_name="source")
    restates = models.BooleanField(_("重申"), default=False)
    known_on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.task_id} ← {self.statement_id}"


class Progress(AppendOnly):
    """A dated note of a responsible department, with text, figure and proof (进展).

    ``period_end`` is the day the note speaks of, ``known_on`` the day it was reported. Its figure is kept as
    ``evidence``, in the revision this note told. A correction is a further row that names the one it
    ``corrects``.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="progress")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="progress")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="progress")
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("进展"))
    problem = models.TextField(_("存在问题"), blank=True)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    period_end = models.DateField(_("截至"))
    known_on = models.DateField(_("报送日"))
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    reason = models.CharField(_("更正原因"), max_length=300, blank=True)
    proofs = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sample = models.BooleanField(_("示例"), default=False)

    class Meta:
        ordering = ["-period_end", "-id"]
        indexes = [models.Index(fields=["task", "known_on"])]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def value(self) -> Decimal | None:
        """The figure told, in the indicator's base unit; None for a note without one, or one taken back."""
        return self.evidence.value if self.evidence is not None else None


class Event(AppendOnly):
    """A turn in the life of a task, or of one indicator or milestone of it."""

    class Verb(models.TextChoices):
        EVENT_HAPPENED = "event_happened", _("触发事件已发生")
        CLAIMED = "claimed", _("报完成")
        SENT_BACK = "sent_back", _("退回")
        STRUCK_OFF = "struck_off", _("销号")
        REOPENED = "reopened", _("重新打开")

    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="events")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="events")
    verb = models.CharField(max_length=16, choices=Verb.choices)
    happened_on = models.DateField()
    known_on = models.DateField()
    text = models.TextField(_("说明"), blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")  # of the person then
    sample = models.BooleanField(_("示例"), default=False)

    class Meta:
        ordering = ["known_on", "id"]
        indexes = [models.Index(fields=["task", "known_on"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.task_id}"
