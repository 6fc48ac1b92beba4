"""Regions, the subjects statements speak of, their other names, and measures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="subject_code_once_a_region")]
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


class Measure(models.Model):
    """What is measured (指标口径). Codes are dotted, the first word from the reader's closed list."""

    code = models.CharField(_("代码"), max_length=80, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    unit = models.CharField(_("基本单位"), max_length=20, blank=True)
    kind = models.CharField(
        _("性质"),
        max_length=8,
        choices=[("flow", _("时期数")), ("stock", _("时点数")), ("ratio", _("比率")), ("stage", _("阶段"))],
    )
    definition = models.TextField(_("定义"))
    definition_en = models.TextField(_("英文定义"), blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
