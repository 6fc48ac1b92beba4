from django.db import migrations

from tiaodu.foundation.triggers import guard_anew


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_progress_without_value")]

    operations = [
        guard_anew("ledger_term"),
        guard_anew("ledger_progress"),
        guard_anew("ledger_event"),
    ]
