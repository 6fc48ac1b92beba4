import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0002_append_only"),
        ("ledger", "0003_task_unregistered"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="counts_from",
            field=models.DateField(blank=True, null=True, verbose_name="起算日"),
        ),
        migrations.AddField(
            model_name="progress",
            name="evidence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evidence.evidence",
            ),
        ),
    ]
