from __future__ import annotations

from typing import Any

from django.db import migrations, models


def mark(apps: Any, _editor: Any) -> None:
    """Returns opened before stood on the basis of their form: what was not voluntary had to be answered."""
    apps.get_model("returns", "Return").objects.exclude(basis="voluntary").update(obligatory=True)


class Migration(migrations.Migration):

    dependencies = [
        ('returns', '0009_leading'),
    ]

    operations = [
        migrations.AddField(
            model_name='return',
            name='obligatory',
            field=models.BooleanField(default=False, verbose_name='必填'),
        ),
        migrations.AddField(
            model_name='return',
            name='basis_until',
            field=models.DateField(null=True, verbose_name='依据有效期至'),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
