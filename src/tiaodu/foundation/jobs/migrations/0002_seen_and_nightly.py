from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def nobody_waits_for_what_is_long_over(apps, editor):
    apps.get_model("jobs", "Job").objects.filter(finished_at__isnull=False).update(seen_at=F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("job", "attempts_allowed", models.PositiveSmallIntegerField(default=3)),
        migrations.AddField("job", "label", models.CharField(blank=True, default="", max_length=200), False),
        migrations.AddField("job", "once", models.CharField(max_length=100, null=True, unique=True)),
        migrations.AddField("job", "seen_at", models.DateTimeField(null=True)),
        migrations.AddField("job", "started_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "job",
            models.Index(fields=["created_by", "-created_at"], name="jobs_job_created_d1be9f_idx"),
        ),
        migrations.RunPython(nobody_waits_for_what_is_long_over, migrations.RunPython.noop),
    ]
