"""What departments told of firms and mines with progress is what they saw themselves (现场核查): a firm's dispatch
figures come from the firm alone. Every revision is told once more in that series; the earlier ones stay.
"""

from django.db import migrations

from tiaodu.foundation.triggers import guard, unguard

DISPATCH, SEEN = "dispatch", "observation"
UNITS = ("firm", "mine")
COPIED = (
    "region_id",
    "subject_id",
    "measure_id",
    "period_start",
    "period_end",
    "revision",
    "value",
    "reason",
    "known_on",
    "reporter_id",
    "department_id",
    "source_kind",
    "source_id",
    "file_id",
)


def tell_as_seen(apps, editor):
    evidence = apps.get_model("evidence", "Evidence").objects
    told = evidence.filter(series=DISPATCH, source_kind="ledger.indicator", subject__kind__in=UNITS)
    seen = {}
    for row in told.order_by("pk").iterator():
        values = {name: getattr(row, name) for name in COPIED}
        seen[row.pk] = evidence.create(series=SEEN, **values)
    progress = apps.get_model("ledger", "Progress").objects
    for before, after in seen.items():
        progress.filter(evidence_id=before).update(evidence_id=after.pk)
    _point(apps, seen.values())


def _point(apps, rows):
    """The pointers to what holds now, which had none in this series of these sources."""
    latest = apps.get_model("evidence", "Latest").objects
    holds = {}
    for row in sorted(rows, key=lambda row: row.revision):
        holds[row.subject_id, row.measure_id, row.period_end, row.period_start] = row
    newest = {}
    for (subject, measure, end, start), row in holds.items():
        if row.value is not None:
            newest[subject, measure] = max(newest.get((subject, measure), (end, start)), (end, start))
    for subject, measure in newest:
        latest.filter(subject_id=subject, measure_id=measure, series=SEEN).update(current=False)
    for (subject, measure, end, start), row in holds.items():
        latest.update_or_create(
            subject_id=subject,
            measure_id=measure,
            series=SEEN,
            period_start=start,
            period_end=end,
            defaults={
                "evidence_id": row.pk,
                "value": row.value,
                "known_on": row.known_on,
                "current": newest.get((subject, measure)) == (end, start),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_truncate"), ("evidence", "0004_truncate")]

    operations = [
        unguard("ledger_progress"),
        migrations.RunPython(tell_as_seen, migrations.RunPython.noop),
        guard("ledger_progress"),
    ]
