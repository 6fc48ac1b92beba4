from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="unregistered",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
