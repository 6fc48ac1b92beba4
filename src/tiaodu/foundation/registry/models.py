"""Regions, the subjects statements speak of, who looks after them, their other names, and measures."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly


class Region(models.Model):
    """A division of GB/T 2260 (or a statistical code below the county): province, city, county, township.

    ``path`` is the codes from the root joined by ``/`` with a closing ``/``: a region's whole subtree is one
    prefix search.
    """

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=12)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class SubjectKind(models.TextChoices):
    REGION = "region", _("地区")
    DEPARTMENT = "department", _("部门")
    FIRM = "firm", _("企业")
    MINE = "mine", _("矿山")
    PROJECT = "project", _("项目")
    PARK = "park", _("园区")
    ZONE = "zone", _("片区")
    AXIS = "axis", _("轴")
    INDUSTRY = "industry", _("产业")
    FACILITY = "facility", _("设施")


# Units that report themselves: nobody else tells a figure of theirs.
UNIT_KINDS = frozenset({SubjectKind.FIRM, SubjectKind.MINE})


class Subject(models.Model):
    """Whatever a statement is about.

    ``sample`` marks what is not fact: 示例 follows from it on every screen.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="subjects")
    code = models.SlugField(_("编号"), max_length=60)
    kind = models.CharField(_("类别"), max_length=12, choices=SubjectKind.choices)
    name = models.CharField(_("名称"), max_length=120)
    full_name = models.CharField(_("全称"), max_length=200, blank=True)
    sector = models.CharField(_("领域"), max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    industry_code = models.CharField(_("行业代码"), max_length=4, blank=True)  # GB/T 4754: 2, 3 or 4 digits
    sample = models.BooleanField(_("示例"), default=False)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    keywords = models.JSONField(_("职责关键词"), default=list, blank=True)
    active = models.BooleanField(_("在用"), default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入")
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="subject_code_once_a_region"),
            # A record that was merged away keeps its code: it is the same organisation.
            models.UniqueConstraint(
                fields=["region", "credit_code"],
                condition=~models.Q(credit_code="") & models.Q(merged_into__isnull=True),
                name="credit_code_once_a_region",
            ),
        ]
        indexes = [models.Index(fields=["region", "kind", "name"])]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """Another name of a subject: 石港煤业, 石港公司."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="aliases")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    text = models.CharField(_("别名"), max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "text"], name="alias_once_a_region")]

    def __str__(self) -> str:
        return self.text


class LiaisonQuerySet(models.QuerySet["Liaison"]):
    """Liaisons as they are asked for by day."""

    def holding(self, day: date) -> LiaisonQuerySet:
        """Those that held on ``day``, as far as was known on that day."""
        ended = models.Q(valid_to__lt=day) | models.Q(mistaken=True)
        return self.filter(valid_from__lte=day, known_on__lte=day).exclude(
            ended & models.Q(closed_on__lte=day)
        )


class Liaison(models.Model):
    """Who looks after a subject from one day to another (包联): a leader, a department, an officer.

    A person is named by ``user`` where she has an account, else by ``name`` alone. Days are inclusive;
    ``valid_to`` is empty while it lasts. ``known_on`` and ``closed_on`` are the days on which the beginning
    and the end were entered, so that an earlier day is shown as it was known then; ``mistaken`` is a row that
    never held.
    """

    class Role(models.TextChoices):
        LEADER = "leader", _("包联领导")
        DEPARTMENT = "department", _("包联单位")
        OFFICER = "officer", _("包联专员")

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="liaisons", verbose_name=_("主体"))
    role = models.CharField(_("包联角色"), max_length=12, choices=Role.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="liaisons",
        verbose_name=_("账号"),
    )
    department = models.ForeignKey(
        Subject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=300, blank=True)
    known_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    mistaken = models.BooleanField(_("误录"), default=False)
    sample = models.BooleanField(_("示例"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "role", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="liaison_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="liaison_is_somebody",
                condition=models.Q(user__isnull=False)
                | models.Q(department__isnull=False)
                | ~models.Q(name=""),
            ),
            models.UniqueConstraint(
                fields=["subject", "role"],
                condition=models.Q(valid_to__isnull=True, mistaken=False),
                name="liaison_of_a_role_once",
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.who}"

    @property
    def who(self) -> str:
        """The person or the department in words."""
        if self.department is not None:
            return self.department.name
        return str(self.user) if self.user is not None else self.name


class MergeRecord(AppendOnly):
    """One merging of two subjects, or the undoing of one (``undoes``).

    ``moved`` are the rows that named ``gone`` and now name ``keep``: ``{"table": "ledger.task", "field":
    "subject", "rows": [3, 8]}``. ``removed`` are the rows that would have stood twice, with all their values,
    so that nothing is lost. ``kept`` are rows written once, which still name ``gone``. Of an undoing,
    ``moved`` is what went back and ``removed`` what could not, with the reason.
    """

    keep = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("保留的主体"))
    gone = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name=_("并入的主体"))
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    moved = models.JSONField(default=list)
    removed = models.JSONField(default=list)
    kept = models.JSONField(default=list)
    names = models.JSONField(default=list)  # names of gone that became other names of keep
    filled = models.JSONField(default=dict)  # fields of keep that were empty, with what they got from gone
    was_active = models.BooleanField(default=True)  # whether gone was in use
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    known_on = models.DateField(_("日期"))

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.gone} → {self.keep}"


class DuplicateDecision(AppendOnly):
    """That two subjects are not the same, or are to be asked about again; the latest row of a pair holds.

    ``one`` has the smaller key.
    """

    one = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    other = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    different = models.BooleanField(_("不是同一主体"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    known_on = models.DateField(_("日期"))

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["one", "other", "-id"])]

    def __str__(self) -> str:
        return f"{self.one} ≠ {self.other}" if self.different else f"{self.one} ? {self.other}"


class DuplicateSearch(models.Model):
    """When a region's register was last searched for duplicates, and how it stood then: when ``register`` no
    longer tells how it stands, there may be pairs that nobody has found yet.
    """

    region = models.OneToOneField(Region, models.CASCADE, related_name="+")
    found_on = models.DateField(_("日期"))
    register = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.region} {self.found_on}"


class DuplicatePair(models.Model):
    """Two subjects that are probably one, as the last search found them; ``one`` has the smaller key.

    ``reasons`` are ``[rule, of one, of other]``, put into words where they are shown. Every search
    makes the rows anew.
    """

    rebuilt = True

    search = models.ForeignKey(DuplicateSearch, models.CASCADE, related_name="pairs")
    one = models.ForeignKey(Subject, models.CASCADE, related_name="+")
    other = models.ForeignKey(Subject, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("把握"))
    reasons = models.JSONField()

    class Meta:
        ordering = ["-score", "one_id", "other_id"]

    def __str__(self) -> str:
        return f"{self.one} ~ {self.other}"


class Measure(models.Model):
    """What is measured (指标口径). Codes are dotted, the first word from the reader's closed list.

    ``region`` is empty for the measures of the program; a county's own are for its part of the tree. Unit and
    kind never change. What a measure means on a day is in :class:`MeasureVersion`; name and definition here
    are those of the latest version. Outside ``valid_from`` to ``valid_to`` (both inclusive, empty: without
    end) no figure can be given for it.
    """

    class Kind(models.TextChoices):
        FLOW = "flow", _("时期数")
        STOCK = "stock", _("时点数")
        RATIO = "ratio", _("比率")
        STAGE = "stage", _("阶段")

    code = models.CharField(_("代码"), max_length=80, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    unit = models.CharField(_("基本单位"), max_length=20, blank=True)
    kind = models.CharField(_("性质"), max_length=8, choices=Kind.choices)
    definition = models.TextField(_("定义"))
    definition_en = models.TextField(_("英文定义"), blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地区")
    )
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="measure_ends_after_it_begins",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MeasureVersion(AppendOnly):
    """What a measure means from ``valid_from`` on (empty: from the beginning), until the next version."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="versions")
    revision = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField(_("启用日期"), null=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    definition = models.TextField(_("定义"))
    definition_en = models.TextField(_("英文定义"), blank=True)
    reason = models.CharField(_("调整原因"), max_length=300, blank=True)
    known_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["measure", "revision"], name="measure_revision_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.revision}"
