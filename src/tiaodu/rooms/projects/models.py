"""Projects on their stage networks: what was promised of them and what became of every step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.registry.models import Measure, Region, Subject


class StageNetwork(AppendOnly):
    """A template as it stood when a project took it: running projects keep theirs.

    ``body`` has the fields of a template's data file; ``digest`` is of the body, so that equal templates are
    kept once.
    """

    kind = models.CharField(_("项目类型"), max_length=40)
    body = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    known_on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class Project(models.Model):
    """One project. Its name and sector are its subject's; who looks after it stands in 包联.

    What was agreed of its investment is in :class:`InvestmentPlan`, what happened in :class:`StageEvent`.
    """

    class Nature(models.TextChoices):
        NEW = "new", _("新建")
        EXPANSION = "expansion", _("扩建")
        RENEWAL = "renewal", _("技术改造")
        RESUMPTION = "resumption", _("复工复产")

    class Level(models.TextChoices):
        PROVINCE = "province", _("省重点")
        CITY = "city", _("市重点")
        COUNTY = "county", _("县重点")
        OTHER = "", _("一般")

    region = models.ForeignKey(Region, models.PROTECT, related_name="projects", verbose_name=_("地区"))
    subject = models.OneToOneField(Subject, models.PROTECT, related_name="project", verbose_name=_("项目"))
    code = models.CharField(_("项目编号"), max_length=40)  # the county's own
    platform_code = models.CharField(_("项目代码"), max_length=24, blank=True)  # of the approval platform
    network = models.ForeignKey(StageNetwork, models.PROTECT, related_name="projects")
    nature = models.CharField(_("建设性质"), max_length=12, choices=Nature.choices, default=Nature.NEW)
    level = models.CharField(_("级别"), max_length=12, choices=Level.choices, blank=True)
    developer = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="developed", verbose_name=_("业主")
    )
    zone = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("片区")
    )
    park = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("园区")
    )
    township = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("乡镇")
    )
    place = models.CharField(_("建设地点"), max_length=200, blank=True)
    content = models.TextField(_("建设内容及规模"), blank=True)
    land_mu = models.DecimalField(_("用地"), max_digits=12, decimal_places=2, null=True, blank=True)  # 亩
    signed_on = models.DateField(_("签约日"), null=True, blank=True)  # where signing is not a step
    question = models.CharField(_("待问"), max_length=300, blank=True)
    released = models.BooleanField(_("已发布"), default=False)
    # A subject that is fact may have a record that is not: whoever is 示例 registers nothing else.
    sample = models.BooleanField(_("示例"), default=False)
    created_on = models.DateField(_("登记日"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(_("终止日"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["region", "code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="project_code_once_a_region"),
            models.UniqueConstraint(
                fields=["platform_code"],
                condition=~models.Q(platform_code=""),
                name="platform_code_once",
            ),
        ]

    def __str__(self) -> str:
        return self.subject.name


class ProjectDepartment(models.Model):
    """A department that has steps in a project's network: it sees the project and acts on its steps."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parts")
    department = models.ForeignKey(Subject, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "department"], name="department_once_a_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.department}"


class NetworkChange(AppendOnly):
    """A project was moved from one network to another; what it ran on before is known for every day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="network_changes")
    before = models.ForeignKey(StageNetwork, models.PROTECT, related_name="+")
    after = models.ForeignKey(StageNetwork, models.PROTECT, related_name="+")
    reason = models.CharField(_("换用理由"), max_length=300)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.known_on}"


class InvestmentPlan(AppendOnly):
    """What a project is to cost and to invest in one year; the highest revision of a year holds.

    Money in 元. ``months``: what is to be done by the end of each of the twelve months; empty, where the
    county's curve says it.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("年度"))
    revision = models.PositiveSmallIntegerField(default=1)
    total = models.DecimalField(_("总投资"), max_digits=18, decimal_places=2)
    planned = models.DecimalField(_("年度计划投资"), max_digits=18, decimal_places=2)
    months = models.JSONField(_("分月计划"), default=list, blank=True)  # twelve texts of amounts, or none
    reason = models.CharField(_("调整原因"), max_length=300, blank=True)
    known_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["year", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "revision"], name="plan_revision_once"),
            models.CheckConstraint(
                name="plan_within_total", condition=models.Q(planned__gte=0, total__gte=models.F("planned"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.year} {self.planned}"


class StageEvent(AppendOnly):
    """A turn in the life of one step, and how the step stands after it; the highest revision holds.

    Of two officers who act on one step at once one writes the revision, the other is refused. ``waits`` are
    spans ``{"reason", "start", "end"}`` as dates in ISO form, ``end`` null while it lasts. ``low`` to
    ``high`` is a range of days somebody who knows the work gave.
    """

    class Verb(models.TextChoices):
        STARTED = "started", _("开始办理")
        FINISHED = "finished", _("办结")
        WAITED = "waited", _("开始等待")
        RESUMED = "resumed", _("恢复办理")
        SKIPPED = "skipped", _("不办")
        ANSWERED = "answered", _("确定是否需要")
        PROMISED = "promised", _("承诺日期")
        RANGED = "ranged", _("估计天数")
        PROVEN = "proven", _("补佐证")
        CORRECTED = "corrected", _("更正")
        MIGRATED = "migrated", _("换用模板")

    project = models.ForeignKey(Project, models.PROTECT, related_name="stage_events")
    step = models.CharField(_("步骤"), max_length=8)
    revision = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    started = models.DateField(_("开始日"), null=True)
    finished = models.DateField(_("办结日"), null=True)
    skipped = models.CharField(_("不办理由"), max_length=24, blank=True)
    needed = models.BooleanField(_("需要"), null=True)
    parallel = models.CharField(_("并联说明"), max_length=300, blank=True)
    promised = models.DateField(_("承诺日"), null=True)
    waits = models.JSONField(default=list)
    low = models.PositiveSmallIntegerField(_("最快"), null=True)
    likely = models.PositiveSmallIntegerField(_("通常"), null=True)
    high = models.PositiveSmallIntegerField(_("最慢"), null=True)
    proven = models.BooleanField(_("有佐证"), default=False)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")  # of the person then
    sample = models.BooleanField(_("示例"), default=False)

    class Meta:
        ordering = ["project", "step", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "step", "revision"], name="step_revision_once"),
        ]
        indexes = [models.Index(fields=["project", "known_on"])]

    def __str__(self) -> str:
        return f"{self.step} {self.get_verb_display()}"


class StageProof(AppendOnly):
    """What backs an event of a step: a file, a certificate's number, a photo with its place.

    ``rung`` is how strong it is, by data/projects/proofs.yaml. The place is optional and never scored.
    """

    event = models.ForeignKey(StageEvent, models.PROTECT, related_name="proofs")
    kind = models.CharField(_("佐证类别"), max_length=20)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    number = models.CharField(_("文号或证号"), max_length=80, blank=True)
    taken_on = models.DateField(_("取得日"), null=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ContractFigure(AppendOnly):
    """What the agreement promises after start-up: output, tax, tax per mu; the highest revision holds."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="contract_figures")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name=_("指标口径"))
    per_mu = models.BooleanField(_("亩均"), default=False)
    revision = models.PositiveSmallIntegerField(default=1)
    value = models.DecimalField(_("约定值"), max_digits=24, decimal_places=6, null=True)  # None: taken back
    due = models.DateField(_("约定期限"), null=True, blank=True)  # None: at full output
    source = models.CharField(_("依据"), max_length=300, blank=True)
    reason = models.CharField(_("调整原因"), max_length=300, blank=True)
    known_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["measure", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "measure", "per_mu", "revision"], name="contract_revision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class InputNeed(AppendOnly):
    """What a project needs of land, water, power, gas, steam, and how much of it is secured (要素保障).

    Amounts in the unit of data/projects/inputs.yaml; the highest revision of an input holds.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="input_needs")
    code = models.CharField(_("要素"), max_length=20)
    revision = models.PositiveSmallIntegerField(default=1)
    needed = models.DecimalField(_("需要量"), max_digits=18, decimal_places=4, null=True)
    secured = models.DecimalField(_("已落实"), max_digits=18, decimal_places=4, null=True)
    provider = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("保障单位")
    )
    due = models.DateField(_("需要日期"), null=True, blank=True)
    text = models.CharField(_("说明"), max_length=300, blank=True)
    known_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code", "revision"], name="input_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.secured}/{self.needed}"


class StageOutlook(AppendOnly):
    """The forecast of one project as it was made on a day: chance, P10, P50, P80, P90 of every open step.

    ``basis`` is the digest of all it was computed from, so the same inputs are stored once. ``rows`` are by
    step: ``{"promised", "chance", "p10", "p50", "p80", "p90"}``; ``durations`` tells what was learned.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="stage_outlooks")
    as_of = models.DateField()
    basis = models.CharField(max_length=64)
    scenarios = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        ordering = ["project", "as_of", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "as_of", "basis"], name="outlook_once_a_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.as_of}"


class RepeatDecision(AppendOnly):
    """What a person decided of two projects that look like one; the latest row of a pair holds.

    ``one`` has the smaller key. ``same``: one project signed or begun twice, or an old plant with a
    new name.
    """

    one = models.ForeignKey(Project, models.PROTECT, related_name="+")
    other = models.ForeignKey(Project, models.PROTECT, related_name="+")
    same = models.BooleanField(_("重复"))
    reason = models.CharField(_("理由"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    known_on = models.DateField(_("日期"))

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.one_id} {'=' if self.same else '≠'} {self.other_id}"


class InvestmentReport(AppendOnly):
    """What is said of a project's month beside its figures; the highest revision of a month holds.

    Done and paid since 1 January are evidence, each in its own series (``done``, ``paid``): the row only
    points at the revisions it was reported with.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="investment_reports")
    month = models.DateField(_("月份"))  # its last day
    revision = models.PositiveSmallIntegerField(default=1)
    done = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    paid = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    text = models.CharField(_("形象进度"), max_length=500, blank=True)
    problem = models.CharField(_("存在问题"), max_length=500, blank=True)
    next_month = models.DecimalField(_("下月计划投资"), max_digits=18, decimal_places=2, null=True)
    reason = models.CharField(_("更正原因"), max_length=300, blank=True)
    known_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")  # of the person then

    class Meta:
        ordering = ["project", "month", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["project", "month", "revision"], name="month_revision_once"),
        ]
        indexes = [models.Index(fields=["month", "project"], name="report_of_month")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.month:%Y-%m}"
