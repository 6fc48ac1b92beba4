from django.db import migrations

from tiaodu.foundation.triggers import guard_anew


class Migration(migrations.Migration):
    dependencies = [("tables", "0002_append_only")]

    operations = [
        guard_anew("tables_version"),
        guard_anew("tables_decision"),
    ]
