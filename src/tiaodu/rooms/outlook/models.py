"""Outlooks as they were made on a day, never changed afterwards, and the runs that made them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task


class Run(AppendOnly):
    """One simulation of a county on a day.

    ``digest`` is of everything it was computed from, so that the same inputs are kept once; ``versions``
    names the tables and the engine. ``calibration``: what past outcomes corrected its chances by, or why
    not; None for a run made before that was asked. ``nodes`` tells the part of the tree that was used, by
    series: in both languages, with its known months and their evidence. ``findings`` are what was met, in
    both languages. ``recorded_at`` is its end, ``seconds`` how long it took.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="outlook_runs", verbose_name=_("地区"))
    as_of = models.DateField(_("研判日"))
    digest = models.CharField(max_length=64)
    seed = models.PositiveIntegerField(_("随机种子"))
    scenarios = models.PositiveIntegerField(_("情形数"))
    versions = models.JSONField(default=dict)
    calibration = models.JSONField(null=True)
    nodes = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    seconds = models.FloatField(default=0.0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-as_of", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "as_of", "digest"], name="outlook_run_once_an_input"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.as_of}"


class Basis(models.TextChoices):
    """What an outlook rests on."""

    FACT = "fact", _("已成事实")
    TREE = "tree", _("县域模型")
    SERIES = "series", _("往月数据")
    STEPS = "steps", _("项目步骤")
    NOTHING = "nothing", _("没有依据")


class Outlook(AppendOnly):
    """How likely one indicator or milestone is to be kept, as it looked to one run.

    Figures are in the measure's base unit; of a milestone ``p10``, ``p50``, ``p90`` are days, as proleptic
    day numbers. ``calibrated``: the chance corrected by past accuracy, None where it was not. ``reason``: a
    code with its parameters, worded when it is shown. ``drivers``: what it hangs on, with share and way.
    ``provenance``: the node, the nodes it needs, the series, the evidence.
    ``changes``: what each group of inputs changed since the run before, in the order of ``explain.GROUPS``.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="outlooks")
    task = models.ForeignKey(Task, models.PROTECT, related_name="outlooks")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="outlooks")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="outlooks")
    basis = models.CharField(_("依据"), max_length=8, choices=Basis.choices)
    reason = models.JSONField(default=dict)
    chance = models.FloatField(_("把握"), null=True)
    calibrated = models.FloatField(_("校正后的把握"), null=True)
    kept = models.BooleanField(_("已兑现"), null=True)  # of a fact alone
    p10 = models.FloatField(null=True)
    p50 = models.FloatField(null=True)
    p90 = models.FloatField(null=True)
    value = models.FloatField(_("现值"), null=True)
    target = models.FloatField(_("目标"), null=True)
    comparator = models.CharField(max_length=2, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    due = models.DateField(_("时限"), null=True)
    strength = models.PositiveSmallIntegerField(_("措辞力度"), null=True)
    commitment = models.CharField(_("措辞"), max_length=20, blank=True)
    pace = models.JSONField(default=dict)
    drivers = models.JSONField(default=list)
    provenance = models.JSONField(default=dict)
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ["run", "id"]
        constraints = [
            models.CheckConstraint(
                name="outlook_of_one_part",
                condition=models.Q(indicator__isnull=False, milestone__isnull=True)
                | models.Q(indicator__isnull=True, milestone__isnull=False),
            ),
            models.UniqueConstraint(fields=["run", "indicator"], name="outlook_indicator_once_a_run"),
            models.UniqueConstraint(fields=["run", "milestone"], name="outlook_milestone_once_a_run"),
            # A fact bears no chance, and what has nothing behind it no figure.
            models.CheckConstraint(
                name="outlook_chance_of_a_forecast",
                condition=models.Q(chance__isnull=True) | models.Q(basis__in=["tree", "series", "steps"]),
            ),
        ]
        indexes = [models.Index(fields=["task", "run"])]

    def __str__(self) -> str:
        return f"{self.task_id} {self.basis}"


class Scenario(models.Model):
    """A what-if under a name: changes as data, to be run on any day's county.

    ``changes`` are read through ``what_if.changes.wishes_of`` alone. ``base_day`` is the day whose county it
    was first tried on. Deleting takes it out of the lists; what it said stays for the days before.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="scenarios", verbose_name=_("地区"))
    name = models.CharField(_("名称"), max_length=60)
    changes = models.JSONField(_("改动"))
    base_day = models.DateField(_("研判日"))
    made_on = models.DateField(_("保存日"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    deleted_on = models.DateField(_("删除日"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                condition=models.Q(deleted_on__isnull=True),
                name="scenario_name_once_a_county",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Worth(AppendOnly):
    """What an act somebody could decide would bring to one promise, as its run reckoned it on common draws.

    ``key`` is that of the offer, ``words`` has its title and reason in both languages. Of an act ``mean`` and
    ``chance`` are what it adds, with their standard errors: ``mean`` in the measure's base unit, of a
    milestone in days (below 0: earlier). Of a report ``narrower`` is the share of the range P10 to P90 that
    would go on average; a report gains nothing.
    """

    class Kind(models.TextChoices):
        STEP = "step", _("办结步骤")
        STOPS = "stops", _("不停产")
        REPORT = "report", _("催报")
        ACT = "act", _("其他")

    run = models.ForeignKey(Run, models.PROTECT, related_name="worths")
    outlook = models.ForeignKey(Outlook, models.PROTECT, related_name="worths")
    key = models.CharField(max_length=240)
    kind = models.CharField(_("哪一类"), max_length=8, choices=Kind.choices)
    words = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    decides = models.CharField(_("谁来办"), max_length=240, blank=True)
    by = models.DateField(_("最晚"), null=True)
    mean = models.FloatField(null=True)
    mean_error = models.FloatField(null=True)
    chance = models.FloatField(null=True)
    chance_error = models.FloatField(null=True)
    narrower = models.FloatField(null=True)
    narrower_error = models.FloatField(null=True)

    class Meta:
        ordering = ["run", "id"]
        constraints = [
            models.UniqueConstraint(fields=["outlook", "key"], name="worth_once_an_outlook"),
            models.CheckConstraint(
                name="worth_gains_or_narrows",
                condition=models.Q(narrower__isnull=True, mean__isnull=False)
                | models.Q(narrower__isnull=False, mean__isnull=True, chance__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.outlook_id}"


class Estimate(AppendOnly):
    """What one person near the work privately thinks will come of a promise.

    ``who`` is a pseudonym keyed with the installation's secret (``estimates.secrecy``), never an account. A
    row has its day, but neither hour nor a number that grows with the county's rows, so that it cannot be
    laid beside the log of who came in when. ``number`` counts one person's for one promise. ``value`` is in
    the measure's base unit, of a milestone a proleptic day number; None: taken back. ``due``, ``target`` and
    ``comparator``: what was promised then. ``outlook``: the newest one of that day, which says how unsure the
    matter was.
    """

    recorded_at = None  # type: ignore[assignment]  # Django takes the field away
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="+")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=64)
    day = models.DateField(_("日期"))
    number = models.PositiveIntegerField()
    value = models.FloatField(null=True)
    due = models.DateField(_("时限"))
    target = models.FloatField(_("目标"), null=True)
    comparator = models.CharField(max_length=2, blank=True)
    outlook = models.ForeignKey(Outlook, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["day", "number"]
        constraints = [
            models.CheckConstraint(
                name="estimate_of_one_part",
                condition=models.Q(indicator__isnull=False, milestone__isnull=True)
                | models.Q(indicator__isnull=True, milestone__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["who", "indicator", "number"], name="estimate_indicator_number_once"
            ),
            models.UniqueConstraint(
                fields=["who", "milestone", "number"], name="estimate_milestone_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class StepTie(AppendOnly):
    """Which step of a project a milestone waits for, as somebody said; of a milestone the newest known holds.

    ``step`` is the key of the step (subject/step), empty where it is left to the rule again; ``title`` its
    words on that day.
    """

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="step_ties")
    step = models.CharField(_("步骤"), max_length=120, blank=True)
    title = models.CharField(_("名称"), max_length=300, blank=True)
    known_on = models.DateField(_("登记日"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["milestone", "id"]

    def __str__(self) -> str:
        return self.step
