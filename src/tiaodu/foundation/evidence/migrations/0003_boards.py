from datetime import date

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def copy_days(apps, editor):
    evidence, latest = (apps.get_model("evidence", name) for name in ("Evidence", "Latest"))
    known_on = evidence.objects.filter(pk=OuterRef("evidence_id")).values("known_on")
    latest.objects.update(known_on=Subquery(known_on[:1]))


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="latest",
            name="known_on",
            field=models.DateField(default=date(1949, 10, 1)),
            preserve_default=False,
        ),
        migrations.RunPython(copy_days, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="latest", name="latest_current_once"),
        migrations.AddConstraint(
            model_name="latest",
            constraint=models.UniqueConstraint(
                fields=("subject", "measure", "series"), condition=Q(current=True), name="latest_current_once"
            ),
        ),
        migrations.AddIndex(
            model_name="latest",
            index=models.Index(fields=["known_on"], condition=Q(current=True), name="latest_known_on"),
        ),
        migrations.AddIndex(
            model_name="latest",
            index=models.Index(
                fields=["series", "measure", "subject", "evidence", "value", "period_start", "period_end"],
                condition=Q(current=True),
                name="latest_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="latest",
            index=models.Index(
                fields=["series", "measure", "period_end", "period_start", "subject", "evidence", "value"],
                name="latest_of_period",
            ),
        ),
    ]
