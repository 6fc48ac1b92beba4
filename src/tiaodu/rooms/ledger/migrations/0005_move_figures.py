"""Figures told with progress become evidence: the first of a period, and a revision for every other one."""

from datetime import date, timedelta

from django.db import migrations

from tiaodu.foundation.triggers import guard, unguard

DISPATCH = "dispatch"
UNEXPLAINED = "系统升级时并入：同一时期先后报过不同的数"


def _accrues(indicator):
    kind = indicator.measure.kind if indicator.measure else ""
    return indicator.increment or kind == "flow" or indicator.measure_key.startswith("growth_rate")


def _due(apps, indicator):
    term = apps.get_model("ledger", "Term").objects.filter(indicator=indicator).order_by("-revision").first()
    return (term.due_start, term.due_end) if term else (None, None)


def _counts_from(apps, indicator, others):
    start, end = _due(apps, indicator)
    if start and end and end - start > timedelta(days=31):
        return start
    first = date(min(indicator.task.plan_year, end.year) if end else indicator.task.plan_year, 1, 1)
    earlier = [due for due in others if end and due and first <= due < end] if indicator.increment else []
    since = max(earlier) + timedelta(days=1) if earlier else first
    told = indicator.progress.filter(value__isnull=False).order_by("period_end").first()
    return min(since, told.period_end) if told else since


def set_counts_from(apps, editor):
    found = apps.get_model("ledger", "Indicator").objects.select_related("task", "measure").order_by("pk")
    indicators = [indicator for indicator in found if _accrues(indicator)]
    for indicator in indicators:
        same = [
            other
            for other in indicators
            if other.pk != indicator.pk
            and (other.measure_key, other.increment) == (indicator.measure_key, indicator.increment)
            and (other.subject_id, other.subject_text) == (indicator.subject_id, indicator.subject_text)
            and other.task.region_id == indicator.task.region_id
            and other.task.plan_year == indicator.task.plan_year
        ]
        indicator.counts_from = _counts_from(apps, indicator, [_due(apps, other)[1] for other in same])
        indicator.save(update_fields=["counts_from"])


def _subject(apps, indicator):
    task, subjects = indicator.task, apps.get_model("registry", "Subject").objects
    own = indicator.subject or task.subject
    if own is not None:
        return own
    whole = subjects.filter(region=task.region, kind="region", merged_into=None).order_by("pk").first()
    return whole or subjects.create(
        region=task.region, code=f"region-{task.region.code}", kind="region", name=task.region.name
    )


def _measure(apps, indicator):
    if indicator.measure is not None:
        return indicator.measure
    measures = apps.get_model("registry", "Measure").objects
    values = {
        "name": indicator.measure_key,
        "name_en": indicator.measure_key,
        "unit": indicator.unit,
        "kind": "flow" if indicator.increment else "stock",
        "definition": indicator.measure_key,
    }
    indicator.measure = measures.get_or_create(code=indicator.measure_key, defaults=values)[0]
    indicator.save(update_fields=["measure"])
    return indicator.measure


def _told(apps, report):
    """The evidence of a report: one that is equal already, else the next revision of its period."""
    indicator, evidence = report.indicator, apps.get_model("evidence", "Evidence").objects
    subject, measure = _subject(apps, indicator), _measure(apps, indicator)
    start = indicator.counts_from or report.period_end
    key = {
        "subject": subject,
        "measure": measure,
        "series": DISPATCH,
        "period_start": min(start, report.period_end),
        "period_end": report.period_end,
    }
    before = evidence.filter(**key).order_by("-revision").first()
    if before is not None and before.value == report.value:
        return before
    return evidence.create(
        **key,
        region=subject.region,
        revision=before.revision + 1 if before else 1,
        value=report.value,
        reason=(report.reason or UNEXPLAINED) if before else "",
        known_on=report.known_on,
        reporter=report.reported_by,
        department=report.department,
        source_kind="ledger.indicator",
        source_id=str(indicator.pk),
    )


def move_figures(apps, editor):
    reports = apps.get_model("ledger", "Progress").objects.filter(
        value__isnull=False, indicator__isnull=False
    )
    for report in reports.order_by("known_on", "pk").iterator():
        told = _told(apps, report)
        apps.get_model("ledger", "Progress").objects.filter(pk=report.pk).update(evidence=told)
    _point(apps)


def _point(apps):
    """The pointers to what holds now."""
    latest = apps.get_model("evidence", "Latest").objects
    holds = {}
    for row in apps.get_model("evidence", "Evidence").objects.filter(series=DISPATCH).order_by("revision"):
        holds[row.subject_id, row.measure_id, row.period_end, row.period_start] = row
    newest = {}
    for subject, measure, end, start in holds:
        newest[subject, measure] = max(newest.get((subject, measure), (end, start)), (end, start))
    has_day = any(field.name == "known_on" for field in latest.model._meta.fields)  # a later migration's
    for (subject, measure, end, start), row in holds.items():
        known_on = {"known_on": row.known_on} if has_day else {}
        latest.update_or_create(
            subject_id=subject,
            measure_id=measure,
            series=DISPATCH,
            period_start=start,
            period_end=end,
            defaults={
                "evidence": row,
                "value": row.value,
                "current": newest[subject, measure] == (end, start),
                **known_on,
            },
        )


def move_back(apps, editor):
    """The figures return to their reports; the evidence made of them stays, for it is written once."""
    for report in apps.get_model("ledger", "Progress").objects.filter(evidence__isnull=False).iterator():
        found = apps.get_model("ledger", "Progress").objects.filter(pk=report.pk)
        found.update(value=report.evidence.value, evidence=None)


class Migration(migrations.Migration):

    dependencies = [("ledger", "0004_figures_as_evidence")]

    operations = [
        unguard("ledger_progress"),
        migrations.RunPython(set_counts_from, migrations.RunPython.noop),
        migrations.RunPython(move_figures, move_back),
        guard("ledger_progress"),
    ]
